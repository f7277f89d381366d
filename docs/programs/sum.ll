; Two functions of a JIT, as its front end might write them. The markers `yg.stackmap(id, values…)` are ours, see fold.h.
;
;   i64 inner(stack, a) { return pause(stack, a) + a; }
;   i64 outer(stack, x, d) { k = x * 3; r = inner(stack, x + 1); return r + k; }        keeps k, d and the constant -1

declare void @yg.stackmap(i64, ...)
declare i64 @pause(i64, i64)

define i64 @inner(i64 %stack, i64 %a) noinline {
  call void (i64, ...) @yg.stackmap(i64 41, i64 %a)
  %r = call i64 @pause(i64 %stack, i64 %a)
  %s = add i64 %r, %a
  ret i64 %s
}

define i64 @outer(i64 %stack, i64 %x, double %d) {
  %k = mul i64 %x, 3
  %y = add i64 %x, 1
  call void (i64, ...) @yg.stackmap(i64 40, i64 %k, double %d, i32 -1)
  %r = call i64 @inner(i64 %stack, i64 %y)
  %s = add i64 %r, %k
  ret i64 %s
}
