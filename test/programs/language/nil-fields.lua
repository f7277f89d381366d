-- Fields that are nil: stored where there is nothing yet, removed and added again, inherited meanwhile. A table with a slot for a nil must
-- look like one without.

local function keys(t)
  local found = {}
  for key in pairs(t) do found[#found + 1] = tostring(key) end
  table.sort(found)
  return table.concat(found, " ")
end

-- A constructor with a value that is there or not.
local function node(value, following) return { value = value, following = following } end
local list, count = nil, 0
for i = 1, 300 do
  list = node(i, i % 7 ~= 0 and list or nil)
  local length, at = 0, list
  while at do length, at = length + 1, at.following end
  count = count + length
end
print(count, keys(list), keys(node(1, nil)), next(node(nil, nil)), rawget(node(1), "following"))

-- Stored, removed, stored again, by the same instructions.
local function put(t, value) t.mark = value return t.mark end
local marked = {}
for i = 1, 300 do
  local t = i % 3 == 0 and {} or { other = i }
  marked[#marked + 1] = tostring(put(t, i % 2 == 0 and i or nil)) .. keys(t)
  put(t, nil)
  marked[#marked + 1] = keys(t)
  put(t, i)
  marked[#marked + 1] = keys(t)
end
print(#table.concat(marked), marked[1], marked[2], marked[3], marked[898], marked[899], marked[900])

-- What is inherited shows through a nil, whether it was there when the nil was stored, came later, or goes.
local class = { inherited = "class" }
class.__index = class
local function make(value) return setmetatable({ inherited = value, own = value }, class) end
local function read(t) return tostring(t.inherited) .. tostring(t.own) .. tostring(t.late) end
local seen = {}
for i = 1, 400 do
  local t = make(i % 4 == 0 and i or nil)
  t.late = nil
  if i == 150 then class.late = "late" end
  if i == 200 then class.own = "own" end
  if i == 250 then class.inherited = nil end
  if i == 300 then class.own, class.late = nil, nil end
  seen[i] = read(t) .. keys(t)
end
print(seen[1], seen[4], seen[149], seen[150], seen[151], seen[199], seen[201], seen[252], seen[253], seen[299], seen[301], seen[400])

-- Handlers are asked about nils, too.
local log = {}
local watched = {
  __newindex = function(t, key, value)
    log[#log + 1] = key .. "=" .. tostring(value)
    rawset(t, key, value)
  end,
  __index = function(_, key) return key .. "?" end,
}
local function touch(t, value)
  t.x = value
  local x = t.x
  t.y = nil
  return tostring(x) .. tostring(t.y)
end
for i = 1, 200 do
  local t = {}
  if i > 100 then setmetatable(t, watched) end
  log[#log + 1] = touch(t, i % 2 == 0 and i or nil)
  log[#log + 1] = touch(t, i % 3 == 0 and i or nil)
end
print(#log, #table.concat(log, ","), log[1], log[2], log[300], log[301], log[302], log[303], log[304], log[#log - 1], log[#log])

-- A class's own names set to nil, and a metatable's.
local base = { name = function() return "base" end }
local derived = setmetatable({}, { __index = base })
derived.__index = derived
local function name(object) return object:name() end
local object = setmetatable({}, derived)
local names = {}
for i = 1, 400 do
  if i == 100 then derived.name = nil end
  if i == 150 then derived.name = function() return "derived" end end
  if i == 200 then derived.name = nil end
  if i == 250 then base.name = function() return "another base" end end
  if i == 300 then setmetatable(object, { __index = function() return function() return "handler" end end }) end
  if i == 350 then setmetatable(object, derived) end
  names[i] = name(object)
end
print(names[99], names[100], names[150], names[200], names[250], names[300], names[350], names[400])
local meta = {}
meta.__index = nil
meta.__newindex = nil
local plain = setmetatable({}, meta)
print(plain.x, keys(meta))
plain.x = nil
meta.__index = { x = "found" }
print(plain.x, keys(plain))
meta.__newindex = function(_, key) error("no " .. key, 0) end
print(pcall(function() plain.x = nil end))
print(plain.x)
