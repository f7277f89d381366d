-- Handlers of every kind: found, called, chained, wrong; in hot loops and behind inlined calls.
print(pcall(rawset, {}, nil, 1)) print(pcall(function() rawset({}, nil, 1) end)) print(pcall(function() rawset({}, 0/0, 1) end))
print(pcall(function() next({}, "x") end))
print(pcall(function() local t=setmetatable({}, {__index=5}) return t.x end))
print(pcall(function() local t=setmetatable({}, {__newindex=function() print"h" end}) t[nil]=1 end))
print(pcall(function() local t=setmetatable({}, {__call=5}) t() end))
print(pcall(function() local t=setmetatable({}, {__add=5}) return t+1 end))
print(pcall(function() local t=setmetatable({}, {__add={}}) return t+1 end))
print(pcall(function() local t={} t=setmetatable(t, {__index=function(t,k) error("idx "..k) end}) return t.x end))
print(pcall(function() local t={} t=setmetatable(t, {__index=function(t,k) error("idx "..k, 2) end}) 
return t.x end))
print(pcall(setmetatable, {}))
print(pcall(function() setmetatable(setmetatable({}, {__metatable=1}), {}) end))
print(getmetatable(setmetatable({}, {__metatable=1})), pcall(getmetatable))
local t=setmetatable({}, {__tostring=function() return "T", 2 end}) print(t, (select('#', tostring(t))))
print(pcall(print, setmetatable({}, {__tostring=function() return 5 end})))
print(pcall(print, setmetatable({}, {__tostring=function() return {} end})))
print(tostring(setmetatable({}, {__tostring=function() return 5 end})))
local mt = {} mt.__index = mt; setmetatable(mt, mt)
print(pcall(function() return mt.x end))
print(pcall(function() local t = setmetatable({}, {__newindex=mt}) mt.__newindex=mt t.x = 1 end))
print(pcall(function() return {} .. "x" end), pcall(function() return 1 .. {} .. "x" end),pcall(function() local a = {} return 1 .. a end))
print(#setmetatable({1,2}, {__len=function() return 9 end}))
print(setmetatable({},{__eq=function() return 1 end}) == setmetatable({},{__eq=function() return 1 end}))
local eq = function() return 1 end
print(setmetatable({},{__eq=eq}) == setmetatable({},{__eq=eq}))

-- A class with inheritance and operators, hot.
local Vector = {}
Vector.__index = Vector
local function vector(x, y) return setmetatable({ x = x, y = y }, Vector) end
function Vector.__add(a, b) return vector(a.x + b.x, a.y + b.y) end
function Vector.__sub(a, b) return vector(a.x - b.x, a.y - b.y) end
function Vector.__mul(a, b)
  if type(a) == "number" then return vector(a * b.x, a * b.y) end
  if type(b) == "number" then return vector(a.x * b, a.y * b) end
  return a.x * b.x + a.y * b.y
end
function Vector.__unm(a) return vector(-a.x, -a.y) end
function Vector.__eq(a, b) return a.x == b.x and a.y == b.y end
function Vector.__lt(a, b) return a.x < b.x end
function Vector.__le(a, b) return a.x <= b.x end
function Vector.__concat(a, b) return tostring(a) .. "&" .. tostring(b) end
function Vector.__call(self, dx, dy, ...) return self.x + dx, self.y + dy, select("#", ...) end
function Vector.__tostring(v) return "(" .. v.x .. "," .. v.y .. ")" end
function Vector.__div(a, b) return vector(a.x / b, a.y / b) end
function Vector.__mod(a, b) return vector(a.x % b, a.y % b) end
function Vector.__pow(a, b) return vector(a.x ^ b, a.y ^ b) end
function Vector:length2() return self.x * self.x + self.y * self.y end
local a, b = vector(1, 2), vector(3, 4)
print(tostring(a + b), tostring(a - b), a * b, tostring(2 * a), tostring(a * 2), tostring(-a))
print(a == b, a == vector(1, 2), a ~= b, a < b, a <= b, a > b, a >= b, not (a < b))
print(a .. b, a .. "x", "x" .. a, 1 .. a .. 2 .. b .. 3, "a" .. "b" .. a .. "c" .. "d")
print(a(1, 2), a(1, 2, 3, 4, 5, 6), (a(10, 20)))
print(tostring(a / 2), tostring(b % 2), tostring(a ^ 2), a:length2(), rawequal(a, vector(1, 2)), rawget(a, "length2"))
local sum, equal, less, calls = vector(0, 0), 0, 0, 0
for i = 1, 3000 do
  local v = vector(i, -i)
  sum = sum + v * 2 - v
  if v == vector(i, -i) then equal = equal + 1 end
  if v < sum then less = less + 1 end
  if v <= a then less = less + 1 end
  calls = calls + v(1, 1) + v:length2() % 7
end
print(tostring(sum), equal, less, calls)

-- __le by __lt, as lua5.1 has it.
local Only = {}
Only.__lt = function(x, y) return x.v < y.v end
local function only(v) return setmetatable({ v = v }, Only) end
print(only(1) <= only(2), only(2) <= only(1), only(1) <= only(1), only(1) >= only(2), only(1) > only(0))
local n = 0
for i = 1, 1000 do if only(i) <= only(500) then n = n + 1 end end
print(n)

-- Prototype chains, defaults, proxies; keys that come and go.
local Base = { kind = "base" }
Base.__index = Base
local Derived = setmetatable({ extra = 1 }, Base)
Derived.__index = Derived
local Leaf = setmetatable({}, Derived)
Leaf.__index = Leaf
function Base:name() return self.kind .. ":" .. (self.extra or "none") end
local object = setmetatable({}, Leaf)
print(object:name(), object.missing, object.kind)
local found = 0
for i = 1, 2000 do
  if object.kind == "base" then found = found + 1 end
  if i == 1000 then object.kind = "own" end
  if i == 1500 then object.kind = nil end
  if i == 1700 then Base.kind = "changed" end
  found = found + object.extra
end
print(found, object:name())
local reads, writes = {}, {}
local backing = { a = 1 }
local proxy = setmetatable({}, {
  __index = function(_, k) reads[#reads + 1] = tostring(k) return backing[k] end,
  __newindex = function(_, k, v) writes[#writes + 1] = tostring(k) backing[k] = v end,
})
proxy.b = proxy.a
proxy[1], proxy[2] = "one", proxy.nothing
proxy.b = proxy.b + 1
print(#reads, #writes, backing.b, backing[1], rawget(proxy, "b"), proxy[1])
for i = 1, 1500 do proxy[i] = i; proxy.c = proxy[i] + (proxy.c or 0) end
print(#reads, #writes, backing.c, #backing, #proxy)
local defaults = setmetatable({}, { __index = function(t, k) local v = k * 2 rawset(t, k, v) return v end })
local total = 0
for i = 1, 2000 do total = total + defaults[i % 50] + defaults[i % 7 + 0.5] end
print(total, #defaults)
local other = setmetatable({}, { __newindex = backing })
other.z = 5
for i = 1, 100 do other[i] = -i end
print(rawget(other, "z"), backing.z, backing[50], #other)

-- Arrays whose metatable arrives in the middle of a hot loop; holes; appends.
local array = {}
for i = 1, 100 do array[i] = i end
local got = 0
for i = 1, 3000 do
  if i == 2000 then setmetatable(array, { __index = function(_, k) return -k end }) end
  if i == 1500 then array[50] = nil end
  got = got + (array[i % 120 + 1] or 0)
end
print(got)
local counted = setmetatable({}, { __newindex = function(t, k, v) rawset(t, k, v + 1) end })
for i = 1, 1000 do counted[i] = i; counted[i] = counted[i] end
print(#counted, counted[1], counted[1000])
local fields = { x = 1, y = 2 }
local log = 0
for i = 1, 2000 do
  if i == 1000 then fields.x = nil setmetatable(fields, { __index = { x = 100 }, __newindex = function(t, k, v) log = log + v end }) end
  fields.x = (fields.x or 0) + 1
end
print(fields.x, log, rawget(fields, "x"))

-- Handlers are found on either side, must be the same for comparisons, and may fail.
local left = setmetatable({}, { __add = function(x, y) return "left" end })
local right = setmetatable({}, { __add = function(x, y) return "right" end, __concat = function() return "cat" end })
print(left + right, right + left, 1 + right, right + 1, left + "5", 1 .. right, left + nil == "left")
print(pcall(function() return left < right end))
print(pcall(function() return left <= {} end))
print(pcall(function() return {} < 1 end))
print(pcall(function() return left - right end))
print(pcall(function() return left.x.y end))
print(pcall(function() left() end))
print(left == right, setmetatable({}, Only) == setmetatable({}, Only))
print(pcall(function() for i = 1, 3 do local t = setmetatable({}, { __index = function(_, k) error("at " .. k, 0) end }) local _ = t[i] end end))
for k, v in pairs(setmetatable({ 1, 2 }, { __index = { 3 } })) do print(k, v) end
for i, v in ipairs(setmetatable({ 1 }, { __index = { 5, 6 } })) do print(i, v) end

-- Callable tables: as iterators, in pcall, as handlers, through several.
local callable = setmetatable({}, { __call = function(self, ...) return select("#", ...), ... end })
print(callable(), callable(1, nil, 3, nil, 5), pcall(callable, 1, 2, 3, 4))
print(setmetatable({}, { __index = callable })[7], setmetatable({}, { __add = callable }) + 1)
local function counter(limit)
  return setmetatable({ n = 0 }, { __call = function(self) self.n = self.n + 1 if self.n <= limit then return self.n end end })
end
local s = 0
for i in counter(2000) do s = s + i end
print(s)
local hot = 0
for i = 1, 2000 do hot = hot + (callable(i, i)) end
print(hot)

-- print calls tostring.
local saved = tostring
tostring = function(v) return "<" .. saved(v) .. ">" end
print(1, nil, "x")
tostring = saved
print(setmetatable({}, { __tostring = function() return "custom" end }), 2, setmetatable({}, { __tostring = function() return "again" end }))
print(getmetatable({}), getmetatable(a) == Vector, getmetatable(1))
