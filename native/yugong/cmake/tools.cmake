# SPDX-License-Identifier: MIT
#
# Everything around the libraries: install rules, the benchmark, the tests that run other people's tools.
if(YUGONG_IS_TOP_LEVEL)
  include(cmake/install.cmake)
endif()
if(YUGONG_BUILD_TESTS)
  enable_testing()
  add_subdirectory(test/tools)
endif()
add_subdirectory(bench)
