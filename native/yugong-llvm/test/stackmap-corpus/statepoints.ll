; SPDX-License-Identifier: MIT
; Calls with "deopt" bundles, as folding makes them.
target triple = "x86_64-unknown-linux-gnu"

declare i64 @callee(i64)
declare void @stop() noreturn

define i64 @caller(i64 %x, double %d, i32 %i) {
  %y = call i64 @callee(i64 %x) "statepoint-id"="71" [ "deopt"(i64 %x, double %d, i32 %i, i64 123456789012, i1 true, i8* null) ]
  %z = call i64 @callee(i64 %y) "statepoint-id"="72" [ "deopt"(i64 %x, i64 %y, double %d) ]
  %negative = icmp slt i64 %z, 0
  br i1 %negative, label %exit, label %fine
fine:
  %r = add i64 %z, %x
  ret i64 %r
exit:
  call void @stop() "statepoint-id"="73" [ "deopt"(i64 %z, double %d) ]
  unreachable
}

define i64 @other(i64 %n) {
  %a = alloca i64, i64 %n
  %p = ptrtoint i64* %a to i64
  %y = call i64 @callee(i64 %p) "statepoint-id"="18446744073709551615" [ "deopt"() ]
  ret i64 %y
}
