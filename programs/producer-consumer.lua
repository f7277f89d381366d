-- A producer and a consumer, each a coroutine with a stack of its own, with a filter between them.
--
-- Every resume and yield is one stack swap straight from compiled code: a few nanoseconds and no copying. The loops in all three
-- coroutines get hot and are entered by OSR while the other two are suspended in the middle of theirs.
-- Usage: producer-consumer.lua [items]

local items = tonumber(arg and arg[1]) or 1000000

local function producer(count)
  return coroutine.create(function()
    local seed = 42
    for i = 1, count do
      seed = (seed * 16807) % 2147483647
      coroutine.yield(seed % 1000)
    end
    return nil
  end)
end

local function filter(source, divisor)
  return coroutine.create(function()
    while true do
      local _, value = coroutine.resume(source)
      if value == nil then return nil end
      if value % divisor == 0 then coroutine.yield(value / divisor) end
    end
  end)
end

local function consume(source)
  local count, sum, largest = 0, 0, 0
  while true do
    local ok, value = coroutine.resume(source)
    assert(ok, value)
    if value == nil then return count, sum, largest end
    count = count + 1
    sum = sum + value
    largest = math.max(largest, value)
  end
end

local source = producer(items)
local count, sum, largest = consume(filter(source, 3))
print("produced", items)
print("consumed", count)
print("sum", sum)
print("largest", largest)
print("the producer is", coroutine.status(source))
