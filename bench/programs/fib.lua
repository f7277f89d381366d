-- fib(n), warmed up and timed inside the program.
local n = tonumber(arg and arg[1]) or 35

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

fib(25)
local start = os.clock()
print("fib(" .. n .. ")", fib(n))
print("seconds", os.clock() - start)
