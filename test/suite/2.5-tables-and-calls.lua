-- Expressions: table constructors, function calls, function definitions, varargs.
-- case: constructors of all kinds of fields
local t = { 1, 2; 3, x = 10, ["y z"] = 20, [4] = "four", [2 + 3] = "five", 4, }
print(t[1], t[2], t[3], t.x, t["y z"], t[4], t[5], #t >= 4)
print(#{ 1, 2, 3 }, #{ 1, 2, 3, }, #{ 1; 2; 3; }, #{ n = 1; 5 })

-- case: positional values win over explicit keys
local t = { [1] = "explicit", "positional" }
print(t[1])
local t = { "positional", [1] = "explicit" }
print(t[1])
local t = { x = 1, x = 2, ["x"] = 3 }
print(t.x)

-- case: the last call or vararg is expanded
local function f() return 1, 2, 3 end
local function count(...) return #{ ... }, #{ ..., 10 }, #{ (...) }, #{ 0, ... } end
print(#{ f() }, #{ f(), f() }, #{ f(), 1 }, #{ (f()) }, #{ f(), nil })
print(count(1, 2, 3))
print(count())
print(#{ f(), x = 1 }, #{ x = 1, f() }, #{ f(); })

-- case: nil in constructors
local t = { nil, nil, 3 }
print(t[1], t[3], #t)
local t = { 1, nil, 3, nil }
print(t[1], t[2], t[3], t[4])
print(pcall(function() return { [nil] = 1 } end))
print(pcall(function() return { [0 / 0] = 1 } end))

-- case: big constructors
local source = {}
for i = 1, 300 do source[i] = i * 2 end
local t = loadstring("return {" .. table.concat(source, ",") .. "}")()
local sum = 0
for i = 1, #t do sum = sum + t[i] end
print(#t, sum, t[50], t[51], t[100], t[101], t[300])

-- case: constructors in a hot loop
local last
for i = 1, 60 do last = { i, i * 2, x = i, [i] = "at", { i } } end
print(last[1], last[2], last.x, last[60], last[3][1], #last[3])

-- case: each evaluation makes a new table
local ts = {}
for i = 1, 30 do ts[i] = {} end
local seen, n = {}, 0
for i = 1, 30 do if not seen[ts[i]] then n = n + 1 end seen[ts[i]] = true end
print(n, ts[1] ~= ts[2])

-- case: nested constructors and access
local t = { a = { b = { c = { 1, 2, { d = "deep" } } } } }
print(t.a.b.c[3].d, t["a"]["b"]["c"][1], #t.a.b.c)
t.a.b.c[3].d = nil
t.a.b = { c = t }
print(t.a.b.c.a.b.c == t)

-- case: calls with a string or a table
local function f(x) return type(x), #x end
print(f "abc", f [[long]], f 'q')
print(f { 1, 2 }, (f {}))
local o = { m = function(self, x) return self.v, #x end, v = 7 }
print(o:m "xy", o:m { 1 }, o.m(o, "z"))
print(("x"):rep(3), ("%d"):format(5), #("abc"):upper())

-- case: chained calls
local function f(x) return function(y) return function(z) return x .. y .. z end end end
print(f "a" "b" "c", f("1")(2)(3))
local s = { n = 0 }
function s:add(k) self.n = self.n + k return self end
print(s:add(1):add(2):add(3).n)
print(("abc"):upper():lower():rep(2):len())

-- case: missing and extra arguments
local function f(a, b, c) return a, b, c end
print(f())
print(f(1))
print(f(1, 2, 3, 4))
print(f(f(1, 2)))
print(f(f(1, 2), 5))
print((f(1, 2, 3)))

-- case: select and vararg
local function f(...) return select("#", ...), (select(1, ...)), select(-1, ...) end
print(f(1, 2, 3))
print(f(nil, nil))
print(select(2, "a", "b", "c"))
print(select(-2, "a", "b", "c"))
print(select("#"), select("#", nil), select(3, 1, 2), select(4, 1, 2))
print(pcall(select, 0), pcall(select, -1), pcall(select, -3, 1, 2))
print(pcall(select), pcall(select, "x"), pcall(select, {}))

-- case: varargs keep nils
local function pack(...) return { n = select("#", ...), ... } end
for _, t in ipairs { pack(), pack(nil), pack(1, nil, 3, nil), pack(nil, nil, nil) } do io.write(t.n, " ") end
print()
local function pass(...) return ... end
print(select("#", pass(nil, nil, nil)), (pass(1, 2)), pass(), pass(nil, 5))

-- case: varargs in the middle are cut
local function f(...) return ..., "end" end
print(f(1, 2, 3))
print(f())
local function g(...) local t = { ..., ... } return #t end
print(g(1, 2, 3), g(1))
local function h(...) return (...) end
print(h(4, 5), h())

-- case: varargs, hot
local function sum(...)
  local s = 0
  for i = 1, select("#", ...) do s = s + (select(i, ...) or 0) end
  return s
end
local total = 0
for i = 1, 40 do total = total + sum(i, i * 2, nil, i / 2) + sum() + sum(i) end
print(total, sum(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))

-- case: varargs forwarded through calls, hot
local function last(a, ...) if select("#", ...) == 0 then return a end return last(...) end
local function rev(...)
  if select("#", ...) == 0 then return end
  local function put(x, ...) if select("#", ...) == 0 then return x end return x, put(...) end
  return put(...)
end
for i = 1, 20 do last(1, 2, i) end
print(last(1, 2, 3, "last"), rev(1, nil, 3))

-- case: table of varargs with many values
local t = {}
for i = 1, 200 do t[i] = i end
local function f(...) local a, b, c = ... return select("#", ...), c, (select(200, ...)) end
print(f(unpack(t)))
print(math.max(unpack(t)), math.min(unpack(t)))
print(#{ unpack(t) }, select("#", unpack(t, 5, 10)))

-- case: the main chunk has varargs
print(select("#", ...), ...)

-- case: methods defined with colon and dot
local o = { a = {} }
function o.f(x) return x end
function o:g(x) return self == o, x end
function o.a.f(x) return x * 2 end
function o.a:g(x) return self == o.a, x end
print(o.f(1), o:g(2))
print(o.a.f(3), o.a:g(4))
print(o.g(nil, 5))

-- case: functions as values
local ops = { add = function(a, b) return a + b end, ["sub"] = function(a, b) return a - b end }
print(ops.add(1, 2), ops["sub"](5, 3))
local function apply(f, ...) return f(...) end
print(apply(ops.add, 3, 4), apply(apply, apply, math.max, 1, 5, 2))
print((function(...) return select("#", ...) end)(1, 2, 3))

-- case: recursion
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(20))
local function ack(m, n) if m == 0 then return n + 1 elseif n == 0 then return ack(m - 1, 1) else return ack(m - 1, ack(m, n - 1)) end end
print(ack(2, 5))
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(100), odd(100), even(7))

-- case: tail calls do not grow the stack
local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + n) end
print(loop(200000, 0))
local a, b
function a(n) if n <= 0 then return "done" end return b(n - 1) end
function b(n) return a(n - 1) end
print(a(100001))
local o = {}
function o:run(n) if n == 0 then return self == o end return self:run(n - 1) end
print(o:run(100000))

-- case: a call that is no tail call
local function f(n) if n == 0 then return 0 end return (f(n - 1)) end
print(f(1000))
local function g(n) if n == 0 then return 0 end return 1 + g(n - 1) end
print(g(1000))
local function h(n) if n == 0 then return 1, 2 end local a, b = h(n - 1) return b, a end
print(h(101))

-- case: stack overflow is an error
local function f(n) return 1 + f(n + 1) end
local ok, message = pcall(f, 1)
print(ok, (message:gsub("^(.-:%d+:) stack overflow.*", "%1 stack overflow")))

-- case: stack overflow in mutual recursion and in a method
local o = {}
function o:a(n) return self:b(n + 1) + 1 end
function o:b(n) return self:a(n + 1) + 1 end
for i = 1, 3 do
  local ok, message = pcall(o.a, o, 1)
  print(ok, message:match("stack overflow"))
end

-- case: arguments are evaluated left to right
local log = {}
local function say(x) log[#log + 1] = x return x end
print(say(1), say(2), say(3))
math.max(say(4), say(5) + say(6), say(7))
print(table.concat(log, " "))
local o = { m = function() end }
local function get() log[#log + 1] = "get" return o end
log = {}
get():m(say("x"), say("y"))
print(table.concat(log, " "))

-- case: the function is evaluated before its arguments
local log = {}
local t = setmetatable({}, { __index = function(_, k) log[#log + 1] = k return function() log[#log + 1] = "call" end end })
t.f(t.a, t.b)
print(table.concat(log, " "))

-- case: calling with more arguments than registers hold nicely
local function f(a, b, c, d, e, g, h, i, j, k) return k, j, i, h, g, e, d, c, b, a end
print(f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
print(f(f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)))
for n = 1, 20 do f(n, n, n) end
print(f("x"))

-- case: returning many values
local function many(n) local t = {} for i = 1, n do t[i] = i end return unpack(t) end
print(select("#", many(0)), select("#", many(1)), select("#", many(250)), (select(250, many(250))))
local t = { many(100), many(100) }
print(#t)
print(select("#", many(3), many(3)))

-- case: too many results to unpack
print(pcall(unpack, {}, 1, 1e7))
print(pcall(unpack, {}, 1, 1e8))
print(select("#", unpack({}, 1, 100)), select("#", unpack({}, 5, 4)), unpack({ 1, 2, 3 }, -1, 1))

-- case: argument errors of functions called as methods
print(pcall(function() return ("x"):rep({}) end))
print(pcall(function() return ("x"):rep() end))
print(pcall(function() local s = "x" return s:sub({}) end))
print(pcall(function() return string.rep() end))
print(pcall(function() return io.stdout.write() end))
print(pcall(function() return ("x").rep() end))

-- case: syntax: function without a name
function () end

-- case: syntax: anonymous function as a statement
function(x) return x end

-- case: syntax: local method
local function a.b() end

-- case: syntax: colon in the middle of a name
function a:b.c() end

-- case: syntax: vararg is the last parameter
local function f(..., a) end

-- case: syntax: parameter that is no name
local function f(1) end

-- case: syntax: parameters without commas
local function f(a b) end

-- case: syntax: trailing comma in arguments
print(1, 2,)

-- case: syntax: trailing comma in parameters
local function f(a, b,) end

-- case: syntax: vararg outside a vararg function
local function f() return ... end

-- case: syntax: constructor not closed
local t = { 1, 2

-- case: syntax: constructor not closed on another line
local t = {
  1, 2,
print(t)

-- case: syntax: constructor with two values and no comma
local t = { 1 2 }

-- case: syntax: constructor with two commas
local t = { 1,, 2 }

-- case: syntax: constructor with an assignment to a string
local t = { "a" = 1 }

-- case: syntax: method without a call
local t = {}
local x = t:method

-- case: syntax: field that is no name
local t = {}
print(t.1)

-- case: syntax: index without a closing bracket
local t = {}
print(t[1)

-- case: syntax: literal string called
print("x":rep(3))

-- case: a function that returns itself
local function f(n) if n then return n end return f end
print(f()() == f, f()()(3) == 3, f(5))

-- case: an error with the arguments on several lines
local function f() error("here") end
print(pcall(function()
  f(1,
    2,
    3)
end))
local t = {}
print(pcall(function()
  return t.x
    .y
    .z
end))
print(pcall(function()
  return 1 +
    t
end))

-- case: loops over an array from any first index to any limit, within its bounds and beyond them
local function sum(t, first, last) local s = 0 for i = first, last do s = s + t[i] end return s end
local function shifted(t, first, last, by) local s = 0 for i = first, last do s = s + t[i + by] * t[i] end return s end
local function scale(t, first, last, by) for i = first, last do t[i] = t[i] * by end end
local function count(t, first, last) local n = 0 for i = first, last do if t[i] then n = n + 1 end end return n end
local function rising(t, i, last) local s = 0 while i <= last do s = s + t[i] i = i + 1 end return s end
local function below(t, i, last) local s = 0 while i < last do s = s + t[i] i = i + 1 end return s end
local function found(t, first, last, wanted) for i = first, last do if t[i] == wanted then return i end end return "none" end
local function growing(t, first, last) for i = first, last do t[#t + 1] = t[i] end return #t end
local function shrinking(t, first, last) local s = 0 for i = first, last do s = s + t[i] t[#t] = nil end return s end
local function array(n, step) local t = {} for i = 1, n do t[i] = i * step end return t end
local all = { sum, count, rising, below }
local whole, halves = array(30, 1), array(30, 0.5)
for round = 1, 4 do
  for _, f in ipairs(all) do
    for _, t in ipairs { whole, halves } do
      io.write(f(t, 1, 30), " ", f(t, 5, 20), " ", f(t, 30, 30), " ", f(t, 31, 30), " ", f(t, 20, -5), " ", f(t, 3, 3), "\n")
      if round > 1 then
        local last = f == below and 32 or 31
        print(pcall(f, t, 1, last), pcall(f, t, 0, 10), pcall(f, t, -3, 3), pcall(f, t, 2147483640, 2147483647))
        print(pcall(f, t, -2147483648, -2147483640), pcall(f, t, 25, f == count and 90 or 2147483647), pcall(f, t, 31, 40))
      end
    end
  end
  print(shifted(whole, 1, 29, 1), shifted(halves, 2, 30, -1), shifted(whole, 1, 30, 0), pcall(shifted, whole, 1, 30, 1), pcall(shifted, whole, 1, 5, -1))
  print(pcall(shifted, halves, 1, 3, 2147483647), pcall(shifted, whole, -5, -1, -2147483647), pcall(shifted, whole, 1, 20, -2147483648))
  scale(whole, 1, 30, -1)
  print(pcall(scale, halves, 28, 31, 2), sum(whole, 1, 30), sum(halves, 1, 30))
  print(found(whole, 1, 100, whole[17]), found(halves, 1, 30, 0), found(halves, 20, 2147483647, nil), growing(array(5, round), 1, 20))
  print(pcall(shrinking, array(20, 1.5), 1, 10), pcall(shrinking, array(20, 2), 1, 11))
end
-- case: tables that are made empty have room for what they become, which is more, less or something else by and by
local function list(n, value) local t = {} for i = 1, n do t[#t + 1] = value or i end return t end
local function pair(n) local t = {} t.name, t.next = n, n + 1 for i = 1, n do t[i] = i * i end t.last = n return t end
local function many(n)
  local t = {}
  t.a, t.b, t.c, t.d, t.e, t.f, t.g = 1, 2, 3, 4, 5, 6, 7
  t.h, t.i, t.j, t.k, t.l, t.m, t.n = 8, 9, 10, 11, 12, 13, n
  for i = 1, n do t[i] = -i end
  return t
end
local function shown(t)
  local out = {}
  for key, value in pairs(t) do out[#out + 1] = tostring(key) .. "=" .. tostring(value) end
  table.sort(out)
  return #t .. ": " .. table.concat(out, " ")
end
for round = 1, 40 do list(3) pair(6) many(2) end
for n = 0, 18 do
  local t, p, m = list(n), pair(n), many(n)
  print(shown(t), shown(p), shown(m))
  for _ = 1, n do t[#t] = nil p[#p] = nil end
  for i = 1, 3 do table.insert(t, 1, i) table.insert(p, i) end
  table.remove(t, 1)
  t[2^31], t[0], t[-1] = "big", "zero", "minus"
  m[n + 1], m[1.5] = "next", "half"
  print(shown(t), shown(p), shown(m), next({}), unpack(list(n, false)))
  table.sort(p, function(a, b) return a > b end)
  print(shown(setmetatable(p, { __index = t })), p[7], rawget(p, 7))
end
