# SPDX-License-Identifier: MIT
#
# Run by gdb on the program `subject` (see CMakeLists.txt). What `bt` and the yugong commands print must name our code and its lines.
import os
import re
import sys
import tempfile
import gdb

failures = []


def run(command):
    return gdb.execute(command, to_string=True)


def expect(text, *patterns):
    """The patterns are found one after the other."""
    at = 0
    for pattern in patterns:
        found = re.compile(pattern).search(text, at)
        if not found:
            failures.append("no /%s/ in\n%s" % (pattern, text))
            return
        at = found.end()


def expect_error(command, pattern):
    try:
        failures.append("%s gave\n%s" % (command, run(command)))
    except gdb.error as error:
        expect(str(error), pattern)


STOPPED_LANGUAGE_STACK = (r"#0 .*subject_stop", r"::stop ", r"in test_jit_call .*at jit\.lang:20", r"in subject_on_stack", r"yg_stack_bottom")
SUSPENDED = (r"subject_pause", r"test_jit_call at jit\.lang:20", r"subject_on_stack", r"yg_stack_bottom")

for line in ("set pagination off", "set confirm off", "set breakpoint pending on", "set width 0"):
    run(line)
run("break subject_stop")

# On a language stack.
run("run stacks")
expect(run("bt"), *STOPPED_LANGUAGE_STACK)
if "corrupt" in run("bt"):
    failures.append("gdb calls the stack corrupt:\n" + run("bt"))
expect(run("yugong stacks"), r"#0 .*host .*suspended", r"#1 .*first .*suspended, \d+ of 65536 bytes used", r"#2 .*second .*suspended", r"#3 .*third .*running")
expect(run("yugong bt 1"), r"#0 ", *SUSPENDED)
expect(run("yugong bt 2"), r"yg_func_begin_resume.*, will call subject_pending", *SUSPENDED)
expect(run("yugong bt 0"), r"start", r"main")
expect(run("yugong bt all"), r"#0 .*host", r"main", r"#1 .*first", *SUSPENDED, r"#2 .*second", r"#3 .*third .*running")
expect(run("yugong bt &first"), r"#0 ", *SUSPENDED)
expect_error("yugong bt 3", "running")
expect_error("yugong bt 9", "no stack 9")
expect_error("yugong bt", "Which stack")
run("up")
run("up")
before = gdb.selected_frame().pc()
run("yugong bt 1")
if gdb.selected_frame().pc() != before:
    failures.append("yugong bt has changed the selected frame")
expect(run("bt"), *STOPPED_LANGUAGE_STACK)

# On main's stack, with the language stacks suspended.
run("continue")
expect(run("bt"), r"#0 .*subject_stop", r"showStacks", r"main")
expect(run("yugong stacks"), r"host .*running", r"third .*suspended")
expect(run("yugong bt 3"), r"#0 ", r"yg_stack_swap", r"subject_on_stack", r"yg_stack_bottom")

# Post mortem.
core = os.path.join(tempfile.mkdtemp(), "core")
run("generate-core-file " + core)
run("kill")
program = gdb.current_progspace().filename
run("core-file " + core)
expect(run("yugong stacks"), r"#1 .*first .*suspended")
expect(run("yugong bt 1"), r"#0 ", r"subject_pause", r"test_jit_call", r"subject_on_stack", r"yg_stack_bottom")
run("core-file")
os.remove(core)
os.rmdir(os.path.dirname(core))

# Unregistered.
run("run gone")
symbols = run("info functions test_jit_call")
if "test_jit_call" in symbols.replace('"test_jit_call"', ""):
    failures.append("gdb still knows code that has been unregistered:\n" + symbols)
run("kill")

for failure in failures:
    print("FAILED: " + failure)
print("%d failures" % len(failures))
gdb.execute("quit %d" % (1 if failures else 0))
