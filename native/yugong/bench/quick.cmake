# SPDX-License-Identifier: MIT
#
# cmake -DBENCH= [-DEMULATOR=] -P quick.cmake: the benchmark's operations give right results, and what it prints is JSON.
execute_process(COMMAND ${EMULATOR} ${BENCH} --quick --json - RESULT_VARIABLE result OUTPUT_VARIABLE text ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "yugong-bench: ${result}\n${text}${errors}")
endif()
string(JSON count LENGTH "${text}" cases)
string(JSON targets LENGTH "${text}" targets)
if(count LESS 20 OR targets LESS 4)
  message(FATAL_ERROR "only ${count} cases and ${targets} targets")
endif()
message(STATUS "${count} cases, ${targets} targets")
