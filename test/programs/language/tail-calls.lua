-- Proper tail calls: in constant stack, a million deep; self, mutual, with varargs, through upvalues and methods, in hot code.
-- Usage: tail-calls.lua [calls instead of a million]
local million = tonumber(arg and arg[1]) or 1000000
local many_calls = math.floor(million / 5)
local function count(n, acc)
  if n == 0 then return acc end
  return count(n - 1, acc + 1)
end
print(count(10, 0), count(million, 0))
local even, odd
function even(n) if n == 0 then return "even" end return odd(n - 1) end
function odd(n) if n == 0 then return "odd" end return even(n - 1) end
print(even(million), odd(million + 1), even(7))
local function many(n, ...)
  if n == 0 then return select("#", ...), ... end
  return many(n - 1, ...)
end
print(many(many_calls, 1, nil, "three", 4, 5, 6))
local function shift(n, a, b, c, d, e)
  if n == 0 then return a, b, c, d, e end
  return shift(n - 1, b, c, d, e, a)
end
print(shift(many_calls + 1, 1, 2, 3, 4, 5))
local object = { total = 0 }
function object:run(n)
  if n <= 0 then return self.total end
  self.total = self.total + n
  return self:run(n - 1)
end
print(object:run(many_calls))

-- Each activation has a loop of its own, hot enough for OSR.
local function loops(n, acc)
  for i = 1, 40 do acc = acc + i % 3 end
  if n == 0 then return acc end
  return loops(n - 1, acc)
end
print(loops(math.min(30000, many_calls), 0))
local function longLoops(n, acc)
  for i = 1, 3000 do acc = acc + i % 3 end
  if n == 0 then return acc end
  return longLoops(n - 1, acc)
end
print(longLoops(math.min(3000, many_calls), 0))

-- Inlined tail callees that end in tail calls; tail calls inside calls that are not.
local function step(n, acc) return count(n, acc) end
local sum = 0
for i = 1, 3000 do sum = sum + step(i % 20, i) end
print(sum)
local function first(...) return (...) end
local function pass(...) return first(...) end
local function both(a, b) return pass(b, a), pass(a) end
local x = 0
for i = 1, 3000 do
  local p, q = both(i, -i)
  x = x + p * 2 + q
end
print(x)

-- State machines by tail calls, callees that vary, guards that fail on the way.
local states = {}
function states.a(n, log) if n == 0 then return log end return states[n % 3 == 0 and "b" or "a"](n - 1, log + 1) end
function states.b(n, log) if n == 0 then return log end return states[n % 2 == 0 and "a" or "c"](n - 1, log + 0.5) end
function states.c(n, log) if n == 0 then return log end return states.a(n - 1, n == 5000 and tostring(log) or log) end
print(states.a(many_calls, 0))

-- Builtins, callable tables, errors and what is no function in tail position.
local function length(...) return select("#", ...) end
local function protected(f, ...) return pcall(f, ...) end
print(length(1, nil), protected(length, 1, 2, 3), protected(error, "E", 0))
local callable = setmetatable({}, { __call = function(_, a, b) return b, a end })
local function through(a, b) return callable(a, b) end
for _ = 1, 100 do through(1, 2) end
print(through("x", "y"))
local function bad(t) return t.missing(1) end
local function bad2(t) return t(1) end
print(pcall(bad, {}), pcall(bad2, 5))
for _ = 1, 100 do pcall(bad, {}) end
print(pcall(bad, {}))

-- In coroutines, with yields on the way.
local function generator(n)
  if n == 0 then return "done" end
  coroutine.yield(n)
  return generator(n - 1)
end
local co, seen = coroutine.wrap(generator), 0
local value = co(20000)
while value ~= "done" do seen = seen + value value = co() end
print(seen, value)

-- Closures made on the way keep their own variables.
local function collect(n, list)
  local mine = n
  list[#list + 1] = function() mine = mine + 1 return mine end
  if n == 1 then return list end
  return collect(n - 1, list)
end
local list = collect(200, {})
print(#list, list[1](), list[1](), list[200](), list[100]())
