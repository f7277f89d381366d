// SPDX-License-Identifier: MIT
//
// Folding: what llvm-bindings cannot say directly is written as ordinary IR by naming conventions, and turned into the real thing here,
// before any optimization. Each convention has one file in fold/.
//
// One small function through all of them. TypeScript builds
//
//   @yg.attributes = private constant [..] c"stop: noreturn cold\0Asum: param 1:noalias\0Asum: internal\0A\00"
//   declare void @yg.stackmap(i64, ...)
//
//   define i64 @sum(i64 %n, i64* %a) {
//     %tbaa.array. = getelementptr i64, i64* %a, i64 %n
//     %x = load i64, i64* %tbaa.array.
//     %likely. = icmp sge i64 %x, 0
//     br i1 %likely., label %fine, label %exit
//   fine:
//     %nsw. = add i64 %x, %n
//     call void (i64, ...) @yg.stackmap(i64 71, i32 2, i64 %x, i64 %nsw.)
//     %y = call i64 @callee(i64 %nsw.)
//     %tail. = call i64 @other(i64 %y)
//     ret i64 %tail.
//   exit:
//     call void (i64, ...) @yg.stackmap(i64 72, i32 1, i64 %x)
//     call void @stop()
//     unreachable
//   }
//
// and LLVM's passes get
//
//   define internal i64 @sum(i64 %n, i64* noalias %a) uwtable {
//     %x = load i64, i64* %tbaa.array., !tbaa !{!"array" under root !"yugong"}
//     br i1 %likely., label %fine, label %exit, !prof !{!"branch_weights", i32 2000, i32 1}
//   fine:
//     %nsw. = add nsw i64 %x, %n
//     %y = call i64 @callee(i64 %nsw.) "statepoint-id"="71" [ "deopt"(i32 2, i64 %x, i64 %nsw.) ]
//     %tail. = tail call i64 @other(i64 %y)
//   exit:
//     call void @stop() "statepoint-id"="72" [ "deopt"(i32 1, i64 %x) ]
//
// The conventions:
//   stackmaps    `call @yg.stackmap(i64 CSID, values…)` describes the next call in its block that is neither an intrinsic nor a marker.
//   attributes   lines `function: word…` in the string @yg.attributes (LLVM appends digits to a second one: any `@yg.attributes*`
//                counts); `*` means every function with a body. A word is an LLVM attribute (`noreturn`, `align=16`), a string attribute
//                (`key=value`, or a bare `yg-…`), `ret:` or `param N:` before one of those, `internal`, `hidden`, or
//                `cc=c|fast|cold|tail|ghc|preserve_most|preserve_all` (for the function and its direct calls).
//   metadata     loads and stores through a pointer named `tbaa.<class>.…` (or cast from one) are in that alias class; a load may have
//                the name itself when its pointer has none. Class `const` is also invariant, and
//                accesses of class `volatile` are volatile. Branches on a condition named `likely.…`
//                or `unlikely.…`, or on the opposite of one, are weighed 2000 to 1.
//   flags        calls named `tail.…` / `musttail.…`; integer additions, subtractions and multiplications named `nsw.…`.
//                A call without a result cannot have a name: put `call void @yg.tail()` or `call void @yg.musttail()` before it.
//   dispatch     in a function with attribute `yg-threaded-dispatch`, the switch of block `dispatch` becomes an indirect branch,
//                which the code generator copies to each handler (see fold/threaded-dispatch.cc).
#ifndef YUGONG_LLVM_FOLD_H
#define YUGONG_LLVM_FOLD_H

#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>

namespace yugong {

/// Apply all conventions. After an error the module is half folded and fit only to be dropped.
llvm::Error fold(llvm::Module &module);

}  // namespace yugong

#endif
