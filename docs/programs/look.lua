-- Stops in os.getenv("stop-here"), which compiled code has called, while a coroutine sleeps in compiled code.
local function numbers(n)
  local total = 0
  for i = 1, n do
    total = total + i
    coroutine.yield(total)
  end
end

local function look(names)
  local found = 0
  for i = 1, #names do
    if os.getenv(names[i]) then found = found + 1 end
  end
  return found
end

local co = coroutine.create(numbers)
local names = {}
for i = 1, 60 do
  coroutine.resume(co, 1000)
  names[i] = i < 60 and "nothing" or "stop-here"
end
print(look(names))
