-- Closures that are called where they are made, and variables that they share: code need not make them, until somebody else gets hold of them
-- or the code is left. Each function runs often enough to be compiled with all that it calls.

local function each(t, f) for i = 1, #t do f(t[i], i) end end
local function map(t, f)
  local out = {}
  for i = 1, #t do out[i] = f(t[i]) end
  return out
end
local function fold(t, f, value)
  for i = 1, #t do value = f(value, t[i]) end
  return value
end
local function numbers(n)
  local t = {}
  for i = 1, n do t[i] = i end
  return t
end
local function often(f, ...)
  local result
  for _ = 1, 300 do result = f(...) end
  return result
end

-- Variables that are shared, in both directions.
local function statistics(t)
  local sum, count, largest = 0, 0, nil
  each(t, function(x)
    sum, count = sum + x, count + 1
    if largest == nil or x > largest then largest = x end
  end)
  return table.concat({ sum, count, tostring(largest) }, " ")
end
print(often(statistics, numbers(20)), statistics {}, statistics { 0.5 })
-- Left in the middle of the closure: both functions go on with the same variables.
print(statistics { 1, 2, 0.5, 4 }, pcall(statistics, { 1, 2, "x", 4 }))
print(pcall(statistics, { 1, 2, "3", 4 }))
print(statistics { 2147483647, 1 }, statistics { -0.0 }, statistics { 1e300, 1e300 })

-- Nested: a closure in a closure, captures of captures, parameters that are captured and assigned.
local function nested(t, scale)
  local total = 0
  each(t, function(x, i)
    scale = scale + 1
    each(t, function(y) total = total + x * y * scale - i end)
  end)
  return total + scale
end
print(often(nested, numbers(6), 1), nested({ 1, 0.5 }, 2), nested({ 1, 2 }, 0.25))

-- Iterators that are closures.
local function range(from, to)
  local at = from - 1
  return function()
    at = at + 1
    if at <= to then return at, at * at end
  end
end
local function sums(n)
  local a, b = 0, 0
  for i, square in range(1, n) do a, b = a + i, b + square end
  return a .. " " .. b
end
print(often(sums, 15), sums(0), sums(2.5), sums(1))
local function pairsums(n)
  local out = 0
  for i in range(1, n) do
    for j in range(i, n) do
      if j == 4 then break end
      out = out + i * j
    end
  end
  return out
end
print(often(pairsums, 6), pairsums(20))

-- Functions that call themselves, and each other.
local function factorial(n)
  local function go(k, acc)
    if k <= 1 then return acc end
    return go(k - 1, acc * k)
  end
  return go(n, 1)
end
local function parity(n)
  local even, odd
  even = function(k) if k == 0 then return "even" end return odd(k - 1) end
  odd = function(k) if k == 0 then return "odd" end return even(k - 1) end
  return even(n)
end
local function fib(n)
  local calls = 0
  local function f(k)
    calls = calls + 1
    if k < 2 then return k end
    return f(k - 1) + f(k - 2)
  end
  local result = f(n)
  return result .. " in " .. calls
end
print(often(factorial, 10), factorial(25), often(parity, 7), parity(12), fib(12), fib(1))
for _ = 1, 30 do fib(8) end
print(fib(15))

-- Which one it is depends.
local function either(flag, n)
  local state = 10
  local f
  if flag then f = function(x) state = state + x return state end
  else f = function(x) state = state - x return state end end
  local out = 0
  for i = 1, n do out = out + f(i) end
  return out + state
end
local function same(flag)
  local add = 1
  local f = function(x) return x + add end
  if flag then
    add = 2
    f = function(x) return x + add end
  end
  add = add * 10
  return f(1)
end
for i = 1, 100 do either(i % 2 == 0, 5) same(i % 3 == 0) end
print(either(true, 8), either(false, 8), either(true, 0), same(true), same(false))

-- Escapes: kept, returned, compared, put into a table, passed on, and then used from both sides.
local kept = {}
local function escape(how, n)
  local value = n
  local function get() return value end
  local function set(x) value = x end
  set(get() + 1)
  if how == "keep" then kept[#kept + 1] = get kept[#kept + 1] = set end
  set(get() * 2)
  if how == "return" then return get, set end
  if how == "table" then return { get = get, set = set, self = function() return get end } end
  if how == "compare" then return get == get, get == set, rawequal(get, get), get ~= set, set ~= nil end
  value = value + 1
  return get()
end
for i = 1, 200 do escape("no", i) escape("compare", i) end
print(escape("no", 1), escape("compare", 1))
print(escape("keep", 5), kept[1](), kept[2](100), kept[1]())
local get, set = escape("return", 7)
set(get() + 0.5)
print(get(), escape("table", 3).get(), escape("table", 3).self()())
for i = 1, 100 do
  local g, s = escape("return", i)
  s(g() + 1)
  if g() ~= (i + 1) * 2 + 1 then print("wrong", i, g()) end
  local object = escape("table", i)
  object.set(object.get() - 1)
  if object.self()() ~= (i + 1) * 2 - 1 then print("wrong", i, object.get()) end
end

-- Each round of a loop has variables of its own.
local function rounds(n)
  local list = {}
  for i = 1, n do
    local count = i
    list[i] = function() count = count + 1 return count, i end
  end
  local out = {}
  for round = 1, 2 do
    for i = 1, n do
      local a, b = list[i]()
      out[#out + 1] = a .. ":" .. b
    end
  end
  return table.concat(out, " ")
end
print(often(rounds, 4))
local function loops(n)
  local sum = 0
  for i = 1, n do
    local mine = i
    local function bump(by) mine = mine + by end
    bump(1)
    while mine < i + 5 do bump(mine % 2 + 1) end
    sum = sum + mine
  end
  return sum
end
print(often(loops, 10), loops(0))

-- Errors and tracebacks from within, yields from within.
local function failing(n)
  local depth = 0
  local function dig(k)
    depth = depth + 1
    if k == 0 then error("bottom at " .. depth, 2) end
    dig(k - 1)
  end
  local ok, message = pcall(dig, n)
  return tostring(ok) .. " " .. message:gsub("^.-:%d+: ", "") .. " " .. depth
end
local function failsInside(t)
  local at
  local ok, message = pcall(function() each(t, function(x, i) at = i local _ = x.field end) end)
  return tostring(ok) .. " " .. tostring(message):gsub("^.-:%d+: ", "") .. " " .. at
end
print(often(failing, 3), often(failsInside, { {}, {}, 1 }), failsInside { {} })
local function generate(t)
  local seen = 0
  return coroutine.wrap(function()
    each(t, function(x)
      seen = seen + 1
      local got = coroutine.yield(x, seen)
      seen = seen + (got or 0)
    end)
    return "done", seen
  end)
end
for round = 1, 30 do
  local out, next = {}, generate { "a", "b", "c" }
  for i = 1, 4 do
    local a, b = next(i > 1 and i * 10 or nil)
    out[#out + 1] = tostring(a) .. tostring(b)
  end
  if round % 15 == 0 then print(table.concat(out, " ")) end
end
local function yields(n)
  local total = 0
  local function step(i)
    total = total + i
    coroutine.yield(total)
    total = total * 2
  end
  for i = 1, n do step(i) end
  return total
end
for round = 1, 60 do
  local co, out = coroutine.create(yields), {}
  repeat
    local ok, value = coroutine.resume(co, 5)
    out[#out + 1] = tostring(ok) .. " " .. tostring(value)
  until coroutine.status(co) == "dead"
  if round % 30 == 0 then print(table.concat(out, ", ")) end
end

-- Objects whose methods are closures.
local function account(balance)
  local self = {}
  local log = 0
  function self.deposit(x) balance = balance + x log = log + 1 return self end
  function self.withdraw(x)
    if x > balance then return nil, "too little" end
    balance = balance - x
    log = log + 1
    return self
  end
  function self.state() return balance .. "/" .. log end
  return self
end
local function business(n)
  local a = account(n)
  a.deposit(10).deposit(5)
  local ok, why = a.withdraw(1000)
  a.withdraw(n)
  return a.state() .. " " .. tostring(ok) .. " " .. tostring(why)
end
print(often(business, 50), business(0.5))

-- Higher-order functions, partial application, composition.
local function compose(f, g) return function(...) return f(g(...)) end end
local function curry(f, a) return function(b) return f(a, b) end end
local function pipeline(n)
  local add = function(a, b) return a + b end
  local inc, double = curry(add, 1), function(x) return x * 2 end
  local both = compose(inc, compose(double, inc))
  return fold(map(numbers(n), both), add, 0)
end
print(often(pipeline, 8), pipeline(0))
local function varargs(...)
  local n = select("#", ...)
  local function pick(i, ...) return (select(i, ...)) end
  local out = 0
  for i = 1, n do out = out + pick(i, ...) end
  return out
end
print(often(varargs, 1, 2, 3), varargs(0.5), varargs())

-- A closure that is told apart by what it keeps alive only.
local weak = setmetatable({}, { __mode = "k" })
local function remembered(n)
  local x = n
  local function f() x = x + 1 return x end
  f()
  weak[f] = x
  return f()
end
print(often(remembered, 1))
