// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_STACKMAP_SECTION_H
#define YUGONG_LLVM_STACKMAP_SECTION_H

#include <llvm/ADT/ArrayRef.h>
#include <llvm/Support/Error.h>

namespace yugong {

/// In an ELF object for x86-64, call section `.llvm_stackmaps` `yg_stackmaps` and make it writable, in place.
///
/// A name that is a C identifier makes the linker define `__start_yg_stackmaps` and `__stop_yg_stackmaps`, and a writable section may
/// have relocations in a shared object without DT_TEXTREL. Several objects give several stackmaps one after the other, each aligned to
/// 8 bytes and beginning with its own version 3 header. Returns whether the object has a stackmap.
llvm::Expected<bool> renameStackmapSection(llvm::MutableArrayRef<char> object);

}  // namespace yugong

#endif
