# SPDX-License-Identifier: MIT
#
# Sources of what include/yugong-publish.h declares.
list(APPEND YUGONG_SOURCES
  src/publish.cc
  src/publish_eh_frame.cc
  src/publish_elf.cc
  src/publish_frames.cc
  src/publish_gdb.cc
  src/publish_jitdump.cc
  src/publish_perf_map.cc
  src/publish_stacks.cc)
