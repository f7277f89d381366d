-- Fibonacci numbers by plain recursion: nothing but calls, comparisons and additions.
--
-- There is no loop to enter, so the function gets hot at its entry: after some thousand calls its compiled form is installed and
-- every further call, from either tier, lands in it. `n` and the results are int32 in there; `fib` calls itself directly.
-- Usage: fib.lua [n]

local n = tonumber(arg and arg[1]) or 35

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

for i = 0, n - 1, 8 do print("fib(" .. i .. ")", fib(i)) end
print("fib(" .. n .. ")", fib(n))
