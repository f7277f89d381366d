-- Basic functions.
-- case: assert, all forms
print(pcall(assert, false), pcall(assert, nil, "m"), pcall(assert, false, nil))
print(select("#", assert(1, 2, 3)), assert(true, "x"))
print(pcall(assert, nil, { 1 }) == false, type(select(2, pcall(assert, nil, {}))))

-- case: collectgarbage answers
print(type(collectgarbage("count")), collectgarbage("collect"), collectgarbage() == 0)
print(type(collectgarbage("step")), type(collectgarbage("setpause", 100)), type(collectgarbage("setstepmul", 200)))
print(collectgarbage("stop"), collectgarbage("restart"))
print(pcall(collectgarbage, "nothing"))
print(pcall(collectgarbage, {}))

-- case: ipairs stops at the first nil
local function keys(t) local r = {} for i, v in ipairs(t) do r[#r + 1] = i .. "=" .. tostring(v) end return table.concat(r, " ") end
print(keys { 1, 2, 3 }, keys { 1, nil, 3 }, keys { nil, 2 }, keys {}, keys { [2] = 2 }, keys { false, 0 })
print(keys { 1, 2, x = 3, [4] = 4 })
local t = { 1, 2, 3 }
for i, v in ipairs(t) do if i < 6 then t[i + 1] = i + 1 end end
print(#t)

-- case: what ipairs and pairs return
local t = { 5 }
local f, s, c = ipairs(t)
print(type(f), s == t, c, f(t, 0), f(t, 1))
local g, s2, c2 = pairs(t)
print(type(g), s2 == t, c2)
print(pcall(f), pcall(f, t), pcall(f, 1, 2))

-- case: argument errors of ipairs, pairs, next
print(pcall(ipairs), pcall(ipairs, nil), pcall(ipairs, "x"))
print(pcall(pairs), pcall(pairs, 5))
print(pcall(next), pcall(next, 5), pcall(next, {}, "x"))
print(pcall(next, { 1, 2 }, 100), pcall(next, { x = 1 }, 1.5), pcall(next, {}, {}))

-- case: next walks every key once
local t = { 10, 20, 30, x = 1, y = 2, [100] = 3, [1.5] = 4, [true] = 5 }
local n, sum, k, v = 0, 0, next(t)
while k ~= nil do n = n + 1 sum = sum + v k, v = next(t, k) end
print(n, sum, next({}), next({ 7 }))

-- case: the array part comes in order
local t = {}
for i = 1, 40 do t[i] = i end
local s = {}
for k, v in pairs(t) do s[#s + 1] = k end
print(table.concat(s, " "))

-- case: removing while traversing
local t = {}
for i = 1, 50 do t["k" .. i] = i t[i] = i end
local n = 0
for k, v in pairs(t) do t[k] = nil n = n + 1 end
print(n, next(t))

-- case: pairs while hot
local t = {}
for i = 1, 20 do t["key" .. i] = i end
local total = 0
for round = 1, 30 do
  for k, v in pairs(t) do total = total + v end
  t["key" .. round] = round
end
print(total)

-- case: print of all values
print()
print(nil)
print(nil, nil, false, true)
print(1, 1.5, -0.5, "s", "")
print(("x"):rep(10), "a\tb", "a\nb")

-- case: print uses the global tostring
local old = tostring
tostring = function(v) return "<" .. old(v) .. ">" end
print(1, "x", nil)
tostring = old
print(1, "x", nil)
tostring = function() return 5 end
print("number is fine")
tostring = function() return nil end
print(pcall(print, 1))
tostring = nil
print = print
io.write(select(2, pcall(print, 1)), "\n")

-- case: rawequal, rawget, rawset
local t = setmetatable({}, { __eq = function() return true end, __index = error, __newindex = error })
local u = setmetatable({}, getmetatable(t))
print(rawequal(t, u), rawequal(t, t), t == u, rawget(t, 1), rawset(t, 1, 2) == t, rawget(t, 1))
print(rawequal(1, 1.0), rawequal("a", "a"), rawequal("1", 1), rawequal(nil, nil), rawequal(nil, false))
print(pcall(rawequal), pcall(rawequal, 1), pcall(rawget, {}), pcall(rawget, 5, 1), pcall(rawset, {}, 1), pcall(rawset, "x", 1, 2))

-- case: select with positions from both ends
print(select(1, "a", "b", "c"))
print(select(3, "a", "b", "c"))
print(select(4, "a", "b", "c"))
print(select(-1, "a", "b", "c"))
print(select(-3, "a", "b", "c"))
print((select(2, "a", "b", "c")))
print(pcall(select, -4, "a", "b", "c"))
print(select("2", "a", "b"), select(2.9, "a", "b", "c"))
print(pcall(select, "#x", 1), pcall(select, nil))

-- case: select in a hot loop
local function f(...)
  local s = 0
  for i = 1, select("#", ...) do local v = select(i, ...) s = s + v end
  return s
end
local t = 0
for i = 1, 40 do t = t + f(i, i + 1, i + 2) + f() end
print(t, f(0.5, 2 ^ 31, -1))

-- case: tonumber with a base
print(tonumber("10", 2), tonumber("ff", 16), tonumber("FF", 16), tonumber("zz", 36), tonumber("777", 8), tonumber("8", 8))
print(tonumber("1010", 2), tonumber(" 11 ", 2), tonumber("-11", 2), tonumber("12", 2), tonumber("", 10), tonumber("1e1", 10))
print(tonumber("7fffffff", 16), tonumber("ffffffff", 16), tonumber("1.5", 10), tonumber("10", 10), tonumber(10, 16), tonumber("0x10", 16))
print(pcall(tonumber, "1", 1), pcall(tonumber, "1", 37), pcall(tonumber, {}, 10), pcall(tonumber, nil, 10))

-- case: tonumber without a base
print(tonumber(5), tonumber("5"), tonumber("5x"), tonumber("x"), tonumber(""), tonumber(" "), tonumber("0x1F"), tonumber("1e3"))
print(tonumber(nil), tonumber(true), tonumber({}), tonumber(print))
print(pcall(tonumber))
print(tonumber("  12  "), tonumber("1 2"), tonumber("+5"), tonumber("- 5"), tonumber("1."), tonumber("."), tonumber("\n3\t"))
print(tonumber("1\0"), tonumber("0x"), tonumber("1e"), tonumber("1e+"), tonumber("--1"))

-- case: tostring of all values
print(tostring(nil), tostring(true), tostring(false), tostring(12), tostring(-0.5), tostring("s"), tostring(1e100))
print((tostring({}):gsub("0x%x+", "ADDR")), (tostring(print):gsub("0x%x+", "ADDR")), (tostring(function() end):gsub("0x%x+", "ADDR")))
print(pcall(tostring))
print(select("#", tostring(1, 2, 3)))
print(tostring(tostring) == tostring(tostring))

-- case: type
print(type(1), type("x"), type(nil), type({}), type(print), type(true))
print(pcall(type))
print(type(type(1)), type(nil, 1))

-- case: unpack ranges
print(unpack { 1, 2, 3 })
print(unpack({ 1, 2, 3 }, 2))
print(unpack({ 1, 2, 3 }, 2, 3))
print(unpack({ 1, 2, 3 }, 0, 4))
print(unpack({ 1, 2, 3 }, 3, 1), "nothing")
print(unpack({ 1, nil, 3 }, 1, 3))
print(select("#", unpack({}, 1, 3)), select("#", unpack {}))
print(pcall(unpack), pcall(unpack, "x"), pcall(unpack, {}, {}), pcall(unpack, {}, 1, "x"))
print(unpack({ 1, 2 }, "1", "2"), unpack({ 1, 2, 3 }, 1.9, 2.9))

-- case: _VERSION
print(_VERSION, type(_VERSION))

-- case: loadstring: values, names and messages
print(loadstring("return 1 + 1")())
print(loadstring("return ...")(1, 2, 3))
print(loadstring("x ="))
print(loadstring("x =", "=name"))
print(loadstring("x =", "@name"))
print(loadstring("x =", "name"))
print(type(loadstring("error('e')", "=chunk")))
print(pcall(loadstring("error('e')", "=chunk")))
print(pcall(loadstring("error('e')")))
print(pcall(loadstring), pcall(loadstring, {}), pcall(loadstring, nil))

-- case: loadstring: many lines in the name
print(loadstring("\nx ="))
print(loadstring("first line\nx ="))
print(loadstring(("x"):rep(100) .. " = ="))
print(loadstring("x = \n\n\n =", "=multi\nline"))
print(loadstring("=", ""))
print(loadstring("=", "="))
print(loadstring("=", "@"))

-- case: loadstring sees globals, not locals
local hidden = 1
visible = 2
print(loadstring("return hidden, visible")())
loadstring("created = 5")()
print(created)
print(loadstring("local hidden = 10 return hidden")(), hidden)

-- case: loadstring makes a new function each time
local source = "local n = 0 return function() n = n + 1 return n end"
local a, b = loadstring(source)(), loadstring(source)()
print(a(), a(), b(), a == b)
local f = loadstring(source)
local c, d = f(), f()
print(c(), c(), d())

-- case: loaded code gets hot
local f = loadstring("local s = 0 for i = 1, ... do s = s + i * i end return s")
for i = 1, 20 do f(i) end
print(f(100), f(1000))
local g = loadstring("return function(a, b) return a * b + 1 end")()
local s = 0
for i = 1, 50 do s = s + g(i, i / 2) end
print(s)

-- case: load reads pieces
local pieces = { "return ", "1 ", "+ 2", nil, "ignored" }
local i = 0
print(load(function() i = i + 1 return pieces[i] end)())
i = 0
local empty = { "return 5", "", " + 1" }
print(load(function() i = i + 1 return empty[i] end)())
print(type(load(function() return nil end)))
print(pcall(load(function() return nil end)))

-- case: load: names and errors
print(load(function() return nil end) ~= nil)
local function once(s) local done return function() if not done then done = true return s end end end
print(load(once("x =")))
print(load(once("x ="), "=named"))
print(load(once("x ="), "@file"))
print(load(once("x ="), "source"))
print(pcall(load, function() error("reader failed", 0) end))
print(load(once(5)))
print(pcall(load, function() return {} end))
print(pcall(load, function() return true end))
print(pcall(load), pcall(load, "return 1"), pcall(load, {}))

-- case: dofile and loadfile of missing files
print(loadfile("no-such-file.lua"))
print(pcall(dofile, "no-such-file.lua"))
print(pcall(loadfile, {}), pcall(dofile, {}))

-- case: error positions in loaded code that is called later
local f = loadstring("\n\nfunction made(x)\n  return x.y\nend", "=made")
f()
print(pcall(made))
print(pcall(made, {}))
print(pcall(made, "x"))

-- case: setmetatable returns its table, getmetatable gets it
local mt = {}
local t = setmetatable({}, mt)
print(getmetatable(t) == mt, getmetatable("") ~= nil, getmetatable(5), getmetatable(nil), getmetatable(print))
print(pcall(setmetatable, {}), pcall(setmetatable, nil, {}), pcall(setmetatable, {}, "x"))

-- case: builtins as values
local f = { math.floor, tostring, type, string.upper }
print(f[1](1.5), f[2](5), f[3]({}), f[4]("x"))
print(pcall(pcall), (pcall(pcall, error)))
for _, g in ipairs { type, tostring, tonumber } do io.write(tostring(g("12")), " ") end
print()

-- case: builtins in hot polymorphic code
local fs = { math.floor, math.ceil, math.abs, tostring, function(x) return x * 2 end }
local t = {}
for i = 1, 60 do t[#t + 1] = tostring(fs[i % 5 + 1](i / 4 - 5)) end
print(table.concat(t, " "))

-- case: builtins with too many arguments
print(type(1, 2, 3), tostring(1, 2), rawequal(1, 1, 1), math.floor(1.5, 2), ("x"):upper("y"))
print(select("#", type(1)), select("#", rawequal(1, 2)), select("#", print()))

-- case: gcinfo and other old names
print(math.mod == math.fmod, string.gfind == string.gmatch, type(table.getn), type(table.foreach))

-- case: table of results of pcall in all shapes
local function shape(...) return select("#", ...) end
print(shape(pcall(error)), shape(pcall(error, nil)), shape(pcall(print)), shape(pcall(type, 1)), shape(pcall(unpack, { 1, 2, 3 })), shape(pcall(next, {})))

-- case: xpcall with traceback as handler
local ok, tb = xpcall(function() error("msg") end, debug.traceback)
print(ok, tb:match("^[^\n]+"), tb:find("stack traceback:", 1, true) ~= nil)
print(type(debug.traceback()), debug.traceback("hi"):match("^[^\n]*"), debug.traceback({}) ~= nil)
print(debug.traceback("m", 1):match("^m\nstack traceback:") ~= nil)

-- case: what pairs and ipairs have loops call
print(pairs({}) == next, pairs({}) == pairs({ 1 }), ipairs({}) == ipairs({ 1 }), (pairs({})) == (ipairs({})))
local f, t = pairs({ 7, x = 8 })
print(f(t), f(t, 1), f(t, "x"), pcall(f), pcall(f, t, "y"), select("#", f({})))
local g, u, zero = ipairs({ 7, 8 })
print(zero, g(u, 0.9), g(u, "1"), g(u, 2), g(u, 2 ^ 32), select("#", g(u, -2)), pcall(g, u), pcall(g, u, "x"), pcall(g, 1, 1))
local sum = 0
for i = 1, 60 do
  for k, v in pairs({ 1, 2, x = i }) do sum = sum + v end
  for k, v in next, { 1, 2, x = i } do sum = sum + v end
end
print(sum)

-- case: counts that are cut to 32 bits
for _, n in ipairs({ 2 ^ 31, 2 ^ 32, 2 ^ 32 + 2, -2 ^ 32 - 1, 2 ^ 40, 1e300, -1e300 }) do
  print(pcall(select, n, "a", "b"))
  print(pcall(unpack, { "a", "b" }, 1, n))
  print(pcall(tonumber, "1", n), pcall(error, "e", n))
  print(pcall(string.gsub, "aaa", "a", "b", n))
end
