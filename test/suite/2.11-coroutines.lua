-- Coroutines.
-- case: create, resume, yield, status
local co = coroutine.create(function(a, b)
  print("start", a, b)
  local c = coroutine.yield(a + b)
  print("resumed", c)
  local d, e = coroutine.yield(c * 2)
  print("again", d, e)
  return "done", d
end)
print(coroutine.status(co), type(co))
print(coroutine.resume(co, 1, 2))
print(coroutine.status(co))
print(coroutine.resume(co, 10))
print(coroutine.resume(co, "x", "y"))
print(coroutine.status(co))
print(coroutine.resume(co))

-- case: yields and results of any number of values
local co = coroutine.wrap(function(...)
  local n = select("#", ...)
  while true do n = select("#", coroutine.yield(n, ...)) end
end)
print(co()) print(co()) print(co(1, 2, 3)) print(co(nil, nil)) print(co(nil))
local two = coroutine.wrap(function() coroutine.yield() coroutine.yield(nil) coroutine.yield(nil, nil) return end)
print(select("#", two()), select("#", two()), select("#", two()), select("#", two()))

-- case: wrap raises errors
local f = coroutine.wrap(function() coroutine.yield(1) error("oops") end)
print(f())
print(pcall(f))
print(pcall(f))
local g = coroutine.wrap(function() error({ code = 1 }) end)
local ok, e = pcall(g)
print(ok, type(e), e.code)
print(pcall(g))

-- case: resume returns errors
local co = coroutine.create(function(x) local y; return y.z end)
print(coroutine.resume(co))
print(coroutine.status(co))
print(coroutine.resume(co))
co = coroutine.create(function() error() end)
print(coroutine.resume(co))
co = coroutine.create(function() error("no position", 0) end)
print(coroutine.resume(co))
co = coroutine.create(error)
print(coroutine.resume(co, "direct"))

-- case: status from inside and outside
local co
co = coroutine.create(function()
  print("inside", coroutine.status(co))
  local inner = coroutine.create(function() print("outer from inner", coroutine.status(co)) end)
  print(coroutine.status(inner))
  coroutine.resume(inner)
  print(coroutine.status(inner))
  coroutine.yield()
end)
print(coroutine.status(co))
coroutine.resume(co)
print(coroutine.status(co))
coroutine.resume(co)
print(coroutine.status(co))

-- case: resuming what cannot be resumed
local co
co = coroutine.create(function() return coroutine.resume(co) end)
print(coroutine.resume(co))
local outer
outer = coroutine.create(function()
  local inner = coroutine.create(function() return coroutine.resume(outer) end)
  return coroutine.resume(inner)
end)
print(coroutine.resume(outer))
local dead = coroutine.create(function() end)
coroutine.resume(dead)
print(coroutine.resume(dead))
print(coroutine.resume(dead, 1))

-- case: wrap of a dead or running coroutine
local f
f = coroutine.wrap(function() return pcall(f) end)
print(f())
print(pcall(f))
print(pcall(coroutine.wrap(function() end)))

-- case: argument errors
print(pcall(coroutine.create), pcall(coroutine.create, 1), pcall(coroutine.create, {}))
print(pcall(coroutine.wrap), pcall(coroutine.wrap, "x"))
print(pcall(coroutine.resume), pcall(coroutine.resume, 1), pcall(coroutine.resume, print))
print(pcall(coroutine.status), pcall(coroutine.status, {}))
print(pcall(coroutine.create, setmetatable({}, { __call = print })))

-- case: yield outside a coroutine
print(pcall(coroutine.yield))
print(pcall(coroutine.yield, 1, 2))
coroutine.yield("end")

-- case: library functions as coroutine bodies
print(coroutine.resume(coroutine.create(math.max), 1, 5, 3))
print(coroutine.wrap(string.rep)("ab", 3))
print(coroutine.resume(coroutine.create(pcall), error, "x"))
local co = coroutine.create(coroutine.yield)
print(coroutine.resume(co, 1, 2))
print(coroutine.resume(co, 3, 4))
print(coroutine.status(co))
print(coroutine.resume(coroutine.create(print), "printed"))

-- case: generators in for loops
local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end
local s = 0
for i, sq in range(100) do s = s + sq end
print(s)
for i in range(0) do print("never") end
for i in range(10) do if i > 3 then break end io.write(i, " ") end
print()

-- case: recursive generators
local function walk(t)
  if type(t) == "table" then for _, v in ipairs(t) do walk(v) end else coroutine.yield(t) end
end
local out = {}
for v in coroutine.wrap(function() walk { 1, { 2, { 3, { 4 } } }, { { 5 } }, 6 } end) do out[#out + 1] = v end
print(table.concat(out, " "))

-- case: permutations
local function permgen(a, n)
  n = n or #a
  if n <= 1 then coroutine.yield(a) else
    for i = 1, n do
      a[n], a[i] = a[i], a[n]
      permgen(a, n - 1)
      a[n], a[i] = a[i], a[n]
    end
  end
end
local n = 0
for p in coroutine.wrap(function() permgen { 1, 2, 3, 4 } end) do
  n = n + 1
  if n % 6 == 0 then print(table.concat(p, "")) end
end
print(n)

-- case: producer, filter, consumer
local function producer() return coroutine.create(function() for i = 1, 60 do coroutine.yield(i) end end) end
local function filter(p) return coroutine.create(function()
  while true do
    local ok, v = coroutine.resume(p)
    if not v then return end
    if v % 3 == 0 then coroutine.yield(v * 1.5) end
  end
end) end
local f, s, n = filter(producer()), 0, 0
while true do
  local _, v = coroutine.resume(f)
  if not v then break end
  s, n = s + v, n + 1
end
print(s, n, coroutine.status(f))

-- case: a scheduler of many tasks
local tasks, log = {}, {}
for id = 1, 10 do
  tasks[id] = coroutine.create(function() for k = 1, id do log[#log + 1] = id coroutine.yield() end end)
end
while #tasks > 0 do
  for i = #tasks, 1, -1 do
    coroutine.resume(tasks[i])
    if coroutine.status(tasks[i]) == "dead" then table.remove(tasks, i) end
  end
end
print(#log, table.concat(log, "", 1, 30))

-- case: values passed both ways, hot
local co = coroutine.wrap(function(x)
  local total = 0
  while true do total = total + x x = coroutine.yield(total, x * 2) end
end)
local s = 0
for i = 1, 80 do
  local a, b = co(i < 40 and i or i < 60 and i + 0.5 or tostring(i) + 0)
  s = s + a - b
end
print(s)

-- case: coroutines that keep closures and locals
local function counter(start)
  local n = start
  return coroutine.wrap(function(step) while true do n = n + step step = coroutine.yield(n) end end), function() return n end
end
local a, geta = counter(10)
local b, getb = counter(100)
for i = 1, 30 do a(i) if i % 2 == 0 then b(-1) end end
print(a(0), b(0), geta(), getb())

-- case: deep recursion inside a coroutine
local function sum(n) if n == 0 then coroutine.yield("bottom") return 0 end return n + sum(n - 1) end
local co = coroutine.wrap(sum)
print(co(500))
print(co())
print(coroutine.wrap(function() local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(5000) end)())

-- case: stack overflow inside a coroutine
local function f() return 1 + f() end
local co = coroutine.create(f)
local ok, e = coroutine.resume(co)
print(ok, e:match("stack overflow"), coroutine.status(co))
print(coroutine.wrap(function() return 5 end)())

-- case: coroutines resumed by coroutines, deep
local function nest(n) if n == 0 then return "core" end return coroutine.wrap(function() return nest(n - 1) .. n end)() end
print(nest(50))
local function chain(n) return coroutine.wrap(function() if n > 0 then for v in chain(n - 1) do coroutine.yield(v + 1) end end coroutine.yield(0) end) end
local t = {}
for v in chain(8) do t[#t + 1] = v end
print(table.concat(t, " "))

-- case: errors through several coroutines
local function level(n) return function() if n == 0 then error("deepest", 0) end local ok, e = coroutine.resume(coroutine.create(level(n - 1))) error(e .. n, 0) end end
print(coroutine.resume(coroutine.create(level(5))))
print(pcall(coroutine.wrap(function() coroutine.wrap(function() local t; t.x = 1 end)() end)))

-- case: many coroutines alive at once
local cos, s = {}, 0
for i = 1, 300 do cos[i] = coroutine.wrap(function() local k = i while true do coroutine.yield(k) k = k + 1 end end) end
for round = 1, 3 do for i = 1, 300 do s = s + cos[i]() end end
print(s)

-- case: coroutines that are dropped unfinished
local s = 0
for i = 1, 500 do
  local f = coroutine.wrap(function() for k = 1, 10 do coroutine.yield(k) end end)
  s = s + f() + f()
end
print(s)

-- case: the body returns varargs
local co = coroutine.create(function(...) return ... end)
print(coroutine.resume(co, 1, nil, 3))
print(coroutine.resume(coroutine.create(function(...) return select("#", ...) end), nil, nil))
print(coroutine.wrap(function(...) coroutine.yield(...) return ... end)("a", "b"))

-- case: yield in arguments, constructors, conditions and operators
local co = coroutine.wrap(function()
  local y = coroutine.yield
  local t = { y(1), y(2), x = y(3) }
  local s = y(4) + y(5) * y(6)
  if y(7) == "seven" then s = s .. y(8) end
  return t[1], t[2], t.x, s, (y(9))
end)
co()
local values = { "a", "b", "c", 10, 20, 30, "seven", "eight", "nine" }
for i = 1, 8 do io.write(co(values[i]), " ") end
print(co("nine"))

-- case: yield as a tail call
local function f(n) if n == 0 then return coroutine.yield("tail") end return f(n - 1) end
local co = coroutine.create(f)
print(coroutine.resume(co, 100))
print(coroutine.resume(co, "r1", "r2"))
print(coroutine.status(co))

-- case: the same function in many coroutines, with types that differ
local function body(x) local s = x for i = 1, 12 do s = s + coroutine.yield(s) end return s end
local function run(x, d)
  local co = coroutine.create(body)
  local last
  coroutine.resume(co, x)
  for i = 1, 12 do _, last = coroutine.resume(co, d) end
  return last
end
print(run(1, 1), run(0.5, 1), run(2147483647, 1), run(1, 0.25), run("1", 2), run(2 ^ 53, -1))

-- case: suspended in code that is given up
local function f(a)
  local s = 0
  for i = 1, 40 do
    s = s + a[i % 4 + 1]
    if i % 10 == 0 then coroutine.yield(s) end
  end
  return s
end
local a = { 1, 2, 3, 4 }
local cos = {}
for i = 1, 4 do cos[i] = coroutine.wrap(f) end
for i = 1, 4 do io.write(cos[i](a), " ") end
a[2] = 0.5
for i = 1, 4 do io.write(cos[i](a), " ") end
a[3] = "10"
for i = 1, 4 do io.write(cos[i](), " ") end
a[4] = 2 ^ 40
for i = 1, 4 do io.write(cos[i](), " ") end
for i = 1, 4 do io.write(cos[i](), " ") end
print()

-- case: coroutine as a value
local co = coroutine.create(print)
local t = { [co] = "found" }
print(t[co], co == co, co == coroutine.create(print), type(co), tostring(co):match("^thread: ") )
print(pcall(function() return co + 1 end))
print(pcall(function() return co.x end))
print(pcall(function() return co() end))
print(pcall(function() return #co end))

-- case: pcall inside a coroutine, around things that do not yield
local co = coroutine.wrap(function()
  local ok, e = pcall(error, "caught", 0)
  coroutine.yield(e)
  ok, e = pcall(function() local n; n() end)
  coroutine.yield(ok)
  error("uncaught", 0)
end)
print(co(), co(), pcall(co))

-- case: error values of all types from coroutines
for _, v in ipairs { 1, "s", true } do print(coroutine.resume(coroutine.create(function() error(v, 0) end))) end
local t = {}
print(select(2, coroutine.resume(coroutine.create(function() error(t) end))) == t)
print(coroutine.resume(coroutine.create(function() error(nil) end)))

-- case: exchange with resume inside hot function
local function step(co, v) local ok, r = coroutine.resume(co, v) return r end
local co = coroutine.create(function(v) while true do v = coroutine.yield(v and v * 2) end end)
local s = 0
for i = 1, 60 do s = s + (step(co, i) or 0) end
print(s)
print(step(co, nil), step(co, 0.5), step(co, false))

-- case: sorting with coroutines between
local function merge(a, b)
  return coroutine.wrap(function()
    local x, y = a(), b()
    while x or y do
      if not y or (x and x <= y) then coroutine.yield(x) x = a() else coroutine.yield(y) y = b() end
    end
    while true do coroutine.yield(nil) end
  end)
end
local function list(t) local i = 0 return function() i = i + 1 return t[i] end end
local m, out = merge(list { 1, 4, 7, 7 }, merge(list { 2, 5 }, list { 0, 3, 9 })), {}
for v in m do out[#out + 1] = v end
print(table.concat(out, " "))

-- case: recursion in a coroutine, to a depth that it is not expected to have room for
local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
local co = coroutine.create(function(n)
  while true do n = coroutine.yield(depth(n)) end
end)
for _, n in ipairs { 5, 500, 50, 4000, 0, 4000 } do print(n, coroutine.resume(co, n)) end

-- case: yields from deep recursion, and what returns through it
local function walk(n)
  if n == 0 then return coroutine.yield("bottom") end
  coroutine.yield(n)
  local a, b, c = walk(n - 1)
  return a, (b or 0) + 1, c
end
local co, sum = coroutine.create(function() return walk(1500) end), 0
while true do
  local ok, v = coroutine.resume(co)
  if v == "bottom" then break end
  sum = sum + v
end
print(sum, coroutine.resume(co, "x", 0, "z"))
print(coroutine.status(co))

-- case: errors from deep recursion in a coroutine, caught deep, at its beginning and not at all
local function fail(n) if n == 0 then error("deep", 0) end fail(n - 1) return n end
local function catch(n) if n == 0 then return pcall(fail, 300) end return (catch(n - 1)) end
print(coroutine.wrap(function()
  local caught = catch(900)
  local ok, e = pcall(fail, 2000)
  local handled, trace = xpcall(function() fail(1500) end, function(m) return m .. "!" end)
  coroutine.yield()
  return caught, ok, e, handled, trace
end)())
for n = 0, 2000, 400 do
  local co = coroutine.create(fail)
  print(coroutine.resume(co, n))
  print(coroutine.status(co), coroutine.resume(co))
end

-- case: a stack overflow in a coroutine is an error, after which it goes on
local function forever() return 1 + forever() end
local co = coroutine.create(function()
  local ok, e = pcall(forever)
  coroutine.yield(ok, (e:gsub("^.-:%d+: ", "")))
  return (xpcall(forever, function(m) return m end))
end)
print(coroutine.resume(co))
print(coroutine.resume(co))

-- case: many arguments for functions in coroutines
local t = {}
for i = 1, 5000 do t[i] = i end
local function count(n, ...) if n == 0 then return select("#", ...), (select(-1, ...)) end return count(n - 1, ...) end
local function nested(n, ...) if n == 0 then return select("#", ...) end return 1 + nested(n - 1, ...) end
local others = {}
for i = 1, 20 do others[i] = coroutine.wrap(function() local a = i while true do coroutine.yield(a) a = a + 1 end end) end
for round = 1, 3 do
  print(coroutine.resume(coroutine.create(function() return count(3, unpack(t)) end)))
  print(coroutine.resume(coroutine.create(function() return nested(20, unpack(t)) end)))
  for i = 1, 20 do assert(others[i]() == i + round - 1) end
end

-- case: handlers, iterators and callbacks deep in a coroutine
local mt = { __add = function(a, b) return a.v + b.v end, __index = function(_, k) return k .. "?" end,
             __lt = function(a, b) return a.v < b.v end, __tostring = function(o) return "<" .. o.v .. ">" end }
local function deep(n, f) if n == 0 then return f() end return (deep(n - 1, f)) end
local function work()
  local a, b = setmetatable({ v = 3 }, mt), setmetatable({ v = 4 }, mt)
  local list = { b, a, setmetatable({ v = 1 }, mt) }
  table.sort(list, function(x, y) coroutine.running() return x < y end)
  local text = ("x y z"):gsub("%a", function(c) return tostring(list[1]) .. c end)
  return a + b .. a.missing .. text
end
for n = 0, 600, 37 do print(n, coroutine.wrap(function() return deep(n, work) end)()) end

-- case: coroutines that begin others from deep recursion
local function chain(n, level)
  if level == 0 then return 1 end
  if n > 0 then return (chain(n - 1, level)) + 1 end
  return coroutine.wrap(chain)(300, level - 1) + 1
end
print(chain(300, 6))
