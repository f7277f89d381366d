-- Assignment: order, adjustment of value lists, targets that are evaluated first.
-- case: values are adjusted to targets
local a, b, c = 1, 2
print(a, b, c)
a, b = 10, 20, 30
print(a, b)
a, b, c = (function() return 1, 2, 3, 4 end)()
print(a, b, c)
a, b, c = 0, (function() return 1, 2, 3 end)()
print(a, b, c)
a, b, c = (function() return 1, 2, 3 end)(), 9
print(a, b, c)

-- case: parentheses cut to one value
local function f() return 1, 2, 3 end
local a, b = (f())
print(a, b)
print((f()), f())
print({ (f()) }[2] == nil, #{ f(), f() }, #{ f(), (f()) })

-- case: parentheses cut to one value, mended
local function f() return 1, 2, 3 end
local t = { (f()) }
print(#t, #{ f(), f() }, #{ f(), (f()) }, #{ (f()), f() })

-- case: calls without results give nil
local function nothing() end
local a, b = nothing()
print(a, b, (nothing()))
print(pcall(function() return (nothing()) end))
local t = { nothing(), nothing() }
print(#t, t[1])
print(select("#", nothing()), select("#", (nothing())))

-- case: swaps
local a, b = 1, 2
a, b = b, a
print(a, b)
local t = { 1, 2, 3 }
t[1], t[3] = t[3], t[1]
print(t[1], t[2], t[3])
local i, j = 1, 2
t[i], t[j], i, j = t[j], t[i], j, i
print(t[1], t[2], i, j)

-- case: swaps in a hot loop
local a, b, c = 1, 2.5, "x"
for i = 1, 100 do a, b, c = b, c, a end
print(a, b, c)
local x, y = 0, 1
for i = 1, 60 do x, y = y, x + y end
print(x, y)

-- case: indices are evaluated before the assignment
local i = 1
local t = {}
i, t[i] = i + 1, 20
print(i, t[1], t[2])
local a = { 1, 2, 3 }
local k = 1
k, a[k] = 3, "k"
print(k, a[1], a[3])

-- case: the table is evaluated before the assignment
local t = { name = "old" }
local other = { name = "new" }
local keep = t
t, t.name = other, "changed"
print(t.name, keep.name, t == other)

-- case: nested tables in targets
local t = { a = { b = 1 } }
t.a, t.a.b = { b = 5 }, 9
print(t.a.b)
local i, t = 1, { {}, {} }
t[i].x, i, t[i].y = 1, 2, 3
print(t[1].x, t[1].y, t[2].y, i)

-- case: functions are called in the order they are written
local log = {}
local function say(v) log[#log + 1] = tostring(v) return v end
local t = {}
t[say(1)], t[say(2)] = say("a"), say("b")
print(table.concat(log, " "), t[1], t[2])
log = {}
t[say("x")].y = nil

-- case: functions are called in the order they are written, in tables
local log = {}
local function say(v) log[#log + 1] = tostring(v) return v end
local t = { [say("k1")] = say("v1"), say("a"), [say("k2")] = say("v2"), say("b") }
print(table.concat(log, " "))
log = {}
local x = say(1) + say(2) * say(3) - say(4)
print(table.concat(log, " "), x)
log = {}
say(print)(say("p"), say("q"))
print(#log)

-- case: assigning to a local used in the values
local a = 1
a, a = 2, 3
print(a == 2 or a == 3)
local x, y, z = 1, 2, 3
x, y, z = z, x, y
print(x, y, z)
x, y, z = y, z
print(x, y, z)

-- case: too many values are evaluated all the same
local n = 0
local function count() n = n + 1 return n end
local a = count(), count(), count()
print(a, n)
local b, c = count()
print(b, c, n)

-- case: assignment of nil removes
local t = { 1, 2, 3, x = 1 }
t.x, t[3] = nil
print(t.x, t[3], #t)
t[2] = nil
t[1] = nil
print(next(t))

-- case: errors in assignments name the target
local t = {}
print(pcall(function() t.x.y = 1 end))
print(pcall(function() t.x.y.z = 1 end))
print(pcall(function() t[1][2] = 1 end))
print(pcall(function() local s = "str" s.x = 1 end))
print(pcall(function() local n = 5 n.x = 1 end))
print(pcall(function() nowhere.x = 1 end))
print(pcall(function() t.a, t.b.c = 1, 2 end))

-- case: what an assignment that fails leaves
local t, u = {}, nil
local ok, message = pcall(function() t.a, u.b = 1, 2 end)
print(ok, message, t.a)
ok, message = pcall(function() u.b, t.c = 1, 2 end)
print(ok, message, t.c)

-- case: vararg in assignments
local function f(...)
  local a, b = ...
  local c = ...
  local d, e = "d", ...
  local g, h = ..., "h"
  return a, b, c, d, e, g, h
end
print(f(1, 2, 3))
print(f())
print(f(nil, 2))

-- case: syntax: cannot assign to a call
f() = 1

-- case: syntax: cannot assign to a parenthesis
(a) = 1

-- case: syntax: cannot assign to an expression
a + b = 1

-- case: syntax: a string is no statement
"abc"

-- case: syntax: a name is no statement
local a
a

-- case: syntax: a missing value
a =

-- case: syntax: a list that ends with a comma
a, b = 1,

-- case: syntax: a list of targets that ends with a comma
a, = 1

-- case: syntax: a call in a list of targets
a, f() = 1, 2

-- case: syntax: local with a field
local a.b = 1

-- case: ambiguous call across lines
local f = print
local x = f
("a")

-- case: local attributes are not 5.1
local x <const> = 1

-- case: an assignment in a condition
local a
if a = 1 then end

-- case: compound assignment is not Lua
local a = 1
a += 1

-- case: chained assignment is not Lua
a = b = 1

-- case: assignment to fields of call results
local t = {}
local function get() return t end
get().x = 1
get()["y"] = 2
get().z, get().w = 3, 4
print(t.x, t.y, t.z, t.w)
;(get()).v = 5
print(t.v)
