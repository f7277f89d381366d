-- Generators in hot for-in loops: one after another, nested, chained into pipelines, abandoned half-way, and failing.
--
-- `for value in coroutine.wrap(...)` calls a function that swaps stacks in every round. Both loops, the generator's and the consumer's,
-- are compiled on their own and swap directly from compiled code into compiled code.
--   Watch in --trace: osr entries with two coroutine numbers; --stats counts two swaps for each round.
-- Usage: generators.lua [values]

local values = tonumber(arg and arg[1]) or 30000

local yield, wrap = coroutine.yield, coroutine.wrap

local function range(from, to, step)
  return wrap(function()
    for i = from, to, step or 1 do yield(i) end
  end)
end

local function map(source, f)
  return wrap(function()
    for value in source do yield(f(value)) end
  end)
end

local function filter(source, accepts)
  return wrap(function()
    for value in source do
      if accepts(value) then yield(value) end
    end
  end)
end

local function take(source, count)
  return wrap(function()
    for _ = 1, count do
      local value = source()
      if value == nil then return end
      yield(value)
    end
  end)
end

local function zip(a, b)
  return wrap(function()
    while true do
      local x, y = a(), b()
      if x == nil or y == nil then return end
      yield(x, y)
    end
  end)
end

local function total(source)
  local sum, count = 0, 0
  for value in source do
    sum = (sum + value) % 1000003
    count = count + 1
  end
  return sum, count
end

print("range", total(range(1, values)))
print("by fractions", total(range(0, values / 16, 0.125)))
print("mapped", total(map(range(1, values), function(x) return x * x end)))
print("filtered", total(filter(range(1, values), function(x) return x % 3 == 1 end)))

local squares = map(range(1, math.huge), function(x) return x * x % 1009 end)
local even_squares = filter(squares, function(x) return x % 2 == 0 end)
print("pipeline", total(take(even_squares, math.floor(values / 4))))

local products = 0
for x, y in zip(range(1, values), map(range(values, 1, -1), function(x) return x + 0.5 end)) do
  products = (products + x * y) % 1000003
end
print("zipped", products)

-- A new generator for every round of an outer loop, mostly abandoned before its end.
local function abandoned(rounds)
  local sum = 0
  for i = 1, rounds do
    for value in range(i, i + 100) do
      sum = (sum + value) % 1000003
      if value % 16 == 15 then break end
    end
  end
  return sum
end
print("abandoned", abandoned(math.floor(values / 30)))

-- Permutations: a recursive generator, and its states seen between two steps.
local function permutations(list)
  local function permute(n)
    if n <= 1 then
      yield(list)
    else
      for i = 1, n do
        list[i], list[n] = list[n], list[i]
        permute(n - 1)
        list[i], list[n] = list[n], list[i]
      end
    end
  end
  return wrap(function() permute(#list) end)
end
local seen, inversions = 0, 0
for list in permutations { 1, 2, 3, 4, 5, 6, 7 } do
  seen = seen + 1
  for i = 2, #list do
    if list[i] < list[i - 1] then inversions = inversions + 1 end
  end
end
print("permutations", seen, inversions)

-- Values of changing types, and several at once: the consumer's loop is compiled for the first kind.
local function mixture(count)
  return wrap(function()
    for i = 1, count do
      if i < count / 3 then yield(i, i)
      elseif i < count / 2 then yield(i + 0.5, "half", nil, i)
      elseif i % 100 == 0 then yield("text " .. i % 7)
      else yield(i, nil, true) end
    end
  end)
end
local numbers, texts, others = 0, 0, 0
for first, second, third, fourth in mixture(values) do
  if type(first) == "string" then texts = texts + #first else numbers = (numbers + first) % 1000003 end
  if second == "half" then others = others + fourth % 10 elseif third then others = others + 1 end
end
print("mixture", numbers, texts, others)

-- A generator fails: the error comes out of the for loop, whose variables keep their values, and the generator is dead.
local function failing(count)
  local source = map(range(1, count), function(x)
    if x == count - 10 then error("cannot map " .. x % 10, 0) end
    return x
  end)
  local reached = 0
  local ok, message = pcall(function()
    for value in source do reached = value end
  end)
  return ok, message, reached - count, select(2, pcall(source))
end
print("failing", failing(values))
