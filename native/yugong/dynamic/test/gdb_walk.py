# SPDX-License-Identifier: MIT
#
# Run by gdb on gdb_target: steps through each procedure one instruction at a time; at each, gdb must show its name and come to main.
import gdb

gdb.execute("set pagination off")
gdb.execute("set confirm off")
failures, steps, names = [], 0, set()


def frames():
    frame, found = gdb.newest_frame(), []
    while frame is not None and len(found) < 10:
        found.append(frame.name() or "?")
        frame = frame.older()
    return found


gdb.execute("tbreak dyn_all_published")
gdb.execute("run", to_string=True)
for name in ("rbp_frame", "spills_after_pushes", "early_exit", "nested_regions", "several_at_once", "dynamic_allocation", "biased_frame",
             "realigned_frame", "shared_by_long", "alias"):
    point = gdb.Breakpoint("*" + name)
    gdb.execute("continue", to_string=True)
    for _ in range(200):
        found = frames()
        if found[0] != name:
            break
        steps += 1
        names.add(name)
        if len(found) < 2 or found[1] != "main":
            failures.append((hex(gdb.newest_frame().pc()), found))
        gdb.execute("stepi", to_string=True)
    point.delete()

for pc, found in failures[:10]:
    print("wrong way out at", pc, found)
print("steps checked:", steps, "procedures:", len(names))
gdb.execute("kill")
gdb.execute("quit %d" % (1 if failures or steps < 100 or len(names) != 10 else 0))
