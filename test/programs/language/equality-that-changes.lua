-- Tables of classes are compared without a call as long as no __eq can be involved. Here one comes and goes: by name, raw, in a loop that compares
-- meanwhile, in one of two classes, in both but not the same, on a metatable's metatable (where it does not count), and out of its own call.
local function class(eq) local c = {} c.__index = c if eq then c.__eq = eq end return c end
local A, B = class(), class()
local function new(c, v) return setmetatable({ v = v }, c) end
local calls = 0
local function eq(a, b) calls = calls + 1 return a.v == b.v end
local function count(list, x) local n = 0 for i = 1, #list do if list[i] == x then n = n + 1 end end return n end
local function differ(list, x) local n = 0 for i = 1, #list do if list[i] ~= x then n = n + 1 end end return n end
local list = {}
for i = 1, 40 do list[i] = new(A, i % 5) end
local function phase(name)
  local a, b = 0, 0
  for round = 1, 60 do a = a + count(list, list[round % 40 + 1]) b = b + differ(list, list[1]) end
  print(name, a, b, calls)
end
phase("plain")
A.__eq = eq
phase("added to the metatable")
A.__eq = nil
phase("removed")
rawset(A, "__eq", eq)
phase("raw")
A.__eq = function(a, b) calls = calls + 1 return a.v < b.v end
phase("another")
A.__eq = nil
for i = 1, 40 do list[i] = new(i % 2 == 0 and A or B, i % 5) end
phase("two classes")
B.__eq = eq
phase("one of two") -- different handlers: none is called
A.__eq = eq
phase("both the same")
A.__eq = function(a, b) calls = calls + 1 return false end
phase("both, not the same")
A.__eq, B.__eq = nil, nil
phase("none")
for i = 1, 40 do list[i] = new(A, i % 5) end
phase("plain again")
for i = 1, 40, 3 do setmetatable(list[i], { __eq = eq }) end
phase("some with others")
local shared = { __eq = eq }
for i = 1, 40, 2 do setmetatable(list[i], shared) end
phase("many with others")
for i = 1, 40 do setmetatable(list[i], nil) end
phase("no metatables")
local mt = {}
for i = 1, 40 do list[i] = setmetatable({ v = i % 3 }, mt) end
phase("an empty metatable")
mt.x = 1 mt.y = 2
phase("it gets fields")
mt.__eq = eq
phase("it gets a handler")
mt.__eq = nil
setmetatable(mt, { __index = { __eq = eq } })
phase("handlers are raw")
local proxy = setmetatable({}, { __newindex = function(t, k, v) rawset(mt, k, v) end })
proxy.__eq = eq
phase("from elsewhere")
for k in pairs(mt) do mt[k] = nil end
phase("cleared")
for key, value in pairs({ __eq = eq }) do mt[key] = value end
phase("by a variable")
-- while the loop runs
local function during(list, at, change)
  local n = 0
  for i = 1, #list do
    if i == at then change() end
    if list[i] == list[1] then n = n + 1 end
  end
  return n
end
for round = 1, 80 do
  mt.__eq = nil
  local r = during(list, round % 40 + 1, function() mt.__eq = round % 2 == 0 and eq or nil end)
  if round % 8 == 0 then print(r, calls) end
end
-- a handler that yields, fails, or changes the class
mt.__eq = nil
local function compare(a, b) return a == b, a ~= b end
for i = 1, 100 do compare(list[1], list[2]) compare(list[3], list[3]) end
mt.__eq = function() error("no comparison", 0) end
print(pcall(compare, list[1], list[2])) print(pcall(compare, list[3], list[3]))
mt.__eq = function(a, b) mt.__eq = nil return true end
print(compare(list[1], list[2])) print(compare(list[1], list[2]))
print(compare(list[1], 5), compare("x", list[1]), compare(nil, list[1]), compare(print, list[1]))
