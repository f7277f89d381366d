-- A metatable of _G is asked for variables that are nil. This is how strict.lua finds misspelled names.
local declared = {}
setmetatable(_G, {
  __newindex = function(t, name, value)
    print("new", name, value)
    declared[name] = true
    rawset(t, name, value)
  end,
  __index = function(t, name)
    if not declared[name] then error("variable '" .. name .. "' is not declared", 2) end
    return rawget(t, name)
  end,
})
a = 1
a = 2
print(a)
a = nil
a = 3
print(pcall(function() return b end))
print(pcall(function() return _G.b end))
print(pcall(function() b.c = 1 end))
print(rawget(_G, "b"))
b = false
print(b)

local function read_often(n)
  local count = 0
  for _ = 1, n do
    if c ~= nil then count = count + 1 end
  end
  return count
end
c = 1
print(read_often(3000))
c = nil
print(read_often(3000))
print(getmetatable(_G).__index ~= nil)

-- Through tables; then without; and what a handler gives is not stored.
setmetatable(_G, { __index = setmetatable({ d = "in a table" }, { __index = function(_, name) return name .. "?" end }) })
print(d, e, rawget(_G, "d"))
local function both()
  local x, y
  for _ = 1, 3000 do x, y = d, e end
  return x, y
end
print(both())
setmetatable(_G, nil)
print(both())
print(d, e)

-- The store goes to another table.
local store = {}
setmetatable(_G, { __newindex = store, __index = store })
local function write(n)
  for i = 1, n do f = i end
end
write(3000)
print(f, store.f, rawget(_G, "f"))
rawset(_G, "f", 0)
write(100)
print(f, store.f)
f = nil
write(2)
print(f, store.f, rawget(_G, "f"))
setmetatable(_G, nil)
write(4)
print(f, store.f, rawget(_G, "f"))

-- An assignment that gets hot before there is a metatable.
function assign(value) g = value end
for i = 1, 3000 do assign(i) end
g = nil
setmetatable(_G, { __newindex = function(_, name, value) print("stored", name, value) end })
assign("x")
assign("y")
setmetatable(_G, { __newindex = error })
print(pcall(assign, 1))
setmetatable(_G, { __index = 5 })
print(pcall(function() return nothing end))
setmetatable(_G, { __metatable = "locked" })
print(getmetatable(_G), pcall(setmetatable, _G, nil))
