-- Complex numbers, dual numbers and big integers, all by metatables and all through the same generic functions.
--
-- `power`, `horner` and `newton` know only + - * / and ==; they are called with plain numbers first and get compiled for these, and then
-- with four kinds of tables, whose operators call back. Operators with mixed operands find their handler in either one.
--   Watch in --trace: deopts "not a double" in the generic functions, then code that calls metamethods' handlers.
-- Usage: number-towers.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 300

local function show(x) return type(x) == "number" and string.format("%.10g", x) or tostring(x) end

-- Complex numbers.
local Complex = {}
Complex.__index = Complex
local function complex(re, im) return setmetatable({ re = re, im = im }, Complex) end
local function to_complex(x) return type(x) == "number" and complex(x, 0) or x end
function Complex.__add(a, b) a, b = to_complex(a), to_complex(b) return complex(a.re + b.re, a.im + b.im) end
function Complex.__sub(a, b) a, b = to_complex(a), to_complex(b) return complex(a.re - b.re, a.im - b.im) end
function Complex.__mul(a, b)
  a, b = to_complex(a), to_complex(b)
  return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
end
function Complex.__div(a, b)
  a, b = to_complex(a), to_complex(b)
  local norm = b.re * b.re + b.im * b.im
  return complex((a.re * b.re + a.im * b.im) / norm, (a.im * b.re - a.re * b.im) / norm)
end
function Complex.__unm(a) return complex(-a.re, -a.im) end
function Complex.__eq(a, b) return a.re == b.re and a.im == b.im end
function Complex.__tostring(a) return string.format("%.8f%+.8fi", a.re + 0, a.im + 0) end

-- Dual numbers a + b e with e * e = 0: the second part is a derivative.
local Dual = {}
Dual.__index = Dual
local function dual(value, slope) return setmetatable({ value = value, slope = slope }, Dual) end
local function to_dual(x) return type(x) == "number" and dual(x, 0) or x end
function Dual.__add(a, b) a, b = to_dual(a), to_dual(b) return dual(a.value + b.value, a.slope + b.slope) end
function Dual.__sub(a, b) a, b = to_dual(a), to_dual(b) return dual(a.value - b.value, a.slope - b.slope) end
function Dual.__mul(a, b) a, b = to_dual(a), to_dual(b) return dual(a.value * b.value, a.value * b.slope + a.slope * b.value) end
function Dual.__div(a, b)
  a, b = to_dual(a), to_dual(b)
  return dual(a.value / b.value, (a.slope * b.value - a.value * b.slope) / (b.value * b.value))
end
function Dual.__tostring(a) return string.format("%.8f with slope %.8f", a.value, a.slope) end

-- Natural numbers of any size, in digits of base 10^6, the lowest first.
local BASE = 1000000
local Big = {}
Big.__index = Big
local function trim(digits)
  while #digits > 0 and digits[#digits] == 0 do digits[#digits] = nil end
  return setmetatable(digits, Big)
end
local function big(n)
  if type(n) ~= "number" then return n end
  local digits = {}
  while n > 0 do
    digits[#digits + 1] = n % BASE
    n = math.floor(n / BASE)
  end
  return setmetatable(digits, Big)
end
function Big.__add(a, b)
  a, b = big(a), big(b)
  local sum, carry = {}, 0
  for i = 1, math.max(#a, #b) + 1 do
    local digit = (a[i] or 0) + (b[i] or 0) + carry
    carry = digit >= BASE and 1 or 0
    sum[i] = digit - carry * BASE
  end
  return trim(sum)
end
function Big.__sub(a, b)
  a, b = big(a), big(b)
  local difference, borrow = {}, 0
  for i = 1, #a do
    local digit = a[i] - (b[i] or 0) - borrow
    borrow = digit < 0 and 1 or 0
    difference[i] = digit + borrow * BASE
  end
  if borrow > 0 then error("a natural number cannot be negative", 0) end
  return trim(difference)
end
function Big.__mul(a, b)
  a, b = big(a), big(b)
  local product = {}
  for i = 1, #a + #b do product[i] = 0 end
  for i = 1, #a do
    local carry, digit = 0, a[i]
    for j = 1, #b do
      local value = product[i + j - 1] + digit * b[j] + carry
      carry = math.floor(value / BASE)
      product[i + j - 1] = value - carry * BASE
    end
    product[i + #b] = product[i + #b] + carry
  end
  return trim(product)
end
-- Division by a small number only, which is all that is needed here.
function Big.__div(a, n)
  local quotient, rest = {}, 0
  for i = #a, 1, -1 do
    local value = rest * BASE + a[i]
    quotient[i] = math.floor(value / n)
    rest = value - quotient[i] * n
  end
  return trim(quotient)
end
function Big.__eq(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do
    if a[i] ~= b[i] then return false end
  end
  return true
end
function Big.__lt(a, b)
  if #a ~= #b then return #a < #b end
  for i = #a, 1, -1 do
    if a[i] ~= b[i] then return a[i] < b[i] end
  end
  return false
end
function Big.__le(a, b) return not (b < a) end
function Big.__tostring(a)
  if #a == 0 then return "0" end
  local text = { tostring(a[#a]) }
  for i = #a - 1, 1, -1 do text[#text + 1] = string.format("%06d", a[i]) end
  return table.concat(text)
end

-- Generic algorithms.
local function power(x, n)
  local result = 1
  while n > 0 do
    if n % 2 == 1 then result = result * x end
    x = x * x
    n = math.floor(n / 2)
  end
  return result
end

local function horner(x, coefficients)
  local value = 0
  for i = #coefficients, 1, -1 do value = value * x + coefficients[i] end
  return value
end

local function newton(x, target, steps)
  for _ = 1, steps do x = (x + target / x) / 2 end
  return x
end

local coefficients = { 1, -2, 0.5, 3, 0.25 }
local function repeatedly(f, ...)
  local result
  for _ = 1, rounds do result = f(...) end
  return show(result)
end

print("power of a number", repeatedly(power, 1.01, 100))
print("horner of a number", repeatedly(horner, 0.5, coefficients))
print("root of a number", repeatedly(newton, 1, 2, 8))
print("power of a complex", repeatedly(power, complex(0.6, 0.8), 17))
print("horner of a complex", repeatedly(horner, complex(0, 1), coefficients))
print("root of a complex", repeatedly(newton, complex(1, 1), complex(-3, 4), 12))
print("power of a dual", repeatedly(power, dual(2, 1), 10))
print("horner of a dual", repeatedly(horner, dual(0.5, 1), coefficients))
print("root of a dual", repeatedly(newton, dual(1, 0), dual(2, 1), 8))
print("power of a big", repeatedly(power, big(3), 120))
print("a number again", repeatedly(power, 3, 20))

-- Mixtures: a complex number whose parts are duals differentiates a complex function.
local mixed = complex(dual(1, 1), dual(2, 0))
local square = mixed * mixed
print("complex of duals", tostring(square.re) .. ", " .. tostring(square.im))

-- The Mandelbrot set by complex numbers, beside plain arithmetic.
local function escapes(c, limit)
  local z = c
  for i = 1, limit do
    if z.re * z.re + z.im * z.im > 4 then return i end
    z = z * z + c
  end
  return limit
end
local difference, total = 0, 0
for i = 1, rounds do
  local cr, ci = i / rounds * 3 - 2.2, (i * 7 % rounds) / rounds * 2 - 1
  local steps = escapes(complex(cr, ci), 50)
  local zr, zi, n = cr, ci, 50
  for k = 1, 50 do
    if zr * zr + zi * zi > 4 then n = k break end
    zr, zi = zr * zr - zi * zi + cr, zr * zi + zi * zr + ci
  end
  total = total + steps
  difference = difference + math.abs(n - steps)
end
print("mandelbrot", total, difference)

-- Factorials, Fibonacci numbers and a division that undoes a multiplication.
local factorial = big(1)
for i = 1, 60 do factorial = factorial * i end
print("60!", factorial)
for i = 60, 2, -1 do factorial = factorial / i end
print("divided again", factorial, factorial == big(1))
local a, b = big(0), big(1)
for _ = 1, rounds do a, b = b, a + b end
print("fibonacci " .. rounds, a)
print("ordered", a < b, a <= b, b < a, b - a <= a, pcall(function() return a - b end))
