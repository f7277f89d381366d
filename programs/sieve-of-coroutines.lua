-- The sieve of Eratosthenes as a chain of coroutines: each prime that comes out adds a filter for its multiples.
--
-- A number passes through as many stacks as there are smaller primes (PUC Lua nests 200 at most). The filters all run the same two prototypes: once these are compiled,
-- filters that were started earlier still have interpreter frames, and move into compiled code one by one.
--   Watch in --trace: `osr` for the loop in `filter` with an ever higher coroutine number.
-- Usage: sieve-of-coroutines.lua [primes]

local count = tonumber(arg and arg[1]) or 180

local function numbers()
  return coroutine.wrap(function()
    local n = 2
    while true do
      coroutine.yield(n)
      n = n + 1
    end
  end)
end

local passed = 0

local function filter(prime, source)
  return coroutine.wrap(function()
    while true do
      local n = source()
      passed = passed + 1
      if n % prime ~= 0 then coroutine.yield(n) end
    end
  end)
end

local source, sum, last = numbers(), 0, 0
for i = 1, count do
  local prime = source()
  sum = sum + prime
  if i % math.max(1, math.floor(count / 8)) == 0 then print("prime " .. i, prime) end
  last = prime
  source = filter(prime, source)
end
print("the last, the sum", last, sum)
print("numbers passed on", passed)

-- The same primes by a sieve in an array.
local composite, found, n = {}, 0, 1
while found < count do
  n = n + 1
  if not composite[n] then
    found = found + 1
    sum = sum - n
    for multiple = n * n, last, n do composite[multiple] = true end
  end
end
print("difference to the array's", sum, n - last)

-- The chain the other way round: it is the consumer that is a coroutine, and numbers are pushed into it.
local function sink(prime)
  local next_sink
  return coroutine.wrap(function(n)
    while true do
      if n % prime ~= 0 then
        if next_sink then next_sink(n) else
          next_sink = sink(n)
          found = found + 1
        end
      end
      n = coroutine.yield()
    end
  end)
end
found = 1
local chain = sink(2)
for i = 3, last do chain(i) end
print("pushed", found)
