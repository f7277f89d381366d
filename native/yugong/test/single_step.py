# SPDX-License-Identifier: MIT
#
# Run by gdb (see CMakeLists.txt): steps through the stubs one instruction at a time; at each one, gdb must find the way to a stack's
# end: main, or the bottom frame.
import gdb

gdb.execute("set pagination off")
gdb.execute("set confirm off")
gdb.execute("set breakpoint pending on")

STUBS = ("yg_stack_swap", "_yg_host_call", "yg_host_call", "__morestack", "_yg_func_begin_resume", "_yg_payload_begin", "_yg_barrier_cont")
failures = []
steps = 0


def names():
    frame, found = gdb.newest_frame(), []
    while frame is not None:
        found.append(frame.name() or "?")
        if frame.unwind_stop_reason() not in (gdb.FRAME_UNWIND_NO_REASON, gdb.FRAME_UNWIND_OUTERMOST):
            found.append(gdb.frame_stop_reason_string(frame.unwind_stop_reason()))
        frame = frame.older()
    return found


def check():
    global steps
    steps += 1
    found = names()
    if not any(end in found[-1] for end in ("main", "_start", "libc_start", "yg_stack_bottom")):
        failures.append((hex(gdb.newest_frame().pc()), found))


def step_through(stub, times):
    point = gdb.Breakpoint("*" + stub)
    gdb.execute("run", to_string=True)
    for _ in range(times):
        for _ in range(40):
            check()
            symbol = gdb.execute("info symbol $pc", to_string=True)
            if "yg_" not in symbol and "__morestack" not in symbol:
                break
            gdb.execute("stepi", to_string=True)
        gdb.execute("continue", to_string=True)
        if not gdb.selected_inferior().pid:
            break
    point.delete()
    if gdb.selected_inferior().pid:
        gdb.execute("kill")


step_through("yg_stack_swap2", 3)
step_through("yg_stack_swap", 3)
step_through("_yg_host_call", 3)
step_through("_yg_func_begin_resume", 2)
step_through("_yg_payload_begin", 2)
step_through("_yg_barrier_cont", 2)

for pc, found in failures:
    print("no way out at", pc, found)
print("steps checked:", steps)
gdb.execute("quit %d" % (1 if failures or steps < 50 else 0))
