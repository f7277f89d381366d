-- A guard that fails three inlined frames deep.
--
-- `run` calls `outer`, which calls `middle`, which calls `inner`; compiled, all of it is one loop without a call. The last third of the
-- list holds fractions where the first held integers, so the guard on the element loaded in `inner` fails. At that point there is one
-- native frame; the interpreter needs four: `run`, `outer`, `middle` and `inner`, each at its own place in its own code. They are
-- rebuilt from the one frame state and the program goes on in the innermost.
--   Expected: a deopt in `inner` with 4 frames rebuilt.
-- Usage: osr-inlined-guard.lua [length]

local length = tonumber(arg and arg[1]) or 6000000

local function inner(list, i)
  local element = list[i]
  return element * 2 + 1
end

local function middle(list, i)
  local here = inner(list, i)
  return here - i % 7
end

local function outer(list, i)
  local value = middle(list, i)
  if value < 0 then return -value end
  return value
end

local function run(list, count)
  local sum, largest = 0, 0
  for i = 1, count do
    local value = outer(list, i)
    if value > largest then largest = value end
    sum = (sum + value) % 65536
  end
  return sum, largest
end

local list, change = {}, math.floor(length * 2 / 3)
for i = 1, length do
  if i <= change then list[i] = i % 100 else list[i] = i % 100 + 0.5 end
end

local sum, largest = run(list, length)
print("sum", sum)
print("largest", largest)
