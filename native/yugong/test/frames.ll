; Functions whose frames the tests walk, read and replace. Compiled by llc at -O0 and -O2, once with the prefix o0_, once with o2_
; (the build replaces PREFIX).
; test_pause and its relatives (support.S) pause the stack; they are given one word and return what the stack is resumed with.

declare i64 @test_pause(i64)
declare { i64, i64 } @test_pause2(i64)
declare void @test_use(i64*)

; A chain of frames: recurse(n) calls itself n times, then pauses. Its callee-saved registers hold live values across the calls.
define i64 @PREFIX_recurse(i64 %n, i64 %a, i64 %b, i64 %c, i64 %d, i64 %e) {
entry:
  %zero = icmp eq i64 %n, 0
  br i1 %zero, label %leaf, label %more
leaf:
  %p = call i64 @test_pause(i64 %a) #1 [ "deopt"(i64 1, i64 %n, i64 %a, i64 %b, i64 %c, i64 %d, i64 %e) ]
  br label %done
more:
  %n1 = sub i64 %n, 1
  %a1 = add i64 %a, 1
  %b1 = add i64 %b, 2
  %c1 = add i64 %c, 3
  %d1 = add i64 %d, 4
  %e1 = add i64 %e, 5
  %r = call i64 @PREFIX_recurse(i64 %n1, i64 %a1, i64 %b1, i64 %c1, i64 %d1, i64 %e1) #2 [ "deopt"(i64 2, i64 %n, i64 %a, i64 %b, i64 %c, i64 %d, i64 %e) ]
  br label %done
done:
  %v = phi i64 [ %p, %leaf ], [ %r, %more ]
  %m1 = mul i64 %a, 3
  %m2 = mul i64 %b, 5
  %m3 = mul i64 %c, 7
  %m4 = mul i64 %d, 11
  %m5 = mul i64 %e, 13
  %s1 = add i64 %v, %m1
  %s2 = add i64 %s1, %m2
  %s3 = add i64 %s2, %m3
  %s4 = add i64 %s3, %m4
  %s5 = add i64 %s4, %m5
  ret i64 %s5
}

; An interpreter-like frame: a dynamic alloca, so everything is relative to RBP, and its address is a keep-alive.
define i64 @PREFIX_dynamic(i64 %count, i64 %x) {
  %registers = alloca i64, i64 %count, align 16
  %last = sub i64 %count, 1
  %slot = getelementptr i64, i64* %registers, i64 %last
  store i64 %x, i64* %slot
  call void @test_use(i64* %registers)
  %r = call i64 @PREFIX_recurse(i64 0, i64 %x, i64 2, i64 3, i64 4, i64 5) #3 [ "deopt"(i64 3, i64* %registers, i64 %count, i64 %x) ]
  %again = load i64, i64* %slot
  %s = add i64 %r, %again
  ret i64 %s
}

; Every kind and size of value.
define i64 @PREFIX_kinds(i8 %b, i16 %h, i32 %w, i64 %q, float %f, double %d, i8* %p, <4 x float> %v) {
  %local = alloca [4 x i64], align 16
  %first = getelementptr [4 x i64], [4 x i64]* %local, i64 0, i64 0
  store i64 4242, i64* %first
  %r = call i64 @test_pause(i64 %q) #4 [ "deopt"(i8 %b, i16 %h, i32 %w, i64 %q, float %f, double %d, i8* %p, [4 x i64]* %local,
                                                i64 7, i64 -7, i64 1234567890123456789, i32 -1, double 1.5, i1 true) ]
  %s = add i64 %r, %q
  ret i64 %s
}

define i64 @PREFIX_vector(<4 x float> %v, i64 %q) {
  %r = call i64 @test_pause(i64 %q) #5 [ "deopt"(<4 x float> %v, i64 %q) ]
  %s = add i64 %r, %q
  ret i64 %s
}

; A pair of words comes back from the pause.
define i64 @PREFIX_pair(i64 %q) {
  %r = call { i64, i64 } @test_pause2(i64 %q) #6 [ "deopt"(i64 %q) ]
  %first = extractvalue { i64, i64 } %r, 0
  %second = extractvalue { i64, i64 } %r, 1
  %t = mul i64 %second, 1000
  %s = add i64 %first, %t
  ret i64 %s
}

; The call is the last instruction: its return address lies past the end of the function.
define void @PREFIX_never(i64 %q) {
  call i64 @test_pause(i64 %q) #7 [ "deopt"(i64 %q) ]
  unreachable
}

; Two calls in a row, to see a frame resumed and paused again.
define i64 @PREFIX_twice(i64 %q) {
  %r = call i64 @test_pause(i64 %q) #8 [ "deopt"(i64 %q) ]
  %t = call i64 @test_pause(i64 %r) #9 [ "deopt"(i64 %q, i64 %r) ]
  %s = add i64 %r, %t
  ret i64 %s
}

; Arguments on the stack change the distance to the CFA at the call.
declare i64 @test_pause_many(i64, i64, i64, i64, i64, i64, i64, i64, i64)
define i64 @PREFIX_many(i64 %q) {
  %r = call i64 @test_pause_many(i64 %q, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7, i64 8, i64 9) #10 [ "deopt"(i64 %q) ]
  %s = add i64 %r, %q
  ret i64 %s
}

; Two functions that call each other, for the walk's cache of callers.
define i64 @PREFIX_ping(i64 %n) {
  %zero = icmp eq i64 %n, 0
  br i1 %zero, label %leaf, label %more
leaf:
  %p = call i64 @test_pause(i64 %n) #11 [ "deopt"(i64 %n) ]
  ret i64 %p
more:
  %n1 = sub i64 %n, 1
  %r = call i64 @PREFIX_pong(i64 %n1) #12 [ "deopt"(i64 %n) ]
  %s = add i64 %r, %n
  ret i64 %s
}
define i64 @PREFIX_pong(i64 %n) {
  %zero = icmp eq i64 %n, 0
  br i1 %zero, label %leaf, label %more
leaf:
  %p = call i64 @test_pause(i64 %n) #11 [ "deopt"(i64 %n) ]
  ret i64 %p
more:
  %n1 = sub i64 %n, 1
  %m = mul i64 %n, 7
  %r = call i64 @PREFIX_ping(i64 %n1) #13 [ "deopt"(i64 %n, i64 %m) ]
  %s = xor i64 %r, %m
  ret i64 %s
}

attributes #1 = { "statepoint-id"="101" }
attributes #2 = { "statepoint-id"="102" }
attributes #3 = { "statepoint-id"="103" }
attributes #4 = { "statepoint-id"="104" }
attributes #5 = { "statepoint-id"="105" }
attributes #6 = { "statepoint-id"="106" }
attributes #7 = { noreturn "statepoint-id"="107" }
attributes #8 = { "statepoint-id"="108" }
attributes #9 = { "statepoint-id"="109" }
attributes #10 = { "statepoint-id"="110" }
attributes #11 = { "statepoint-id"="111" }
attributes #12 = { "statepoint-id"="112" }
attributes #13 = { "statepoint-id"="113" }
