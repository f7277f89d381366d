-- The first index of a loop by fractions. PUC Lua subtracts the step from the initial value before the loop and adds it before every round,
-- the first one included, so the first index is rounded to what survives that; we began with the initial value as it was, and all later
-- indices were off by as much. Found by programs/number-boundaries.lua.

local function indices(from, to, step)
  local list = {}
  for i = from, to, step do list[#list + 1] = string.format("%.17g", i) end
  return table.concat(list, " ", 1, math.min(#list, 6))
end

-- Often enough to be compiled, with types that stay the same, then with all of them through one loop.
local function again(times, ...)
  local result
  for _ = 1, times do result = indices(...) end
  return result
end
print("large start, odd step", again(300, -2 ^ 33, -2 ^ 33 + 3e7, 2 ^ 34 / 2000))
print("small start, large step", again(300, 0.1, 3e16, 1e16))
print("downwards", again(300, 0.1, -3e16, -1e16))
print("an infinite step never begins", again(300, 1, 10, math.huge))
print("ints", again(300, 1, 4, 1))
print("int, double limit", again(300, 1, 4.5, 1))

-- -0 becomes 0 on the way.
local function sign(zero)
  for i = zero, 0.5 do return 1 / i end
end
local zero = 0
for _ = 1, 300 do sign(-zero) end
print("negative zero", sign(-zero), sign(zero))

local function sum(from, to, step)
  local total, count = 0, 0
  for i = from, to, step do total, count = total + i % 1000, count + 1 end
  return string.format("%.17g", total), count
end
for _ = 1, 20 do sum(0.5, 50, 0.7) end
print("sum", sum(-2 ^ 33, 2 ^ 33, 2 ^ 34 / 2000))
