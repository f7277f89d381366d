-- A coroutine sleeps in optimized code, whose assumption ends meanwhile.
function step(x) return x + 1 end

local function counter(x)
  while true do
    coroutine.yield(x)
    x = step(x)
  end
end

local sleeper = coroutine.wrap(counter)
for i = 1, 20 do sleeper(i) end
step = function(x) return x + 100 end
print(sleeper(), sleeper())
