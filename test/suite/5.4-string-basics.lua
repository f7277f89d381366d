-- String library: byte, char, len, lower, upper, rep, reverse, sub; methods; argument errors.
-- case: byte
print(("abc"):byte(), ("abc"):byte(2), ("abc"):byte(-1), ("abc"):byte(4), ("abc"):byte(0))
print(("abc"):byte(1, 3))
print(("abc"):byte(-2, -1))
print(("abc"):byte(2, 100))
print(("abc"):byte(3, 2))
print(select("#", (""):byte()), select("#", ("a"):byte(5)), select("#", ("abc"):byte(-100, 100)))
print(pcall(string.byte), pcall(string.byte, {}), pcall(string.byte, "x", "y"), pcall(string.byte, "x", nil))

-- case: byte of all bytes, hot
local s = {}
for i = 0, 255 do s[#s + 1] = string.char(i) end
s = table.concat(s)
local sum = 0
for i = 1, #s do sum = sum + s:byte(i) * i end
print(sum, s:byte(1), s:byte(128), s:byte(129), s:byte(256), s:byte(257))

-- case: char
print(string.char(), string.char(65), string.char(72, 105), #string.char(0, 0, 0), string.char("65"))
print(pcall(string.char, 256), pcall(string.char, -1), pcall(string.char, "x"), pcall(string.char, 65, {}))
print(pcall(string.char, 65.9), pcall(string.char, 1, 2, 300))

-- case: sub with all kinds of positions
local s = "hello"
for _, p in ipairs { { 1, 5 }, { 2, 4 }, { 2 }, { -3 }, { -3, -2 }, { 0 }, { 0, 2 }, { 6 }, { 5, 5 }, { 4, 2 }, { -100, 2 }, { 2, 100 }, { -1, -1 }, { 1, 0 }, { 1, -1 } } do
  io.write("[", s:sub(p[1], p[2]), "] ")
end
print()
print(s:sub(1.9), s:sub("2", "3"), s:sub(2 ^ 31), s:sub(-2 ^ 31), s:sub(1, 2 ^ 31), s:sub(-2 ^ 40, 2 ^ 40) == s)
print(pcall(string.sub), pcall(string.sub, "x"), pcall(string.sub, "x", {}), pcall(string.sub, "x", 1, "z"))

-- case: sub in hot loops
local s, n = "the quick brown fox jumps over the lazy dog", 0
for i = 1, #s do for j = i, i + 2 do if s:sub(i, j) == "the" then n = n + i end end end
print(n)
local r = ""
for i = #s, 1, -1 do r = r .. s:sub(i, i) end
print(r, r == s:reverse())

-- case: upper and lower
print(("Hello World 123"):upper(), ("Hello World 123"):lower(), (""):upper(), ("\228\196"):upper() == "\228\196")
print(("a\0b"):upper() == "A\0B", (5):rep and 1)

-- case: upper and lower of numbers as strings
print(string.upper(1e10), string.lower("ABC" .. 1), string.len(123), string.rep(5, 3), string.reverse(12.5), string.sub(12345, 2, 3))
print(pcall(string.upper), pcall(string.lower, nil), pcall(string.len, {}), pcall(string.reverse))

-- case: rep
print(("ab"):rep(3), ("ab"):rep(0), ("ab"):rep(-1), ("ab"):rep(1), (""):rep(100), ("x"):rep(2.9), ("x"):rep("3"))
print(#("x"):rep(100000), ("x"):rep(3, ","))
print(pcall(string.rep), pcall(string.rep, "x"), pcall(string.rep, "x", "y"), pcall(string.rep, {}, 1))

-- case: len and #
print(#"", ("abc"):len(), #"a\0b", ("\n\t"):len(), string.len(""), #("x" .. "y"))
print(("abc").len("z"))

-- case: reverse
print(("abc"):reverse(), (""):reverse(), ("a"):reverse(), ("a\0b"):reverse() == "b\0a", ("abc"):reverse():reverse())

-- case: methods on literals and numbers
print(("x"):rep(2), ("%d"):format(3), ("a,b"):find(","), #("abc"):upper())
print(pcall(function() return (5):rep(2) end))
print(pcall(function() local n = 5 return n:rep(2) end))
print(pcall(function() local n = 5 return n.len end))

-- case: concatenation of many strings, hot
local s = ""
for i = 1, 200 do s = s .. i .. "," if #s > 300 then s = s:sub(-100) end end
print(#s, s:sub(1, 20))
local t = {}
for i = 1, 100 do t[i] = "k" .. i .. "v" .. i / 2 end
print(table.concat(t):sub(-30), #table.concat(t))

-- case: concatenation order and numbers
print(1 .. 2 .. 3, 1.5 .. "|" .. 2 .. "|" .. -3, "a" .. 1 + 2 .. "b", 2 ^ 53 .. "", 1e100 .. "")
local a, b = 1, "x"
print(a .. b, b .. a, a .. a, b .. b, a .. b .. a .. b)

-- case: comparison of strings, hot
local words = { "pear", "apple", "fig", "banana", "cherry", "apple2", "Apple", "", "zz" }
local less = 0
for i = 1, #words do for j = 1, #words do if words[i] < words[j] then less = less + 1 end if words[i] <= words[j] then less = less + 100 end end end
print(less)
table.sort(words)
print(table.concat(words, " "))

-- case: strings as table keys made in many ways
local t = {}
for i = 1, 50 do t["k" .. i % 10] = (t["k" .. i % 10] or 0) + i end
local s = ""
for i = 0, 9 do s = s .. t["k" .. i] .. " " end
print(s)
print(t[("K0"):lower()], t[table.concat { "k", "1" }], t[("xk2"):sub(2)], t[string.char(107, 51)])

-- case: long strings
local s = ("abcdefghij"):rep(10000)
print(#s, s:sub(-5), s:byte(50000), s:find("jab", 90000, true), #s:upper(), s == ("abcdefghij"):rep(10000))
local t = { [s] = 1 }
print(t[("abcdefghij"):rep(10000)], #(s .. s))

-- case: embedded zeros
local s = "a\0b\0c"
print(#s, s:byte(2), s:sub(3, 3), s:find("b", 1, true), s:find("%z"), #s:rep(2), s:upper() == "A\0B\0C")
print(#s:gsub("%z", "-"), (s:gsub("%z", "-")), s == "a\0b\0d", s < "a\0b\0d")

-- case: string functions as values in tables
local ops = { string.upper, string.lower, string.reverse, string.len }
local t = {}
for i = 1, 40 do t[#t + 1] = ops[i % 4 + 1]("aB" .. i) end
print(table.concat(t, " "))

-- case: indexing strings
print(("x").nothing, ("x")[1], ("abc").len == string.len)
print(pcall(function() local s = "x" s.y = 1 end))
print(pcall(function() return ("x").y.z end))

-- case: string library through another name
local str = string
print(str.format("%s", "x"), str.rep("a", 3), str == string)
local rep = string.rep
print(rep("z", 4), pcall(rep))
