-- Lexical conventions: names, strings, numerals, comments, and the errors of the lexer.
-- case: names of all shapes
local _, __, _1, a1_b, Z = 1, 2, 3, 4, 5
local andy, nota, ending, functional = 6, 7, 8, 9
print(_, __, _1, a1_b, Z, andy, nota, ending, functional)
local And, OR, Nil = 10, 11, 12
print(And, OR, Nil)

-- case: simple escapes
print("a\nb\tc\\d\"e\'f")
print('a\nb\tc\\d\"e\'f')
print(#"\a\b\f\n\r\t\v\\\"\'", ("\a\b\f\v"):byte(1, -1))
print("\q\z\-" == "qz-", "\%d")

-- case: decimal escapes
print("\65\066\0677", "\0651", #"\0", #"\0000", ("\255"):byte())
print(("x\0y"):byte(1, -1))
print(#"a\0b\0c", "a\0b" == "a\0c", "a\0b" < "a\0c")
print("\1234" == "{4", "\9\57")

-- case: decimal escape too large
local s = "\256"

-- case: decimal escape too large, in the middle
print("fine")
local s = "abc\300def"

-- case: escaped line ends
local s = "one\
two\
three"
print(s, #s)

-- case: long strings and their first newline
print([[
first]], [[

second]], [==[x]]y]=]z]==])
print(#[[
]], #[[

]], #[=[[[]]]=])

-- case: long string levels
local s = [===[ a ]==] b ]====] c ]===]
print(s)
print([[\n\65]], #[[\]])
local t = { [ [[key]] ] = [=[value]=] }
print(t.key)

-- case: nested long bracket of level 0
local s = [[ a [[ b ]] ]]

-- case: comments
--
--[]
--[=
print(1) --[[ inline ]] print(2)
--[==[ several
lines ]] ]=]
]==] print(3)
---[[ not long
print(4)
--]]
print(5 --[[ in an expression ]] + 6)

-- case: comment at the end without a newline
print("before") -- the end

-- case: numerals
print(3, 3.0, 3.1416, 314.16e-2, 0.31416E1, 0xff, 0x56)
print(.5, 5., 3e0, 1E+2, 1e-2, 00012, 0x0, 0Xa)
print(1e308, 1e-308, 5e-324, 1e309, 123456789012345678)
print(0xffffffff, 0x7fffffff, 0x80000000, 0xfffffffffffff)

-- case: malformed number: digits and letters
print(3x)

-- case: malformed number: two points
print(1.2.3)

-- case: malformed number: exponent without digits
print(1e)

-- case: malformed number: sign without digits
local x = 1e+

-- case: malformed number: hexadecimal without digits
local x = 0x

-- case: malformed number: letters after hexadecimal
local x = 0xfg

-- case: concatenation right after a numeral
print(1 ..2, 1 .. 2)
local x = 3
print(x..4, x.."")

-- case: concatenation that swallows a numeral
print(1..2)

-- case: unfinished string
local s = "abc
print(s)

-- case: unfinished string at the end
local s = 'abc

-- case: unfinished long string
local s = [==[ abc
]=] def

-- case: unfinished long comment
print(1)
--[[ never closed

-- case: invalid long string delimiter
local s = [=x

-- case: unexpected symbol: at sign
local a = 1
local b = a @ 2

-- case: unexpected symbol: dollar
local a = $1

-- case: unexpected symbol: exclamation mark
if a != b then end

-- case: unexpected symbol: lone tilde
local a = 1 ~ 2

-- case: unexpected symbol: control character
local a = 1  2

-- case: lone at start
?

-- case: all operators without spaces
local a,b,c=7,2,"x"
print(a+b,a-b,a*b,a/b,a%b,a^b,a==b,a~=b,a<b,a>b,a<=b,a>=b,-a,#c,not a)
print(a..b..c,a+b..c,-a^b,-(-a),- -a)

-- case: dots of one, two and three
local function f(...) return ... end
local t = { x = { y = 1 } }
print(t.x.y, "a".."b", f(1, 2, 3))
print((f(...)))

-- case: four dots
print("a"...."b")

-- case: semicolons
local a = 1; local b = 2; print(a, b);
do local c = 3; print(c); end;
return;

-- case: empty statement is not 5.1
local a = 1;;

-- case: lone semicolon
;

-- case: keywords are not names
local end = 1

-- case: keyword as a field
local t = {}
t.and = 1

-- case: keyword as a key in brackets
local t = { ["and"] = 1, ["end"] = 2, ["nil"] = 3 }
print(t["and"], t["end"], t["nil"])

-- case: goto is a name in 5.1
local goto = 1
goto = goto + 1
print(goto)

-- case: strings of all bytes survive
local t = {}
for i = 0, 255 do t[#t + 1] = string.char(i) end
local s = table.concat(t)
print(#s)
local sum = 0
for i = 1, #s do sum = (sum * 31 + s:byte(i)) % 1000003 end
print(sum, s:byte(1), s:byte(256))

-- case: carriage returns end lines
print("a\r\nb") print(select("#", ("x\n\ry"):byte(1, -1)))
local f = loadstring("x = 1\r\ny = = 2")
print(loadstring("x = 1\r\ny = = 2"))
print(loadstring("x = 1\n\ry = = 2"))
print(loadstring("x = 1\ry = = 2"))
print(loadstring("x = 1\n\n\ry = = 2"))

-- case: newline forms inside strings become one
print(#loadstring("return [[a\r\nb\n\rc\rd]]")())
print(loadstring("return [[a\r\nb]]")() == "a\nb")
print(#loadstring("return 'a\\\r\nb'")())

-- case: shebang only in files
print(type(loadstring("#!/usr/bin/lua\nreturn 1")))
print(select(2, loadstring("#!/usr/bin/lua\nreturn 1")))
print(select(2, loadstring(" # comment")))

-- case: a lone bracket
local t = {10, 20}
print(t [1], t[ 2 ], t
[1] == nil)

-- case: very long name and very long string
local name = ("n"):rep(300)
print(loadstring("local " .. name .. " = 7 return " .. name)())
print(#loadstring("return '" .. ("x"):rep(5000) .. "'")())

-- case: near in messages quotes the token
print(loadstring("x = ="))
print(loadstring("x = 'abc' 'def'"))
print(loadstring("for 1"))
print(loadstring("local function 5"))
print(loadstring("x = [[long\nstring]] y"))
print(loadstring("x = 12.5e3 12"))
print(loadstring("x = }"))
print(loadstring("x"))
print(loadstring("x ="))
print(type(loadstring("")))

-- case: token in messages: operators
for _, op in ipairs { "..", "...", "==", "~=", "<=", ">=", "and", "not", "#", "%", "^", ";" } do
  local _, message = loadstring("x = " .. op .. " )")
  print(op, message)
end

-- case: token in messages: control and high bytes
print(loadstring("x = \1"))
print(loadstring("x = 1 \127"))
print(loadstring("x = \200"))
