-- Fibonacci numbers by recursion: calls and nothing else.
local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

return function(n) return string.format("%d", fib(n)) end
