-- Doubles that are alive at calls, at swaps and at guards that fail. Compiled code has them in vector registers, which no call keeps: they are spilled,
-- and whoever leaves the frame has to find them.
local ROUNDS = 60

-- Deep enough that it stays a call.
local function depth(n) if n <= 0 then return 0.25 end return depth(n - 1) + 0.5 end

-- A guard fails with five doubles alive: an element is of another type.
local function polynomial(list, a, b, c)
  local sum, last = 0.5, 0.25
  for index = 1, #list do
    local x = list[index]
    last = sum * a - last
    sum = (x * a + b) * 0.125 + c - last * 0.0625
  end
  return sum, last
end
local numbers = {}
for index = 1, 20 do numbers[index] = index + 0.5 end
local total = 0
for round = 1, ROUNDS do
  numbers[round % 20 + 1] = round % 3 == 0 and round or round % 3 == 1 and tostring(round) or round + 0.75
  local sum, last = polynomial(numbers, 1.5, round / 4, 2.25)
  total = (total + sum * 0.5 + last) % 1009
end
print(total)

-- A table that has not been made yet has some, when a branch is taken for the first time.
local none = {}
local function record(i)
  return { id = i, score = (i * 13) % 100 / 8, weight = i / 4, odd = i % 5 == 0 and none or { i, "x" .. i }, half = i / 2 }
end
local function scores(n)
  local people = {}
  for i = 1, n do people[i] = record(i) end
  local sum = 0
  for i = 1, n do sum = sum + people[i].score * people[i].weight - people[i].half + (people[i].odd == none and 0.5 or people[i].odd[1]) end
  return sum
end
for round = 4, 16, 4 do print(scores(round)) end

-- Across calls that are not inlined, and that allocate.
local function with_calls(n)
  local x, y, z = 0.5, 1.5, 2.5
  local kept = {}
  for index = 1, n do
    x = y * 0.75 + depth(index % 5)
    y = z - x * 0.25
    kept[index] = { x }
    z = x + y - #kept * 0.125
  end
  return x, y, z, kept[n][1] == x
end
for round = 10, ROUNDS, 10 do print(with_calls(round)) end

-- Across swaps; what comes back changes its type.
local function generator(a, b)
  return coroutine.wrap(function(step)
    local x, y = a + 0.5, b * 0.5
    while true do
      x, y = y * 1.25 - step, x * 0.5 + step
      step = coroutine.yield(x - y)
    end
  end)
end
local function consume(rounds)
  local next_value, weight, sum = generator(1, 3), 0.875, 0.0625
  for round = 1, rounds do
    sum = sum * weight + next_value(round % 7 == 0 and "2" or round % 5 == 0 and round or round / 2)
    weight = weight * 0.999 + depth(round % 3) * 0.001
  end
  return sum, weight
end
for round = 10, ROUNDS, 10 do print(consume(round)) end

-- In handlers of metatables and under pcall.
local vector = {}
vector.__add = function(a, b) return setmetatable({ a[1] * 0.5 + b[1] }, vector) end
local function sums(n, fail_at)
  local x, v = 0.125, setmetatable({ 1.5 }, vector)
  for index = 1, n do
    x = x * 1.0625 + 0.5
    v = v + setmetatable({ x }, vector)
    if index == fail_at then error({ x, v[1] }) end
  end
  return x, v[1]
end
for round = 1, ROUNDS do
  local ok, failure = pcall(sums, round, round % 4 == 0 and round or 0)
  if not ok then total = (total + failure[1] + failure[2]) % 1009 else total = (total + failure) % 1009 end
end
print(string.format("%.10g", total))
