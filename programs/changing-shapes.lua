-- Call sites and field accesses that go from monomorphic to megamorphic and back, while everything they rely on changes.
--
-- One access sees one shape, then four, then forty. Fields are added and deleted, metatables swapped between two calls of the same object,
-- and methods redefined in the loop that calls them. What was compiled for the first shape must notice each of these.
--   Watch in --trace: "other callee" deopts in `measure`, "other shape" and "metatable" in the methods, code given up and made again; after some losses an instruction is compiled
--   without speculation, and the deopts end.
-- Usage: changing-shapes.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 6000

local Shape = {}
Shape.__index = Shape
function Shape:area() return self.width * self.height end
function Shape:name() return "shape" end

local function class(parent, methods)
  methods.__index = methods
  return setmetatable(methods, parent)
end

local Square = class(Shape, {})
function Square:area() return self.side * self.side end
local Circle = class(Shape, {})
function Circle:area() return 3 * self.radius * self.radius end
local Strip = class(Square, {})
function Strip:area() return Square.area(self) / 2 end

local function measure(shapes, times)
  local sum = 0
  local count = #shapes
  for i = 1, times do
    local shape = shapes[i % count + 1]
    sum = (sum + shape:area() + #shape:name()) % 1000003
  end
  return sum
end

local function rectangle(width, height) return setmetatable({ width = width, height = height }, Shape) end

print("one class", measure({ rectangle(2, 3), rectangle(4, 5) }, rounds))
print("two", measure({ rectangle(2, 3), setmetatable({ side = 4 }, Square) }, rounds))
print("four", measure({
  rectangle(2, 3), setmetatable({ side = 4 }, Square), setmetatable({ radius = 5 }, Circle), setmetatable({ side = 6 }, Strip),
}, rounds))

-- Forty shapes: each object gets fields of its own before those that count.
local many = {}
for i = 1, 40 do
  local shape = { ["extra" .. i] = i, ["extra" .. i % 7] = true }
  if i % 2 == 0 then shape.height = 2 end
  shape.width = i
  shape.height = shape.height or 3
  many[i] = setmetatable(shape, Shape)
end
print("forty", measure(many, rounds))
print("one again", measure({ rectangle(7, 8) }, rounds))

-- Fresh metatables for every object, as much object-oriented code makes them.
local fresh = {}
for i = 1, 16 do fresh[i] = setmetatable({ width = i, height = 2 }, { __index = Shape }) end
print("fresh metatables", measure(fresh, rounds))

-- Fields deleted and added: an object without `side` falls back on what its class says.
Square.side = 100
local function flicker(square, times)
  local sum = 0
  for i = 1, times do
    if i % 10 == 0 then square.side = nil end
    if i % 10 == 5 then square.side = i end
    if i % 97 == 0 then square["tag" .. i % 3] = i end
    if i % 97 == 50 then square["tag" .. i % 3] = nil end
    sum = (sum + square:area()) % 1000003
  end
  return sum
end
print("fields come and go", flicker(setmetatable({ side = 3 }, Square), rounds))
Square.side = nil

-- Metatables swapped between two calls on the same object.
local function swap(shape, times)
  local sum = 0
  for i = 1, times do
    if i % 500 == 0 then setmetatable(shape, i % 1000 == 0 and Circle or Square) end
    if i % 1500 == 7 then setmetatable(shape, { __index = function(_, key) return key == "area" and function() return 1 end or Shape[key] end }) end
    sum = (sum + shape:area()) % 1000003
  end
  return sum
end
print("metatables swapped", swap(setmetatable({ side = 3, radius = 4 }, Square), rounds))

-- A method redefined by the loop that calls it, and one that redefines itself.
local Lazy = class(Shape, {})
function Lazy:area()
  local value = self.width * 10
  Lazy.area = function(object) return object.width * 10 + value end
  return value
end
local function redefine(shape, times)
  local sum = 0
  for i = 1, times do
    sum = (sum + shape:area()) % 1000003
    if i % 700 == 0 then
      local factor = i / 700
      function Lazy:area() return self.width * factor end
    elseif i % 1100 == 0 then
      function Lazy:area() return self.height end
    end
  end
  return sum
end
print("redefined", redefine(setmetatable({ width = 3, height = 11 }, Lazy), rounds))

-- A missing method is found through three levels, then appears on the way, then on the object.
local Base = class(nil, { value = function() return 1 end })
local Middle = class(Base, {})
local Top = class(Middle, {})
local object = setmetatable({}, Top)
local function chain(times)
  local sum = 0
  for i = 1, times do
    sum = sum + object.value()
    if i == math.floor(times * 0.3) then Middle.value = function() return 10 end end
    if i == math.floor(times * 0.5) then object.value = function() return 100 end end
    if i == math.floor(times * 0.7) then object.value = nil end
    if i == math.floor(times * 0.9) then Middle.value = nil end
  end
  return sum
end
print("chain", chain(rounds))

-- __newindex that comes, diverts, and goes; rawset past it.
local store = {}
local function divert(target, times)
  local count = 0
  for i = 1, times do
    if i == math.floor(times / 3) then
      setmetatable(target, { __newindex = function(_, key, value) store[key] = value end, __index = store })
    elseif i == math.floor(times / 3 * 2) then
      setmetatable(target, nil)
    end
    target["k" .. i % 5] = i
    if i % 7 == 0 then target["k" .. i % 5] = nil end
    if target.k3 then count = count + 1 end
    if i % 1000 == 0 then rawset(target, "k4", -i) end
  end
  return count, target.k1, store.k1, rawget(target, "k4")
end
print("diverted", divert({}, rounds))
