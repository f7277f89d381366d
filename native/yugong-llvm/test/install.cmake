# SPDX-License-Identifier: MIT
#
# cmake -DBUILD= -DDIRECTORY= -DCXX_COMPILER= [-DCXX_FLAGS=] [-DVALGRIND=ON -DEMULATOR=] -P install.cmake
# Installs the core and the helper into one tree, moves that tree, builds test/consumer against it with nothing but CMAKE_PREFIX_PATH, and
# compares what the program prints with what its comment says.
set(core ${CMAKE_CURRENT_LIST_DIR}/../../yugong)
set(source ${CMAKE_CURRENT_LIST_DIR}/consumer)
file(REMOVE_RECURSE ${DIRECTORY})
file(MAKE_DIRECTORY ${DIRECTORY})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${result}\n${output}${errors}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

set(compiler -DCMAKE_CXX_COMPILER=${CXX_COMPILER} "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}")
run(${CMAKE_COMMAND} -S ${core} -B ${DIRECTORY}/core -DYUGONG_BUILD_TESTS=OFF -DYUGONG_BUILD_SHARED=OFF -DYUGONG_VALGRIND=${VALGRIND}
    ${compiler})
run(${CMAKE_COMMAND} --build ${DIRECTORY}/core --target yugong)
run(${CMAKE_COMMAND} --install ${DIRECTORY}/core --prefix ${DIRECTORY}/first)
run(${CMAKE_COMMAND} --install ${BUILD} --component yugong-llvm --prefix ${DIRECTORY}/first)
set(prefix ${DIRECTORY}/moved)
file(RENAME ${DIRECTORY}/first ${prefix})

run(${CMAKE_COMMAND} -S ${source} -B ${DIRECTORY}/consumer -DCMAKE_PREFIX_PATH=${prefix} ${compiler})
run(${CMAKE_COMMAND} --build ${DIRECTORY}/consumer)
run(${EMULATOR} ${DIRECTORY}/consumer/consumer)

file(STRINGS ${source}/consumer.cc lines REGEX "^//   ")
list(TRANSFORM lines REPLACE "^//   " "")
list(JOIN lines "\n" expected)
if(NOT output STREQUAL "${expected}\n")
  message(FATAL_ERROR "the consumer printed\n${output}instead of\n${expected}")
endif()
message(STATUS "installed, moved, found, run")
file(REMOVE_RECURSE ${DIRECTORY})
