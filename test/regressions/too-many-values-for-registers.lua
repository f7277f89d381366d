-- The process ended with "ran out of registers during register allocation" when LLVM could not keep all values of a call wherever they were
-- (seed 14253). Such a unit is compiled again, with its values on the stack.
local function list(n, step) local t = {} for i = 1, n do t[i] = i * step end return t end
local function record(a, b, c) return { x = a, y = b, z = c } end
local function keep(n) if n ~= n then return 0 end if n > 1e6 or n < -1e6 then return n % 1000003 end return n end
local function f1(p2, p3, a, r)
  local i4 = 0
  while i4 < 5 do i4 = i4 + 0.5
    local v5 = (0.25 >= p2 or r.y ~= 0 and (p3 * i4) or i4)
    if (v5 % 16) < p3 then break end
  end
  local v6 = p3
  return keep(((p3 - p3) + (7 % 1)))
end
local function f7(p8, a, r)
  local v9 = ((p8 - r.x) + (p8 % 5))
  if (p8 / 7) >= (r.y <= (v9 * 100) and v9 or v9) then
    for i10 = 10, 6, -1 do
      p8, v9 = i10, keep((i10 - i10))
    end
  else
    v9 = keep(((v9 - 1e15) - (0.5 + v9)))
  end
  return keep(v9), (p8 * p8)
end
local u16 = -3
function f11(p12, p13, p14, p15, a, r)
  local i17 = 0
  for _, e18 in pairs(r) do
    i17 = i17 + e18
  end
  if (p13 + p14) > (p13 - 10) then
    for i19 = 10, 12 do
      r.y = keep((not ((a[1] + i17) >= (p14 + p14)) and p15 or i17))
      p12 = keep(math.floor((-p12)))
      local v20 = math.floor((f7((p15 + p13), a, r)))
    end
    for i21 = 10, 12, 2 do
      local v22 = r.x
      v22 = keep(p15)
      p12, p14 = a[2], keep((i17 + 2147483646))
    end
  else
    a[7] = keep((a[5] - p14))
  end
  local v23 = (-(u16 * p15))
  return keep(((f1((p14 * 1), (p14 % 3), a, r)) + (a[math.floor(p12) % 8 + 1] > (p13 * p15) and p15 or u16))), (u16 / 16)
end
local function gen24(n)
  local co = coroutine.wrap(function(q)
    local v, a, r = n, list(8, 1), record(1, 2, 3)
    while true do
      v = keep(((r.z % 2) - math.floor(q)))
      r.x = keep((-2147483648 + r.y))
      q = coroutine.yield(keep(v)) or q
      v = keep(v + q)
    end
  end)
  local s = 0
  for i = 1, 30 do s = keep(s + co(i)) end
  return s
end
g = 1
local a, b, r = list(12, 0.5), list(9, 2), record(1, 2.5, -1)
for i25 = 2147483600, 2147483600 + 151 do
  r.x = keep((g / 3))
  r.y = keep((g - 0.25))
  g = keep(g + (f7(a[2], a, r)))
  if i25 % 50 == 0 then g = keep(g + gen24((i25 * 0.5))) end
end
print("phase 0", g)
for i26 = 1, 1 + 91 do
  for i27 = 0, 6 do
    local v28 = ((100 * i26) >= (i27 * -0.5) and (r.x - -2147483648) or r.y)
  end
  r.z = keep(a[5])
  g = keep(g + (f1((i26 / 7), ((g / 3) == (i26 - 0) and g or i26), b, r)))
end
print("phase 1", g)
for i29 = -5, -5 + 134, 1.5 do
  a[7] = keep(g)
  for i30 = 10, 6 do
    b[1] = keep((g * g))
    r.x = keep(-1)
    g = keep(i30)
    if (i29 + i30) < (-0.5 + i30) then break end
  end
  g = keep(g + keep((f1(((-g) < i29 and g or g), (f1((g * b[math.floor(g) % 8 + 1]), (i29 - g), a, r)), b, r))))
end
print("phase 2", g)
local s = 0 for i = 1, #a do s = s + a[i] end for i = 1, #b do s = s + b[i] end
print("end", s, g, r.x, r.y, r.z)
