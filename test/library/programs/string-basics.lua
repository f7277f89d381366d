-- 5.4: string.byte, char, len, lower, rep, reverse, sub, upper, and methods on strings.
local function try(f) print(coroutine.resume(coroutine.create(f))) end

print(string.byte("A"), string.byte("hello", 2), string.byte("hello", 1, -1))
print(string.byte("hello", 10), string.byte("", 1), string.byte("hello", 0), string.byte("hello", -1))
print(string.byte("hello", -100, 2), string.byte("hello", 4, 2), string.byte("a\0b", 2), ("\255"):byte())
print(string.char(), string.char(72, 105), string.char("65"), #string.char(0, 255))
print(string.len("abc"), ("a\0b"):len(), #"", string.len(12))
print(string.lower("HeLLo \192[]"), string.upper("HeLLo \224{}"))
print(string.rep("ab", 3), string.rep("x", 0), string.rep("x", -1), string.rep("", 100), string.rep("x", 2.9), string.rep(1, 3))
print(string.reverse("abc"), string.reverse(""), ("a\0b"):reverse() == "b\0a", string.reverse(123))
print(string.sub("hello", 2, 3), string.sub("hello", -3), string.sub("hello", 0), string.sub("hello", 2, -2))
print(string.sub("hello", 4, 2), string.sub("hello", -100, 100), string.sub("hello", 6), string.sub("hello", 1.9), string.sub("hello", "2"))
print(string.sub("hello", 1e300), string.sub("hello", -1e300), string.sub("hello", 2, 1e300))
print(("x"):rep(3), ("%d"):format(7), ("abc"):len(), ("abc"):sub(2):upper())
local s = "method"
print(s:sub(1, 1), s:byte(1, 3), s:upper():lower(), s.len == string.len, s.nothing == nil)
local key = "rep"
print(s[key] == string.rep, s[1], ("x").y)
for i = 1, 3 do print(s:sub(i, i), s:byte(i)) end
string.twice = function(text) return text .. text end
print(("ab"):twice())

try(function() return string.byte() end)
try(function() return string.byte({}) end)
try(function() return string.char(256) end)
try(function() return string.char(-1) end)
try(function() return string.char("x") end)
try(function() return string.rep("x") end)
try(function() return string.rep() end)
try(function() return string.rep("x", {}) end)
try(function() return string.sub("x") end)
try(function() return string.sub("x", "y") end)
try(function() return string.upper(nil) end)
try(function() return ("x"):rep({}) end)
try(function() return ("x"):bad() end)
try(function() return string.sub() end)
try(function() return string.lower(true) end)
try(function() return string.reverse(print and nil) end)
try(function() return string.len(function() end) end)
try(function() local up = string.upper; return up() end)
