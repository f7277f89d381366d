# SPDX-License-Identifier: MIT
#
# What `cmake --install` gives (all of it can be moved elsewhere afterwards):
#
#   include/yugong*.h, yugong.hpp
#   lib/libyugong.a, libyugong.so
#   lib/cmake/yugong             find_package(yugong): yugong::yugong (static), yugong::yugong_shared
#   lib/pkgconfig/yugong.pc      links the shared library (the static one with --static, where there is no shared one)
#   lib/pkgconfig/yugong-static.pc
#   share/yugong/yugong-gdb.py   gdb -x
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(targets yugong)
if(TARGET yugong_shared)
  list(APPEND targets yugong_shared)
  set_target_properties(yugong_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
endif()
install(TARGETS ${targets} EXPORT yugong)
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")
install(FILES tools/yugong-gdb.py DESTINATION ${CMAKE_INSTALL_DATADIR}/yugong)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/yugong)
install(EXPORT yugong NAMESPACE yugong:: FILE yugong-targets.cmake DESTINATION ${package_dir})
configure_package_config_file(cmake/yugong-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/yugong-config.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/yugong-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/yugong-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/yugong-config-version.cmake
  DESTINATION ${package_dir})

# The prefix is found from where the file lies, so that `cmake --install --prefix` and moving the tree work.
file(RELATIVE_PATH YUGONG_PC_TO_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
set(YUGONG_PC_NAME yugong)
set(YUGONG_PC_LIBS "-L\${libdir} -lyugong")
set(YUGONG_PC_LIBS_PRIVATE "-pthread -ldl -lstdc++")
configure_file(cmake/yugong.pc.in yugong.pc @ONLY)
set(YUGONG_PC_NAME yugong-static)
set(YUGONG_PC_LIBS "\${libdir}/libyugong.a ${YUGONG_PC_LIBS_PRIVATE}")
set(YUGONG_PC_LIBS_PRIVATE "")
configure_file(cmake/yugong.pc.in yugong-static.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/yugong.pc ${CMAKE_CURRENT_BINARY_DIR}/yugong-static.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
