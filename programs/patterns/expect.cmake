# SPDX-License-Identifier: MIT
# cmake -DPROGRAM=… -DSOURCE=… [-DEMULATOR=…] -P expect.cmake: PROGRAM must print the lines that SOURCE has after "//     expect: ".
execute_process(COMMAND ${EMULATOR} ${PROGRAM} OUTPUT_VARIABLE printed RESULT_VARIABLE result)
file(STRINGS ${SOURCE} lines REGEX "^//     expect: " ENCODING UTF-8)
set(expected "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE "^//     expect: " "" line "${line}")
  string(APPEND expected "${line}\n")
endforeach()
if(NOT result EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "result ${result}\nexpected:\n${expected}\nprinted:\n${printed}")
endif()
