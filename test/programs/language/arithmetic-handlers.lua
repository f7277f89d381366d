-- Arithmetic on tables, in code that is hot: the handler is called as if it were named, whoever has it and whatever becomes of it.
local V = {}
V.__index = V
local function vector(x, y) return setmetatable({ x = x, y = y }, V) end
V.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
V.__sub = function(a, b) return vector(a.x - b.x, a.y - b.y) end
V.__mul = function(a, k)
  if type(a) == "number" then a, k = k, a end
  return vector(a.x * k, a.y * k)
end
V.__div = function(a, k) return a * (1 / k) end
V.__unm = function(a) return vector(-a.x, -a.y) end
V.__mod = function(a, k) return vector(a.x % k, a.y % k), "a second result" end
V.__pow = function(a, k) if k == 2 then return a.x * a.x + a.y * a.y end end

local function expressions(n)
  local kept, sum = vector(1, 2), 0
  for i = 1, n do
    local v = vector(i, -i)
    local w = v + kept * 2 - 0.5 * v
    sum = sum + (w / 2).x + (-w).y + (w % 7).x + (v ^ 2) % 1000
    kept = (kept + w) % 100
  end
  return sum, kept.x, kept.y
end
print("expressions", expressions(400))

-- Accumulators in loops, also in inner ones.
local function accumulate(n)
  local total, count = vector(0, 0), { n = 0 }
  for i = 1, n do
    local row = vector(0, 1)
    for j = 1, 5 do
      row = row + vector(j, i)
      count.n = count.n + 1
      if j == i then total = total - row end
    end
    total = total + row
  end
  return total.x, total.y, count.n
end
print("accumulate", accumulate(100))

-- One of two classes, and numbers at the same place.
local W = { __add = function(a, b) return (type(a) == "number" and a or a.n) + (type(b) == "number" and b or b.n) end }
local function mixed(list)
  local sum = 0
  for i = 1, #list do sum = sum + list[i] end
  return sum
end
local many = {}
for i = 1, 60 do many[i] = setmetatable({ n = i }, W) end
print("second operand", mixed(many))
for i = 1, 60, 3 do many[i] = i * 0.5 end
print("numbers, too", mixed(many))
local C = { __add = function(a, b) return (tonumber(a) or 1) + 2 * b.m end }
for i = 2, 60, 3 do many[i] = setmetatable({ m = i }, C) end
print("other classes, too", mixed(many))
print("strings", pcall(mixed, { "10", 5, "x" }))

-- The handler changes, goes, and comes back, also while it runs.
local function add(a, b) return a + b end
local function repeated(n)
  local result = vector(0, 0)
  for i = 1, n do
    result = add(result, vector(i, 1))
    if i == 150 then
      V.__add = function(a, b) return vector(a.x - b.x, a.y + 2) end
    elseif i == 250 then
      V.__add = nil
      print("gone", (select(2, pcall(add, result, result)):gsub("^.-:%d+: ", "")))
      local old = result
      V.__add = function(a, b)
        V.__add = function(c, d) return vector(c.x + d.x, c.y + d.y) end
        return vector(a.x, old.y + b.y)
      end
    end
  end
  return result.x, result.y
end
print("changed", repeated(400))

-- Metatables are not asked for what they inherit; handlers may be anything that can be called.
local Base = { __add = function() return "inherited" end }
Base.__index = Base
local Derived = setmetatable({}, Base)
Derived.__index = Derived
local function derived(n)
  local ok
  for i = 1, n do ok = pcall(add, setmetatable({ i = i }, Derived), 1) end
  return ok
end
print("inherited", derived(50))
local callable = setmetatable({}, { __call = function(self, a, b) return "called" .. (rawequal(a, self) and 1 or 0) .. tostring(b) end })
local Odd = { __add = callable, __sub = math.max, __mul = rawequal, __div = function() end, __unm = function(a, b) return rawequal(a, b) end }
local function odd(n)
  local a, b, c, d, e
  for i = 1, n do
    local o = setmetatable({}, Odd)
    a, c, d, e = o + i, o * o, o / 2, -o
    b = pcall(function() return o - 1 end)
  end
  return a, b, c, d, e
end
print("anything callable", odd(50))

-- Errors in handlers: lines and levels.
local E = {}
E.__index = E
E.__add = function(a, b)
  if b.fail == 1 then error("level 1") end
  if b.fail == 2 then error("level 2", 2) end
  if b.fail == 3 then error({ a, b }) end
  return a.missing.field
end
local function failing(fail)
  local x = setmetatable({ v = 1 }, E)
  local y = setmetatable({ fail = fail }, E)
  local sum =
    x + y
  return sum
end
for round = 1, 30 do
  for fail = 1, 4 do
    local ok, message = pcall(failing, fail)
    if type(message) == "table" then message = message[1].v .. message[2].fail end
    if round == 30 then print(ok, message) end
  end
end
