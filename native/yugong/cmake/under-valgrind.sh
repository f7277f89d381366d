#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Runs a test program under Valgrind; but not when it only lists its tests, which has to be quick (CMake waits for five seconds).
case "$*" in
  *--gtest_list_tests*) exec "$@" ;;
esac
# Threads take turns: without that, one that polls keeps the others from what it waits for.
exec valgrind -q --fair-sched=yes --error-exitcode=9 --suppressions="$(dirname "$0")/valgrind.supp" "$@"
