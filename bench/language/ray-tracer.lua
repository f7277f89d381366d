-- Spheres over a plane, with shadows and reflections: vectors as objects with metamethods, most of them short-lived.
local Vector = {}
Vector.__index = Vector
local function vector(x, y, z) return setmetatable({ x = x, y = y, z = z }, Vector) end
Vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y, a.z + b.z) end
Vector.__sub = function(a, b) return vector(a.x - b.x, a.y - b.y, a.z - b.z) end
Vector.__mul = function(a, k) return vector(a.x * k, a.y * k, a.z * k) end
function Vector:dot(other) return self.x * other.x + self.y * other.y + self.z * other.z end
function Vector:unit() return self * (1 / math.sqrt(self:dot(self))) end

local Sphere = {}
Sphere.__index = Sphere
function Sphere:hit(origin, direction)
  local offset = self.center - origin
  local along = offset:dot(direction)
  local square = offset:dot(offset) - along * along
  local rest = self.radius * self.radius - square
  if rest <= 0 then return nil end
  local distance = along - math.sqrt(rest)
  if distance > 1e-6 then return distance end
  return nil
end
function Sphere:normal(point) return (point - self.center):unit() end

local Plane = {}
Plane.__index = Plane
function Plane:hit(origin, direction)
  if direction.y >= -1e-6 then return nil end
  return (self.height - origin.y) / direction.y
end
function Plane:normal() return vector(0, 1, 0) end

local function scene()
  local objects = { setmetatable({ height = -1, shine = 0.2 }, Plane) }
  for i = 1, 5 do
    objects[#objects + 1] = setmetatable({ center = vector(i * 1.2 - 3.6, i % 2 * 0.8, 4 + i % 3), radius = 0.6 + i * 0.07, shine = 0.1 * i }, Sphere)
  end
  return objects
end

local light = vector(3, 6, -2)

local function nearest(objects, origin, direction)
  local best, found = math.huge, nil
  for i = 1, #objects do
    local distance = objects[i]:hit(origin, direction)
    if distance and distance < best then best, found = distance, objects[i] end
  end
  return found, best
end

local function trace(objects, origin, direction, depth)
  local object, distance = nearest(objects, origin, direction)
  if not object then return 0.2 + 0.3 * math.max(0, direction.y) end
  local point = origin + direction * distance
  local normal = object:normal(point)
  local to_light = (light - point):unit()
  local brightness = 0.1
  local start = point + normal * 1e-4
  if not nearest(objects, start, to_light) then brightness = brightness + 0.8 * math.max(0, normal:dot(to_light)) end
  if depth > 0 then
    local reflected = direction - normal * (2 * direction:dot(normal))
    brightness = brightness * (1 - object.shine) + object.shine * trace(objects, start, reflected:unit(), depth - 1)
  end
  return brightness
end

return function(size)
  local objects, sum, bright = scene(), 0, 0
  local eye = vector(0, 0.5, -3)
  for row = 0, size - 1 do
    for column = 0, size - 1 do
      local value = trace(objects, eye, vector(column / size * 2 - 1, 1 - row / size * 2, 2):unit(), 3)
      sum = sum + value
      if value > 0.5 then bright = bright + 1 end
    end
  end
  return string.format("%.6f %d", sum, bright)
end
