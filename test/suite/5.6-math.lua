-- Math library.
-- case: floor and ceil
for _, x in ipairs { 0, 1, -1, 1.5, -1.5, 0.1, -0.1, 2147483647.5, -2147483648.5, 1e15 + 0.5, 1e300, 2 ^ 31, -2 ^ 31 } do io.write(math.floor(x), " ", math.ceil(x), "; ") end
print()
print(math.floor(1 / 0), math.ceil(-1 / 0), math.floor("2.7"), math.ceil("-2.7"), 1 / math.floor(-0.0), 1 / math.ceil(-0.5))
print(pcall(math.floor), pcall(math.floor, "x"), pcall(math.floor, {}), pcall(math.ceil, nil))

-- case: floor and ceil, hot
local s = 0
for i = -60, 60 do s = s + math.floor(i / 7) * 3 + math.ceil(i / 3) + math.floor(i) end
print(s)
local function f(x) return math.floor(x) end
for i = 1, 40 do f(i + 0.5) end
print(f(2 ^ 31), f(-2 ^ 40 - 0.5), f(1e300), f("3.9"), f(-0.0), pcall(f, "x"), pcall(f))

-- case: abs, max, min
print(math.abs(-5), math.abs(5), math.abs(-0.0), math.abs(-2147483648), math.abs("-3"), math.abs(-1 / 0), math.abs(-1.5))
print(math.max(1, 5, 3), math.min(1, 5, 3), math.max(-1), math.max(1.5, 2), math.min(1, 1.0), math.max("10", 9), math.min("2", "10"))
print(pcall(math.max), pcall(math.min), pcall(math.max, 1, "x"), pcall(math.min, {}), pcall(math.abs), pcall(math.abs, "x"))

-- case: max and min, hot
local hi, lo = -math.huge, math.huge
for i = 1, 80 do local x = (i * 37 % 50) - 25 + (i % 3) / 4 hi = math.max(hi, x) lo = math.min(lo, x, i) end
print(hi, lo, math.max(2147483647, 2147483648), math.min(-2147483648, -2147483649), math.max(0, -0.0), math.min(0, -0.0))

-- case: sqrt, exp, log, pow
print(math.sqrt(16), math.sqrt(2), math.sqrt(0), math.exp(0), math.exp(1), math.log(1), math.log(10), math.log10(1000), math.log10(2))
print(math.pow(2, 10), math.pow(2, 0.5), math.pow(0, 0), math.pow(-8, 3), math.log(0), math.log10(0), math.exp(1000), math.exp(-1000))
print(pcall(math.sqrt), pcall(math.exp, "x"), pcall(math.pow, 2), pcall(math.log, {}))

-- case: trigonometry
print(math.sin(0), math.cos(0), math.tan(0), math.asin(1), math.acos(1), math.atan(1), math.atan2(1, 1), math.atan2(-1, -1), math.atan2(0, -1))
print(math.sinh(1), math.cosh(1), math.tanh(1), math.deg(math.pi), math.rad(180), math.sin(math.pi / 6), math.cos(1e10))
local s = 0
for i = 1, 100 do s = s + math.sin(i) * math.cos(i / 2) end
print(("%.10f"):format(s))

-- case: fmod, mod, modf
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(-7, -3), math.fmod(5.5, 2), math.fmod(1, 1 / 0), math.mod(9, 4))
print(math.modf(3.7), math.modf(-3.7), math.modf(5), math.modf(0), math.modf(1 / 0), math.modf(-1 / 0), math.modf(-0.5))
print(pcall(math.fmod), pcall(math.fmod, 1), pcall(math.modf), pcall(math.modf, "x"), math.fmod("7", "4"))

-- case: frexp and ldexp
print(math.frexp(8), math.frexp(0), math.frexp(-0.3), math.frexp(1e300), math.frexp(5e-324))
print(math.ldexp(0.5, 4), math.ldexp(1, -1074), math.ldexp(1, 1024), math.ldexp(3, 0), math.ldexp("1", "3"), math.ldexp(1, 2.9))
for _, x in ipairs { 1, 0.1, 123.456, 2 ^ 53 } do local m, e = math.frexp(x) io.write(tostring(math.ldexp(m, e) == x), " ") end
print()

-- case: pi and huge
print(math.pi, ("%.15f"):format(math.pi), math.huge, -math.huge, math.huge == 1 / 0, math.huge - 1 == math.huge)

-- case: random is in its range and repeats with its seed
math.randomseed(42)
local a = {}
for i = 1, 20 do a[i] = math.random(100) end
math.randomseed(42)
local same = true
for i = 1, 20 do if math.random(100) ~= a[i] then same = false end end
print(same)
for i = 1, 200 do
  local x, y, z = math.random(), math.random(6), math.random(-3, 3)
  assert(x >= 0 and x < 1 and y >= 1 and y <= 6 and y % 1 == 0 and z >= -3 and z <= 3)
end
print(math.random(1), math.random(5, 5), math.random(-7, -7))

-- case: random with wrong arguments
print(pcall(math.random, 0), pcall(math.random, -1), pcall(math.random, 2, 1), pcall(math.random, 1, 2, 3), pcall(math.random, "x"), pcall(math.random, {}))
print(pcall(math.randomseed), pcall(math.randomseed, "x"))

-- case: random gives the same numbers as lua5.1
math.randomseed(1)
local t = {}
for i = 1, 10 do t[i] = math.random(1000) end
print(table.concat(t, " "))
math.randomseed(12345)
print(math.random(), math.random(), math.random(10, 20))

-- case: mathematical functions as values, hot
local fs = { math.sin, math.sqrt, math.abs, math.floor, math.exp }
local s = 0
for i = 1, 100 do s = s + fs[i % 5 + 1](i / 50) end
print(("%.12g"):format(s))

-- case: functions replaced while hot
local function use(x) return math.sqrt(x) + 1 end
local s = 0
for i = 1, 40 do s = s + use(i * i) end
local old = math.sqrt
math.sqrt = function(x) return x end
for i = 1, 10 do s = s + use(i) end
math.sqrt = old
print(s + use(9), pcall(use, "x"), pcall(use))

-- case: rounding and formatting of money
local function round(x, n) local m = 10 ^ (n or 0) return math.floor(x * m + 0.5) / m end
print(round(2.5), round(-2.5), round(1.005, 2), round(123.456, 1), round(1e15 + 0.5), round(0.1 + 0.2, 2))
local s = 0
for i = 1, 100 do s = round(s + 0.1, 2) end
print(s, s == 10)

-- case: primes and digits
local t = {}
for n = 2, 100 do
  local prime = true
  for d = 2, math.sqrt(n) do if n % d == 0 then prime = false break end end
  if prime then t[#t + 1] = n end
end
print(table.concat(t, " "))
local function digits(n) local s = 0 while n > 0 do s = s + n % 10 n = math.floor(n / 10) end return s end
print(digits(1234567890), digits(2 ^ 40), digits(999999999999))

-- case: sums where order and precision matter
local up, down = 0, 0
for i = 1, 1000 do up = up + 1 / i end
for i = 1000, 1, -1 do down = down + 1 / i end
print(up == down, ("%.17g"):format(up), ("%.17g"):format(down))
print(0.1 + 0.2 == 0.3, 0.1 + 0.2, ("%.17g"):format(0.1 + 0.2), 2 ^ 53 + 1 == 2 ^ 53)
