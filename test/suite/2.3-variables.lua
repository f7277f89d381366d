-- Variables: global, local, fields; scoping and visibility.
-- case: globals begin as nil
print(undefined_name, undefined_name == nil)
defined_name = 1
print(defined_name)
defined_name = nil
print(defined_name)

-- case: a local hides a global and another local
x = "global"
local x = x .. "/outer"
do
  local x = x .. "/inner"
  print(x)
  local x = x .. "/again"
  print(x)
end
print(x)

-- case: the scope of a local starts after its statement
local x = 10
local x = x + 1
print(x)
local x, y = x + 1, x
print(x, y)
local f = function() return f end
print(f())

-- case: a local function sees itself, a function in a local does not
local function fact(n) if n < 2 then return 1 end return n * fact(n - 1) end
print(fact(10))
local other = function(n) return type(other) end
print(other())
fact2 = function(n) if n < 2 then return 1 end return n * fact2(n - 1) end
print(fact2(10))

-- case: assigning a global from a function
local function set() counter = (counter or 0) + 1 end
for i = 1, 50 do set() end
print(counter)
counter = "text"
print(pcall(set))

-- case: globals change type while hot
value = 0
local function step(d) value = value + d end
for i = 1, 30 do step(1) end
print(value)
for i = 1, 30 do step(0.5) end
print(value)
value = "7"
step(1)
print(value, type(value))
value = nil
print(pcall(step, 1))

-- case: closures share a variable
local function pair()
  local n = 0
  return function() n = n + 1 return n end, function(v) n = v end, function() return n end
end
local inc, set, get = pair()
inc() inc()
print(get())
set("x")
print(get(), pcall(inc))
set(5)
print(inc(), get())

-- case: each evaluation makes a new variable
local fs = {}
for i = 1, 5 do
  local j = i * 10
  fs[i] = function() j = j + 1 return i, j end
end
for i = 1, 5 do print(fs[i]()) end
print(fs[3]())
print(fs[1] == fs[2])

-- case: closures in while and repeat loops
local fs, i = {}, 0
while i < 4 do i = i + 1 local k = i fs[#fs + 1] = function() k = k + i return k end end
repeat local k = i fs[#fs + 1] = function() k = k + 1 return k end i = i - 1 until k < 3
for n = 1, #fs do io.write(fs[n](), " ", fs[n](), " ") end
print()

-- case: until sees the locals of the body
local i = 0
repeat local done = i == 3 i = i + 1 until done
print(i)
local n = 0
repeat local f = function() return n end n = n + 1 until f() >= 5
print(n)

-- case: closures over the loop variable are per iteration
local fs = {}
for i = 1, 3 do fs[i] = function(d) if d then i = i + d end return i end end
fs[1](100)
print(fs[1](), fs[2](), fs[3]())
for k, v in ipairs { "a", "b" } do fs[k] = function() return k .. v end end
print(fs[1](), fs[2]())

-- case: assigning the loop variable does not change the loop
for i = 1, 4 do local j = i i = i * 10 io.write(j, ":", i, " ") end
print()
for i = 1, 20 do if i % 5 == 0 then i = 100 io.write(i, " ") end end
print()

-- case: break keeps what closures captured
local f
for i = 1, 10 do
  local x = i * 2
  f = function() return i, x end
  if i == 4 then break end
end
print(f())
while true do local y = 7 f = function() y = y + 1 return y end break end
print(f(), f())

-- case: captured parameters
local function adder(a, b) return function(c) a = a + (c or 0) return a + b end end
local f, g = adder(1, 2), adder(10, 20)
print(f(), f(1), f(1), g(), g(5), f())

-- case: captured varargs are not visible in inner functions
local function outer(...)
  local a, b = ...
  local n = select("#", ...)
  return function() return a, b, n end
end
print(outer(1, 2, 3)())
print(loadstring("function f(...) return function() return ... end end"))

-- case: deep nesting of closures
local function level1()
  local a = 1
  return function()
    local b = a + 1
    return function()
      local c = a + b
      return function() a = a + 1 b = b + 1 c = c + 1 return a, b, c end
    end
  end
end
local f = level1()()()
for i = 1, 3 do print(f()) end
local g = level1()()
print(g()(), g()())

-- case: a closure modified behind an expression
local x = 1
local function bump() x = x + 10 return x end
print(x + bump() + x, x)
print(x .. bump() .. x)
local t = { x, bump(), x }
print(t[1], t[2], t[3])

-- case: a local read before a call changes it
local function run()
  local x = 1
  local function set(v) x = v return 0 end
  return x + set(5), x, x + set(7) + x
end
print(run())
for i = 1, 20 do run() end
print(run())

-- case: upvalues of upvalues while hot
local total = 0
local function outer()
  local n = 0
  local function inner(k) n = n + k total = total + n return n end
  for i = 1, 20 do inner(i) end
  return n
end
for i = 1, 10 do outer() end
print(total, outer(), total)

-- case: shadowed parameters
local function f(a, a) return a end
print(f(1, 2))
local function g(a) local a = a or "default" return a end
print(g(), g(1), g(false))
local function h(x) do local x = 2 x = 3 end return x end
print(h(1))

-- case: many locals
local source = {}
for i = 1, 199 do source[i] = "local a" .. i .. " = " .. i end
source[200] = "return a1 + a100 + a199"
print(loadstring(table.concat(source, "\n"))())

-- case: too many local variables
local source = {}
for i = 1, 201 do source[i] = "local a" .. i end
print(loadstring(table.concat(source, "\n")))
print(loadstring("function f() " .. table.concat(source, " ") .. " end"))

-- case: many upvalues
local source = {}
for i = 1, 60 do source[i] = "local u" .. i .. " = " .. i end
source[61] = "return function() return u1"
for i = 2, 60 do source[#source + 1] = " + u" .. i end
source[#source + 1] = " end"
print(loadstring(table.concat(source, "\n"))()())

-- case: too many upvalues
local source = {}
for i = 1, 61 do source[i] = "local u" .. i .. " = " .. i end
source[62] = "return function() return u1"
for i = 2, 61 do source[#source + 1] = " + u" .. i end
source[#source + 1] = " end"
print(loadstring(table.concat(source, "\n")))

-- case: fields and indices are the same
local t = {}
t.x = 1
t["y"] = 2
t["a b"] = 3
print(t["x"], t.y, t["a b"], t.z)
local k = "x"
print(t[k], t.k)

-- case: indexing what has no index
local function try(f) print(pcall(f)) end
local n, b, f = nil, true, print
try(function() return n.x end)
try(function() return b.x end)
try(function() return f.x end)
try(function() return (1).x end)
try(function() return ("s").x end)
try(function() local t = {} return t.a.b end)
try(function() local t = {} return t.a.b.c end)
try(function() return undefined.x end)
try(function() n.x = 1 end)
try(function() local t = {} t.a.b = 1 end)
try(function() undefined.x = 1 end)
try(function() local t = {} t[nil] = 1 end)
try(function() local t = {} t[0 / 0] = 1 end)
try(function() local t = {} return t[nil], t[0 / 0] end)

-- case: calling what is no function
local function try(f) print(pcall(f)) end
local n, t = nil, {}
try(function() n() end)
try(function() t() end)
try(function() t.x() end)
try(function() t.x.y() end)
try(function() t:method() end)
try(function() undefined() end)
try(function() ("s")() end)
try(function() (1)() end)
try(function() t[1]() end)
try(function() string.nothing() end)
try(function() ("x"):nothing() end)
try(function() t.a = 5 t.a() end)
try(function() return n() end)
try(function() return t.x(1, 2) end)

-- case: what upvalues are called in messages
local t, n, s
local function a() return t.x end
local function b() return n + 1 end
local function c() return s .. "x" end
local function d() t() end
for _, f in ipairs { a, b, c, d } do print(pcall(f)) end

-- case: what is named after a conditional
local a, b
print(pcall(function() return (a or b).x end))
print(pcall(function() return (a and b) + 1 end))
print(pcall(function() local c = a or b return c.x end))
print(pcall(function() return (a or b)() end))

-- case: method call on nil and on missing methods names the method
local account = { balance = 1 }
print(pcall(function() account:deposit(5) end))
print(pcall(function() account.balance:deposit(5) end))
print(pcall(function() local a; a:deposit(5) end))
print(pcall(function() global_account:deposit(5) end))

-- case: globals named like library functions
local old = print
print = function(...) old("mine", ...) end
print(1, 2)
print = old
type = nil
print(type, pcall(function() return type(1) end))

-- case: library tables can be changed
string.twice = function(s) return s .. s end
print(("ab"):twice())
math.double = function(x) return x * 2 end
print(math.double(21))
local floor = math.floor
math.floor = function(x) return "floored " .. floor(x) end
print(math.floor(2.5))

-- case: a hot function after its global is replaced
function helper(x) return x + 1 end
local function use(n) local s = 0 for i = 1, n do s = s + helper(i) end return s end
print(use(30), use(30))
helper = function(x) return x * 2 end
print(use(30))
helper = math.sqrt
print(use(3))
helper = nil
print(pcall(use, 3))
