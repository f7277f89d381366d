-- Loops that cross 2^31 and 2^53, upwards and downwards, by adding, multiplying, shifting and counting.
--
-- Inside, a number is an int32 or a double; outside, there is only one kind. Each loop starts where values fit an int32 and goes on to
-- where they do not, at which moment the compiled code is left by an overflow check; past 2^53 a double's neighbours are two apart, and
-- adding one changes nothing.
--   Watch in --trace: "overflow" deopts in the loop that crosses, and osr entry into its next version.
-- Usage: number-boundaries.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 20000

local function show(label, ...)
  local texts = {}
  for i = 1, select("#", ...) do texts[i] = string.format("%.17g", (select(i, ...))) end
  print(label, table.concat(texts, " "))
end

local function add(start, step, times)
  local value = start
  for _ = 1, times do value = value + step end
  return value
end
-- What begins as an int32 has to be written as one: 2 ^ 31 is a double from the beginning.
show("up through 2^31", add(2147483647 - rounds, 1, 2 * rounds))
show("down through -2^31", add(-2147483647 + rounds, -1, 2 * rounds))
show("up through 2^53", add(2 ^ 53 - rounds / 2, 1, rounds))
show("down from beyond 2^53", add(2 ^ 53 + rounds, -2, rounds))
show("in large steps", add(0, 2 ^ 20, rounds))

local function multiply(times)
  local value, largest, crossings = 1, 0, 0
  for i = 1, times do
    value = value * 3
    if value > 2 ^ 31 and value <= 3 * 2 ^ 31 then crossings = crossings + 1 end
    if value > largest then largest = value end
    if value > 2 ^ 60 then value = i % 10 + 1 end
  end
  return value, largest, crossings
end
show("multiplied", multiply(rounds))

-- The loop variable itself crosses: its type was decided before the first round.
local function count(from, to, step)
  local n, sum = 0, 0
  for i = from, to, step do
    n = n + 1
    sum = (sum + i % 1000) % 1000003
  end
  return n, sum
end
show("for through 2^31", count(2 ^ 31 - rounds, 2 ^ 31 + rounds, 1))
show("for to the last int32", count(2147483647 - rounds, 2147483647, 3))
show("for down through -2^31", count(-2 ^ 31 + rounds, -2 ^ 31 - rounds, -1))
show("for to the first int32", count(-2147483647 + rounds, -2147483648, -3))
show("for near 2^53", count(2 ^ 53 - 2 * rounds, 2 ^ 53, 2))
show("for in large steps", count(-2 ^ 33, 2 ^ 33, 2 ^ 34 / rounds))
show("for by fractions", count(0, rounds / 8, 0.125))

-- Modulo, division and comparison at the edges of int32.
local edges = { 2 ^ 31 - 1, 2 ^ 31, -2 ^ 31, -2 ^ 31 - 1, 2 ^ 32, 2 ^ 53, -2 ^ 53, 0, 1, -1, 7, -7, 0.5, -0.5, 2 ^ 31 - 0.5 }
local function pairwise(times)
  local digest, less = 0, 0
  for _ = 1, times do
    for i = 1, #edges do
      for j = 1, #edges do
        local a, b = edges[i], edges[j]
        if b ~= 0 then
          digest = (digest * 3 + a % b + (a - b) % 8191 + a * b % 127) % 1000003
          if a / b > 0 then digest = digest + 1 end
        end
        if a < b then less = less + 1 end
        if a + 1 - 1 == a and -(-a) == a then less = less + 1 end
      end
    end
  end
  return digest, less
end
show("pairwise", pairwise(math.ceil(rounds / 200)))

-- The sign of zero comes from products, quotients and remainders, and only division can tell.
local function zeros(times)
  local negative = 0
  for i = -times, times do
    local product = i * 0
    if product == 0 and 1 / product < 0 then negative = negative + 1 end
    local remainder = i % 5 * -1
    if remainder == 0 and 1 / remainder < 0 then negative = negative + 1 end
    local opposite = -(i - i)
    if 1 / opposite < 0 then negative = negative + 1 end
  end
  return negative
end
show("negative zeros", zeros(rounds))

-- A linear congruential generator whose products need 2^53 and no more, and a Collatz walk whose peaks pass 2^31.
local function random(times)
  local state = 42
  for _ = 1, times do state = state * 16807 % 2147483647 end
  return state
end
show("random", random(rounds))

local function collatz(limit)
  local longest, peak, start = 0, 0, 0
  for n = 1, limit do
    local value, steps = n, 0
    while value ~= 1 do
      if value % 2 == 0 then value = value / 2 else value = 3 * value + 1 end
      if value > peak then peak = value end
      steps = steps + 1
    end
    if steps > longest then longest, start = steps, n end
  end
  return longest, start, peak
end
show("collatz", collatz(rounds))

-- Fibonacci numbers past 2^53, where rounding begins, until infinity and from there to nan.
local function fibonacci()
  local a, b, n, exact = 0, 1, 0, 0
  while b < math.huge do
    a, b = b, a + b
    n = n + 1
    if b - a == a - (2 * a - b) and b < 2 ^ 53 then exact = n end
  end
  local difference = b - b
  return n, exact, a, difference == difference and 1 or 0
end
show("fibonacci", fibonacci())
