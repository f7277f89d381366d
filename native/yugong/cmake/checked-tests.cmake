# SPDX-License-Identifier: MIT
#
# How tests are declared, so that all of them also run in builds for a checker. For Valgrind, CMAKE_CROSSCOMPILING_EMULATOR starts it; a test
# gets round that only by starting a program on its own, which check-emulator.cmake looks for.
#
#   yugong_discover_tests(target [argument of gtest_discover_tests ...])   a GoogleTest program
#   yugong_add_script_test(name script [-DVARIABLE=value ...])             a CMake script that runs programs
#   yugong_add_tool_test(name tool command ...)                            somebody else's tool that runs a program
#
# A program's tests that say nothing under a checker are left out there:
include(GoogleTest)
set(checked OFF)
set(left_out)
if(YUGONG_VALGRIND)
  set(checked ON)
  list(APPEND left_out
    *DeathTest.*                                                      # the errors of the child, which is to die, are its own
    *Misuse* *Unwinders*                                              # they read bytes that nobody has written; run under asan
    DynamicStep.* DynamicTables.* DynamicStock.Every* *DynamicRandom.*  # they single-step: Valgrind has no trap flag
    DynamicConcurrent.*)                                              # threads, which take turns here; run under tsan
elseif(CMAKE_CXX_FLAGS MATCHES sanitize)
  set(checked ON)
  if(CMAKE_CXX_FLAGS MATCHES thread)
    # They single-step, and so unwind in a signal handler, where ThreadSanitizer forbids all that allocates.
    list(APPEND left_out DynamicStep.* DynamicTables.*)
  endif()
endif()
set(YUGONG_CHECKED_BUILD ${checked} CACHE INTERNAL "Built for Valgrind or a sanitizer")
list(JOIN left_out ":" left_out)
set(YUGONG_TESTS_LEFT_OUT ${left_out} CACHE INTERNAL "GoogleTest's pattern of what does not run in a build for a checker")

# In a build for a checker, a program is one test, because starting it costs a second or more there.
function(yugong_discover_tests target)
  if(YUGONG_CHECKED_BUILD)
    add_test(NAME ${target} COMMAND ${target} --gtest_filter=-${YUGONG_TESTS_LEFT_OUT})
  else()
    gtest_discover_tests(${target} ${ARGN})
  endif()
endfunction()

# The script starts each program by ${EMULATOR}, which is empty but in a build for Valgrind. (tools_install is not declared in builds for
# checkers, for want of the shared library; yugong-llvm-install runs programs with an installed static one.)
function(yugong_add_script_test name script)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} "-DEMULATOR=${CMAKE_CROSSCOMPILING_EMULATOR}" ${ARGN} -P ${CMAKE_CURRENT_SOURCE_DIR}/${script})
endfunction()

# Skipped where the tool, a variable of find_program, is missing. Left out in all builds for checkers (gdb_single_step, dynamic_gdb_walk,
# tools_gdb, tools_perf_map, tools_perf_dump): gdb and perf look at a program from outside, and would see the checker's machinery. What the
# programs do in these tests runs in others, too.
function(yugong_add_tool_test name tool)
  if(YUGONG_CHECKED_BUILD)
    return()
  endif()
  if(NOT ${tool})
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "SKIPPED: ${tool} is not installed")
  else()
    add_test(NAME ${name} COMMAND ${ARGN})
  endif()
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED:")
endfunction()
