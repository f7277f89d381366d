-- Tables that an optimizer may leave out, as long as nobody sees them: every way in which somebody does.
local V = {}
V.__index = V
local function vector(x, y) return setmetatable({ x = x, y = y }, V) end
function V:dot(o) return self.x * o.x + self.y * o.y end
function V:scaled(k) return vector(self.x * k, self.y * k) end
function V:move(dx, dy)
  self.x = self.x + dx
  self.y = self.y + dy
  return self
end
V.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
V.__unm = function(a) return vector(-a.x, -a.y) end
V.__eq = function(a, b) return a.x == b.x and a.y == b.y end
V.__tostring = function(a) return "(" .. a.x .. ", " .. a.y .. ")" end

local rounds = 60
local odd = { 3, 2.5, "7", 4, 1e10, -2 } -- what guards fail at
local function each(name, f)
  local sum = 0
  for i = 1, rounds do
    local ok, value = pcall(f, i)
    if not ok then value = #tostring(value) end
    sum = sum + (tonumber(value) or 1)
  end
  for _, value in ipairs(odd) do sum = sum + (tonumber((select(2, pcall(f, value)))) or 0.5) end
  print(name, string.format("%.14g", sum))
end

-- One object in several variables and in several activations is one object, wherever the frame is left.
local function shift(a, b, by)
  a.x = a.x + by
  return a == b and a.x or 0
end
each("shared", function(n)
  local a = { x = n, y = 0 }
  local b = a
  local first = shift(a, b, n)
  b.y = n % 7
  return first + a.x + a.y + (rawequal(a, b) and 1 or 0)
end)

-- Objects in objects; the inner one is shared, and written through the outer ones.
each("nested", function(n)
  local inner = { v = n }
  local one, two = { at = inner, n = 1 }, { at = inner, n = 2 }
  one.at.v = one.at.v * 2
  two.at.v = two.at.v + 1
  two.at = { v = 100 }
  return one.at.v + two.at.v + inner.v + one.n + two.n
end)

-- Cycles.
each("cycles", function(n)
  local a, b = { v = n }, { v = n + 1 }
  a.next, b.next = b, a
  a.self = a
  a.next.next.v = a.v * 3
  local list
  for i = 1, 3 do list = { v = n * i, next = list } end
  return a.v + b.next.v + a.self.self.v + list.next.next.v + (list.next.next.next == nil and 1 or 0)
end)

-- One way lets it escape, the other does not; then both see the same object.
local kept = {}
each("escapes in one branch", function(n)
  local v = vector(n, 1)
  if n % 3 == 0 then kept[#kept + 1] = v end
  v:move(1, 2)
  local w = n % 2 == 0 and v or vector(5, n)
  w.x = w.x + 1
  if n % 5 == 0 then kept[#kept + 1] = w end
  return v:dot(w)
end)
local total = 0
for i, v in ipairs(kept) do total = total + v.x * i - v.y end
print("kept", #kept, total)

each("another one on each way", function(n)
  local v
  if n % 2 == 0 then v = vector(n, 0) elseif n % 3 == 0 then v = vector(0, n) else v = { x = 1, y = 2 } end
  local same = v
  v.x = v.x + 1
  return same.x * 10 + same.y + (v == same and 100 or 0) + (getmetatable(v) == V and 1000 or 0)
end)

-- Two that become one here and there, but not everywhere.
each("told apart", function(n)
  local a, b = { v = 1 }, { v = 2 }
  local c = a
  if n % 2 == 0 then c = b end
  c.v = c.v + n
  return a.v * 1000 + b.v + (c == a and 1 or 0) + (c == b and 2 or 0)
end)

-- In loops: carried round, made anew, changed by the loop.
each("accumulated", function(n)
  local sum = vector(0, 0)
  for i = 1, 10 do sum = sum + vector(i, n) end
  return sum.x + sum.y
end)
each("carried", function(n)
  local at, before = vector(n, 0), nil
  for i = 1, 8 do
    before = at
    at = vector(before.x + i, before.y - 1)
    if i == n % 11 then kept[#kept + 1] = before end
  end
  return at.x + at.y + before.x + before.y
end)
each("changed in a loop", function(n)
  local state = { count = 0, last = nil, sum = 0.5 }
  local alias = state
  for i = 1, 12 do
    state.count = state.count + 1
    if i % 4 == 0 then state.last = i end
    alias.sum = alias.sum + i * n
  end
  return state.count + state.last + state.sum
end)
each("swapped in a loop", function(n)
  local a, b = { v = 1 }, { v = n }
  for _ = 1, 7 do
    a, b = b, a
    a.v = a.v + 1
  end
  return a.v * 100 + b.v
end)

-- Array parts, lengths, holes and nils.
local function pack(...) return { ... } end
each("lists", function(n)
  local list = { n, n + 1, n + 2 }
  list[#list + 1] = n
  list[2] = nil
  list[4] = n % 2 == 0 and nil or 9
  local holes = { n, nil, 3 }
  local first = ({ n, n * 2 })[2]
  return #list + (list[2] == nil and 1 or 0) + holes[1] + #pack(1, n, nil, 4) + pack(n, 2)[1] + first + (list[99] or 1)
end)
each("nil fields", function(n)
  local absent
  if n % 4 == 0 then absent = n end
  local t = { a = absent, b = n, c = absent }
  local count = 0
  for _ in pairs(t) do count = count + 1 end
  return count + (t.a or 5) + (t.d == nil and 1 or 0)
end)
each("keys of all kinds", function(n)
  local t = { [n] = 1, name = 2, [true] = 3 }
  t[n] = t[n] + 1
  t["other" .. n] = 4
  t.name = nil
  return t[n] + t[true] + t["other" .. n] + (t.name or 6)
end)
each("order of keys", function(n)
  local t = { z = n, a = 1, 5, 6 }
  t.m = 2
  local text = ""
  for key in pairs(t) do text = text .. key end
  return #text
end)

-- Metatables: inherited fields and methods, handlers, fields that hide methods, metatables made on the spot.
local Base = { kind = "base", limit = 3 }
Base.__index = Base
local Derived = setmetatable({ kind = "derived" }, Base)
Derived.__index = Derived
each("inheritance", function(n)
  local o = setmetatable({ v = n }, Derived)
  local a = #o.kind + o.limit
  o.kind = "own"
  return a + #o.kind + o.v + (rawget(o, "limit") == nil and 1 or 0)
end)
each("fresh metatables", function(n)
  local o = setmetatable({ v = n }, { __index = { w = n + 1 }, __call = function(self, k) return self.v * k end })
  return o.v + o.w + o(3)
end)
each("index functions", function(n)
  local reads = 0
  local o = setmetatable({ v = n }, { __index = function(self, key) reads = reads + 1 return key == "v2" and self.v * 2 or nil end })
  return o.v + o.v2 + (o.v3 or 1) + reads
end)
each("newindex", function(n)
  local store = {}
  local o = setmetatable({ v = n }, { __newindex = store })
  o.v = n + 1
  o.w = n + 2
  o[1] = n
  return o.v + store.w + (rawget(o, "w") == nil and 1 or 0) + store[1]
end)
each("protected metatables", function(n)
  local o = setmetatable({ v = n }, { __metatable = "locked" })
  local ok = pcall(setmetatable, o, {})
  return (ok and 1 or 2) + #getmetatable(o) + o.v
end)
local function locked(n) return setmetatable({ v = n }, { __metatable = "locked" }) end
each("protected, in tail position", function(n) return locked(n).v + #getmetatable(locked(n)) end)
each("equality by handlers", function(n)
  local a, b = vector(n, 1), vector(n, 1)
  return (a == b and 1 or 0) + (rawequal(a, b) and 10 or 0) + (a ~= vector(0, 0) and 100 or 0) + (a == n and 1000 or 0)
end)
each("arithmetic by handlers", function(n)
  local a = vector(n, 2) + -vector(1, n)
  return (a + a + vector(n, n)).x + a.y + #tostring(a)
end)

-- Errors: what the handler sees is what was there.
each("thrown", function(n)
  local v = vector(n, n)
  local ok, e = pcall(function()
    v.x = v.x + 1
    error(v)
  end)
  local thrown = { code = n }
  local _, caught = pcall(function() thrown.code = thrown.code + 1; error(thrown) end)
  return (ok and 0 or e.x) + (rawequal(e, v) and 1 or 0) + caught.code + (caught == thrown and 1 or 0)
end)
each("failing with objects at hand", function(n)
  local v = { x = n, list = { n } }
  local ok, message = pcall(function(k) return v.x + k.y + v.list[1] end, n % 2 == 0 and vector(1, n) or n)
  return ok and message or #message
end)
each("failing in the middle", function(n)
  local v = vector(n, 1)
  v.x = v.x + 1
  if n % 6 == 0 then v.y = v.missing.field end
  return v.x + v.y
end)

-- Captured, passed on in `...`, returned several at once, in coroutines.
each("captured", function(n)
  local v = vector(n, 0)
  local function get() return v.x end
  v.x = v.x + 1
  local before = get()
  v = vector(before, 1)
  return get() + v.y
end)
local function both(n) return vector(n, 1), vector(1, n) end
local function count(...) return select("#", ...) + (...).x end
each("several", function(n)
  local a, b = both(n)
  return a:dot(b) + count(both(n)) + (both(n)).x + count(vector(n, n), (both(n))) + #{ both(n) }
end)
local function dot(a, b) return a.x * b.x + a.y * b.y end
each("results as arguments", function(n) return dot(both(n)) + dot(vector(n, 1), vector(2, 3):scaled(n)) end)
each("yielded across", function(n)
  local resume = coroutine.wrap(function(k)
    local v = vector(n, k)
    local got = coroutine.yield(v.x)
    v.x = v.x + got
    local w = vector(v.y, v.x)
    coroutine.yield(w)
    return v.x + w.y
  end)
  local first = resume(n)
  local w = resume(2)
  w.y = w.y + 1
  return first + w.x + resume()
end)
each("collected around", function(n)
  local v, w = vector(n, { n }), { list = { { n }, { n + 1 } } }
  for _ = 1, 3 do
    local garbage = { v.y, w.list[1], tostring(n) .. "!" }
    w.list[3] = garbage[1]
    if n % 13 == 0 then collectgarbage() end
  end
  return v.x + v.y[1] + w.list[2][1] + w.list[3][1]
end)
each("many at a time", function(n)
  local a, b, c, d, e = { v = n }, { v = n + 1 }, { v = n + 2 }, { v = n + 3 }, { v = n + 4 }
  local all = { a, b, c, d, e, { v = a.v }, { v = b.v }, { v = c.v }, { v = d.v }, { v = e.v } }
  local big = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, a = 1, b = n }
  a.v = a.v + 1
  local sum = 0
  for i = 1, #all do sum = sum + all[i].v end
  return sum + #big + big.b
end)
-- The class changes while objects of it are in use.
each("redefined", function(n)
  local v = vector(n, 2)
  local before = v:dot(v)
  if n % 20 == 0 then
    local old = V.dot
    function V:dot(o) return old(self, o) + 1 end
  end
  return before + v:dot(v)
end)
