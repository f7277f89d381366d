-- Error handling: error, assert, pcall, xpcall, levels, values, names of variables in messages.
-- case: error ends the program with its message
print("before")
error("the message")

-- case: error without a position
error("plain", 0)

-- case: error at level 2 from the main chunk
local function check(x) if not x then error("check failed", 2) end end
check(true)
check(false)

-- case: error of a number is text
error(42)

-- case: error of a table
error({})

-- case: error of a table with __tostring
error(setmetatable({}, { __tostring = function() return "shown?" end }))

-- case: error of nil
print("before")
error()

-- case: error of a boolean
error(true)

-- case: error of a function
error(print)

-- case: runtime error ends the program
local t = { x = {} }
print(t.x.y)
print(t.x.y.z)

-- case: error in a called function ends the program
local function deep(n) if n == 0 then local x; return x.field end return deep(n - 1) end
deep(5)

-- case: error inside a coroutine ends the program through wrap
local f = coroutine.wrap(function() coroutine.yield(1) error("inside") end)
print(f())
f()

-- case: assert ends the program
assert(1 == 1, "fine")
assert(nil, "assert message")

-- case: assert without a message ends the program
assert(false)

-- case: assert passes its arguments
print(assert(1, 2, 3))
print(assert("x"), assert(0), assert(""))
print(pcall(assert, nil), pcall(assert, false, "m"), pcall(assert, nil, nil))
print(pcall(assert))
print(select("#", assert(1, nil, nil)))
local t = {}
print(select(2, pcall(assert, false, t)) == t, pcall(assert, nil, 5))

-- case: levels of error
local function f(level) error("msg", level) end
local function g(level) f(level) end
for level = 0, 4 do print(level, pcall(g, level)) end
print(pcall(error, "x", 1), pcall(error, "x", 2), pcall(error, "x", 3))

-- case: levels of error through tail calls
local function f(level) error("msg", level) end
local function g(level) return f(level) end
for level = 0, 2 do print(level, pcall(g, level)) end

-- case: error values of all types arrive
local object = {}
for _, v in ipairs { 1, 1.5, "s", true, object, print } do
  local ok, e = pcall(error, v, 0)
  print(ok, rawequal(e, v), type(e))
end
print(pcall(error), pcall(error, nil), pcall(error, false))

-- case: positions are added to strings only
print(pcall(function() error(42) end))
print(pcall(function() error({ 1 }) end) == false)
print(select(2, pcall(function() error({ code = 5 }) end)).code)
print(pcall(function() error("s") end))
print(pcall(function() error("") end))
print(pcall(function() error(nil) end))

-- case: pcall returns all results
print(pcall(function(...) return ... end, 1, nil, 3))
print(select("#", pcall(function() return nil, nil end)))
print(pcall(print, "printed"))
print(pcall(pcall, pcall, error, "x"))
print(pcall(select, "#", 1, 2))

-- case: pcall of what is no function
print(pcall(nil), pcall(5), pcall({}), pcall("x"))
print(pcall())
print(pcall(setmetatable({}, { __call = function(_, x) return x, "called" end }), 7))

-- case: nested pcall
print(pcall(function()
  local ok, e = pcall(error, "inner")
  local ok2, e2 = pcall(function() error("second: " .. e, 0) end)
  error("outer: " .. e2, 0)
end))

-- case: errors do not disturb locals and loops
local t = {}
for i = 1, 30 do
  local x = i * 2
  local ok, e = pcall(function() x = x + 1 if i % 3 == 0 then error(i, 0) end x = x + 1 end)
  t[#t + 1] = x .. (ok and "" or "!" .. e)
end
print(table.concat(t, " "))

-- case: xpcall calls its handler with the error
print(xpcall(function() error("e") end, function(m) return "handled " .. m end))
print(xpcall(function() error({ 7 }) end, function(t) return t[1] end))
print(xpcall(function() return 1, 2, 3 end, print))
print(xpcall(function() local n; n() end, function(m) return (m:gsub("^.-:%d+: ", "")) end))
print(xpcall(error, function(m) return type(m) end))

-- case: results of a handler are cut to one
print(xpcall(error, function() return 1, 2, 3 end))
print(xpcall(error, function() end))
print(select("#", xpcall(error, function() return nil end)))

-- case: errors in a handler
print(xpcall(error, error))
print(xpcall(error, function(m) error("again") end))
print(xpcall(error, nil))
print(xpcall(error, 5))
print(pcall(xpcall), pcall(xpcall, error))

-- case: xpcall takes no arguments for the function in 5.1
print(xpcall(function(...) return select("#", ...) end, print, 1, 2))
print(pcall(xpcall, 5, print))
print(xpcall(nil, function(m) return m end))

-- case: a handler sees the stack of the error
local depth = 0
local function rec(n) depth = n if n == 5 then error("bottom", 0) end rec(n + 1) end
print(xpcall(function() rec(1) end, function(m) return m .. " at depth " .. depth end))
print(type(select(2, xpcall(rec, debug.traceback))))

-- case: errors thrown across many frames
local function f(n) if n == 0 then error("deep", 0) end local r = f(n - 1) return r end
for i = 1, 20 do pcall(f, i) end
print(pcall(f, 50))
print(pcall(f, 1000))

-- case: names of locals in messages
local a, b = nil, {}
print(pcall(function() local x; x() end))
print(pcall(function() local x; x.y = 1 end))
print(pcall(function() local x = {}; x.y.z = 1 end))
print(pcall(function() local x; return x .. "s" end))
print(pcall(function() local x; return x + 1 end))
print(pcall(function() local x; return 1 + x end))
print(pcall(function() local x, y = 1; return x + y end))
print(pcall(function() local x = {}; return x < 1 end))

-- case: names of upvalues in messages
local a, b = nil, {}
print(pcall(function() a() end))
print(pcall(function() a.x = 1 end))
print(pcall(function() b.c.d = 1 end))
print(pcall(function() return a .. "s" end))
print(pcall(function() return b + 1 end))
print(pcall(function() return #a end))
print(pcall(function() b:nothing() end))

-- case: names of globals in messages
gt = {}
print(pcall(function() gnil() end))
print(pcall(function() gnil.x = 1 end))
print(pcall(function() gt.c.d = 1 end))
print(pcall(function() return gnil .. "s" end))
print(pcall(function() return gt + 1 end))
print(pcall(function() return -gt end))
print(pcall(function() gt:nothing() end))
print(pcall(function() gnil:nothing() end))

-- case: names of fields in messages
local t = { x = {}, s = "str", n = 5 }
print(pcall(function() t.nope() end))
print(pcall(function() t.x.nope() end))
print(pcall(function() t["nope"]() end))
print(pcall(function() t[1]() end))
print(pcall(function() local k = "key" t[k]() end))
print(pcall(function() t.n() end))
print(pcall(function() t.s.x.y = 1 end))
print(pcall(function() return t.x + t.n end))
print(pcall(function() return t.n .. t.x end))
print(pcall(function() return t.n < t.s end))
print(pcall(function() t:nope() end))
print(pcall(function() t.n:nope() end))
print(pcall(function() return #t.n end))

-- case: names of parameters and loop variables in messages
local function f(p) return p.x end
print(pcall(f), pcall(f, 5))
print(pcall(function() for i = 1, 3 do i.x = 1 end end))
print(pcall(function() for k, v in pairs { 1 } do v() end end))
print(pcall(function() for k, v in pairs { 1 } do return k.x.y end end))
local function g(...) local a = ... return a.x end
print(pcall(g))
print(pcall(function(...) return (...).x end))

-- case: no names for temporaries
print(pcall(function() return (nil)() end))
print(pcall(function() return (1 + 2)() end))
print(pcall(function() return ({})() end))
print(pcall(function() return ("x" .. "y")() end))
print(pcall(function() return (function() end)()() end))
print(pcall(function() return #(1 + 2) end))
print(pcall(function() return ({}) + 1 end))
print(pcall(function() return ("x"):upper()() end))

-- case: which operand is named
local t, n = {}, nil
print(pcall(function() return t + n end))
print(pcall(function() return n + t end))
print(pcall(function() return 1 + t end))
print(pcall(function() return t + 1 end))
print(pcall(function() return "x" + 1 end))
print(pcall(function() return 1 + "x" end))
print(pcall(function() return "1" + t end))
print(pcall(function() return t .. n end))
print(pcall(function() return n .. t end))
print(pcall(function() return "x" .. t end))
print(pcall(function() return 5 .. n end))

-- case: which operand is named, in local variables
print(pcall(function() local a, b = {}, nil return a + b end))
print(pcall(function() local a, b = 1, {} return a + b end))
print(pcall(function() local a, b = "x", 1 return a * b end))
print(pcall(function() local a, b = 1, "x" return a * b end))
print(pcall(function() local a, b = "x", {} return a .. b end))
print(pcall(function() local a, b = {}, "x" return a .. b end))
print(pcall(function() local a, b, c = "x", "y" return a .. b .. c end))
print(pcall(function() local a, b, c = "x", nil, "y" return a .. b .. c end))
print(pcall(function() local a, b, c = nil, "x", "y" return a .. b .. c end))

-- case: lines of errors in expressions over several lines
print(pcall(function()
  local t = {}
  local x = 1 +
    2 +
    t
end))
print(pcall(function()
  local s = "a" ..
    "b" ..
    {}
end))
print(pcall(function()
  local t
  t
  .x
  .y = 1
end))
print(pcall(function()
  undefined_function(
    1,
    2
  )
end))
print(pcall(function()
  local t = {
    1,
    nil + 1,
    3
  }
end))

-- case: lines of errors in conditions and loops
print(pcall(function()
  if 1 <
    {} then
  end
end))
print(pcall(function()
  while
    nil > 1 do
  end
end))
print(pcall(function()
  for i =
    1,
    {} do
  end
end))
print(pcall(function()
  for k in
    nil do
  end
end))
print(pcall(function()
  repeat
    local x
  until x.y
end))

-- case: lines of errors in hot code
local function f(i)
  local t = { i }
  if i == 35 then
    t = nil
  end
  local a = i * 2
  return t[1] +
    a
end
for i = 1, 40 do
  local ok, e = pcall(f, i)
  if not ok then print(i, e) end
end

-- case: errors in inlined functions
local function inner(x) return x.v end
local function middle(x) return inner(x) + 1 end
local function outer(x) return middle(x) * 2 end
local t = { v = 1 }
for i = 1, 40 do outer(t) end
print(pcall(outer, nil))
print(pcall(outer, { v = {} }))
print(pcall(outer, { v = "5" }))
print(pcall(outer, "str"))
print(outer { v = 2.5 })

-- case: errors in comparisons of hot sorts
local t = {}
for i = 1, 30 do t[i] = i * 7 % 31 end
t[15] = "x"
print(pcall(table.sort, t))
t[15] = 5
print(pcall(table.sort, t, function(a, b) if a == 5 then error("five", 0) end return a < b end))
print(pcall(table.sort, t, function(a, b) return a.x < b end))

-- case: error objects with fields and methods, hot
local E = {} E.__index = E
E.__tostring = function(e) return "E" .. e.code end
local function throw(code) error(setmetatable({ code = code }, E)) end
local s = ""
for i = 1, 40 do
  local ok, e = pcall(throw, i)
  if getmetatable(e) == E and e.code % 10 == 0 then s = s .. tostring(e) end
end
print(s)

-- case: cleanup after errors
local open = 0
local function with(f) open = open + 1 local ok, e = pcall(f, open) open = open - 1 if not ok then error(e, 0) end return e end
print(pcall(with, function() return with(function() return with(function() error("inner", 0) end) end) end))
print(open)
for i = 1, 30 do pcall(with, function(n) if i % 2 == 0 then error("x") end return n end) end
print(open)

-- case: error in a for iterator
local function iterator(_, i) i = i + 1 if i == 4 then error("iterator failed") end return i end
local n = 0
print(pcall(function() for i in iterator, nil, 0 do n = n + i end end))
print(n)

-- case: error in tostring inside print
local bad = setmetatable({}, { __tostring = function() error("no text") end })
print(pcall(print, 1, bad, 2))
print(pcall(tostring, bad))

-- case: error messages of library functions name the function
print(pcall(string.rep))
print(pcall(function() string.rep() end))
print(pcall(function() local r = string.rep r() end))
print(pcall(function() ("x"):rep() end))
print(pcall(function() math.floor("x") end))
print(pcall(function() local f = math.floor f({}) end))
print(pcall(function() setmetatable(1) end))
print(pcall(function() table.concat({ {} }) end))
print(pcall(function() ipairs() end))

-- case: rethrown errors keep their position
local function thrower() error("first") end
local ok, e = pcall(thrower)
local ok2, e2 = pcall(error, e)
local ok3, e3 = pcall(error, e, 0)
local ok4, e4 = pcall(function() error(e) end)
print(e)
print(e2)
print(e3)
print(e4)

-- case: error positions of loaded chunks
local f = loadstring("local x = ...\nreturn x.y", "=mychunk")
print(pcall(f))
print(pcall(loadstring("error('in chunk')", "@file.lua")))
print(pcall(loadstring("error('in chunk')")))
print(pcall(loadstring("error('lvl2', 2)", "=c")))
print(pcall(loadstring("\n\n\nlocal t = nil; t()", "=lines")))

-- case: a handler that is a library function
print(xpcall(function() error("e", 0) end, string.upper))
print(xpcall(function() error("e", 0) end, string.len))
print(xpcall(function() error({}) end, type))
print(xpcall(function() error("x", 0) end, pcall))

-- case: pcall in a loop with changing outcome kinds
local kinds = {
  function() return 1 end, function() error("s", 0) end, function() error({}) end, function() local x = nil + 1 end, function() return nil end,
  function() return 1, 2, 3 end, function() error() end,
}
local t = {}
for i = 1, 70 do
  local r = { pcall(kinds[i % 7 + 1]) }
  if i > 63 then t[#t + 1] = tostring(r[1]) .. ":" .. type(r[2]) .. ":" .. #r end
end
print(table.concat(t, " "))

-- case: recursion through pcall
local function f(n) if n == 0 then error("end", 0) end local ok, e = pcall(f, n - 1) error(e .. n, 0) end
print(pcall(f, 9))
local function g(n) if n == 0 then return "ok" end return select(2, pcall(g, n - 1)) end
print(g(100))

-- case: stack overflow is caught and the program goes on
local n = 0
local function f() n = n + 1 return f() + 1 end
local ok, e = pcall(f)
print(ok, e:match("stack overflow"), n > 1000)
local function g(x) if x == 0 then return 0 end return 1 + g(x - 1) end
print(g(100))
ok, e = pcall(f)
print(ok, e:match("stack overflow"))

-- case: stack overflow in a metamethod
local t = setmetatable({}, {})
getmetatable(t).__index = function(self, k) return self[k + 1] end
local ok, e = pcall(function() return t[1] end)
print(ok, type(e))
getmetatable(t).__index = nil
print(t.a)
