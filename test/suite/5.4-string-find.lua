-- Patterns: find, match, gmatch.
-- case: find: plain
print(("hello world"):find("wor"), ("hello"):find("l"), ("hello"):find("xyz"), ("hello"):find(""))
print(("a.b"):find(".", 1, true), ("a.b"):find(".", 2, true), ("a.b"):find("b", 3, true), ("a+b"):find("+", 1, true))
print(("hello"):find("", 6), ("hello"):find("", 7), ("hello"):find("", 10), ("hello"):find("", -1), ("hello"):find("", -100))
print((""):find(""), (""):find("x"), (""):find("", 1, true), ("x"):find("", 2), ("x"):find("", 3))

-- case: find: start positions
local s = "abcabc"
for _, i in ipairs { 1, 2, 4, 5, 7, 8, 0, -1, -3, -6, -7, 100 } do io.write(tostring(s:find("abc", i)), " ") end
print()
print(s:find("c", -1), s:find("a", -3), s:find("abc", 2), s:find("abc", "2"), s:find("abc", 2.7))

-- case: find: argument errors
print(pcall(string.find), pcall(string.find, "x"), pcall(string.find, {}, "x"), pcall(string.find, "x", {}))
print(pcall(string.find, "x", "x", {}), pcall(string.match, "x"), pcall(string.gmatch, "x"), pcall(string.gmatch))
print(string.find(123, 2), string.find("a1", 1))

-- case: character classes
local all = {}
for i = 0, 255 do all[i] = string.char(i) end
for _, class in ipairs { "%a", "%c", "%d", "%l", "%p", "%s", "%u", "%w", "%x", "%z", "%A", "%C", "%D", "%L", "%P", "%S", "%U", "%W", "%X", "%Z" } do
  local n, sum = 0, 0
  for i = 0, 255 do if all[i]:find(class) then n = n + 1 sum = sum + i end end
  io.write(class, " ", n, " ", sum, "; ")
end
print()

-- case: sets
local function all(s, p) local r = {} for m in s:gmatch(p) do r[#r + 1] = m end return table.concat(r, "|") end
local s = "abc-123 [x] ^y _z]"
for _, p in ipairs { "[a-c]", "[^a-c]", "[%d]", "[%a_]", "[]]", "[^]]", "[a-]", "[-a]", "[%-a]", "[%]]", "[a-c1-3]", "[%w-]", "[^%s%w]", "[x^]", "[a%-z]" } do
  print(p, all(s, p))
end

-- case: sets with odd ranges
print(("b"):find("[c-a]"), ("-"):find("[a-]"), ("b"):find("[a-c-e]"), ("-"):find("[a-c-e]"), ("d"):find("[a-c-e]"))
print(("%"):find("[%%]"), ("]"):find("[]]"), ("^"):find("[%^]"), ("a"):find("[^^]"), ("\0"):find("[%z]"))

-- case: repetition is greedy or not
local s = "<<a>><b>"
print(s:match("<.*>"), s:match("<.->"), s:match("<.+>"), s:match("<?"), s:match(">-"), s:match("<*"))
print(("aaa"):match("a*"), ("aaa"):match("a-"), ("aaa"):match("a+"), ("aaa"):match("a?"), ("aaa"):match("a-$"), ("baaa"):match("a*"))
print(("aaab"):find("a-b"), ("aaab"):find("a*ab"), ("ab"):find("a?b"), ("b"):find("a?b"), ("aXb"):find("a.?b"))

-- case: anchors
print(("abc"):find("^a"), ("abc"):find("^b"), ("abc"):find("c$"), ("abc"):find("b$"), ("abc"):find("^abc$"), ("abc"):find("^$"), (""):find("^$"))
print(("a^b"):find("a^b"), ("a$b"):find("a$b"), ("x$"):find("$"), ("abc"):find("^b", 2), ("abc"):match("^(b)", 2), ("a"):find("a$$"))
print(("ab"):gsub("^", "x"), ("ab"):gsub("$", "x"), ("a$"):gsub("$$", "x"))

-- case: captures
print(("key = value"):match("(%w+)%s*=%s*(%w+)"))
print(("2024-01-31"):match("(%d+)-(%d+)-(%d+)"))
print(("abc"):match("((a)(b))(c)"), ("abc"):match("()b()"), ("abc"):match("()"), ("abc"):find("(b)(c)"))
print(("abc"):match(".(.)."), ("abc"):match("x(.)"), ("abc"):match("(x?)"), select("#", ("abc"):match("(x?)(y?)")))
print(("hello"):find("l(l)()"), ("hello"):match("(h)(e)(l)(l)(o)"))

-- case: back references
print(("abab"):match("(ab)%1"), ("abba"):match("(a)(b)%2%1"), ("aa bb cd"):gsub("(%w)%1", "<%1>"))
print(([["quoted" 'x']]):match([[(["'])(.-)%1]]), ("abc"):match("(a)%1"))
print(pcall(string.match, "a", "%1"), pcall(string.match, "a", "(a%1)"), pcall(string.find, "ab", "(a)%2"))

-- case: balanced matches
print(("f(a(b)c)d"):match("%b()"), ("((x)"):match("%b()"), ("[[]]"):find("%b[]"), ("aXbXc"):match("%bXX"), ("<a<b>>c"):gsub("%b<>", ""))
print(pcall(string.find, "x", "%b"), pcall(string.find, "x", "%b("))

-- case: frontier patterns
print(("THE (quick) fox"):find("%f[%a]%a+%f[%A]"), ("hello world"):gsub("%f[%w]%w", string.upper), ("aXb"):find("%f[X]"), ("abc"):find("%f[%z]"))
print(("[a]"):gsub("%f[%a]", "<"), ("x y"):gsub("%f[%w]%w+", "<%0>"))
print(pcall(string.find, "x", "%f"), pcall(string.find, "x", "%fa"))

-- case: malformed patterns
for _, p in ipairs { "[", "[a", "[]", "[^", "[^]", "%", "(", ")", "(()", "a)", "[%", "[a-", "[%a", "%b", "(()())(" } do
  print(p, select(2, pcall(string.find, "abc)(", p)))
end

-- case: malformed patterns that are reached late or never
print(pcall(string.find, "abc", "x["), pcall(string.find, "abc", "a["), pcall(string.find, "", "a%"))
print(pcall(string.find, "abc", "a%"), pcall(string.match, "abc", "b("), pcall(string.match, "abc", "z)"))

-- case: too many captures
print(pcall(string.match, ("a"):rep(40), ("(a)"):rep(32)))
print(select("#", string.match(("a"):rep(40), ("(a)"):rep(32))))
print(pcall(string.match, ("a"):rep(40), ("(a)"):rep(33)))

-- case: magic characters escaped
print(("a.b*c+d-e?f[g]h^i$j%k(l)"):gsub("[%.%*%+%-%?%[%]%^%$%%%(%)]", "_"))
print(("1+1=2"):find("1%+1"), ("50%"):find("%%"), ("a.b"):match("a%.b"), ("(x)"):match("%((.)%)"))

-- case: gmatch
local function list(s, p) local r = {} for a, b in s:gmatch(p) do r[#r + 1] = tostring(a) .. ":" .. tostring(b) end return table.concat(r, " ") end
print(list("one two  three", "%a+"), list("a=1, b=2", "(%w+)=(%w+)"), list("abc", ""), list("abc", "()"), list("", ".*"), list("abc", "x*"))
print(list("aXbXc", "[^X]*"), list("  x ", "%s*"), list("hello", "l"), list("k1v1k2v2", "k(%d)v(%d)"))

-- case: gmatch with an anchor matches it literally or not at all
local n = 0
for m in ("^a^a"):gmatch("^a") do n = n + 1 if n > 5 then break end end
print(n)
for m in ("aaa"):gmatch("^a") do n = n + 1 if n > 5 then break end end
print(n)

-- case: gmatch keeps its place while other matches run
local r = {}
for w in ("a1 b2 c3"):gmatch("%w+") do
  local l, d = w:match("(%a)(%d)")
  for x in ("xy"):gmatch(".") do r[#r + 1] = l .. x .. d end
end
print(table.concat(r, " "))
local f = ("a b"):gmatch("%a")
print(f(), f(), f(), f())

-- case: matching in hot loops
local words, total = {}, 0
local text = ("the cat sat on the mat with the other cat "):rep(5)
for w in text:gmatch("%a+") do words[w] = (words[w] or 0) + 1 total = total + #w end
print(words.the, words.cat, words.mat, total)
local n = 0
for i = 1, 60 do if ("item" .. i):match("^item(%d+)$") == tostring(i) then n = n + 1 end if ("x" .. i):find("[02468]$") then n = n + 100 end end
print(n)

-- case: trim, split and join
local function trim(s) return (s:gsub("^%s*(.-)%s*$", "%1")) end
local function split(s, sep) local r = {} for piece in (s .. sep):gmatch("(.-)" .. sep:gsub("%p", "%%%0")) do r[#r + 1] = piece end return r end
print("[" .. trim("  a b  ") .. "]", "[" .. trim("") .. "]", "[" .. trim(" \t\n") .. "]")
print(table.concat(split("a,b,,c", ","), "|"), #split("", ","), table.concat(split("a.b.c", "."), "|"))

-- case: patterns with special bytes
print(("a\0b"):find("\0"), ("a\0b"):find("%z"), ("a\nb"):match("a.b") == "a\nb", ("\255\254"):find("[\254-\255]"), ("a\0b\0"):gsub("%z", "0"))
print(("tab\there"):find("%s"), ("\127"):find("%c"), ("\160"):find("%s"))

-- case: backtracking
print(("aaaaaaaaaaaaaaaaab"):match("a*a*a*b"), ("aaaaaaaaaaaaaaaa"):match("a*a*a*b"), ("abcabcabd"):match("(.*)abd"), ("x=1;y=2;"):match("(.-);(.*)"))
print(("foo.bar.baz"):match("^(.*)%.(.*)$"), ("foo.bar.baz"):match("^(.-)%.(.*)$"), ("/a/b/c.txt"):match("([^/]*)%.(%w+)$"))

-- case: number patterns
for _, s in ipairs { "12", "-3.5", "+7", "1e5", "abc", "1.2.3", "", "0x1F" } do
  io.write(s, "=", tostring(s:match("^[+-]?%d+$")), " ", tostring(s:match("^[+-]?%d+%.?%d*$")), " ", tostring(s:match("^0x(%x+)$")), "; ")
end
print()

-- case: find with captures returns positions and captures
print(("hello world"):find("(o)%s(w)"), ("hello"):find("(l)(l)", 2), ("hello"):find("()l()"), ("hello"):find("h()"))
