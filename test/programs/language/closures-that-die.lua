-- Closures that are collected after their functions got hot. The runtime counted only the closures that it made itself, not those made in
-- place by generated code: it took the first of many for the only one, and when that had died, code was compiled for a closure that was no
-- more. Collecting at every safepoint, the next collection found the dead object among the code's constants. Found by random programs.
local names = {}
local function named(v) return setmetatable({ v = v }, names) end
names.first = function(a, b) return a end
names.second = function(a, b) return a end
names.third = function(a, b) return a end

local function nested(limit)
  local function above(p)
    if limit > p then return named(p) end
  end
  local count = 0
  for i, length in function(s, c) if c < s then return c + 1, #tostring(limit) end end, 6, 0 do
    for key in coroutine.wrap(function() for k = 1, 4 do coroutine.yield("k" .. k) end end) do count = count + #key + length end
  end
  return count
end
print(pcall(nested, 7))

-- One that is called often and then lost, and many that are called once.
local function make(n) return function(x) return x + n end end
local sum = 0
for round = 1, 3 do
  local often = make(round)
  for i = 1, 40 do sum = sum + often(i) end
  often = nil
  for i = 1, 40 do sum = sum + make(i)(round) end
end
print(sum)

-- The only closure of its function dies; the function gets another one.
local function once(text) return loadstring("local n = 0 return function(x) n = n + x return n end", text)() end
for round = 1, 3 do
  local add = once("round")
  for i = 1, 30 do add(i) end
  print(add(0))
end
