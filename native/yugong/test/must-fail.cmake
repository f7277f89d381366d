# SPDX-License-Identifier: MIT
#
# cmake -DPROGRAM= -DTEST= [-DEMULATOR=] -P must-fail.cmake: TEST of the GoogleTest program begins, and fails or brings the program down.
execute_process(COMMAND ${EMULATOR} ${PROGRAM} --gtest_filter=${TEST} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
string(FIND "${output}" "[ RUN      ] ${TEST}\n" begins)
string(FIND "${output}" "[       OK ] ${TEST} " passes)
if(begins EQUAL -1 OR NOT passes EQUAL -1 OR result EQUAL 0)
  message(FATAL_ERROR "${TEST} does not fail: ${result}\n${output}${errors}")
endif()
