# SPDX-License-Identifier: MIT
list(APPEND YUGONG_SOURCES
  src/arch/x86_64/announced.S
  src/arch/x86_64/barrier.S
  src/arch/x86_64/frames.S
  src/arch/x86_64/host_call.S
  src/arch/x86_64/libunwind.cc
  src/arch/x86_64/swap.S)

# Words of a stack are pushed one by one; reading two of them with one vector load would wait until both have left the store buffer.
# Without vectors, gcc would copy cursors with `rep movsq`, which takes longer than a whole step.
set_source_files_properties(src/cursor.cc src/surgery.cc src/keepalive.cc PROPERTIES COMPILE_OPTIONS
  "$<IF:$<CXX_COMPILER_ID:GNU>,-mgeneral-regs-only;-mmemcpy-strategy=unrolled_loop:512:noalign$<COMMA>libcall:-1:noalign,-mno-implicit-float>")
