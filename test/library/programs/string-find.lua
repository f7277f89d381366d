-- 5.4.1: patterns; string.find, match, gmatch.
local function try(f) print(coroutine.resume(coroutine.create(f))) end

print(string.find("hello", "l"), string.find("hello", "xyz"), string.find("hello", ""), string.find("", ""))
print(string.find("hello", "", 6), string.find("hello", "", 7), string.find("hello", "", 100), string.find("hello", "l", -2))
print(string.find("a.b", ".", 1, true), string.find("a.b", "%."), string.find("a+b", "+", 1, true), string.find("a\0b", "\0"))
print(string.find("a\0b", "b"), string.find("a\0b", "%z"), string.find("a\0b", "[%z]b"))
print(string.find("hello world", "(o)(.)"), string.find("hello", "()ll()"), string.find("hello", "h()"))
print(string.match("hello", ".-"), string.match("hello", ".-l"), string.match("hello", ".*l"), string.match("hello", "^ell"))
print(string.match("key = value", "^(%w+)%s*=%s*(%w+)$"), string.match("2024-01-02", "(%d+)-(%d+)-(%d+)"))
print(string.match("  trim  ", "^%s*(.-)%s*$") .. "|", string.match("abc", "()"), string.match("abc", "b()", 2))
print(string.match("aaa", "a-"), string.match("aaa", "a-$"), string.match("aaa", "^a-b?$"), string.match("ab", "a?b?c?"))
print(string.find("f(a(b)c)d", "%b()"), string.find("((", "%b()"), string.match("x[[y]]z", "%b[]"), string.match("''", "%b''"))
print(string.gsub("THE (quick) fox", "%f[%a]%a+", "X"), string.find("THE", "%f[%l]"), string.find("aab", "%f[b]"), string.find("abc", "%f[%z]"))
print(string.match("abcabc", "(abc)%1"), string.match("abab", "(a)(b)%1%2"), string.match("'x\"y'", "(['\"])(.-)%1"))
print(string.match("a]b", "[]]"), string.match("a^b", "[%^]"), string.match("a^b", "[b^]"), string.match("a-b", "[a%-]+"), string.match("a-b", "[-a]+"))
print(string.match("x-y", "[x-]+"), string.match("05af", "[0-9a-c]+"), string.match("abc", "[^a]"), string.match("abc]", "[^]]+"))
print(string.match("a%b", "%%"), string.match("$5", "$%d"), string.match("a$", "a$$"), string.match("a$b", "a$b"), string.find("^x", "^^x"))
print(string.match("0x1F", "%x+", 3), string.match("\t\n x", "%s+") == "\t\n ", string.match("a_1.", "[%w_]+"), string.match("!?a", "%p+"))
print(string.match("abC", "%u"), string.match("ABc", "%l"), string.match("abc1", "%A"), string.match("12a", "%D"), string.match("a b", "%S+"))
print(string.match("a\1b", "%c") == "\1", string.match("a b", "%W"), string.match("ab,", "%P+"), string.match("xyzfg", "%X+"))
print(string.find("abc", "b", -1), string.find("abc", "b", -2), string.find(123, 2), string.match(12345, "%d%d"))
print(string.find("a", "(((a)))"), string.match("", "^$"), string.match("", ".*"), string.find("ab", "a*?"), string.find("x*", "x*", 1, true))
print(string.match("hello", "(h)(.)(.)(.)(.)"), string.match("aXb", "%u%l"), string.match("[]", "[[]]"), string.match("[]", "[%]]"))

for w in string.gmatch("one two  three", "%a+") do print(w) end
for k, v in string.gmatch("a=1, b=2", "(%w+)=(%w+)") do print(k, v) end
for p in string.gmatch("abc", "()") do print(p) end
for w in string.gmatch("abc", "") do print("[" .. w .. "]") end
for w in string.gmatch("^a^a", "^a") do print(w) end
for w in ("x1y22"):gmatch("%d+") do print(w) end
for a in string.gfind("a b", "%w") do print(a) end
print(string.gmatch("abc", "x")())

try(function() return string.find("a", "%") end)
try(function() return string.find("a", "[a") end)
try(function() return string.find("a", "[a%") end)
try(function() return string.find("a", "[]") end)
try(function() return string.find("a", "[^]") end)
try(function() return string.find("a", "%f") end)
try(function() return string.find("a", "%b") end)
try(function() return string.find("a", "%bx") end)
try(function() return string.find("a", "(a") end)
try(function() return string.find("a", "a)") end)
try(function() return string.find("a", "%1") end)
try(function() return string.find("a", "(a)%2") end)
try(function() return string.find("a", "(a%1)") end)
try(function() return string.find("a", "%0") end)
try(function() return string.find(string.rep("a", 100), string.rep("()", 33)) end)
try(function() return #string.find(string.rep("a", 100), string.rep("a?", 100)) end)
try(function() return string.find("b", "a%") end)
try(function() return string.match() end)
try(function() return string.match("x") end)
try(function() return string.match("x", {}) end)
try(function() return string.find("x", "x", {}) end)
try(function() return string.gmatch("x") end)
try(function() for w in string.gmatch("abc", "(") do print(w) end end)
try(function() return ("x"):find() end)
