local function divide(a, b)
  if b == 0 then error("division by zero") end
  return a / b
end

local function middle(a, b)
  local quotient = divide(a, b)
  return quotient + 1
end

print("1", pcall(middle, 10, 2))
print("2", pcall(middle, 10, 0))
print("3", xpcall(function() middle(10, 0) end, function(message) return "handled: " .. message end))

local task = coroutine.create(function()
  local ok, message = pcall(function()
    coroutine.yield("paused in a protected call")
    middle(10, 0)
  end)
  coroutine.yield("caught: " .. message)
  middle(20, 0)
end)
for step = 4, 7 do print(step, coroutine.resume(task)) end
