-- Generators in hot loops whose bodies fail, ask who runs, call pcall, yield through others, and are left, reassigned and called elsewhere.
local function take(n, f) local s = 0 for x in f do s = s + x n = n - 1 if n == 0 then break end end return s end
local function nat() return coroutine.wrap(function() local i = 0 while true do i = i + 1 coroutine.yield(i) end end) end
local function deep(e, level)
  for x in coroutine.wrap(function() coroutine.yield(1) for y in coroutine.wrap(function() coroutine.yield(2) error(e, level) end) do coroutine.yield(y) end end) do end
end
local function guarded()
  local out = {}
  for x in coroutine.wrap(function()
    for i = 1, 6 do
      local ok, m = pcall(function() if i % 2 == 0 then error("even" .. i) end return i end)
      coroutine.yield(ok and i or -i)
    end
  end) do out[#out + 1] = x end
  return table.concat(out, " ")
end
local function status()
  local co, s = nil, {}
  for x in coroutine.wrap(function() co = coroutine.running() s[#s + 1] = coroutine.status(co) coroutine.yield(1) s[#s + 1] = coroutine.status(co) end) do
    s[#s + 1] = coroutine.status(co)
  end
  s[#s + 1] = coroutine.status(co)
  return table.concat(s, " ")
end
local function args(a, b)
  local out = {}
  for x, y in coroutine.wrap(function(p, q) out[#out + 1] = tostring(p) .. tostring(q) for i = 1, 4 do local r, t = coroutine.yield(i, i * 2) out[#out + 1] = tostring(r) .. tostring(t) end end), a, b do out[#out + 1] = x + y end
  return table.concat(out, " ")
end
local function reassigned()
  local n, body = 0, nil
  body = function() for i = 1, 3 do coroutine.yield(i) n = n + i end end
  for x in coroutine.wrap(body) do n = n * 2 + x if x == 2 then body = nil end end
  return n
end
local function escape()
  local f = coroutine.wrap(function() for i = 1, 10 do coroutine.yield(i) end end)
  local s, seen = 0, nil
  for x in f do s = s + x if x == 3 then seen = f() end if x == 6 then seen = seen + f() break end end
  return s, seen, f(), f()
end
local function numbers(n)
  local s = 0
  for x in coroutine.wrap(function() for i = n, n + 3, 0.5 do coroutine.yield(i) coroutine.yield(-0) coroutine.yield(0 / 0 == 0 and 1 or i * 2 ^ 30) end end) do s = s + x end
  return s, 1 / (s * 0)
end
local function metas()
  local V = setmetatable({}, { __index = function(_, k) return k * 2 end })
  local s = 0
  for x in coroutine.wrap(function() for i = 1, 4 do coroutine.yield(V[i]) end end) do s = s + x end
  return s
end
local function trace()
  for x in coroutine.wrap(function() coroutine.yield(debug.traceback("t"):match("^t\nstack traceback:") ~= nil) end) do return x end
end
local function wrongfor() for x in coroutine.wrap(function() coroutine.yield() end) do return "never" end return "nil ends" end
local recursive
function recursive(t) return coroutine.wrap(function() if t then for x in recursive(t[1]) do coroutine.yield(x) end coroutine.yield(t[2]) for x in recursive(t[3]) do coroutine.yield(x) end end end) end
for r = 1, 40 do
  print(take(r, nat()), (select(2, pcall(deep, "e" .. r, r % 3))), (pcall(deep, {}, 1)))
  print(guarded(), status(), args(r, "b"), reassigned(), escape())
  print(numbers(r), numbers(r / 3), metas(), trace(), wrongfor())
  local s = 0 for x in recursive({ { nil, 1, { nil, r } }, 3, { nil, 4 } }) do s = s * 3 + x end print(s)
end
