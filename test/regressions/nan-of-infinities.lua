-- 0 * math.huge, math.huge - math.huge and 3 % -math.huge were nan where lua5.1 has -nan, when LLVM found the operands to be constants:
-- it folds them to a positive NaN. Only divisions were hidden from it; now infinities are, too. Met when the remainder of doubles was
-- put in place.
counter = 0
local huge = math.huge
local function found(x)
  local z = counter % 16
  local d, e = 0.5, huge
  if x > 5 then d = 0.0 else d = 0 end
  if x > 5 then e = huge else e = 1 / 0 end
  return z * huge, d * huge, e - e, e * d, huge + -e, e % 2, 5 % e, -5 % e, e % d, 5 % d, 5 % z, huge % (z + 2)
end
for i = 1, 100 do found(i % 9) end
print(found(1))
print(found(7))

local function remainders(x)
  local y = 5
  if x > 2 then y = -huge end
  return 5 % y, 3 % -huge, -(3 % -huge), x % huge, huge % x, x % (huge - huge), math.abs(huge - huge), math.floor(-huge)
end
for i = 1, 100 do remainders(i % 2) end
print(remainders(1))
print(remainders(3))

local function nearly(x) return x % 0, x % 1e-320, 1e308 % x, -0.0 % x, x % 0.1, -x % 3, x < huge, -huge < x end
for i = 1, 100 do nearly(i / 2) end
print(nearly(7.5))
print(nearly(-huge))
