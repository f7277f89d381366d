-- Hot loops over coroutine.wrap run the coroutine's body in place, without a stack, as long as nobody can tell. Here somebody can, each time in
-- another way: the frame is left in the body or in the loop, the coroutine escapes, dies, fails, is asked for, or calls something.
local yield, resume, wrap, create = coroutine.yield, coroutine.resume, coroutine.wrap, coroutine.create
local status, running = coroutine.status, coroutine.running
local ROUNDS = 70

function scale(x) return x * 2 end -- global, and so constant for compiled code until it is assigned

local function show(...)
  local texts = {}
  for index = 1, select("#", ...) do texts[index] = tostring((select(index, ...))) end
  print(table.concat(texts, " "))
end

-- Rounds of `body`, whose numbers are added up; `odd` rounds get something else.
local function repeated(name, body, odd)
  local sum = 0
  for round = 1, ROUNDS do sum = sum + body(round % 9, round) end
  if odd ~= nil then sum = sum + body(odd, ROUNDS + 1) + body(odd, ROUNDS + 2) end
  for round = 1, 5 do sum = sum + body(round, round) end
  show(name, sum)
end

-- The plain case, in the function itself and through one that is inlined; ints at first, then doubles, then strings that are numbers.
local function range(n, step) return wrap(function() for i = 1, n, step or 1 do yield(i) end end) end
repeated("range", function(n) local s = 0 for x in range(n) do s = s + x end return s end, 4.5)
repeated("steps", function(n) local s = 0 for x in range(n * 2, 2) do s = s + x end return s end, "7")
repeated("squares", function(n)
  local s = 0
  for x, y, z in wrap(function() for i = 1, n do yield(i, i * i) end end) do s = s + x * y + (z or 1) end
  return s
end, 3.25)

-- What the loop passes: first the arguments, then what yield returns.
repeated("passed", function(n, round)
  local s = 0
  for control, seen in wrap(function(state, first)
    local count, got, again = 0, state, first
    while count < n do
      count = count + 1
      got, again = yield(count, (got or 0) + (again or 0))
    end
  end), round, round + 1 do
    s = s + control + seen
  end
  return s
end, 2.5)

-- Yields in a condition, in loops in loops, before a loop and behind it; none at all.
repeated("filter", function(n)
  local s = 0
  for x in wrap(function() for i = 1, n do if i % 3 ~= 0 then yield(i) end end end) do s = s + x end
  return s
end)
repeated("nested", function(n)
  local s = 0
  for x, y in wrap(function() for i = 1, n do for j = i, n do yield(i, j) end end end) do s = s + x * 10 + y end
  return s
end, 3.5)
repeated("several", function(n)
  local s, order = 0, 1
  for x in wrap(function() yield(100) for i = 1, n do yield(i) yield(-i / 2) end yield(1000) end) do
    s = s + x * order
    order = order + 1
  end
  return s
end, 2.5)
repeated("either", function(n)
  local s = 0
  for x in wrap(function() for i = 1, n do if i % 2 == 0 then yield(i) else yield(-i) end end end) do s = s + x end
  return s
end)
repeated("none", function(n)
  local s = n
  for x in wrap(function() s = s + 1 end) do s = s + x end
  return s
end)

-- Generators of generators.
local function map(source, f) return wrap(function() for x in source do yield(f(x)) end end) end
local function filter(source, accepts) return wrap(function() for x in source do if accepts(x) then yield(x) end end end) end
local function take(source, n)
  return wrap(function()
    local count = 0
    for x in source do
      count = count + 1
      if count > n then return end
      yield(x)
    end
  end)
end
repeated("pipeline", function(n)
  local s = 0
  for x in filter(map(range(n), function(x) return x * 3 % 7 end), function(x) return x % 2 == 0 end) do s = s + x end
  return s
end, 6.5)
repeated("take", function(n)
  local s = 0
  for x in take(map(range(100), function(x) return x + n end), 5) do s = s + x end
  return s
end, 0.5)
repeated("pairs", function(n)
  local s, list = 0, {}
  for i = 1, n do list[i] = i * i end
  for i, v in wrap(function() for i, v in ipairs(list) do yield(i, v) end end) do s = s + i * v end
  for k, v in wrap(function() for k, v in pairs(list) do yield(k, v) end end) do s = s + k + v end
  return s
end)

-- Variables that both sides assign; objects that nobody else sees, and such that are kept.
local kept
repeated("shared", function(n)
  local s, calls = 0, 0
  for x in wrap(function() for i = 1, n do calls = calls + 1 yield(i + s) end end) do s = s + x % 5 calls = calls + 10 end
  return s + calls
end)
repeated("objects", function(n, round)
  local s = 0
  for point in wrap(function() for i = 1, n do yield({ x = i, y = s }) end end) do
    s = s + point.x - point.y % 3
    if round == ROUNDS then kept = point end
  end
  return s
end)
repeated("closures", function(n)
  local s = 0
  for f in wrap(function() for i = 1, n do yield(function(x) return x + i end) end end) do s = s + f(s % 4) end
  return s
end)
repeated("lists", function(n)
  local s = 0
  for text, list in wrap(function()
    local list = {}
    for i = 1, n do
      list[#list + 1] = i
      yield("n" .. i, list)
    end
  end) do s = s + #text + #list end
  return s
end)
show(kept.x, kept.y)

-- The loop is left, and the function is called by others, in another loop, or in the loop's own body.
repeated("left", function(n, round)
  local next_one = range(9)
  local s = 0
  for x in next_one do s = s + x if x >= n then break end end
  for x in next_one do s = s + x * 10 if round % 7 == 0 then break end end
  local ok, x = pcall(next_one)
  return s + (ok and x or #tostring(x))
end, 2)
repeated("called", function(n)
  local next_one = range(n * 2)
  local s = 0
  for x in next_one do s = s + x * (next_one() or 1) end
  return s
end)
local escaped
repeated("escaped", function(n, round)
  local s = 0
  local next_one = range(n)
  for x in next_one do
    s = s + x
    if round == ROUNDS and x == 2 then escaped = next_one end
  end
  return s
end)
show(pcall(escaped))
repeated("nil", function(n)
  local next_one = wrap(function() for i = 1, n do yield(i ~= 3 and i or nil, i) end end)
  local s = 0
  for x in next_one do s = s + x end
  local _, x, i = pcall(next_one)
  return s + (i or #tostring(x))
end)
repeated("itself", function(n)
  local s, g = 0
  g = wrap(function()
    for i = 1, n do
      if i == 5 then s = s + #select(2, pcall(g)) end
      yield(i)
    end
  end)
  for x in g do s = s + x end
  return s
end)
repeated("its own state", function(n)
  local s = 0
  local g = wrap(function(me) for i = 1, n do me = yield(i, me) end end)
  for x, me in g, g do s = s + x + (me == g and 1 or 0) end
  return s
end)

-- What the body returns is delivered once; then there is nothing to resume.
local function last(n) for _ in wrap(function() for i = 1, n do yield(i) end return "last" end) do n = n + 1 end end
for round = 1, ROUNDS do
  local ok, problem = pcall(last, round % 5)
  if round % 23 == 0 then show(ok, problem) end
end

-- Errors: in the body, in a function that it has inlined, in the loop.
local function failing(n, bad)
  local s = 0
  for x in wrap(function()
    for i = 1, n do
      if i == bad then error("bad " .. i) end
      yield(i)
    end
  end) do s = s + x end
  return s
end
local function adding(n, what)
  local s = 0
  for x in wrap(function() for i = 1, n do yield(i == 6 and i + what or i) end end) do s = s + x end
  return s
end
local function checked(x, i) if x == i then error({ i }, 2) elseif x == -i then error("level two", 2) end return i end
local function checking(n, bad)
  local s = 0
  for x in wrap(function() for i = 1, n do yield(checked(bad, i)) end end) do s = s + x end
  return s
end
local function outside(n, bad)
  local s = 0
  for x in range(n) do s = s + (x ~= bad and x or nil) end
  return s
end
for round = 1, ROUNDS do
  pcall(failing, round % 9, round % 11 == 0 and 4)
  if round > ROUNDS - 5 then show(pcall(failing, 8, round % 5 + 1)) end
end
for round = 1, ROUNDS do adding(round % 9, 1) end
show(pcall(adding, 7, 0.5))
show(pcall(adding, 7, {}))
show(pcall(adding, 7))
for round = 1, ROUNDS do checking(round % 9, 0) end
show(pcall(checking, 7, -3))
show(type(select(2, pcall(checking, 7, 3))))
for round = 1, ROUNDS do outside(round % 9) end
show(pcall(outside, 7, 5))
show(xpcall(function() return adding(7, false) end, function(problem) return "handled: " .. problem end))

-- Who runs, and what it calls.
local function who(n)
  local s, inside = 0
  for x in wrap(function()
    for i = 1, n do
      if i == 4 then inside = running() end
      yield(i)
    end
  end) do s = s + x end
  return s, inside and status(inside), inside ~= running()
end
for round = 1, ROUNDS do who(round % 4) end
show(who(3))
show(who(5))
local outer
local function normal(n)
  local s = 0
  for x in wrap(function() for i = 1, n do yield(#status(outer)) end end) do s = s + x end
  return s
end
outer = create(function() for round = 1, ROUNDS do normal(round % 5) end show(normal(3)) end)
show(resume(outer))
repeated("calls", function(n)
  local s = 0
  for x in wrap(function() for i = 1, n do yield(math.max(i, scale(i), (string.rep("x", i)):len())) end end) do s = s + x end
  return s
end)
local vector = {}
vector.__index = function(self, key) return #key + rawget(self, 1) end
vector.__add = function(a, b) return a[1] + b + (status(running()) == "running" and 100 or 0) end
repeated("handlers", function(n, round)
  local s = 0
  local v = setmetatable({ n }, vector)
  for x in wrap(function() for i = 1, n do yield(round > ROUNDS and v.missing + (v + i) or i) end end) do s = s + x end
  return s
end, 4)

-- Yields from functions that the body calls, inlined or recursive.
local function give(x) yield(x) return x end
repeated("from a function", function(n)
  local s = 0
  for x in wrap(function() for i = 1, n do s = s + give(i) end end) do s = s + x end
  return s
end)
local function walk(low, high)
  if low > high then return end
  local middle = math.floor((low + high) / 2)
  walk(low, middle - 1)
  yield(middle)
  walk(middle + 1, high)
end
repeated("recursive", function(n)
  local s = 0
  for x in wrap(function() walk(1, n) end) do s = s * 2 % 1001 + x end
  return s
end)
repeated("tail", function(n)
  local s = 0
  for x in wrap(function(k) return yield(k + n) end), 3 do s = s + x if x == 3 then break end end
  return s
end)

-- The loop's own function yields, for real; and it is in a loop itself, whose code is entered in the middle.
local function passing(n) return wrap(function() for x in range(n) do yield(x * 2) end end) end
local function collected(n)
  local parts = {}
  for x in passing(n) do parts[#parts + 1] = x end
  return table.concat(parts, ",")
end
for round = 1, ROUNDS do collected(round % 9) end
show(collected(6))
local stream = wrap(function()
  local s = 0
  for round = 1, ROUNDS do
    for x in range(round % 6) do
      s = s + x
      if x == 3 then yield(s) end
    end
  end
  return "done"
end)
local streamed = 0
repeat
  local x = stream()
  streamed = streamed + (tonumber(x) or 0.5)
  collectgarbage()
until x == "done"
show(streamed)

-- What the code relied on changes, while the body is suspended, and while it runs.
local function relying(n, at)
  local s = 0
  for x in wrap(function()
    for i = 1, n do
      if i == at then function scale(x) return x * 3 end end
      yield(scale(i))
    end
  end) do
    s = s + scale(x)
    if x == at then function scale(x) return x * 5 end end
  end
  return s
end
for round = 1, ROUNDS do relying(round % 9) end
show(relying(8, 6), relying(8, 4), relying(8, 10), relying(8))

-- More loops than one over coroutines of one function, and more virtual objects than fit.
repeated("zip", function(n)
  local s = 0
  for x in range(n) do
    local t = 0
    for y in range(x) do t = t + y * x end
    s = s + t
  end
  return s
end, 5.5)
repeated("merged", function(n, round)
  local g
  if round % 2 == 0 then g = range(n) else g = range(n + 1) end
  local s = 0
  for x in g do s = s + x end
  return s
end)
repeated("different", function(n, round)
  local g
  if round % 2 == 0 then g = range(n) else g = map(range(n), scale) end
  local s = 0
  for x in g do s = s + x end
  return s
end)

-- Builtins and helpers are called from a body that has no stack: they fail, call handlers, and hand back what they are asked for.
repeated("library", function(n, round)
  local s, list, texts = 0, {}, {}
  for text, size in wrap(function()
    for i = 1, n do
      texts[i] = ("x"):rep(i * 20) .. string.format("%03d", i) .. "and so on, for some more characters than fit"
      table.insert(list, i)
      yield(table.concat({ i, round, tostring(i) }, "-"), #texts[i])
    end
  end) do s = s + #text + size end
  return s + #list
end)
local caught = {}
local handlers = {
  __add = function(a, b) caught[#caught + 1] = running() and "in" or "out" return (type(a) == "table" and a.n or a) + b end,
  __concat = function(a, b) caught[#caught + 1] = status(running()) return "joined" end,
  __lt = function(a, b) return a.n < b.n end,
  __index = function(t, key) caught[#caught + 1] = key return running() and #key end,
  __newindex = function(t, key, value) caught[#caught + 1] = key rawset(t, key, value) end,
  __tostring = function(t) caught[#caught + 1] = running() and "named" return "n = " .. t.n end,
  __call = function(t, x) return running() and x * 2 end,
  __unm = function(t) error("unm " .. t.n, 2) end,
}
local function handled(n, object)
  local s = 0
  for x, text in wrap(function()
    for i = 1, n do
      local v = object + i
      if object ~= 1 then object[i] = v + object.missing end
      yield(v, object .. ":" .. i)
    end
  end) do s = s + x + #text end
  return s
end
local object = setmetatable({ n = 3 }, handlers)
for round = 1, ROUNDS do pcall(handled, round % 7, 1) end
show(pcall(handled, 6, object))
show(table.concat(caught, " "))
caught = {}
local function many(n, object, other)
  local s = 0
  for x, text in wrap(function()
    for i = 1, n do
      local bigger = object < other
      yield(bigger and i or -i, tostring(object))
      if i == 4 and object ~= 1 then yield(object(i), -object) end
    end
  end) do s = s + x + #text end
  return s
end
for round = 1, ROUNDS do pcall(many, round % 7, 1, 2) end
show(pcall(many, 6, object, setmetatable({ n = 5 }, handlers)))
show(table.concat(caught, " "))
local function formatted(n, form)
  local s = 0
  for text in wrap(function()
    for i = 1, n do yield(string.format(form, i) .. ("y"):rep(i)) end
  end) do s = s + #text end
  return s
end
for round = 1, ROUNDS do formatted(round % 9, "%5d") end
show(formatted(8, "%-7d|"), pcall(formatted, 3, {}))
show(pcall(formatted, 3, "%d %d"))
local last_of
local function unfinished(n)
  for x in wrap(function()
    for i = 1, n do
      local t = setmetatable({}, { __index = function(_, key) last_of = running() return key + i end })
      yield(i == 6 and t[i] or i)
    end
  end) do if x == "never" then return x end end
end
for round = 1, ROUNDS do unfinished(round % 6) end
show(unfinished(7), type(last_of), status(last_of))
