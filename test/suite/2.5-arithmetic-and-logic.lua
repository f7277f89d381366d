-- Expressions: arithmetic, relational and logical operators, length, precedence.
-- case: precedence of arithmetic
print(2 + 3 * 4, (2 + 3) * 4, 2 * 3 ^ 2, -2 ^ 2, (-2) ^ 2, 2 ^ -1, 2 ^ 3 ^ 2, (2 ^ 3) ^ 2)
print(10 - 3 - 2, 10 / 5 / 2, 7 % 4 * 2, 2 * 7 % 4, -7 % 3, -(7 % 3), 1 + 2 .. "", 1 .. 2 + 3)
print(not 1 == 2, not (1 == 2), #"abc" + 1, -#"abc", - - 2, not not nil)

-- case: precedence of comparison and logic
print(1 < 2 and 2 < 3, 1 < 2 == true, not nil and 1, nil and 1 or 2, 1 or error("never"))
print(1 == 1 ~= false, "a" .. "b" == "ab", 1 + 1 == 2 and "two", false or nil, nil or false)
print(1 and 2 or 3, nil and 2 or 3, false == nil, nil == nil)

-- case: concatenation is right associative
local log = {}
local mt = { __concat = function(a, b)
  local function name(x) return type(x) == "table" and x.name or tostring(x) end
  log[#log + 1] = name(a) .. "+" .. name(b)
  return setmetatable({ name = "(" .. name(a) .. name(b) .. ")" }, getmetatable(type(a) == "table" and a or b))
end }
local a, b, c = setmetatable({ name = "a" }, mt), setmetatable({ name = "b" }, mt), "c"
print((a .. b .. c).name, table.concat(log, " "))
log = {}
print((c .. c .. a .. c .. c).name, table.concat(log, " "))

-- case: and and or return operands
print(nil and 1, false and 1, 0 and 1, "" and 1, nil or "x", false or "x", 0 or "x")
print(1 and nil, 1 and false, nil or nil, false or false, nil or false, false or nil)
local function f(x) return x and x.y and x.y.z or "none" end
print(f(nil), f {}, f { y = {} }, f { y = { z = 5 } }, f { y = { z = false } })

-- case: and and or evaluate only what they must
local n = 0
local function yes(v) n = n + 1 return v end
local _ = nil and yes(1), 1 or yes(1), false and yes(1) or 2
print(n)
_ = 1 and yes(nil) or yes(2)
print(_, n)
if nil and yes() or 1 and (nil or yes(true)) then print("in", n) end

-- case: and and or while hot, with changing types
local function pick(a, b, c) return a and b or c end
local function default(a) return a or "d" end
local values = { 1, false, "s", nil, 2.5 }
local t = {}
for i = 1, 60 do
  local v = values[i % 5 + 1]
  t[#t + 1] = tostring(pick(v, i, -i)) .. tostring(default(v))
end
print(table.concat(t, " "))

-- case: comparison chains in conditions
local function inside(x, low, high) return x >= low and x <= high and not (x ~= x) end
local n = 0
for i = -20, 20 do if inside(i / 2, -3, 4.5) then n = n + 1 end end
print(n, inside(0 / 0, 0, 1), inside("b", "a", "c"))
print(pcall(inside, "b", 1, 2))

-- case: length of strings and tables
print(#"", #"abc", #"a\0b", #{}, #{ 1, 2, 3 }, #{ 1, 2, nil }, #{ n = 1 })
local t = {}
for i = 1, 100 do t[i] = i end
print(#t)
for i = 100, 51, -1 do t[i] = nil end
print(#t)
t[51] = "x"
print(#t, #t[51])

-- case: length errors
print(pcall(function() return #nil end))
print(pcall(function() return #5 end))
print(pcall(function() return #true end))
print(pcall(function() return #print end))
print(pcall(function() local t = {} return #t.x end))
print(pcall(function() return #undefined end))
print(pcall(function() local x = 5 return #x end))

-- case: __len is not for tables in 5.1
local t = setmetatable({ 1, 2 }, { __len = function() return 100 end })
print(#t)

-- case: unary minus of everything
print(-1, -"2", -0.5, - -1, -(-1), -2 ^ 0.5)
print(pcall(function() return -{} end))
print(pcall(function() return -"x" end))
print(pcall(function() return -nil end))
print(pcall(function() local t = {} return -t.x end))
local function neg(x) return -x end
for i = 1, 30 do neg(i) end
print(neg(2147483648), neg(-2147483648), neg("5"), neg(1.5), pcall(neg, print))

-- case: modulo follows the sign of the divisor
print(7 % 3, -7 % 3, 7 % -3, -7 % -3, 6 % 3, -6 % 3, 6 % -3)
print(5.5 % 2, -5.5 % 2, 5.5 % -2, -5.5 % -2, 0 % 5, 0 % -5)
print(1e15 % 7, 2 ^ 53 % 3, -2 ^ 53 % 3, 1 % math.huge, -1 % math.huge, 1 % -math.huge)

-- case: modulo, hot, of all signs
local function mod(a, b) return a % b end
local t = {}
for a = -9, 9 do for b = -3, 3 do if b ~= 0 then t[#t + 1] = mod(a, b) end end end
print(table.concat(t, " "))
print(mod(7, 0.75), mod(-2147483648, -1), mod(-2147483648, 3), mod(2147483647, -2), mod(5, 0) ~= mod(5, 0))

-- case: power
print(2 ^ 0, 0 ^ 0, 2 ^ 10, 2 ^ 0.5, 4 ^ -0.5, (-8) ^ (1 / 3) ~= (-8) ^ (1 / 3), (-2) ^ 3, (-2) ^ -2, 1 ^ 1e300)
local function power(a, b) return a ^ b end
for i = 0, 40 do power(2, i) end
print(power(2, 31), power(2, 53), power(-1, 3), power(10, -3), power("2", "3"), pcall(power, {}, 2))

-- case: division
print(1 / 2, 4 / 2, 7 / 7, 1 / 3, -1 / 2, 0 / 5, 1e308 / 1e-308, 2147483648 / 2)
local function div(a, b) return a / b end
local s = 0
for i = 1, 50 do s = s + div(i, 3) end
print(s, div(6, 3), div(1, 0), div(-1, 0), div("9", 3), pcall(div, 1, nil))

-- case: hot arithmetic with types that change in mid-run
local function mix(a, b) return a * 2 + b - a / 4 end
local t = {}
for i = 1, 60 do
  local b = i < 20 and i or i < 35 and i + 0.5 or i < 45 and tostring(i) or i * 2 ^ 30
  t[#t + 1] = mix(i, b)
end
print(table.concat(t, " "))

-- case: hot arithmetic that begins to fail
local function add(a, b) return a + b end
local good, bad, last = 0, 0, nil
for i = 1, 80 do
  local ok, r = pcall(add, i, i % 10 == 9 and {} or i % 10 == 8 and "x" or i)
  if ok then good = good + r else bad, last = bad + 1, r end
end
print(good, bad, last)

-- case: integer overflow in every operator, hot
local function work(x, y)
  return x + y, x - y, x * y, -x, x / y, x % y
end
for i = 1, 20 do work(i, i + 1) end
print(work(2147483647, 2147483647))
print(work(-2147483648, 1))
print(work(-2147483648, -1))
print(work(65536, 65536))
print(work(1, 2147483647))

-- case: equality of different types is never true
print(1 == true, 0 == false, "" == false, nil == false, "1" == 1, {} == "", print == "print")
local function eq(a, b) return a == b, a ~= b end
local values = { 1, 1.0, "1", true, false }
for i = 1, 5 do for j = 1, 5 do if eq(values[i], values[j]) then io.write(i, "=", j, " ") end end end
print(eq(nil, nil), eq(nil, false))

-- case: relational errors name both types
local t, f = {}, print
print(pcall(function() return 1 < "x" end))
print(pcall(function() return t < t end))
print(pcall(function() return t < 1 end))
print(pcall(function() return nil < nil end))
print(pcall(function() return f <= f end))
print(pcall(function() return true > false end))
print(pcall(function() return {} >= 1 end))
print(pcall(function() return "x" < nil end))

-- case: relational errors of hot code
local function less(a, b) return a < b end
for i = 1, 40 do less(i, 20) less(i / 2, 3) less("a", "b") end
print(pcall(less, 1, "1"), pcall(less, {}, {}), pcall(less, nil, 1))
print(less(1, 2), less("a", "b"), less(2.5, 2), less(-0.0, 0))

-- case: constants are folded as they are computed
print(1 + 2, 2 ^ 10, 7 % 3, -(3), 10 / 4, "a" .. "b", not nil, 1 < 2)
print(0 / 0 ~= 0 / 0, 1 / 0, -1 / 0, 5 % 0 ~= 5 % 0, 2 ^ 1024)
print(1e308 * 10, -1e308 * 10, 1e-320 / 1e10)

-- case: a long expression
local x = 1
local s = "return function(x) return x"
for i = 1, 150 do s = s .. " + x * " .. i end
local f = loadstring(s .. " end")()
for i = 1, 12 do x = f(i) end
print(x)

-- case: deep parentheses
local s = ("("):rep(100) .. "7" .. (")"):rep(100)
print(loadstring("return " .. s)())
print(loadstring("return " .. ("-"):rep(1) .. (" -"):rep(51) .. "3")())
print(loadstring("return " .. ("not "):rep(51) .. "nil")())

-- case: syntax: missing operand
print(1 +)

-- case: syntax: operator at the start
print(* 2)

-- case: syntax: two operators
print(1 + * 2)

-- case: syntax: unbalanced parenthesis
print((1 + 2)

-- case: syntax: unbalanced parenthesis on another line
local x = (1 + 2
print(x)

-- case: syntax: not equal of other languages
print(1 <> 2)

-- case: syntax: unary plus
print(+1)

-- case: syntax: floor division is 5.3
print(7 // 2)

-- case: syntax: empty parentheses
local x = ()

-- case: comparison of long strings of bytes
local a = ("\200"):rep(10)
local b = ("\100"):rep(10)
print(a > b, a < b, a == a .. "", a < a .. "x", ("\0"):rep(5) < ("\0"):rep(6), "" < "\0")

-- case: bits by arithmetic, hot
local function band(a, b)
  local r, p = 0, 1
  while a > 0 and b > 0 do
    local x, y = a % 2, b % 2
    if x + y == 2 then r = r + p end
    a, b, p = (a - x) / 2, (b - y) / 2, p * 2
  end
  return r
end
local s = 0
for i = 1, 40 do s = s + band(i * 77, 0xff0f) end
print(s, band(2 ^ 31 + 5, 2 ^ 31 + 4), band(0xffffffff, 0x12345678))

-- case: greatest common divisors with ints, doubles and big numbers
local function gcd(a, b) while b ~= 0 do a, b = b, a % b end return a end
local t = {}
for i = 1, 30 do t[#t + 1] = gcd(i * 12, 90) end
print(table.concat(t, " "), gcd(2 ^ 40, 2 ^ 35), gcd(1.5, 0.5), gcd(2147483647, 2), gcd(-12, 18), gcd(12, -18))

-- case: linear congruential generator
local x = 42
for i = 1, 100 do x = (x * 1103515245 + 12345) % 2147483648 end
print(x)
local y = 1
for i = 1, 100 do y = y * 16807 % 2147483647 end
print(y)

-- case: elements that are integers, fractions, both, zeros of either sign, NaN and other things
local function weigh(t, by)
  local sum, inverse = 0.5, 0
  for i = 1, #t do
    sum = sum + t[i] * by
    inverse = inverse + 1 / t[i]
    t[i] = t[i] - 0.25 * by
  end
  return sum, inverse
end
local nan = 0 / 0
local arrays = {
  { 1, 2, 3, 4 }, { 1.5, 2.5, 3.5 }, { 1, 2.5, 3, 4.5 }, { -0, 0, 1 }, { 0, -0, 2 }, { 2147483647, -2147483648, 2147483648 },
  { 1, nan, 2 }, { 1, "3", 2 }, { "0x10" }, { 1e308, 1e308, 1 }, { 1, {}, 2 }, { 1, true }, { 3, 0.5, "x" }, {},
}
for round = 1, 6 do
  for at, t in ipairs(arrays) do
    local ok, sum, inverse = pcall(weigh, t, round % 2)
    if ok then print(round, at, sum == sum and sum or "nan", inverse == inverse and inverse or "nan") else print(round, at, sum) end
  end
end

-- case: loops that end with their test, or begin with it, over arrays that change under them
local function double(t, n) local i = 1 while i <= n do t[i] = t[i] * 2 i = i + 1 end return i end
local function until_zero(t) local i, sum = 1, 0 repeat sum = sum + t[i] i = i + 1 until t[i] == 0 return sum, i end
local function grow(t, n) local i = 1 while i <= #t and i < n do t[#t + 1] = t[i] + i i = i + 1 end return #t end
local function shrink(t) local sum = 0 while #t > 0 do sum = sum + t[#t] t[#t] = nil end return sum end
for round = 1, 8 do
  local t = {}
  for i = 1, 40 do t[i] = round % 3 == 0 and i + 0.5 or i end
  t[35] = 0
  print(double(t, 40), until_zero(t))
  print(grow(t, 70), pcall(double, t, 200))
  if round == 5 then t[20] = "7" end
  print(shrink(t), #t, pcall(until_zero, t))
end

-- case: products, sums and differences of ints whose results only doubles want
local function inverse(i, j) return 1 / (i * j) end
local function element(i, j) local ij = i + j - 1 return 1 / (ij * (ij - 1) * 0.5 + i) end
local function chain(a, b) local t = a * b local u = t - a return t / 7 + u ^ 2 end
local function both(a, b) local t = a * b return t / 4, t, t % 3 end
local function later(a, b, how) local t = a + b if how then return t / 2 end return t end
local sum = 0
for i = 1, 40 do for j = 1, 40 do sum = sum + element(i, j) + chain(i, j) + inverse(i, j) end end
print(string.format("%.10g", sum))
for _, pair in ipairs { { 0, -3 }, { -3, 0 }, { 0, 3 }, { 46341, 46341 }, { 2147483647, 2147483647 }, { -2147483648, -1 }, { 2147483647, 1 } } do
  local a, b = pair[1], pair[2]
  print(inverse(a, b), string.format("%.10g %.10g", element(a, b), chain(a, b)), both(a, b))
  print(later(a, b, true), later(a, b, false))
end
for i = 1, 40 do both(i, 3) later(i, 4, i % 2 == 0) end
print(both(0, -5), later(2147483647, 1, true), later(2147483647, 1, false), inverse("0x10", 2), pcall(element, {}, 1))
