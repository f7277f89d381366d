-- Extra arguments: in functions and the main chunk, forwarded, counted, collected, in hot loops and in inlined functions.
local function count(...) return select("#", ...) end
local function pack(...) return { n = select("#", ...), ... } end
local function second(_, ...) return (...) end
local function first3(...)
  local a, b, c = ...
  return a, b, c
end
print(count(), count(nil), count(nil, nil), count(1, 2, 3, 4, 5, 6))
print(first3(), first3(1), first3(1, 2, 3, 4))
print((first3(1, 2)), second(1), second(1, 2), second(1, 2, 3))
local t = pack(1, nil, 3, nil)
print(t.n, t[1], t[2], t[3], t[4])
print(unpack({ 1, 2, 3 }))
print(unpack({ 1, 2, 3 }, 2))
print(unpack({ 1, 2, 3 }, -1, 1))
print(count(unpack({}, 1, 0)), count(unpack({}, 1, 300)), count(1, 2, unpack({}, 1, 4000)))
print(select(2, "a", "b", "c"))
print(select(-1, "a", "b", "c"))
print(select(-2, "a", "b", "c"))
print((select(2, "a", "b", "c")))
print(count(select(4, 1, 2, 3)))

-- The main chunk's.
print(select("#", ...), ...)

-- Forwarded through several levels, with values before.
local function forward(...) return count(0, ...), ... end
print(forward())
print(forward(1, 2, 3, 4))
print((forward(7)))
local function build(...) return { "x", ..., "y" }, { "x", ... } end
local u, v = build(1, 2, 3)
print(#u, u[1], u[2], u[3], #v, v[4])

-- Hot: counts that vary, the varargs function compiled by itself and inlined, deoptimized in the middle.
local function sum(...)
  local total = 0
  for i = 1, select("#", ...) do total = total + (select(i, ...)) end
  return total
end
local total = 0
for i = 1, 3000 do
  if i % 3 == 0 then total = total + sum(i)
  elseif i % 3 == 1 then total = total + sum(i, 1, 2, 3)
  else total = total + sum() end
end
print(total)

local function add(a, ...)
  local b, c = ...
  return a + b + (c or 0), ...
end
local s, last = 0, nil
for i = 1, 4000 do
  local r, b = add(i, i == 3000 and 0.5 or 1, i == 3500 and "10" or nil)
  s, last = s + r, b
end
print(s, last)

local function loop(n, ...)
  local found = 0
  for i = 1, n do
    local a, b, c, d = ...
    if a then found = found + a end
    if i == n - 5 then found = found .. "" end
    if d then found = found + d end
  end
  return found, ...
end
print(loop(10))
print(loop(3000, 1))
print(loop(3000, 1, 2, 3, 4, 5))
print(loop(3000, 1, nil, nil, "1", 5, 6, 7, nil))

-- More varargs with each level.
local function grow(n, ...)
  if n == 0 then return select("#", ...), ... end
  local r = grow(n - 1, n, ...)
  return r
end
for _ = 1, 30 do grow(20) end
print(grow(300), (grow(5)))

-- Captured and kept over coroutine switches.
local co = coroutine.wrap(function(...)
  local saved = { ... }
  for i = 1, 5 do
    local a, b = ...
    coroutine.yield(i, a, b, #saved, select("#", ...))
  end
  return ...
end)
for _ = 1, 6 do print(co("p", "q", "r", "s")) end

local function closures(...)
  local args = { ... }
  return function(i) return args[i], #args end
end
print(closures(4, 5, 6)(2))

