-- Quotients of ints: exact ones may be ints, and no program can tell.
local function divide(a, b) return a / b end
local function text(x) return string.format("%.17g", x) .. (x == 0 and 1 / x < 0 and " negative" or "") end

local numbers = { 0, 1, -1, 2, -2, 3, 7, 12, 100, 2147483647, -2147483648, -2147483647, 65536, 0.5, -0.0, 1e10 }
local function all(name, operation)
  local results = {}
  for _ = 1, 3 do
    for i = 1, #numbers do
      for j = 1, #numbers do results[#results + 1] = text(operation(numbers[i], numbers[j])) end
    end
  end
  print(name, #table.concat(results, " "), results[1], results[2], results[18], results[#results])
  return results
end
print(table.concat(all("divide", divide), " ", 1, 256))
all("modulo", function(a, b) return a % b end)
print(table.concat(all("rest", function(a, b) return (a - a % b) / b end), " ", 1, 256))

-- Halves that stay ints for long, and then do not.
local function halve(n)
  local steps = 0
  while n > 1 do
    n = n % 2 == 0 and n / 2 or 3 * n + 1
    steps = steps + 1
  end
  return steps
end
local steps = 0
for i = 1, 600 do steps = steps + halve(i) end
print(steps)
local sum = 0
for i = 1, 2000 do sum = sum + i * 2 / 2 end
for i = 1, 2000 do sum = sum + i / 2 end
for i = -3, 3 do sum = sum + (i == 0 and 0 or 12 / i) end
print(sum, 7 / 0, -7 / 0, text(0 / 5), text(0 / -5), (-2147483648) / -1)

-- By a constant, with the dividend's kind changing.
local function third(x) return x / 3 end
local thirds = {}
for i = 1, 500 do
  local x = i * 3
  if i > 200 then x = i * 3 - i % 2 end
  if i > 300 then x = x + 0.25 end
  if i > 400 then x = tostring(i * 3) end
  thirds[i] = text(third(x))
end
print(thirds[1], thirds[200], thirds[201], thirds[202], thirds[301], thirds[500], #table.concat(thirds))
print(pcall(third, {}))

-- As keys, limits and arguments.
local list = {}
for i = 2, 100, 2 do list[i / 2] = i / 2 end
print(#list, list[25], list[50 / 2], list[51 / 2], select(4 / 2, "a", "b", "c"), ("x"):rep(9 / 3))
for i = 6 / 2, 1, -1 / 1 do io.write(i, " ") end
print()

local mod = {}
for i = 1, 300 do mod[i] = text((i * 0.5 - 40) % (i % 5 - 2.5)) end
print(#table.concat(mod, " "), mod[1], mod[100], mod[299], text(5.5 % math.huge), text(-5.5 % math.huge), text(5.5 % 0), text(-0.0 % 3))
