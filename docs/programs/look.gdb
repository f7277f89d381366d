# gdb -x: stops where look.lua says, and shows the stack that runs and the one that sleeps.
set pagination off
set width 0
set print thread-events off
set breakpoint pending on
set debuginfod enabled off
source native/yugong/tools/yugong-gdb.py
break getenv if $_streq((char *) $rdi, "stop-here")
run
backtrace
yugong stacks
yugong bt 2
