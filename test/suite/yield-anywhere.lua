-- Yields across pcall, metamethods and iterators, which PUC Lua 5.1 refuses; compared with luajit.
-- case: yield across pcall
local co = coroutine.wrap(function()
  local ok, v = pcall(function() local x = coroutine.yield(1) return x * 2 end)
  coroutine.yield(v)
  local ok2, e = pcall(function() coroutine.yield("in") error("after", 0) end)
  return ok2, e
end)
print(co(), co(21), co(), co())

-- case: yield across nested pcalls with errors on the way
local co = coroutine.wrap(function()
  return pcall(function()
    local ok, e = pcall(function() coroutine.yield("a") error("inner", 0) end)
    coroutine.yield(e)
    error("outer", 0)
  end)
end)
print(co()) print(co()) print(co())

-- case: yield across xpcall and its handler is called later
local co = coroutine.wrap(function()
  return xpcall(function() coroutine.yield("y") error("e", 0) end, function(m) return "handled " .. m end)
end)
print(co()) print(co())

-- case: yield in arithmetic metamethods
local mt = {}
for _, e in ipairs { "add", "sub", "mul", "div", "mod", "pow", "concat" } do mt["__" .. e] = function(a, b) return coroutine.yield(e) end end
mt.__unm = function() return coroutine.yield("unm") end
local t = setmetatable({}, mt)
local co = coroutine.wrap(function() return t + 1, t - 1, t * 1, t / 1, t % 1, t ^ 1, t .. "x", -t end)
local out, v = {}, co()
for i = 1, 8 do out[#out + 1] = v if i < 8 then v = co(i) end end
print(table.concat(out, " "))
print(co(8))

-- case: yield in comparison metamethods
local mt = { __lt = function() return coroutine.yield("lt") end, __le = function() return coroutine.yield("le") end, __eq = function() return coroutine.yield("eq") end }
local a, b = setmetatable({}, mt), setmetatable({}, mt)
local co = coroutine.wrap(function()
  local r = {}
  r[1] = a < b r[2] = a <= b r[3] = a == b r[4] = a > b r[5] = a ~= b
  if a < b then r[6] = "then" else r[6] = "else" end
  return tostring(r[1]), tostring(r[2]), tostring(r[3]), tostring(r[4]), tostring(r[5]), r[6]
end)
local v = co()
for i = 1, 5 do io.write(v, " ") v = co(i % 2 == 0) end
print(v)
print(co(1))

-- case: yield in __index, __newindex and __call
local t = setmetatable({}, {
  __index = function(_, k) return coroutine.yield("get " .. k) end,
  __newindex = function(_, k, v) coroutine.yield("set " .. k .. v) end,
  __call = function(_, ...) return coroutine.yield("call " .. select("#", ...)) end,
})
local co = coroutine.wrap(function()
  local x = t.a
  t.b = x + 1
  local y, z = t(1, 2)
  return x, y, z, t.m
end)
print(co()) print(co(10)) print(co()) print(co("y", "z")) print(co("end"))

-- case: yield in the iterator of a for
local function iterator(n, i) i = i + 1 if i <= n then return i, coroutine.yield(i) end end
local co = coroutine.wrap(function()
  local s = 0
  for i, v in iterator, 30, 0 do s = s + v end
  return "sum " .. s
end)
local v = co()
while type(v) == "number" do v = co(v * 2) end
print(v)

-- case: yield in a hot loop of metamethods
local mt = {} mt.__add = function(a, b) coroutine.yield(a.v) return setmetatable({ v = a.v + b }, mt) end
local co = coroutine.wrap(function() local x = setmetatable({ v = 0 }, mt) for i = 1, 40 do x = x + i end return "end " .. x.v end)
local s, v = 0, co()
while type(v) == "number" do s = s + v v = co() end
print(s, v)

-- case: yield across pcall in a hot loop
local co = coroutine.wrap(function()
  local good, bad = 0, 0
  for i = 1, 60 do
    local ok = pcall(function() if coroutine.yield(i) % 7 == 0 then error("x") end end)
    if ok then good = good + 1 else bad = bad + 1 end
  end
  return "end", good, bad
end)
local v, g, b = co()
while v ~= "end" do v, g, b = co(v) end
print(g, b)

-- case: yield in table.sort, string.gsub and table.foreach
local co = coroutine.wrap(function()
  local t = { 3, 1, 2 }
  print(pcall(table.sort, t, function(a, b) return coroutine.wrap(function() coroutine.yield(a < b) end)() end))
  return table.concat(t, " ")
end)
print(co())
print((("abc"):gsub(".", function(c) return coroutine.wrap(function() coroutine.yield(c:upper()) end)() end)))

-- case: error thrown into a suspended protected call's coroutine
local co = coroutine.create(function()
  local ok, e = pcall(function() coroutine.yield("here") local t; t.x = 1 end)
  return "caught", ok, e
end)
print(coroutine.resume(co))
print(coroutine.resume(co))
print(coroutine.status(co), coroutine.resume(co))

-- case: yield across pcall of a library function
local co = coroutine.wrap(function() return pcall(coroutine.yield, "direct") end)
print(co()) print(co("back", "two"))
co = coroutine.wrap(function() return pcall(pcall, coroutine.yield, 1, 2) end)
print(co()) print(co(3))

-- case: deep pcalls and yields
local function f(n) if n == 0 then return coroutine.yield("deep") end local ok, v = pcall(f, n - 1) return v end
local co = coroutine.wrap(f)
print(co(40)) print(co("value"))
local function g(n) if n == 0 then coroutine.yield("deep") error("e", 0) end local ok, v = pcall(g, n - 1) error(v .. n % 10, 0) end
co = coroutine.create(g)
print(coroutine.resume(co, 20)) print(coroutine.resume(co))

-- case: handlers yield in the middle of comparisons, concatenations, reads and writes
local yield = coroutine.yield
local M = {}
M.__lt = function(a, b) return yield("lt", a.n, b.n) end
M.__le = function(a, b) return yield("le", a.n, b.n) end
M.__eq = function(a, b) return yield("eq", a.n, b.n) end
M.__concat = function(a, b) return yield("concat", type(a), type(b)) end
M.__add = function(a, b) return yield("add", type(a), type(b)) end
M.__index = function(t, key) return yield("index", key) end
M.__newindex = function(t, key, value) yield("newindex", key, value) end
local function object(n) return setmetatable({ n = n }, M) end
local function body(a, b, n)
  local out = {}
  for i = 1, n do
    out[#out + 1] = a < b and "less" or "more"
    out[#out + 1] = a <= b and "less" or "more"
    out[#out + 1] = a ~= b and "other" or "same"
    out[#out + 1] = tostring(a .. b) .. tostring(a .. "x") .. tostring(1 .. b)
    out[#out + 1] = tostring(a + b) .. tostring(a.key) .. tostring(b[i])
    a.key = i
    b[i] = "v"
  end
  return table.concat(out, " ")
end
for _, n in ipairs { 1, 2, 12 } do
  local co, answers = coroutine.create(body), 0
  local step = { coroutine.resume(co, object(1), object(2), n) }
  while coroutine.status(co) == "suspended" do
    answers = answers + 1
    if n == 2 then print(unpack(step)) end
    local answer = answers % 3 == 0 and false or answers % 5 == 0 and "s" or answers
    step = { coroutine.resume(co, answer) }
  end
  print(answers, unpack(step))
end
