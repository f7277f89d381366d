# SPDX-License-Identifier: MIT
#
# yugong_discover_tests(target [argument of gtest_discover_tests ...]): ctest's tests of a GoogleTest program.
#
# In a build for a checker, a program is one test, because starting it costs a second or more there. It runs without the tests that say
# nothing under that checker:
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

function(yugong_discover_tests target)
  if(YUGONG_CHECKED_BUILD)
    add_test(NAME ${target} COMMAND ${target} --gtest_filter=-${YUGONG_TESTS_LEFT_OUT})
  else()
    gtest_discover_tests(${target} ${ARGN})
  endif()
endfunction()
