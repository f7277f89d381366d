-- Integer overflow turns int32 code into double code.
--
-- All numbers are doubles; int32 is how the JIT holds those that are whole and small. While `total` stays below 2^31 the loop runs in
-- int32 code, which it entered by OSR. Near i = 65536 the addition overflows: its guard fails, the frame of the optimized code is
-- popped, an interpreter frame with the same state is pushed in its place and does the addition again, in doubles. When the loop is
-- hot once more it is compiled with `total` as a double, entered by OSR, and stays.
--   Expected: osr-entry, deopt (integer overflow), osr-entry — once for each of the functions.
-- Usage: osr-integer-overflow.lua [n]

local n = tonumber(arg and arg[1]) or 20000000

local function sum_up_to(n)
  local total = 0
  for i = 1, n do
    total = total + i
  end
  return total
end

-- The same with a product, and a loop that counts down.
local function sum_of_squares(n)
  local total, i = 0, 0
  while i < n do
    i = i + 1
    total = total + i * i
  end
  return total
end

-- Overflow below: int32 has no -2147483649, and no -0 either.
local function count_down(n)
  local total = 0
  for i = -1, -n, -1 do
    total = total + i
  end
  return total
end

print("sum of 1 to " .. n, sum_up_to(n))
print("must be", n * (n + 1) / 2)
print("sum of squares", sum_of_squares(n))
print("counted down", count_down(n))
print("minus zero", 1 / (0 * -1))
