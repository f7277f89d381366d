-- Handlers of all events in functions that get hot: what they return is cut to what the operator gives, errors in them say where with their
-- level, handlers are replaced and taken away, and some run coroutines.
local function joined(...) local t = {...} for i = 1, select("#", ...) do t[i] = tostring(t[i]) end return table.concat(t, ",") end
local function try(...) return joined(pcall(...)) end
local function mt(t) return setmetatable({}, t) end
local V = {}
V.__add = function(a, b) if b == 13 then error("thirteen") end if b == 14 then error("fourteen", 2) end return 1, 2 end
V.__sub = function(...) return select("#", ...) end
V.__mul = function(a, b) return type(a) .. type(b) end
V.__div = function(a, b) local n = nil return n.x end
V.__mod = function() end
V.__pow = function(a, b) return a, b end
V.__unm = function(a, b) return rawequal(a, b), select("#", a, b) end
V.__concat = function(a, b) return "c" end
V.__len = function() return 99 end
V.__eq = function(a, b) return 0 end
V.__lt = function(a, b) return nil end
V.__le = function(a, b) return "yes" end
V.__index = function(t, k) if k == "boom" then error("boom") end if k == "boom2" then error("boom", 2) end return k end
V.__newindex = function(t, k, v) rawset(t, k, v) return 1, 2, 3 end
V.__call = function(self, ...) if ... == "e" then error("called", 2) end return select("#", ...), ... end
local a, b = mt(V), mt(V)
local function arith(x, y) return x + y end
local function sub(x, y) local r = x - y return r end
local function mul(x, y) return x * y end
local function div(x, y) return x / y end
local function mod(x, y) return x % y end
local function pow(x, y) return x ^ y end
local function unm(x) return -x end
local function cat(x, y) return x .. y end
local function eq(x, y) return x == y, x ~= y end
local function lt(x, y) return x < y, x > y, x <= y, x >= y end
local function branch(x, y) if x < y then return "lt" elseif x <= y then return "le" end return "no" end
local function index(x, k) return x[k] end
local function field(x) return x.boom2 end
local function call(x, ...) return x(...) end
local function call1(x, y) local r = x(y) return r end
local function method(x) return x:boom(1) end
local function store(x, k, v) x[k] = v return rawget(x, k) end
local C2 = setmetatable({}, { __call = setmetatable({}, { __call = function(...) return select("#", ...) end }) })
local C3 = setmetatable({}, { __call = 5 })
local chain = mt({ __index = mt({ __index = mt({ __index = function(t, k) return k .. "!" end }) }) })
local loop = {} setmetatable(loop, { __index = loop, __newindex = loop })
local N = mt({ __add = setmetatable({}, { __call = function(self, x, y) return "callable" end }), __index = setmetatable({}, { __index = function(t, k) return "deep" .. k end }) })
local function round(i)
  print(try(arith, a, i), try(arith, i, a), try(arith, a, 13), try(arith, a, 14), try(arith, a, nil), try(arith, {}, 1), try(arith, nil, a))
  print(sub(a, 1), sub(1, a), mul(a, i), mul(i, a), mul("x", a), mul(a, a), try(div, a, 1), mod(a, 1), rawequal(pow(a, 1), a), unm(a))
  print(cat(a, 1), cat("x", a), cat(1, a), eq(a, b), eq(a, a), eq(a, {}), lt(a, b), branch(a, b), try(lt, a, {}), try(lt, a, 1))
  print(index(a, i), index(a, "x"), try(index, a, "boom"), try(index, a, "boom2"), try(field, a), try(method, a), try(index, nil, 1))
  print(try(call, a), try(call, a, 1, nil, 3), try(call, a, "e"), try(call1, a, i), try(call1, a, "e"), try(call, C2, 1), try(call, C3), try(call, {}), try(call1, C3, 1))
  print(store(a, i, i), store(a, "k" .. i, i), a[i], chain.x, chain[i], try(index, loop, "x"), try(store, loop, i, 2), try(arith, N, 1), try(arith, 1, N), try(index, N, "z"), try(index, N, i))
  if i == 25 then V.__add = function(x, y) return "new" end V.__call = nil end
  if i == 30 then V.__call = function(self, ...) return "again", ... end V.__add = nil V.__index = { x = "tab" } end
  if i == 33 then V.__add = function() return 5 end end
end
for i = 1, 40 do round(i) end
-- tracebacks, levels, coroutines in handlers
local Y = setmetatable({}, { __add = function(x, y) return coroutine.wrap(function() coroutine.yield(y) end)() end, __index = function(t, k)
  local s = 0 for q in coroutine.wrap(function() for j = 1, k do coroutine.yield(j) end end) do s = s + q end return s end })
local s = 0
for i = 1, 60 do s = s + (Y + i) + Y[i % 7] end
print(s)
local function rec(n) local t = setmetatable({}, { __index = function(t, k) if k == 0 then return 0 end return rec(k - 1)[k - 1] + 1 end }) return t end
print(rec(100)[100])
