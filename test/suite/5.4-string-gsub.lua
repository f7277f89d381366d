-- string.gsub.
-- case: replacement strings
print(("hello"):gsub("l", "L"), ("hello"):gsub("l+", "[%0]"), ("hello"):gsub("(h)(e)", "%2%1"), ("hello"):gsub("", "-"), ("abc"):gsub("%w", "%0%0"))
print(("abc"):gsub("b", "%%"), ("abc"):gsub("b", ""), ("abc"):gsub("x", "y"), (""):gsub("", "x"), (""):gsub("x", "y"))
print(("a b c"):gsub(" ", "_"), ("hello world"):gsub("o", "0", 1), ("a.b.c"):gsub("%.", "/"))

-- case: replacement strings with bad captures
print(pcall(string.gsub, "abc", "b", "%1"), pcall(string.gsub, "abc", "b", "%2"), pcall(string.gsub, "abc", "(b)", "%2"))
print(pcall(string.gsub, "abc", "b", "%"), pcall(string.gsub, "abc", "b", "%x"), pcall(string.gsub, "abc", "b", "x%"))
print(pcall(string.gsub, "abc", "()", "%1"))

-- case: limits
for _, n in ipairs { 0, 1, 2, 3, 4, 100, -1, 1.9 } do io.write(("aaa"):gsub("a", "b", n), " ", (select(2, ("aaa"):gsub("a", "b", n))), "; ") end
print()
print(("abc"):gsub("", "-", 2), ("aaa"):gsub("a", "b", "2"), pcall(string.gsub, "a", "a", "b", {}))

-- case: replacement functions
print(("hello"):gsub("l", function(c) return c:upper() end))
print(("hello"):gsub("l", function() end))
print(("hello"):gsub("l", function() return false end))
print(("hello"):gsub("(l)(o)", function(a, b) return b .. a end))
print(("hello"):gsub("()l", function(p) return p end))
print(("hello"):gsub("l", function() return 5 end))
print(("abc"):gsub("%w", function(c) return c, "extra" end))
print(("abc"):gsub("", function(s) return "<" .. s .. ">" end))

-- case: replacement functions that fail
print(pcall(string.gsub, "abc", "b", function() return {} end))
print(pcall(string.gsub, "abc", "b", function() return true end))
print(pcall(string.gsub, "abc", "b", function() error("inside", 0) end))
print(pcall(string.gsub, "abc", "b", function() return print end))
local n = 0
print(pcall(string.gsub, "abc", ".", function() n = n + 1 if n == 2 then error("second", 0) end end), n)

-- case: replacement tables
print(("$name is $age"):gsub("%$(%w+)", { name = "Bob", age = 42 }))
print(("hello"):gsub(".", { h = "H", l = false, o = 0 }))
print(("abc"):gsub("%w", setmetatable({}, { __index = function(_, k) return k .. k end })))
print(("a1b2"):gsub("%d", { ["1"] = "one" }), ("ab"):gsub("()", { "x", "y" }))
print(pcall(string.gsub, "abc", "b", { b = {} }), pcall(string.gsub, "abc", "b", { b = true }))

-- case: replacement of other types
print(("abc"):gsub("b", 5), ("abc"):gsub("b", 1.5))
print(pcall(string.gsub, "abc", "b", nil), pcall(string.gsub, "abc", "b", true), pcall(string.gsub, "abc", "b"))
print(pcall(string.gsub), pcall(string.gsub, "x"), pcall(string.gsub, {}, "x", "y"), pcall(string.gsub, "x", {}, "y"))

-- case: anchored gsub
print(("aaa"):gsub("^a", "b"), ("aaa"):gsub("a$", "b"), ("aaa"):gsub("^a*$", "b"), ("aaa"):gsub("^b", "x"), ("a^a"):gsub("a^", "b"))
print(("hello"):gsub("^", ">"), ("hello"):gsub("$", "<"), (""):gsub("^$", "empty"))

-- case: empty matches between and after others
print(("abc"):gsub("b*", "-"), ("abb"):gsub("b*", "-"), ("bbb"):gsub("b*", "-"), (" a b "):gsub("%s*", "_"), ("hello"):gsub("x*", "."))
print(("abc"):gsub("()", "%1"), ("aXb"):gsub("X?", "-"))

-- case: the number of matches
local _, n = ("a,b,c"):gsub(",", ",")
print(n, select(2, ("aaa"):gsub("a", "%0")), select(2, (""):gsub("", "")), select(2, ("abc"):gsub(".", "")))
local function count(s, p) return select(2, s:gsub(p, "")) end
print(count("the cat the dog", "the"), count("aaa", "aa"), count("a\nb\nc", "\n"))

-- case: escaping helpers
local function escape(s) return (s:gsub("[<>&]", { ["<"] = "&lt;", [">"] = "&gt;", ["&"] = "&amp;" })) end
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local function unhex(s) return (s:gsub("%x%x", function(h) return string.char(tonumber(h, 16)) end)) end
print(escape("<a & b>"), hex("Lua!"), unhex(hex("Lua!")), unhex("00"):byte())
local function url(s) return (s:gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end)) end
print(url("a b&c=d/é"))

-- case: gsub in hot loops with each kind of replacement
local r = {}
for i = 1, 40 do
  local s = "item " .. i .. " of " .. 40
  r[1] = s:gsub("%d", "#")
  r[2] = s:gsub("%d+", function(d) return d * 2 end)
  r[3] = s:gsub("%a+", { item = "thing", of = i })
  if i % 13 == 0 then print(r[1], r[2], r[3]) end
end

-- case: gsub inside gsub
print((("a(b)c"):gsub("%((.-)%)", function(s) return "[" .. s:gsub("b", "B") .. "]" end)))
local function expand(s, vars) return (s:gsub("{(%w+)}", function(k) local v = vars[k] return v and expand and v:gsub("x", "y") or "?" end)) end
print(expand("{a} {b} {c}", { a = "xx", b = "b" }))

-- case: closures of gsub change variables
local log, sum = {}, 0
local s = ("1,2,3,4"):gsub("%d", function(d) sum = sum + d log[#log + 1] = sum return sum end)
print(s, sum, table.concat(log, " "))

-- case: gsub with captures that are positions
print(("hello"):gsub("()(l)", "%2%1"), ("ab"):gsub("()()", function(a, b) return a + b end), ("abc"):gsub("(b)()", "%2%1"))

-- case: gsub keeps bytes
local s = "\0\1\255"
print(#s:gsub(".", "%0%0"), (s:gsub("\255", "x")):byte(1, -1))
print(("a\0b"):gsub("%z", "\0\0") == "a\0\0b", #(("a\0b"):gsub("b", "\0")))

-- case: repeated gsub on growing strings
local s = "a"
for i = 1, 8 do s = s:gsub("a", "ab"):gsub("b", "ba") end
print(#s, s:sub(1, 30))

-- case: string.gfind is gmatch, and gsub returns two values in argument lists
print(string.gfind == string.gmatch)
print(("x"):gsub("x", "y"), "end")
print((("x"):gsub("x", "y")), "end")
print(#{ ("x"):gsub("x", "y") }, pcall(string.rep, ("x"):gsub("x", "y")))

-- case: a coroutine inside a replacement function
local f = coroutine.wrap(function() for i = 1, 10 do coroutine.yield("<" .. i .. ">") end end)
print((("abcd"):gsub(".", f)))
print((("ab"):gsub(".", function(c) return coroutine.wrap(function() coroutine.yield(c .. c) end)() end)))
