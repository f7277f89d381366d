-- _G is a table like others, and the global variables are its string keys.
print(_G._G == _G, type(_G), _G.print == print, rawget(_G, "print") == print)
x = 1
print(_G.x, _G["x"], rawget(_G, "x"))
_G.y = 2
print(y)
rawset(_G, "z", 3)
print(z)
_G[1], _G[2], _G[true], _G[0.5] = "one", "two", "yes", "half"
print(#_G, _G[1], _G[2], _G[true], _G[0.5], table.concat(_G, ","))
x = nil
print(_G.x, rawget(_G, "x"), next({ x }))
_G["no identifier!"] = "any string"
print(_G["no identifier!"])

-- Iteration meets each once, also while values are assigned and removed.
local seen, count = {}, 0
for name, value in pairs(_G) do
  assert(not seen[name], name)
  seen[name] = value
  if name == "y" or name == "z" then _G[name] = nil end
end
for _, name in ipairs({ "_G", "print", "y", "z", "string", 1, 2, true, 0.5, "no identifier!" }) do
  print(name, seen[name] ~= nil)
end
print(y, z, seen.x)
local key = nil
repeat
  key = next(_G, key)
  if key ~= nil then count = count + 1 end
until key == nil
local again = 0
for _ in pairs(_G) do again = again + 1 end
print(count == again)
print(pcall(next, _G, "never a name"))

-- In a loop that gets hot; the variable comes, changes its type, and goes.
counter = 0
for i = 1, 3000 do
  counter = counter + 1
  _G.counter = _G.counter + 1
  if i == 2000 then _G.counter = counter + 0.5 end
end
print(counter)

function made_later() return later end
for _ = 1, 3000 do made_later() end
print(made_later())
later = "now"
print(made_later())
later = nil
print(made_later())

-- Library functions are called through it.
local function through(n)
  local sum = 0
  for i = 1, n do sum = sum + _G.math.floor(i / 2) end
  return sum
end
print(through(2000))
local floor = math.floor
_G.math = { floor = function(a) return -floor(a) end }
print(through(2000))
_G.math.floor = floor
print(through(2000))
for k in pairs(_G) do if type(k) ~= "string" then _G[k] = nil end end
print(#_G, _G[true])

-- print uses the global tostring.
local tostring_ = tostring
_G.tostring = function(a) return "<" .. tostring_(a) .. ">" end
print(1, nil, "a")
tostring = tostring_
print(1, nil, "a")
