-- Fields of strings: found through their metatable, which changes while the code that uses it is hot.
-- case: methods in hot loops
local function count(s, n)
  local sum = 0
  for i = 1, n do sum = sum + (s:byte(i) or 0) + s:len() end
  return sum
end
local s = ("abc\0\255"):rep(20)
for _ = 1, 5 do io.write(count(s, 100), " ") end
print(count(s, 105), count("", 3), count(s, 300))
print(pcall(count, 12, 3), pcall(count, nil, 1), pcall(count, {}, 1))

-- case: another __index while it is used
local function lengths(s, n)
  local sum = 0
  for _ = 1, n do sum = sum + s:len() end
  return sum
end
local meta, library = getmetatable(""), string
print(meta.__index == library, lengths("abc", 200))
meta.__index = function(s, key) return function() return #s * #key end end
print(lengths("abc", 200))
meta.__index = { len = function(s) return -#s end }
print(lengths("abc", 200))
meta.__index = setmetatable({}, { __index = function(_, key) return function() return #key end end })
print(lengths("abc", 200))
meta.__index = setmetatable({}, { __index = library })
print(lengths("abc", 200))
meta.__index = library
print(lengths("abc", 200))

-- case: without __index
local function field(s, n)
  local found
  for _ = 1, n do found = s.len end
  return found == string.len
end
local meta = getmetatable("")
print(field("x", 100), ("x").absent)
meta.__index = nil
print(pcall(field, "x", 100))
print(pcall(function() return ("x").absent end))
meta.__index = string
print(field("x", 100))
for _ = 1, 100 do
  meta.__index = nil
  meta.__index = string
  if not field("x", 2) then print("lost") end
end

-- case: a function of the library is replaced, removed and put back while it is hot
local function lengths(s, n)
  local sum = 0
  for _ = 1, n do sum = sum + s:len() end
  return sum
end
local len = string.len
print(lengths("abc", 200))
string.len = function(s) return 2 * #s end
print(lengths("abc", 200))
string.len = nil
print(pcall(lengths, "abc", 200))
string.len = len
print(lengths("abc", 200))
local changes = 0
function string.changing(s)
  changes = changes + 1
  if changes == 150 then string.changing = function() return 1000 end end
  return #s
end
local function changing(s, n)
  local sum = 0
  for _ = 1, n do sum = sum + s:changing() end
  return sum
end
print(changing("ab", 300), changes)

-- case: string.byte is replaced while it is hot
local function bytes(s)
  local sum = 0
  for i = 1, #s do
    sum = sum + s:byte(i) + string.byte(s, -i)
    if i == 150 then string.byte = function() return -1 end end
  end
  return sum
end
local s, byte = ("xyz"):rep(100), string.byte
print(bytes(s))
print(bytes(s))
string.byte = byte
print(bytes(s))

-- case: strings and tables at one place
local class = { len = function() return 100 end }
class.__index = class
local objects = { "a", setmetatable({}, class), "bcd", { len = function() return 7 end }, setmetatable({}, getmetatable("")) }
getmetatable("").__index.len = function(s) return type(s) == "string" and #s or -1 end
local function sum(n)
  local sum = 0
  for i = 1, n do sum = sum + objects[i % #objects + 1]:len() end
  return sum
end
print(sum(50), sum(500))
objects[3] = 12
print(pcall(sum, 50))
objects[3] = setmetatable({}, { __index = function() return function() return 3 end end })
print(sum(50))

-- case: a table with the metatable of strings
local meta = getmetatable("")
local t = setmetatable({}, meta)
local function find(object, n)
  local found
  for _ = 1, n do found = object.upper end
  return found
end
print(find(t, 100) == string.upper, find("s", 100) == string.upper)
t.upper = 1
print(find(t, 100), find("s", 100) == string.upper)
meta.__index = nil
print(find(t, 100), pcall(find, "s", 100))
t.upper = nil
print(find(t, 100), pcall(find, "s", 100))
print(t.absent)

-- case: stores to strings
local function store(n) local s = "abc" for i = 1, n do s.key = i end end
print(pcall(store, 100))
local last
getmetatable("").__newindex = function(s, key, value) last = s .. key .. value end
store(100)
print(last)
getmetatable("").__newindex = {}
store(100)
print(getmetatable("").__newindex.key)

-- case: the metatable has a metatable
local meta = getmetatable("")
setmetatable(meta, { __index = { __index = function() return "never" end } })
print(("x").absent, ("x").len == string.len)
meta.__index = nil
print(pcall(function() return ("x").absent end))
