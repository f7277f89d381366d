-- The first value of a loop is the initial value, less a step, plus a step: rounded, and 0 for -0.
for i = -0, 1 do io.write(i, " ", 1 / i, " ") end print()
local function first(from, to, step)
  for i = from, to, step do return string.format("%.17g", i) end
end
print(first(0.1, 1, 0.3), first(1, -1, -0.1), first(0.7, 5, 0.1), first(1e16, 1e17, 3), first(2 ^ 53 + 2, 2 ^ 54, 1), first(1e100, 1e100, 1))
for _ = 1, 2000 do first(0.7, 5, 0.1) end
print(first(0.1, 1, 0.3), first(0.7, 5, 0.1), first(2 ^ 53 + 2, 2 ^ 54, 1), first(1, 2, 1), first(-0, 2, 1))
local function values(from, to, step)
  local t = {}
  for i = from, to, step do
    t[#t + 1] = tostring(i)
    if #t == 12 then break end
  end
  return table.concat(t, " ")
end
print(values(2147483645, 2147483649, 1))
print(values(-2147483646, -2147483650, -1))
print(values(1, 2, 0.3), values(0.1, 1, 0.1))
print(values(1, 1 / 0, 1), values(1, -1 / 0, -1), values(0 / 0, 1, 1), values(1, 0 / 0, 1), values(1, 2, 0 / 0))
print(values(1, 0, 0), values(1, 1, 0), values("1", "3", "1"), values("0x10", 17, 1))
