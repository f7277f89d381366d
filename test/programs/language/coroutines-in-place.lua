-- Hot code has resume, yield and the functions of coroutine.wrap in place. Everything that can arrive in a waiting frame arrives here: any
-- number of values, errors, refusals; and the frame's code may be invalid by then, because a variable that it relied on has been assigned.
local yield, resume, wrap, create, status = coroutine.yield, coroutine.resume, coroutine.wrap, coroutine.create, coroutine.status
local ROUNDS = 60

function scale(x) return x * 2 end -- global, and so constant for compiled code until it is assigned

local function show(...)
  local texts = { select("#", ...) }
  for index = 1, select("#", ...) do
    local value = select(index, ...)
    texts[#texts + 1] = type(value) == "table" and "{" .. tostring(value[1]) .. "}" or tostring(value)
  end
  print(table.concat(texts, " "))
end

-- Values there and back.
local function echo(first, ...)
  local a, b, c, d = first, ...
  for _ = 1, ROUNDS do
    a, b, c, d = yield(a, b, c, d)
    a = yield(a)
    yield()
    a, b = yield(nil, a)
  end
  return a, b, c, d
end

local function talk()
  local co = create(echo)
  local sum, nils = 0, 0
  local ok, a, b, c, d = resume(co, 1, 2.5, 3, 4)
  for round = 1, ROUNDS do
    sum = sum + a + (b or 0) + (c or 0) + (d or 0)
    ok, a = resume(co, round, round / 2, nil, round)
    sum = sum + a
    ok, a, b = resume(co, round + 0.5)
    if a == nil then nils = nils + 1 end
    ok, a, b = resume(co)
    if a == nil then nils = nils + 1 end
    sum = sum + b
    ok, a, b, c, d = resume(co, round, 7)
  end
  show(ok, a, b, c, d, sum, nils, status(co))
  show(resume(co))
end
talk() talk()

-- Iterators of coroutine.wrap, another one for each loop; several values; nested.
local function range(n)
  return wrap(function() for i = 1, n do yield(i, i * i, "v" .. i % 3) end end)
end
local function filter(source, wanted)
  return wrap(function() for i, square, text in source do if text == wanted then yield(i, square) end end end)
end
local function pipeline(n)
  local sum = 0
  for i, square, nothing in filter(range(n), "v1") do sum = sum + i + square + (nothing or 0) end
  return sum
end
for _ = 1, 5 do show(pipeline(ROUNDS)) end

-- Tail calls, all results, more results, and functions that are wrapped or not.
local function last(x) return yield(x) end
local function forward(f, x) return f(x) end
local function everything(co, ...) return resume(co, ...) end
local function plain(x) return x, x end
local function mixed()
  local f = wrap(function(x) while true do x = (last(x)) + 1 end end)
  local co = create(function(...) local n = select("#", ...) while true do n = select("#", yield(n, "and", ...)) end end)
  local sum = 0
  for round = 1, ROUNDS do
    local value = forward(round % 3 == 0 and plain or f, round)
    sum = sum + value
    local ok, count, text = everything(co, round, nil)
    if ok then sum = sum + count + #text end
    sum = sum + select("#", everything(co)) + select("#", resume(co, 1, 2, 3, 4))
  end
  return sum
end
show(mixed()) show(mixed())

-- Errors arrive in the frame that waits, and refusals where nothing is resumed.
local function failing(what)
  return function(limit)
    for i = 1, limit do yield(i) end
    if what == "index" then local t; return t.x end
    error(what)
  end
end
local function exhaust(what)
  local co = create(failing(what))
  local sum, ok, value = 0, true, nil
  while ok do
    ok, value = resume(co, ROUNDS)
    if ok then sum = sum + value end
  end
  show(sum, ok, value, status(co))
  show(resume(co))
end
for _ = 1, 3 do exhaust("text") exhaust("index") exhaust({ "a table" }) exhaust(12) end

local function exhaustWrapped(what)
  local f = wrap(failing(what))
  local sum = 0
  local function all() while true do sum = sum + f(ROUNDS) end end
  show(pcall(all))
  show(sum, pcall(f))
end
for _ = 1, 3 do exhaustWrapped("text") exhaustWrapped("index") exhaustWrapped({ "a table" }) exhaustWrapped(12) end

local function refusals()
  local co, f
  co = create(function() show(resume(co)) local inner = create(function() return resume(co) end) show(resume(inner)) end)
  f = wrap(function() f() end)
  show(resume(co))
  show(pcall(f))
  show(pcall(resume, {}))
  show(pcall(resume))
  show(pcall(status, 1))
  local list = { co, create(function() end), false }
  for index = 1, 3 do show(pcall(function() return resume(list[index], index) end)) end
end
for _ = 1, 4 do refusals() end
local function outside(n) for i = 1, n do if i == n then yield(i) end end end
for _ = 1, 3 do show(pcall(outside, ROUNDS)) end

-- The four statuses.
local function statuses()
  local co, other
  local seen = {}
  local function note(which) for _ = 1, 3 do seen[status(which)] = (seen[status(which)] or 0) + (status(which) == "normal" and 10 or 1) end end
  other = create(function() note(co) note(other) end)
  co = create(function() note(co) note(other) resume(other) note(other) yield() end)
  note(co) resume(co) note(co) resume(co) note(co)
  show(seen.suspended, seen.running, seen.normal, seen.dead)
end
for _ = 1, ROUNDS / 4 do statuses() end

-- The code of both sides is invalidated while one of them runs: `scale` is assigned where it was constant.
local function change(k) if k % 20 == 0 then scale = function(x) return x + k end end end
local function changing(n)
  for i = 1, n do
    change(i)
    yield(scale(i), i)
  end
  return "end", n
end
local function consume()
  local sum = 0
  for a, b in wrap(changing), ROUNDS do
    if a == "end" then break end
    sum = sum + a + scale(b)
  end
  local co = create(changing)
  local ok, a, b = resume(co, ROUNDS)
  while ok and a ~= "end" do
    sum = sum + a + scale(b)
    ok, a, b = resume(co)
  end
  show(sum, ok, a, b)
end
for _ = 1, 4 do scale = function(x) return x * 3 end consume() end

-- The same, and then it dies.
local function dying(n)
  for i = 1, n do yield(scale(i)) end
  scale = function(x) return x - n end
  error(n % 2 == 0 and { "died" } or "died")
end
local function bury(n)
  local co = create(dying)
  local ok, value, sum = true, 0, 0
  while ok do
    sum = sum + scale(1)
    ok, value = resume(co, n)
  end
  local f = wrap(dying)
  show(sum, ok, value, pcall(function() for _ = 1, n + 1 do sum = sum + f(n) + scale(2) end end))
  show(sum)
end
for n = ROUNDS, ROUNDS + 5 do scale = function(x) return x * n end bury(n) end

-- What waits keeps what it needs.
local function keeper(n)
  local mine = { n }
  for i = 1, n do
    local before = { mine[1], i }
    local given = yield(before)
    if i % 16 == 0 then collectgarbage() end
    mine = { mine[1] + before[2] + given[1] }
  end
  return mine
end
local function keep(n)
  local co = create(keeper)
  local total, ok, value = 0, resume(co, n)
  for i = 1, n do
    local kept = { i }
    total = total + value[1]
    ok, value = resume(co, { i })
    total = total + kept[1]
  end
  show(total, value, status(co))
end
for _ = 1, 3 do keep(ROUNDS) end

-- Deep inside calls, where many frames are left by one yield.
local function walk(depth, value)
  if depth == 0 then return yield(value) end
  walk(depth - 1, value * 2)
  walk(depth - 1, value * 2 + 1)
end
local function leaves(depth)
  local sum = 0
  for value in wrap(walk), depth, 1 do sum = sum + value break end
  local f = wrap(walk)
  local value = f(depth, 1)
  while value do
    sum = sum + value
    value = f()
  end
  return sum
end
for depth = 1, 7 do show(leaves(depth)) end
