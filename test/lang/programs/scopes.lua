-- Blocks have scopes of their own; a new local hides an older one from its declaration on.
local x = 1
do
  local x = x + 1
  print(x)
  local x = x * 10
  print(x)
end
print(x)
if x == 1 then local x = "inner"; print(x) else local y = 2 end
print(x, y)
for x = 1, 2 do local x = x * 2; print(x) end
print(x)
local function x() return type(x) end
print(x())
local a, b, c = 1, 2
print(a, b, c)
local a, a = 3, 4
print(a)
local function f(p, p) return p end
print(f(1, 2))
repeat local done = true; local n = 5 until done and n == 5
local i = 0
repeat local j = i; i = i + 1 until j >= 3
print(i)
