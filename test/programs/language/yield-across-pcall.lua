-- A coroutine yields inside pcall and xpcall, fails after it was resumed, is caught there, and goes on.
local function body(...)
  local log = {}
  for i = 1, 3 do
    local ok, e = pcall(function(...)
      local got = coroutine.yield("inside " .. i, ...)
      if got == "fail" then error("failed in " .. i, 0) end
      return got
    end, i, ...)
    log[#log + 1] = tostring(ok) .. ":" .. tostring(e)
  end
  print(xpcall(function() coroutine.yield("in xpcall") error("X", 0) end, function(m) return "handled " .. m end))
  print(pcall(coroutine.yield, 1, 2, 3, 4, 5))
  return log[1], log[2], log[3]
end
local co = coroutine.create(body)
print(coroutine.resume(co, "a", "b"))
print(coroutine.resume(co, "one"))
print(coroutine.resume(co, "fail"))
print(coroutine.resume(co, "three"))
print(coroutine.resume(co))
print(coroutine.resume(co, 6, 7, 8, 9, 10))
print(coroutine.status(co))

-- Hot generators that yield inside pcall.
local function generator(n)
  return coroutine.wrap(function()
    for i = 1, n do
      local ok, e = pcall(function()
        coroutine.yield(i)
        if i % 10 == 0 then error("ten") end
      end)
      if not ok then coroutine.yield(-i) end
    end
  end)
end
for _ = 1, 3 do
  local sum, count = 0, 0
  for value in generator(2000) do sum, count = sum + value, count + 1 end
  print(sum, count)
end
