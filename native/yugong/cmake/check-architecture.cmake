# SPDX-License-Identifier: MIT
#
# cmake -P: code that only one architecture has is in files of its own, so that another one is added by adding files.
#
# Such files are below src/arch/<architecture>/, or are called *_<architecture>.* or *-<architecture>.*. All others must not ask which
# architecture they are compiled for, must not hold assembly (an empty one is a barrier for the compiler), and must not name a machine
# register; comments may. Two headers choose.
cmake_minimum_required(VERSION 3.20)
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(choosers src/arch/arch.h include/yugong-asm.h)
set(word "(^|[^A-Za-z0-9_])")
set(forbidden
  "${word}(__x86_64__|__x86_64|__amd64__|__i386__|__aarch64__|__arm__|__riscv|_M_X64|_M_ARM64)"
  "${word}(asm|__asm__)( volatile| __volatile__)?\\( *\"[^\"]"
  "${word}(k?R(ax|bx|cx|dx|si|di|bp|sp|ip)|[%]?r(ax|bx|cx|dx|si|di|bp|sp|ip)|REG_[A-Z0-9]+|_mm_[a-z0-9_]+)([^A-Za-z0-9_\"]|$)"
  "(^|[^A-Za-z0-9_\"])k?[Rr](8|9|1[0-5])([^A-Za-z0-9_\"]|$)")

# What is wrong with a line of code, empty if nothing is.
function(check_line line out)
  string(REGEX REPLACE "//.*|/\\*.*" "" code "${line}")
  set(${out} "" PARENT_SCOPE)
  if(code MATCHES "^ *\\*")
    return()
  endif()
  foreach(pattern IN LISTS forbidden)
    if(code MATCHES "${pattern}")
      set(${out} "${CMAKE_MATCH_0}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# The check itself is checked.
foreach(bad "#ifdef __aarch64__" "#if defined(__x86_64__) && 1" "  asm volatile(\"pause\" : : )" "  __asm__(\"nop\")" "x[kRbp]" "REG_RSP," "  rsp = 3" "f(r12)")
  check_line("${bad}" found)
  if(found STREQUAL "")
    message(FATAL_ERROR "not noticed: ${bad}")
  endif()
endforeach()
foreach(good "  asm volatile(\"\" : : : \"memory\")" "x = 1  // RSP, r12" " * in RAX: rsp" "registers[kSp]" "{\"rax\", \"r12\"}" "YG_DYN_RSP")
  check_line("${good}" found)
  if(NOT found STREQUAL "")
    message(FATAL_ERROR "noticed by mistake: ${good}")
  endif()
endforeach()

file(GLOB_RECURSE files RELATIVE ${root} ${root}/src/*.cc ${root}/src/*.h ${root}/src/*.S ${root}/dynamic/*.cc ${root}/dynamic/*.h
  ${root}/include/*.h ${root}/include/*.hpp)
list(FILTER files EXCLUDE REGEX "^dynamic/(test|bench)/")
file(GLOB architectures RELATIVE ${root}/src/arch ${root}/src/arch/*)
list(FILTER architectures EXCLUDE REGEX "\\.h$")
list(JOIN architectures "|" architectures)
set(wrong)
set(checked 0)
foreach(file IN LISTS files)
  if(file IN_LIST choosers OR file MATCHES "^src/arch/(${architectures})/|[_-](${architectures})\\.[a-z]+$")
    continue()
  endif()
  math(EXPR checked "${checked} + 1")
  if(file MATCHES "\\.S$")
    list(APPEND wrong "${file}: assembly")
  endif()
  file(STRINGS ${root}/${file} lines)
  foreach(line IN LISTS lines)
    check_line("${line}" found)
    if(NOT found STREQUAL "")
      list(APPEND wrong "${file}: ${line}")
    endif()
  endforeach()
endforeach()
if(wrong)
  list(JOIN wrong "\n  " wrong)
  message(FATAL_ERROR "Only in files of an architecture's own:\n  ${wrong}")
endif()
if(checked LESS 50)
  message(FATAL_ERROR "only ${checked} files were looked at")
endif()
