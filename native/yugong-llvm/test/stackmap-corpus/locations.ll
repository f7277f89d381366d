; SPDX-License-Identifier: MIT
; Every kind of location, live-outs, several functions, a pool of constants.
target triple = "x86_64-unknown-linux-gnu"

declare void @llvm.experimental.stackmap(i64, i32, ...)
declare void @llvm.experimental.patchpoint.void(i64, i32, i8*, i32, ...)
declare i64 @llvm.experimental.patchpoint.i64(i64, i32, i8*, i32, ...)

; Register, Direct (an alloca), Constant, ConstantIndex; several types.
define i64 @kinds(i64 %x, double %d, float %f, i32 %i, i8* %p, <4 x float> %v) {
  %a = alloca [5 x i64]
  call void (i64, i32, ...) @llvm.experimental.stackmap(i64 1, i32 0, i64 %x, [5 x i64]* %a, i64 5, i64 99999999999, double %d, float %f, i32 %i,
                                                        i8* %p, i32 -1, i64 -99999999998, i1 true, i8* null, <4 x float> %v)
  ret i64 %x
}

; More values than registers: Indirect.
define i64 @spilled(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %g, i64 %h) {
  %1 = call i64 (i64, i32, i8*, i32, ...) @llvm.experimental.patchpoint.i64(i64 18446744073709551615, i32 15, i8* null, i32 2, i64 %a, i64 %b,
                                                                              i64 %c, i64 %d, i64 %e, i64 %f, i64 %g, i64 %h)
  %2 = add i64 %1, %h
  ret i64 %2
}

; anyregcc patchpoints have live-outs.
define anyregcc i64 @live(i64 %x, double %d) {
  %y = call anyregcc i64 (i64, i32, i8*, i32, ...) @llvm.experimental.patchpoint.i64(i64 3, i32 15, i8* null, i32 2, i64 %x, double %d)
  call void (i64, i32, i8*, i32, ...) @llvm.experimental.patchpoint.void(i64 4, i32 20, i8* null, i32 0, i64 %y, i64 99999999999)
  ret i64 %y
}

; A frame of unknown size, and a record without locations.
define void @dynamic(i64 %n) {
  %a = alloca i64, i64 %n
  store volatile i64 1, i64* %a
  call void (i64, i32, ...) @llvm.experimental.stackmap(i64 0, i32 4)
  call void (i64, i32, ...) @llvm.experimental.stackmap(i64 5, i32 0, i64* %a)
  ret void
}
