-- Global functions are assigned while frames of code that relies on them wait: running, recursive, in coroutines, under pcall.
function step(x) return x + 1 end
local function redefine(k)
  if k == 3000 then step = function(x) return x + 100 end end
  return k
end
local function run(n)
  local s = 0
  for i = 1, n do
    s = step(s) + redefine(i) * 0
  end
  return s
end
print(run(6000))
print(run(10))
-- multi results through a barrier
function pick(i) return i, i * 2, "x" end
local function pass(i) if i == 2500 then pick = function(i) return "a", "b", "c" end end return pick(i) end
local function many(n)
  local t = {}
  for i = 1, n do
    local a, b, c = pass(i)
    t[#t + 1] = tostring(a) .. tostring(b) .. c
  end
  return #t, t[1], t[2499], t[2500], t[n]
end
print(many(3000))
-- through recursion: every frame is invalid
function leaf(d) return 1 end
local function rec(d) if d == 0 then if flip then leaf = function() return 2 end end return leaf(0) end local r = rec(d - 1) return r + leaf(d) end
for i = 1, 300 do rec(20) end
flip = true
print(rec(50))
-- coroutines normal and suspended
function val() return 1 end
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i + val()) end end) end
local function drive(n)
  local g = gen(n)
  local s = 0
  for i = 1, n do s = s + g() if i == 2000 then val = function() return 1000 end end end
  return s
end
print(drive(3000))
-- pcall
function risky(i) if i == 2222 then risky = function() return 5 end error("boom") end return i end
local function guarded(n) local s = 0 for i = 1, n do local ok, v = pcall(risky, i) if ok then s = s + v else s = s + 1000000 end end return s end
print(guarded(3000))

-- by the running frame itself, through _G, rawset and setfenv's table, and in metamethods that operations wait for
function constant() return 1 end
local function itself(n) local s = 0 for i = 1, n do s = s + constant() if i == n / 2 then constant = function() return 3 end end s = s + constant() end return s end
print(itself(4000))
for _, assign in ipairs { function(f) _G.constant = f end, function(f) rawset(_G, "constant", f) end, function(f) _G["con" .. "stant"] = f end } do
  constant2 = nil
  local function use(n) local s = 0 for i = 1, n do s = s + constant() * i if i == 1500 then assign(function() return i end) end end return s end
  print(use(3000))
end
function scale() return 2 end
local meta = {}
local function redefine_scale() if meta.at == meta.count then scale = function() return 1000 + meta.count end end meta.count = meta.count + 1 end
meta.__add = function(a, b) redefine_scale() return 1 end
meta.__lt = function(a, b) redefine_scale() return true end
meta.__eq = function(a, b) redefine_scale() return false end
meta.__index = function(t, k) redefine_scale() return 7 end
meta.__newindex = function(t, k, v) redefine_scale() end
meta.__concat = function(a, b) redefine_scale() return "c" end
meta.__unm = function(a) redefine_scale() return 3 end
meta.__call = function(self, x) redefine_scale() return x, 2 end
local x, y = setmetatable({}, meta), setmetatable({}, meta)
local operations = {
  function() return (x + y) * scale() end,
  function() if x < y then return scale() end return -1 end,
  function() if x == y then return -1 end return scale() end,
  function() if not (x < y) then return -1 else return scale() + scale() end end,
  function() return x.key * scale() end,
  function() local k = "other" return x[k] + scale() end,
  function() x.new = 1 return scale() end,
  function() return (x .. y) .. scale() end,
  function() return -x + scale() end,
  function() local a, b = x(5) return a * b * scale() end,
}
for number, operation in ipairs(operations) do
  function scale() return 2 end
  meta.count, meta.at = 0, 2000
  local t = {}
  for i = 1, 2400 do t[i] = operation() end
  print(number, t[1], t[2000], t[2001], t[2002], t[2400])
end
-- while table.sort and gsub wait for what they call
function weight(v) return v end
local list = {}
for i = 1, 400 do list[i] = (i * 7919) % 401 end
local calls = 0
table.sort(list, function(a, b) calls = calls + 1 if calls == 1500 then weight = function(v) return v end end return weight(a) < weight(b) end)
print(list[1], list[200], list[400])
function mark(c) return "<" .. c .. ">" end
local seen = 0
print(#string.gsub(string.rep("ab", 2000), "%w", function(c) seen = seen + 1 if seen == 3000 then mark = function() return "" end end return mark(c) end))
