-- Code that can't be reached is left out, whatever it contains.
local function f(x)
  if x then return "x" else return "not x" end
end
print(f(1), f(nil))
local function g() do return 1 end print("never") end
print(g())
while false do print("never") local a = function() return a end a() end
if nil then print("never") else print("else") end
if false then print("never") end
if not true then for i = 1, 2 do print("never") end end
local v = false and f(1) or 2
v = true and v
print(v, nil and f(), true or f(), 1 and 2 or f(), nil or false)
repeat do break end print("never") until false
for i = 1, 1 do do break end for k, w in pairs({}) do print("never") end end
local function h() while true do return 3 end end
print(h())
local t = { nil and 1, false or 2, x = 1 and 3, [true and 4] = 5 }
print(t[1], t[2], t.x, t[4])
print((1 and nil or 3) + 1, "a" .. (false or "b"))
if 1 then end
if true then elseif f() then else end
while nil do end
do end
local function empty() end
print(empty())
return print("last")
