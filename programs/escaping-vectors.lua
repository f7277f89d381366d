-- Vectors that nobody keeps, but for one in a run of many thousands.
--
-- The loop makes several small tables for each step; each dies within the step, so that an optimizer may leave them out. On rare steps one
-- is kept, printed from, compared by identity, or seen through an error: then it must be there, with the fields it had at that moment.
--   Watch in --trace: once `simulate` is compiled there are few deopts; --stats shows how many there were.
-- Usage: escaping-vectors.lua [steps]

local steps = tonumber(arg and arg[1]) or 300000

local Vector = {}
Vector.__index = Vector
local function vector(x, y) return setmetatable({ x = x, y = y }, Vector) end
Vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
Vector.__sub = function(a, b) return vector(a.x - b.x, a.y - b.y) end
Vector.__mul = function(a, k) return vector(a.x * k, a.y * k) end
Vector.__unm = function(a) return vector(-a.x, -a.y) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
function Vector:dot(other) return self.x * other.x + self.y * other.y end
function Vector:rotated() return vector(-self.y, self.x) end

local kept = {}

local function simulate(times)
  local px, py, vx, vy = 1, 0, 0, 0.5
  local energy = 0
  for i = 1, times do
    local position, velocity = vector(px, py), vector(vx, vy)
    local pull = position * -(0.01 / (position:dot(position) + 0.1))
    local faster = velocity + pull
    local moved = position + faster * 0.1
    energy = energy + faster:dot(faster)
    if i % 1000 == 0 and i % 7 == 0 then moved = moved - moved:rotated() * 0.001 end
    -- Once in the whole run an intermediate value escapes.
    if i % times == times - 1 then
      kept[#kept + 1] = pull
      kept[#kept + 1] = faster
      faster.x = faster.x + 0 -- and is written to afterwards
    end
    px, py, vx, vy = moved.x, moved.y, faster.x, faster.y
  end
  return px, py, energy
end

local function show(label, ...)
  local texts = {}
  for i = 1, select("#", ...) do texts[i] = string.format("%.6f", (select(i, ...))) end
  print(label, table.concat(texts, " "))
end

show("simulated", simulate(steps))
for _, escaped in ipairs(kept) do show("escaped", escaped.x, escaped.y) end

-- Identity: a table that was never visible may be left out, one that is compared must be itself.
local function same(times)
  local previous, equal, identical = vector(0, 0), 0, 0
  for i = 1, times do
    local now = vector(i % 2, 7)
    if now == previous then equal = equal + 1 end
    if rawequal(now, previous) then identical = identical + 1 end
    if i % 5 ~= 0 then previous = now end
    if rawequal(previous, now) then identical = identical + 1 end
  end
  return equal, identical
end
print("equal, identical", same(math.floor(steps / 10)))

-- Seen through an error: the object that failed is the one that the handler gets, as it was then.
local function fragile(times)
  local caught = 0
  for i = 1, times do
    local v = vector(i, 0)
    local ok, seen = pcall(function()
      v.y = v.x * 2
      if i % 1000 == 0 then error(v) end
      v.y = -1
    end)
    if not ok then caught = caught + seen.y + (rawequal(seen, v) and 1 or 0) end
  end
  return caught
end
print("through errors", fragile(math.floor(steps / 50)))

-- Captured by a closure that is rarely called, and swapped through a coroutine.
local function captured(times)
  local later, sum = {}, 0
  for i = 1, times do
    local v = vector(i, i + 1)
    local get = function() return v.x + v.y end
    v.x = v.x * 2
    if i % 5000 == 0 then later[#later + 1] = get end
    v.y = 0
    sum = (sum + get()) % 1000003
  end
  for _, get in ipairs(later) do sum = sum + get() end
  return sum
end
print("captured", captured(math.floor(steps / 20)))

local stream = coroutine.wrap(function()
  local v = vector(0, 1)
  while true do
    v = v:rotated() + vector(1, 0) * 0.5
    coroutine.yield(v)
  end
end)
local last
for _ = 1, math.floor(steps / 50) do last = stream() end
show("streamed", last.x, last.y)
