-- Metatables: every event of 5.1, their order, their arguments and their errors.
-- case: arithmetic events and the order of operands
local mt = {}
for _, e in ipairs { "add", "sub", "mul", "div", "mod", "pow" } do
  mt["__" .. e] = function(a, b) return e .. ":" .. (type(a) == "table" and "t" or tostring(a)) .. ":" .. (type(b) == "table" and "t" or tostring(b)) end
end
mt.__unm = function(a, b) return "unm:" .. type(a) .. ":" .. tostring(rawequal(a, b)) end
local t = setmetatable({}, mt)
print(t + 1, 1 + t, t - 2, 2 - t, t * 3, 3 * t, t / 4, 4 / t, t % 5, 5 % t, t ^ 6, 6 ^ t, -t)
print(t + t, t .. "" == nil or "concat missing")

-- case: arithmetic events, mended
local mt = {}
for _, e in ipairs { "add", "sub", "mul", "div", "mod", "pow" } do
  mt["__" .. e] = function(a, b) return e .. ":" .. type(a) .. ":" .. type(b) end
end
local t = setmetatable({}, mt)
print(t + 1, 1 + t, "x" - t, t * nil, t / {}, {} % t, t ^ "2", t + t)
print(pcall(function() return t .. "x" end))
print(pcall(function() return -t end))

-- case: the left operand's handler comes first
local a = setmetatable({}, { __add = function() return "left" end, __lt = function() return true end })
local b = setmetatable({}, { __add = function() return "right" end })
print(a + b, b + a, a + 1, 1 + b, 1 + a, {} + a)
print(pcall(function() return b - a end))

-- case: arithmetic events in hot loops
local mt = {}
local function V(x, y) return setmetatable({ x = x, y = y }, mt) end
mt.__add = function(a, b) return V(a.x + b.x, a.y + b.y) end
mt.__mul = function(a, k) if type(a) == "number" then a, k = k, a end return V(a.x * k, a.y * k) end
mt.__unm = function(a) return V(-a.x, -a.y) end
mt.__eq = function(a, b) return a.x == b.x and a.y == b.y end
mt.__lt = function(a, b) return a.x < b.x end
mt.__le = function(a, b) return a.x <= b.x end
mt.__tostring = function(a) return "(" .. a.x .. "," .. a.y .. ")" end
mt.__concat = function(a, b) return tostring(a) .. tostring(b) end
mt.__call = function(self, k) return self.x * k + self.y end
local s = V(0, 0)
for i = 1, 50 do s = s + V(i, -i) * 2 + -V(1, 0.5) if i % 10 == 0 then s = 0.5 * s end end
print(tostring(s), s == V(s.x, s.y), s < V(1e9, 0), s <= s, s > V(0, 0), s .. "!", "!" .. s, s(2))

-- case: numbers meet tables in a hot addition
local t = setmetatable({}, { __add = function(a, b) return 1000 end })
local function add(a, b) return a + b end
local s = 0
for i = 1, 60 do s = s + add(i, i % 7 == 0 and t or i) end
print(s)
print(add("10", t), add(t, "10"), add("10", "5"))

-- case: results of events are cut to one value
local t = setmetatable({}, {
  __add = function() return 1, 2, 3 end, __index = function() return 4, 5 end, __concat = function() end, __unm = function() return nil end,
  __call = function(...) return select("#", ...), ... end,
})
print((t + 1), t.x, t .. "a", -t)
print({ t + 1, t.x }[1] == nil)

-- case: results of events are cut to one value, mended
local t = setmetatable({}, {
  __add = function() return 1, 2, 3 end, __index = function() return 4, 5 end, __concat = function() end, __unm = function() return nil end,
  __lt = function() return 1, 2 end, __eq = function() return nil end,
})
print(t + 1, t.x, t .. "a", -t, t < t, t <= t, t == setmetatable({}, getmetatable(t)))
print(select("#", t + 1), select("#", t.x), select("#", t .. "a"))

-- case: __concat and its operands
local log = {}
local mt = { __concat = function(a, b) log[#log + 1] = type(a) .. type(b) return "r" end }
local t = setmetatable({}, mt)
print(t .. "a", "a" .. t, 1 .. t, t .. 1.5, t .. t, t .. nil, nil .. t, true .. t)
print(table.concat(log, " "))
log = {}
print("a" .. "b" .. t, t .. "a" .. "b", "a" .. t .. "b")
print(table.concat(log, " "))
print(pcall(function() return "a" .. {} end))

-- case: __eq needs the same handler and the same type
local function handler() return true end
local a, b = setmetatable({}, { __eq = handler }), setmetatable({}, { __eq = handler })
local c = setmetatable({}, { __eq = function() return true end })
local d = {}
print(a == b, a ~= b, a == c, a == d, d == a, a == 1, a == nil, a == a, rawequal(a, b))
print(not (a == b), (a == b) == true)

-- case: __eq results become booleans and are not called for the same object
local n = 0
local mt = { __eq = function() n = n + 1 return n % 2 == 1 and "yes" or nil end }
local a, b = setmetatable({}, mt), setmetatable({}, mt)
print(a == b, a == b, a ~= b, a ~= b, a == a, n)
local function same(x, y) return x == y end
for i = 1, 30 do same(a, b) same(i, i) same("x", a) end
print(n, same(a, b), same(a, b))

-- case: __lt, __le and what is derived
local log = {}
local lt = { __lt = function(a, b) log[#log + 1] = a.n .. "<" .. b.n return a.n < b.n end }
local a, b = setmetatable({ n = 1 }, lt), setmetatable({ n = 2 }, lt)
print(a < b, b < a, a > b, b > a, a <= b, a >= b, b <= a, a <= a)
print(table.concat(log, " "))

-- case: __le is preferred to not __lt
local mt = { __lt = function() return "lt" end, __le = function() return nil end }
local a, b = setmetatable({}, mt), setmetatable({}, mt)
print(a < b, a <= b, a > b, a >= b, not (a < b), not (a <= b))

-- case: comparison needs the same handler
local a = setmetatable({}, { __lt = function() return true end })
local b = setmetatable({}, { __lt = function() return true end })
print(pcall(function() return a < b end))
print(pcall(function() return a < 1 end))
print(pcall(function() return a < {} end))
print(pcall(function() return a <= b end))
print(pcall(function() return "x" < a end))

-- case: comparison events in conditions of hot loops
local mt = { __lt = function(a, b) return a.v < b.v end, __le = function(a, b) return a.v <= b.v end }
local function box(v) return setmetatable({ v = v }, mt) end
local i, n = box(0), 0
local top = box(30)
while i < top do i = box(i.v + 1) if not (i <= box(10)) and i >= box(20) then n = n + 1 end end
print(n, i.v)

-- case: __index: functions, tables, chains
local base = { a = 1 }
local middle = setmetatable({ b = 2 }, { __index = base })
local t = setmetatable({ c = 3 }, { __index = middle })
print(t.a, t.b, t.c, t.d, rawget(t, "a"))
base.d = "late"
print(t.d)
local f = setmetatable({}, { __index = function(self, k) return k .. "?" end })
print(f.x, f[1], f["y z"], rawget(f, "x"))
setmetatable(base, { __index = f })
print(t.nothing, t[5])

-- case: __index gets the table that was asked last
local inner = setmetatable({}, { __index = function(self, k) return self.name end })
inner.name = "inner"
local outer = setmetatable({ name = "outer" }, { __index = inner })
print(outer.x, inner.x)

-- case: __index is not used for present keys, but for nil ones
local n = 0
local t = setmetatable({ x = 1, y = false }, { __index = function() n = n + 1 return "default" end })
print(t.x, t.y, t.z, n)
t.x = nil
print(t.x, n)
t[1] = 5
print(t[1], t[2], n)

-- case: __index on every type of key
local t = setmetatable({}, { __index = function(_, k) return type(k) end })
print(t[1], t[1.5], t.x, t[true], t[t], t[print], t[nil], t[0 / 0])

-- case: __index loops are errors
local t = {}
setmetatable(t, { __index = t })
print(pcall(function() return t.x end))
local a, b = {}, {}
setmetatable(a, { __index = b })
setmetatable(b, { __index = a })
print(pcall(function() return a.x end))
setmetatable(t, { __newindex = t })
print(pcall(function() t.x = 1 end))

-- case: __index that cannot be indexed
local t = setmetatable({}, { __index = 5 })
print(pcall(function() return t.x end))
t = setmetatable({}, { __index = true })
print(pcall(function() return t.x end))
t = setmetatable({}, { __index = "abc" })
print(t.len == string.len, t.x)
t = setmetatable({}, { __newindex = 5 })
print(pcall(function() t.x = 1 end))

-- case: classes and inheritance, hot
local Account = {} Account.__index = Account
function Account.new(b) return setmetatable({ balance = b }, Account) end
function Account:deposit(v) self.balance = self.balance + v end
function Account:get() return self.balance end
local Special = setmetatable({}, { __index = Account }) Special.__index = Special
function Special.new(b) local o = Account.new(b) o.limit = 10 return setmetatable(o, Special) end
function Special:deposit(v) Account.deposit(self, v * 2) end
local accounts = {}
for i = 1, 10 do accounts[i] = i % 3 == 0 and Special.new(i) or Account.new(i) end
for round = 1, 20 do for _, a in ipairs(accounts) do a:deposit(round) end end
local s = 0
for _, a in ipairs(accounts) do s = s + a:get() end
print(s, accounts[3].limit, accounts[1].limit)

-- case: a method replaced while hot
local C = {} C.__index = C
function C:f() return 1 end
local o = setmetatable({}, C)
local s = 0
for i = 1, 60 do
  s = s + o:f()
  if i == 20 then function C:f() return 10 end end
  if i == 40 then o.f = function() return 100 end end
  if i == 50 then o.f = nil C.f = nil C.__index = function(_, k) return function() return 1000 end end end
end
print(s)

-- case: metatables changed while hot
local function get(t) return t.x end
local t = setmetatable({}, { __index = { x = 1 } })
local s = 0
for i = 1, 60 do
  s = s + (get(t) or 0)
  if i == 15 then getmetatable(t).__index = { x = 2 } end
  if i == 30 then setmetatable(t, { __index = function() return 3 end }) end
  if i == 40 then setmetatable(t, nil) end
  if i == 50 then t.x = 4 end
end
print(s)

-- case: __newindex: functions, tables, chains
local log = {}
local t = setmetatable({ present = 1 }, { __newindex = function(self, k, v) log[#log + 1] = tostring(k) .. "=" .. tostring(v) end })
t.present = 2
t.x = 1
t[1] = "one"
t.x = nil
print(t.present, rawget(t, "x"), t[1], table.concat(log, " "))
local store = {}
local u = setmetatable({}, { __newindex = store })
u.a = 1
print(rawget(u, "a"), store.a, u.a)
setmetatable(store, { __newindex = t })
u.b = 2
print(store.b, log[#log])

-- case: __newindex and nil values of present keys
local n = 0
local t = setmetatable({ x = 1 }, { __newindex = function(self, k, v) n = n + 1 rawset(self, k, v) end })
t.x = nil
t.x = 2
t.x = 3
t.y = 4
t.y = 5
print(n, t.x, t.y)
for i = 1, 20 do t[i] = i end
for i = 1, 20 do t[i] = i * 2 end
print(n, #t, t[20])

-- case: __newindex with bad keys
local t = setmetatable({}, { __newindex = function(_, k, v) print(type(k), k == k, v) end })
t[nil] = 1
t[0 / 0] = 2
print(pcall(rawset, {}, nil, 1))
print(pcall(rawset, {}, 0 / 0, 1))

-- case: read-only tables
local function readonly(t) return setmetatable({}, { __index = t, __newindex = function(_, k) error("read-only: " .. tostring(k), 2) end }) end
local days = readonly { "Sun", "Mon" }
print(days[1], days[3], #days)
print(pcall(function() days[1] = "x" end))
print(pcall(function() days.x = 1 end))
print(pcall(rawset, days, 1, "raw"), days[1])

-- case: tables that count their accesses, hot
local function track(t)
  local counts = { get = 0, set = 0 }
  return setmetatable({}, {
    __index = function(_, k) counts.get = counts.get + 1 return t[k] end,
    __newindex = function(_, k, v) counts.set = counts.set + 1 t[k] = v end,
  }), counts
end
local t, counts = track { 0 }
for i = 1, 50 do t[i] = (t[i - 1] or 0) + i end
print(t[50], counts.get, counts.set)

-- case: __call with arguments and results
local t = setmetatable({ k = 10 }, { __call = function(self, ...) return self.k, select("#", ...), ... end })
print(t())
print(t(1, nil, 3))
print((t(1)))
print(select("#", t(nil, nil)))
local function tail(...) return t(...) end
print(tail("a", "b"))
print(pcall(t, "x"))

-- case: __call chains and loops
local f = setmetatable({}, { __call = function(self, x) return "f", x end })
local g = setmetatable({}, { __call = f })
print(pcall(g, 1))
local h = setmetatable({}, { __call = 5 })
print(pcall(h))
print(pcall(function() return h() end))
print(pcall(function() local o = { h = h } o.h() end))

-- case: __call in hot loops and as method, iterator and comparator
local add = setmetatable({ n = 0 }, { __call = function(self, x) self.n = self.n + (type(x) == "number" and x or 0) return self.n end })
local o = { add = add }
for i = 1, 40 do add(i) o.add(1) o:add() end
print(add.n)
local less = setmetatable({}, { __call = function(_, a, b) return a > b end })
local t = { 3, 1, 2 }
print(pcall(table.sort, t, less))

-- case: __tostring
local t = setmetatable({}, { __tostring = function(self) return "I am t" end })
print(t, tostring(t))
io.write(tostring(t), "\n")
print(pcall(io.write, t))
print(pcall(table.concat, { t }))
print(("%s"):format(tostring(t)))
print(pcall(string.format, "%s", t))

-- case: __tostring must return a string for print
local t = setmetatable({}, { __tostring = function() return 5 end })
print(type(tostring(t)), tostring(t))
local u = setmetatable({}, { __tostring = function() return {} end })
print(type(tostring(u)))
print(pcall(print, u))
print(pcall(print, setmetatable({}, { __tostring = function() error("inside") end })))
print(pcall(tostring, setmetatable({}, { __tostring = 5 })))

-- case: __metatable
local t = setmetatable({}, { __metatable = "locked" })
print(getmetatable(t), pcall(setmetatable, t, {}))
local u = setmetatable({}, { __metatable = false })
print(getmetatable(u), pcall(setmetatable, u, nil))
print(getmetatable("x").__index == string, getmetatable({}), getmetatable(1), getmetatable(print), getmetatable(nil))

-- case: arguments of setmetatable and getmetatable
print(pcall(setmetatable), pcall(setmetatable, {}), pcall(setmetatable, 1, {}))
print(pcall(setmetatable, {}, 5), pcall(getmetatable))
local t = {}
print(setmetatable(t, {}) == t, setmetatable(t, nil) == t, getmetatable(t))
print(pcall(setmetatable, "x", {}))

-- case: raw access ignores events
local t = setmetatable({}, { __index = function() return "i" end, __newindex = function() error("n") end, __eq = function() return true end })
print(rawget(t, "x"), rawset(t, "x", 1) == t, t.x, rawequal(t, setmetatable({}, getmetatable(t))))
print(pcall(rawget), pcall(rawget, 1, 2), pcall(rawset, {}, 1), pcall(rawequal, 1), pcall(rawget, {}))
print(rawget({ 5 }, 1), rawget({ 5 }, 1.0), rawget({ x = 1 }, "x"))

-- case: next, pairs, ipairs and # ignore events
local t = setmetatable({ 1, 2 }, { __index = function(_, i) if i < 5 then return i * 10 end end, __pairs = function() error("never") end, __ipairs = error, __len = function() return 99 end })
local n = 0
for k, v in pairs(t) do n = n + v end
print(n, #t, next(t))
n = 0
for i, v in ipairs(t) do n = n + v end
print(n)
print(unpack(t, 1, 4))

-- case: table functions and metatables
local t = setmetatable({}, { __index = function(_, k) return "i" .. tostring(k) end, __newindex = function(t, k, v) rawset(t, k, v .. "!") end })
table.insert(t, "a")
print(rawget(t, 1))
print(table.concat(t, ",", 1, 1), table.remove(t), rawget(t, 1))
print(pcall(table.concat, t, ",", 1, 2))

-- case: missing handlers name the operation
local t = setmetatable({}, {})
local x = 5
print(pcall(function() return t + x end))
print(pcall(function() return t < t end))
print(pcall(function() return t .. x end))
print(pcall(function() return t() end))
print(pcall(function() return -t end))
print(pcall(function() return t.x.y end))

-- case: errors in handlers carry their own position
local t = setmetatable({}, {
  __add = function() error("in add") end,
  __index = function(_, k) error("no field " .. k, 2) end,
  __call = function() local n; n() end,
})
print(pcall(function() return t + 1 end))
print(pcall(function() return t.field end))
print(pcall(function() return t() end))

-- case: handlers that are not functions
local t = setmetatable({}, { __add = 5, __lt = {}, __concat = true, __unm = "x", __eq = 1, __tostring = {} })
print(pcall(function() return t + 1 end))
print(pcall(function() return t < t end))
print(pcall(function() return t .. "" end))
print(pcall(function() return -t end))
print(pcall(function() return t == setmetatable({}, getmetatable(t)) end))

-- case: handlers that are callable tables
local callable = setmetatable({}, { __call = function(self, a, b) return "called " .. type(a) .. " " .. type(b) end })
local t = setmetatable({}, { __add = callable, __concat = callable, __unm = callable, __call = callable, __newindex = callable })
print(t + 1, t .. "x", -t)
print(pcall(function() return t() end))
print(pcall(function() t.x = 1 return rawget(t, "x") end))
setmetatable(t, { __index = callable })
print(t.anything)

-- case: metatable of strings
local s = "abc"
print(s:upper(), s.len == string.len, ("x").nothing, #s, pcall(function() return s.x.y end))
getmetatable("").__index = function(str, k) if type(k) == "number" then return str:sub(k, k) end return string[k] end
print(s[1], s[3], s[4] == "", s:upper())
getmetatable("").__add = function(a, b) return "added " .. a .. b end
print(pcall(function() return "x" + "y" end), "1" + "2")
getmetatable("").__call = function(self, x) return self .. x end
print(("a")("b"))

-- case: metatable shared by many tables, changed later
local mt = {}
local ts = {}
for i = 1, 20 do ts[i] = setmetatable({ i }, mt) end
local function total() local s = 0 for _, t in ipairs(ts) do s = s + (t.v or 0) end return s end
print(total())
mt.__index = function(t) return t[1] end
print(total())
mt.__index = { v = 2 }
print(total(), total())
ts[5].v = 100
print(total())

-- case: events added to a metatable after its first use
local mt = {}
local t = setmetatable({}, mt)
local function add() return t + 1 end
print(pcall(add))
mt.__add = function() return "now" end
print(pcall(add))
for i = 1, 20 do add() end
mt.__add = nil
print(pcall(add))
mt.__add = function() return "again" end
print(pcall(add))

-- case: proxies of proxies
local function proxy(t) return setmetatable({}, { __index = function(_, k) return t[k] end, __newindex = function(_, k, v) t[k] = v end, __call = function(_, ...) return t(...) end }) end
local function base(...) return "base", ... end
local p = base
for i = 1, 10 do p = proxy(p) end
print(p(1, 2))
local t = { x = 1 }
local q = t
for i = 1, 10 do q = proxy(q) end
q.y = q.x + 1
print(t.y, rawget(q, "y"))

-- case: memoizing through __index, hot
local fib = setmetatable({ 1, 1 }, { __index = function(t, n) local v = t[n - 1] + t[n - 2] t[n] = v return v end })
print(fib[60], fib[80], rawget(fib, 79))
local squares = setmetatable({}, { __index = function(t, k) local v = k * k rawset(t, k, v) return v end })
local s = 0
for round = 1, 3 do for i = 1, 20 do s = s + squares[i] end end
print(s)

-- case: multiple assignment through __newindex keeps its order
local log = {}
local t = setmetatable({}, { __newindex = function(_, k, v) log[#log + 1] = k .. v end })
t.a, t.b, t.c = 1, 2, 3
print(table.concat(log, " "))

-- case: self-referring metatable
local t = {}
t.__index = t
t.__tostring = function(s) return "self " .. s.name end
t.name = "t"
setmetatable(t, t)
print(tostring(t), pcall(function() return t.missing end))

-- case: method call through __index function gets self
local t = setmetatable({ id = 7 }, { __index = function(_, name) return function(self, x) return name, self.id, x end end })
print(t:anything(1))
print(t.other(t, 2))
for i = 1, 30 do t:hot(i) end
print(t:hot("x"))

-- case: fresh metatable for every object, hot
local Class = { get = function(self) return self.v end }
local function new(v) return setmetatable({ v = v }, { __index = Class }) end
local s = 0
for i = 1, 60 do s = s + new(i):get() end
print(s)
Class.get = function(self) return -self.v end
for i = 1, 60 do s = s + new(i):get() end
print(s)

-- case: arrays that get a metatable, with and without holes, while a loop stores into them
local function fill(t, from, to)
  for i = from, to do t[i] = i * 2 end
end
local log = {}
local handlers = { __newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v + 1) end }
local function array(n) local t = {} for i = 1, n do t[i] = i end return t end
for round = 1, 12 do
  local t = array(60)
  if round > 4 then setmetatable(t, handlers) end
  if round > 6 then t[10], t[31] = nil, nil end
  if round > 8 then setmetatable(t, nil) end
  if round == 11 then setmetatable(t, {}) end
  fill(t, 1, 30)
  if round == 12 then setmetatable(t, handlers) end
  fill(t, 31, 64)
  local sum = 0
  for i = 1, 64 do sum = sum + (t[i] or -1000) end
  print(round, sum, #log, log[#log])
end

-- case: objects of classes are compared, hot, and the classes get __eq, lose it and are dictionaries
local function class(keys)
  local c = {}
  c.__index = c
  for i = 1, keys or 0 do c["key" .. i] = i end
  return c
end
local function compare(list, x)
  local same, other, first = 0, 0, "none"
  for i = 1, #list do
    if list[i] == x then same = same + 1 else other = other + 1 end
    if list[i] ~= x and first == "none" then first = i end
  end
  return same, other, first
end
local A, B, C = class(), class(), class(200)
local list, calls = {}, 0
for i = 1, 40 do list[i] = setmetatable({ i }, ({ A, B, C })[i % 3 + 1]) end
list[41], list[42], list[43] = {}, "text", 7
local function show(what) print(what, compare(list, list[5]), compare(list, list[6]), compare(list, list[7]), compare(list, 7), calls) end
for round = 1, 12 do show(round) end
local function handler(a, b) calls = calls + 1 return a[1] % 2 == b[1] % 2 end
A.__eq = handler
for round = 1, 12 do show("A " .. round) end
B.__eq, C.__eq = handler, handler
for round = 1, 4 do show("all " .. round) end
A.__eq, C.__eq = nil, false
for round = 1, 4 do show("B " .. round) end
C.__eq = handler
setmetatable(list[41], C)
list[41][1] = 1
for round = 1, 4 do show("B and C " .. round) end

-- case: what decides whether objects are equal comes through no __index
local Base = { __eq = function() return true end }
Base.__index = Base
local Derived = setmetatable({}, Base)
Derived.__index = Derived
local function equal(a, b) return a == b, a ~= b end
local x, y = setmetatable({}, Derived), setmetatable({}, Derived)
for i = 1, 30 do equal(x, y) end
print(equal(x, y), equal(x, x), equal(setmetatable({}, Base), setmetatable({}, Base)))
Derived.__eq = Base.__eq
print(equal(x, y), equal(setmetatable({}, Base), y))
setmetatable(_G, { __index = _G })
local p, q = setmetatable({}, _G), setmetatable({}, _G)
print(equal(p, q))
rawset(_G, "__eq", function() return true end)
for i = 1, 30 do equal(p, q) end
print(equal(p, q))
rawset(_G, "__eq", nil)
print(equal(p, q))
setmetatable(_G, nil)

-- case: handlers of comparison, concatenation and access are called in loops, fail there, and are replaced there
local V = {}
V.__index = V
local function v(x) return setmetatable({ x = x }, V) end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) if a.x == 90 then error("ninety", 2) end return a.x <= b.x end
V.__eq = function(a, b) return a.x == b.x end
V.__concat = function(a, b)
  return (type(a) == "table" and a.x or a) .. "|" .. (type(b) == "table" and b.x or b)
end
V.__unm = function(a) return v(-a.x) end
local function all(a, b)
  local out = {}
  out[1] = a < b
  out[2] = a <= b
  out[3] = a == b
  out[4] = a ~= b
  out[5] = not (a > b)
  out[6] = a .. b
  out[7] = a .. 1
  out[8] = "s" .. b
  out[9] = 1 .. a .. b .. "e"
  out[10] = (-a).x
  for i = 1, #out do out[i] = tostring(out[i]) end
  return table.concat(out, " ")
end
local function many(n)
  local less, equal, text = 0, 0, ""
  local limit = v(n / 2)
  for i = 1, n do
    local each = v(i)
    if each < limit then less = less + 1 end
    if each <= limit then less = less + 1 end
    if each == limit then equal = equal + 1 end
    if i % 10 == 0 then text = text .. each end
  end
  return less, equal, text
end
for round = 1, 30 do
  if round % 10 == 0 then print(all(v(round), v(20)), many(round)) end
end
print(pcall(all, v(90), v(1)))
print(pcall(many, 89), pcall(many, 91))
V.__lt = function(a, b) return "any" end
print(many(20))
V.__le = nil -- then it is not (b < a)
print(many(20))
V.__lt = setmetatable({}, { __call = function(self, a, b) return a.x > b.x end })
print(many(20))
V.__eq = rawequal
print(many(20))
V.__concat = select
print(pcall(many, 20))
V.__concat = nil
print(select(2, pcall(many, 20)))
V.__lt = nil
print(select(2, pcall(many, 20)))
print(select(2, pcall(function() return v(1) < 1 end)), select(2, pcall(function() return v(1) <= "x" end)))

-- case: functions as __index and __newindex, through other tables, with errors, other keys and other objects
local log = {}
local deep = setmetatable({}, {
  __index = function(t, key) if key == "bad" then error("no " .. key, 2) end return tostring(key) .. "!" end,
  __newindex = function(t, key, value) if key == "bad" then error("not " .. key, 2) end log[#log + 1] = tostring(key) .. "=" .. tostring(value) end,
})
local mid = setmetatable({ own = "mid" }, { __index = deep, __newindex = deep })
local object = setmetatable({ own2 = 1 }, { __index = mid, __newindex = mid })
local function read(t, key) return t[key], t.name, t.own, t[1], t[key], t[1.5] end
local function write(t, key, value) t[key] = value t.name = value t.own2 = value t[2] = value end
for i = 1, 30 do
  read(object, i)
  write(object, i, i)
end
print(read(object, "k"))
print(read(mid, true), read(deep, "own"))
print(pcall(read, object, "bad"))
print(pcall(write, object, "bad", 1))
print(pcall(write, object, nil, 1), pcall(write, object, 0 / 0, 1))
print(rawget(object, 1), rawget(object, "name"), object.own2, rawget(deep, "name"), #log, log[1], log[#log])
write(deep, "z", nil)
write(mid, "z", false)
print(#log, log[#log], log[#log - 1], rawget(mid, 2), rawget(mid, "own2"))
getmetatable(deep).__index = math.max
print(pcall(read, object, 3), select(2, pcall(read, deep, 1)))
getmetatable(deep).__index = setmetatable({}, { __call = function(self, t, key) return "called" end })
print(read(object, 1))
getmetatable(deep).__index = nil
print(read(object, 1))
local calls = 0
local counted = setmetatable({}, { __index = function(t, k) calls = calls + 1 rawset(t, k, calls) return -calls end })
local sum = 0
for i = 1, 50 do sum = sum + counted[i % 7] + counted["k" .. i % 3] end
print(sum, calls)

-- case: classes that are called to make objects, hot, whose __call and metatables change meanwhile
local Point = setmetatable({}, { __call = function(class, x, y, ...) return setmetatable({ x = x, y = y, n = select("#", ...) }, class) end })
Point.__index = Point
function Point:sum() return self.x + self.y + self.n end
local function make(n) local s = 0 for i = 1, n do s = s + Point(i, 1):sum() end return s end
local function more(...) return Point(...):sum(), Point(1, ...):sum(), (Point(..., 2, 3, 4, 5):sum()) end
local function tail(...) return Point(...) end
local function results() local a, b, c = Point(1, 2) return a.x, b, c end
for round = 1, 20 do
  local made = make(100)
  if round % 10 == 0 then print(made, more(3, 4, round), tail(1, 2, 3, 4).n, results()) end
end
print(pcall(make, "x"), pcall(more, {}, 1), pcall(more))
print(make(3), select(2, pcall(function() for i = 1, 50 do Point(i == 50 and {} or i, 1):sum() end end)))
local meta = getmetatable(Point)
local old = meta.__call
meta.__call = function(class, x, y) return old(class, -x, y, "one") end
print(make(100), more(3, 4), tail(5, 6).x, results())
meta.__call = function() error("no objects", 2) end
print(pcall(make, 100), pcall(tail, 1), pcall(results))
meta.__call = function(class, x) if x == 7 then class, x = nil, class end return setmetatable({ x = x, y = 0, n = 0 }, class) end
print(pcall(make, 6), pcall(make, 10))
meta.__call = setmetatable
print(pcall(make, 1), (pcall(tail, {})))
meta.__call = nil
print(pcall(make, 100), pcall(tail, 1))
setmetatable(Point, { __call = old })
print(make(100), more(3, 4))
setmetatable(Point, nil)
print(pcall(make, 100))
local depth = 0
local Deep = setmetatable({}, { __call = function(self, n) depth = depth + 1 if n == 0 then return depth end return self(n - 1) end })
for _ = 1, 20 do Deep(5) end
print(Deep(1000), depth)
local Waits = setmetatable({}, { __call = function(self, a) local b = coroutine.yield(a) return b and a + b or a end })
local co = coroutine.wrap(function() local s = 0 for i = 1, 50 do s = s + Waits(i) end return s end)
local answer, last = co(), 0
for i = 2, 50 do answer = co(i % 3 == 0 and i or nil) last = last + answer end
print(answer, last, co(1))
print(pcall(function() local t = setmetatable({}, { __call = 5 }) for i = 1, 3 do t(i) end end))
