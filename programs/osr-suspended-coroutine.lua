-- Deopt of a suspended coroutine.
--
-- Some generators run the same function. Fed integers, its loop is compiled for them, and every generator ends up suspended by a yield
-- inside optimized code. Then other generators are started with fractions: guards fail until the code is given up. That is no reason
-- for the suspended ones to run on in it: their stacks are operated on while they lie still. The frame of the optimized code is
-- popped and an interpreter frame, which waits for the result of the same yield, pushed instead. Resumed, they never notice.
--   Expected: deopts, one invalidation, and a deopt of each suspended generator.
-- Usage: osr-suspended-coroutine.lua [values from each generator]

local values = tonumber(arg and arg[1]) or 2000000

local function generate(start, step)
  return coroutine.create(function()
    local value, count = start, 0
    while true do
      value = value + step
      count = count + 1
      if value > 30000 then value = value - 30000 end
      coroutine.yield(value, count)
    end
  end)
end

local function take(generator, times)
  local sum = 0
  for _ = 1, times do
    local ok, value = coroutine.resume(generator)
    assert(ok, value)
    sum = (sum + value) % 1000003
  end
  return sum
end

local steady = {}
for i = 1, 4 do steady[i] = generate(i, i) end
for i = 1, #steady do print("integers " .. i, take(steady[i], values)) end

-- The four are suspended in compiled code by now.
for i = 1, 8 do
  local fractions = generate(i, 0.5)
  print("fractions " .. i, take(fractions, math.floor(values / 20)))
end

for i = 1, #steady do
  local sum = take(steady[i], 1000)
  local _, value, count = coroutine.resume(steady[i])
  print("integers " .. i .. " go on", sum, value, count)
end
