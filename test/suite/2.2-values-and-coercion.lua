-- Values and types, and coercion between numbers and strings.
-- case: the type of everything
print(type(nil), type(true), type(false), type(1), type(1.5), type("x"), type({}), type(print), type(type))
print(type(function() end), type(coroutine.create(print)), type(io.stdout))
print(type(type), type(type(nil)))

-- case: only nil and false are false
for _, v in ipairs { 0, "", "false", 0 / 0, {}, print } do
  print(type(v), v and "true" or "false", not v, not not v)
end
print(nil and 1, false and 1, nil or 1, false or 1)

-- case: strings become numbers in arithmetic
print("10" + 1, "10" * "2", "3" - "1", "7" / "2", "7" % "4", "2" ^ "10", -"5")
print(" 10 " + 1, "\t10\n" + 0, "0x10" + 0, "1e2" + 0, ".5" + 0, "5." + 0)
print("0xA" * 1, "-0x10" + 0, "1e-2" * 1)

-- case: strings that are no numbers
for _, s in ipairs { "", " ", "x", "1x", "1 2", "0x", "1e", "--1", "+-1", "1,5", "0x1p", "e1", "." } do
  print(("%q"):format(s), pcall(function() return s + 1 end))
end

-- case: numbers become strings in concatenation
print(1 .. "", 1.5 .. "|" .. -2, 10 .. 20, (0.1) .. "", 1e15 .. "", 1e16 .. "", 2 ^ 53 .. "")
print((-0.0) .. "", (1 / 0) .. "", (-1 / 0) .. "", 100 .. "", 1e100 .. "")

-- case: how numbers print
print(0, -1, 1.0, 100000000000000, 1e14, 1e15, 123456789012345, 1234567890123456)
print(0.1, 1 / 3, 2 / 3, 10 / 3, 1e-5, 1e-4, 123.456, 3.14159265358979)
print(2 ^ 31, 2 ^ 32, 2 ^ 53, 2 ^ 63, 2 ^ 64, -2 ^ 31, 2 ^ 1023)
print(1e300 * 1e10, -1e300 * 1e10, 5e-324, 2.2250738585072014e-308)

-- case: infinities and their arithmetic
local inf = 1 / 0
print(inf, -inf, inf + 1, inf - 1 == inf, inf * 2, inf > 1e308, -inf < -1e308)
print(1 / inf, -1 / inf, inf == math.huge, inf * -1, inf ^ 2, 0 ^ -1)

-- case: nan is not equal to itself
local nan = 0 / 0
print(nan == nan, nan ~= nan, nan < nan, nan <= nan, nan > nan, nan >= nan)
print(nan < 1, nan > 1, 1 < nan, not (nan < 1), not (nan >= 1))
print(rawequal(nan, nan), nan == 1)

-- case: how nan prints
local zero = 0
print(zero / zero, -(zero / zero), math.huge - math.huge, math.huge * 0)
print(tostring(zero / zero), (zero / zero) .. "")
print(math.sqrt(-1), math.fmod(1, 0), math.huge % 2, 5 % 0)

-- case: how nan prints, hot
local function f(a, b) return a / b end
for i = 1, 30 do
  local x = f(i % 3 - 1, 0)
  if i > 25 then print(i, x, -x) end
end

-- case: negative zero
local z = -0.0
local zero = 0
print(zero, -zero, 0 * -1, 1 / (0 * -1), 1 / -zero, z == 0)
print(-zero == zero, tostring(-zero), 1 / (zero * -1), 1 / (-zero + 0), 1 / (-zero - zero))

-- case: negative zero, hot
local function negate(x) return -x end
local function times(x, y) return x * y end
local function remainder(x, y) return x % y end
for i = 40, 0, -1 do
  local a, b, c = negate(i), times(i, -1), remainder(-i, 4)
  if i < 3 then print(a, b, c, 1 / a, 1 / b, 1 / c) end
end

-- case: int32 boundaries, added and subtracted
local max, min = 2147483647, -2147483648
print(max + 1, min - 1, max + max, min + min, max - min, -min, -max)
print(max + 1 == 2147483648, min - 1 == -2147483649, max + 1 - 1 == max)

-- case: int32 boundaries, multiplied
local max, min = 2147483647, -2147483648
print(max * 2, min * 2, max * max, min * min, min * -1, 65536 * 65536, 46341 * 46341)
print(max * 0, min * 0, 1 / (min * 0))

-- case: int32 boundaries crossed in a loop
local x, y = 2147483600, -2147483600
for i = 1, 60 do
  x, y = x + 1, y - 1
  if i % 12 == 0 then print(x, y, x - y) end
end

-- case: int32 multiplication overflows in a loop
local x, y = 3, -3
for i = 1, 40 do
  x, y = x * 3, y * 3
  if i % 8 == 0 then print(x, y, x + y) end
end

-- case: 2^53 is the end of the integers
local x = 2 ^ 53
print(x == x + 1, x - 1 == x, ("%.0f"):format(x + 1), ("%.0f"):format(x + 2), ("%.0f"):format(x + 3))
local n = 0
for i = 2 ^ 53 - 3, 2 ^ 53 - 1 do n = n + 1 end
print(n)

-- case: integers and fractions are one type of key
local t = {}
t[1], t[2.0], t[2 ^ 31] = "a", "b", "c"
print(t[1.0], t[2], t[2147483648], t[4 / 2], t[0.5 + 0.5], t[1.5])
t[-0.0] = "zero"
print(t[0], t[-0])

-- case: string and number keys differ
local t = { [1] = "number", ["1"] = "string" }
print(t[1], t["1"], t[1 .. ""], t["1" + 0])
t["1.0"] = "other"
print(t[1], t["1"], t["1.0"], t[1.0])

-- case: comparison does not convert
print(1 == "1", "1" == 1, 0 == "0", "10" < "9", pcall(function() return 1 < "2" end))
print(pcall(function() return "1" <= 2 end))
print(pcall(function() return {} < {} end))
print(pcall(function() return nil > 1 end))

-- case: string comparison by bytes
print("a" < "b", "a" < "aa", "" < "a", "Z" < "a", "a\0b" < "a\0c", "a\0" > "a", "a" <= "a", "b" >= "a")
print("10" < "2", "abc" < "abd", "abc" == "ab" .. "c")

-- case: tostring of what arithmetic made
local t = {}
for i = 1, 40 do t[i] = i / 8 end
print(table.concat(t, " "))
for i = 1, 40 do t[i] = i * 1e7 * (i % 2 == 0 and -1 or 1) end
print(table.concat(t, " "))

-- case: tonumber and back
for _, s in ipairs { "1", "01", "1.0", "1e1", "0x10", " 1 ", "-1", "1e400", "-1e400", "1e-400", "0.1", "9007199254740993" } do
  print(s, tonumber(s), tostring(tonumber(s)) == s)
end

-- case: tonumber of infinity and nan as text
print(tonumber("inf"), tonumber("-inf"), tonumber("nan"), tonumber("infinity"), tonumber("INF"))
print(pcall(function() return "inf" + 1 end))

-- case: identity of tables and functions
local a, b = {}, {}
print(a == b, a == a, a ~= b, rawequal(a, a))
local function f() end
local g = f
print(f == g, f == function() end)

-- case: identity of strings made in different ways
local a = "ab" .. "cd"
local b = ("abcd"):sub(1, 4)
local t = { abcd = 1 }
print(a == b, t[a], t[b], t["ab" .. ("c") .. "d"], rawequal(a, b))
local long1, long2 = ("x"):rep(1000), ("x"):rep(500) .. ("x"):rep(500)
print(long1 == long2, ({ [long1] = "found" })[long2])

-- case: functions compared after closures
local function make() local x = 0 return function() x = x + 1 return x end end
local a, b = make(), make()
print(a == b, a(), a(), b(), a())

-- case: arithmetic on all pairs of edges
local edges = { 0, 1, -1, 0.5, 2147483647, -2147483648, 2 ^ 53, 1e308, 1 / 0, -1 / 0 }
local function digest(f)
  local t = {}
  for i, a in ipairs(edges) do for j, b in ipairs(edges) do t[#t + 1] = tostring(f(a, b)):gsub("%-?nan", "nan") end end
  return table.concat(t, " ")
end
print(digest(function(a, b) return a + b end))
print(digest(function(a, b) return a - b end))
print(digest(function(a, b) return a * b end))
print(digest(function(a, b) return a / b end))

-- case: modulo and power on all pairs of edges
local edges = { 1, -1, 3, -3, 0.5, -0.5, 5.5, -7, 2147483647, -2147483648, 2 ^ 53, 1e10 }
for _, a in ipairs(edges) do
  local t = {}
  for _, b in ipairs(edges) do t[#t + 1] = tostring(a % b) end
  print(a, table.concat(t, " "))
end
for _, a in ipairs { 2, -2, 0.5, 10, 0 } do print(a, a ^ 0, a ^ 1, a ^ 2, a ^ 3, a ^ -1, a ^ 10) end

-- case: comparisons on all pairs of edges
local edges = { 0, 1, -1, 0.5, 2147483647, -2147483648, 2147483648, 2 ^ 53, 1 / 0, -1 / 0, 0 / 0 }
for _, a in ipairs(edges) do
  local t = {}
  for _, b in ipairs(edges) do
    t[#t + 1] = (a < b and "<" or "") .. (a <= b and "l" or "") .. (a == b and "=" or "") .. (a > b and ">" or "") .. (a ~= b and "n" or "")
  end
  print(table.concat(t, " "))
end

-- case: arithmetic errors name what is wrong
local t, s, f, b = {}, "x", print, true
print(pcall(function() return t + 1 end))
print(pcall(function() return 1 + t end))
print(pcall(function() return s * 2 end))
print(pcall(function() return f - 1 end))
print(pcall(function() return -b end))
print(pcall(function() local n; return n / 2 end))
print(pcall(function() return t.x.y end))
print(pcall(function() return undefined_global + 1 end))
print(pcall(function() return t.field + 1 end))
print(pcall(function() return t[1] % 2 end))

-- case: concatenation errors name what is wrong
local t, b = {}, true
print(pcall(function() return "x" .. t end))
print(pcall(function() return t .. "x" end))
print(pcall(function() return b .. t end))
print(pcall(function() return "a" .. "b" .. nil .. "c" end))
print(pcall(function() return undefined_global .. "x" end))
print(pcall(function() return t.name .. "x" end))
print(pcall(function() local s = "x" return s .. t.a.b end))
print(pcall(function() return 1 .. {} end))
