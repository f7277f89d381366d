-- The sieve of Eratosthenes: loops over a table used as an array of booleans.
--
-- The two loops over the array get hot while they run, so they are entered in the middle (OSR entry). Table accesses with an integer
-- key become a bounds check and a load; the inner loop's step is a variable, known to be an int32.
-- Usage: sieve.lua [limit]

local limit = tonumber(arg and arg[1]) or 4000000

local function sieve(limit)
  local composite = {}
  for i = 1, limit do composite[i] = false end
  local count, last, gap, gap_at = 0, 2, 0, 0
  for i = 2, limit do
    if not composite[i] then
      count = count + 1
      if i - last > gap then gap, gap_at = i - last, last end
      last = i
      for multiple = i * i, limit, i do composite[multiple] = true end
    end
  end
  return count, last, gap, gap_at
end

local count, last, gap, gap_at = sieve(limit)
print("primes up to " .. limit, count)
print("the last one", last)
print("longest gap", gap .. " after " .. gap_at)
