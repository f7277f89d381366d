print(xpcall(function() error("a") end, function(e) error("b") end))
print(xpcall(function() error("a") end, nil))
print(xpcall(function() error("a") end, 5))
local n=0
print(xpcall(function() error("a") end, function(e) n=n+1 if n<5 then error("b"..n) end return e..n end))
n=0
print(xpcall(function() error("a") end, function(e) n=n+1  error("b"..n)  end), n)
print(pcall(error))
print(pcall(error, nil))
print(pcall(error, "x"))
print(pcall(error, "x", 2))
print(pcall(assert, false, "hello"))
print(pcall(function() assert(false, "hello") end))
print(pcall(function() assert(nil) end))
print(pcall(assert))
-- Errors: raised anywhere, caught by pcall and xpcall, out of optimized and inlined code, in coroutines.
print(select("#", pcall(error, {})), type(select(2, pcall(error, {}))))
print(pcall(nil))
print(pcall(xpcall))
print(pcall(xpcall, print))
print(xpcall(print, print, 1))
local function f() error("lvl2", 2) end
print(pcall(f))
print(pcall(function() f() end))
print(pcall(function() local x = nil; x.y = 1 end))
local function so(n) return 1 + so(n+1) end
print(pcall(so, 1))
print(xpcall(function() so(1) end, function(m) return "H:" .. m end))
print(pcall(so, 1))
print(select('#', pcall(function() return 1,nil,nil end)))
print(pcall(pcall, error, 5))
print(pcall(coroutine.wrap(function() error("in co") end)))
print(type(select(2, pcall(coroutine.wrap(function() error({}) end)))))
print(pcall(ipairs))
print(pcall(function() ipairs() end))
print(coroutine.resume(coroutine.create(function() return pcall(error, "q") end)))
print(pcall(error, "msg", 0), pcall(error, 42), pcall(error, true))
print(pcall(function() error("a", 1) end), pcall(function() error("a", 3) end))
print(pcall(pcall), pcall(function() pcall() end))
print(pcall(function(...) return select("#", ...), ... end, 1, nil, 3, nil, 5, nil))
print(pcall(unpack, { 1, 2, 3, 4, 5, 6, 7 }))
print(select("#", pcall(unpack, {}, 1, 7900)), pcall(unpack, {}, 1, 1e4))

-- Values of every type pass through; the same object arrives.
local object = {}
local ok, caught = pcall(error, object)
print(ok, caught == object, select(2, pcall(error, print)) == print, pcall(error, 1.5), pcall(error, false))

-- Hot code: the failing operation is in a loop, in an inlined function, behind a guard.
local function risky(i)
  if i % 100 == 0 then error("hundred " .. i, 0) end
  if i % 77 == 0 then return nil + i end
  return i
end
local good, bad, last = 0, 0, nil
for i = 1, 3000 do
  local ok, value = pcall(risky, i)
  if ok then good = good + value else bad, last = bad + 1, value end
end
print(good, bad, last)

local function inner(t, i) return t[i].value end
local function middle(t, i) return inner(t, i) + 1 end
local function outer(n)
  local t = {}
  for i = 1, n do t[i] = { value = i } end
  local sum = 0
  for i = 1, n + 1 do sum = sum + middle(t, i) end
  return sum
end
print(pcall(outer, 50))
print(pcall(outer, 2000))
print(pcall(outer, 2000))

-- pcall in the loop that gets hot, captured variables change before and after the error.
local function loop(n)
  local count, log = 0, nil
  for i = 1, n do
    local ok, e = pcall(function()
      count = count + 1
      if i % 500 == 0 then error({ code = i }) end
      count = count + 1
    end)
    if not ok then log = (log or "") .. e.code .. " " end
  end
  return count, log
end
print(loop(2600))

-- Nested, with rethrow.
local function nested(depth)
  local ok, e = pcall(function()
    if depth == 0 then error("bottom") end
    nested(depth - 1)
  end)
  if not ok then error(e .. "<" .. depth, 0) end
end
print(pcall(nested, 3))
for _ = 1, 300 do pcall(nested, 10) end
print(pcall(nested, 5))

-- xpcall: the handler sees the stack as it was; its result is what xpcall returns.
local depth = 0
local function count(n)
  depth = depth + 1
  if n == 0 then error("E") end
  count(n - 1)
  depth = depth - 1
end
print(xpcall(function() count(5) end, function(e) return e .. " at depth " .. depth, "not this" end))
print(select("#", xpcall(function() return 1, 2, nil end, print)))
print(xpcall(function() local s = 0 for i = 1, 2000 do s = s + i if i == 1999 then s = s + {} end end end,
  function(e) return e end) == false)

-- Errors in coroutines: the status, and the resumer goes on.
local co = coroutine.create(function(a) local b = coroutine.yield(a) error("died " .. b) end)
print(coroutine.resume(co, 1))
print(coroutine.resume(co, 2))
print(coroutine.status(co), coroutine.resume(co))
local made = 0
for i = 1, 2000 do
  local ok, e = coroutine.resume(coroutine.create(function() if i % 2 == 0 then error({ i }) end return i end))
  if not ok then made = made + e[1] end
end
print(made)
