-- The sieve of Eratosthenes: an array of booleans.
return function(n)
  local prime, count, last = {}, 0, 0
  for i = 2, n do prime[i] = true end
  for i = 2, n do
    if prime[i] then
      count = count + 1
      last = i
      for multiple = i * i, n, i do prime[multiple] = false end
    end
  end
  return string.format("%d %d", count, last)
end
