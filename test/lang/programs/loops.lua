-- Numeric and generic for, while, repeat, break.
for i = 1, 3 do print(i) end
for i = 3, 1 do print("never") end
for i = 3, 1, -1 do print(i) end
for i = 1, 2, 0.5 do print(i) end
for i = 0.1, 0.35, 0.1 do print(i) end
for i = -1, -3, -2 do print(i) end
for i = 1, 0 do print("never") end
for i = 1, math.huge do if i > 3 then break end print(i) end
for i = "1", "2" do print(i) end
for i = 1, 3 do local j = i; i = i * 10; print(i, j) end
for i = 1, 0.5 do print("never") end
for i = 2147483646, 2147483649 do print(i) end
for i = 1, 3 do for j = 1, 3 do if j == 2 then break end print(i, j) end end
local n = 0
while n < 3 do n = n + 1 if n == 2 then print("two") end end
while true do n = n + 1 if n > 6 then break end end
print(n)
while n > 0 do
  n = n - 1
  while true do
    if n % 2 == 0 then break end
    n = n - 1
  end
end
print(n)
while true do while n < 3 do n = n + 1 end if n >= 3 then break end end
repeat n = n + 1 until n > 5
print(n)
repeat local stop = n > 8; n = n + 1; local f = function() return stop end until f()
print(n)
repeat if n then break end until false
repeat local a = 1 do break end until a
local function range(limit, step) return function(s, i) i = i + s if i <= limit then return i, i * i end end, step or 1, 0 end
for i, sq in range(3) do print(i, sq) end
for i in range(4, 2) do print(i) end
for i, sq, nothing in range(1) do print(i, sq, nothing) end
for i, v in ipairs({ 5, 6, nil, 8 }) do print(i, v) end
for k, v in next, { 10 } do print(k, v) end
for k in pairs({ x = 1 }) do print(k) end
for i in function() return nil end do print("never") end
local function early(t) for i, v in ipairs(t) do if v == 2 then return i, "found" end end return nil end
print(early({ 1, 2, 3 }), early({}))
local function forever() while true do n = n + 1 if n > 20 then return n end end end
print(forever())
local function nested() for i = 1, 3 do for j = 1, 3 do if i * j == 4 then return i, j end end end end
print(nested())
local function always() for i = 1, 3 do return i end end
print(always())
local function always2() for k, v in pairs({ 1 }) do return k, v end end
print(always2())
local function always3() repeat return 1 until false end
print(always3())
local function always4() while n do do return 2 end end end
print(always4())
for i = 1, 2 do
  local t = {}
  for j = 1, 2 do t[j] = function() return i * 10 + j end end
  print(t[1](), t[2]())
end
local s = 0
for i = 10, 1, -3 do s = s + i end
print(s)
do local i = 5 for i = i, i + 1 do print(i) end print(i) end
if n then return end
