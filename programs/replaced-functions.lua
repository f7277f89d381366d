-- What compiled code takes for granted is replaced while it runs: hot globals, library functions, upvalues that hold functions.
--
-- `round` calls math.floor and the global `scale`, and is itself inlined into the loops below. Compiled code has both calls inlined,
-- guarded by the callee's identity; the replacement happens inside the loop, inside an inlined callee, or in a coroutine meanwhile.
--   Watch in --trace: deopts with "callee" as their reason rebuild the loop's frame and those of the inlined functions; then the loop is
--   compiled for the new callee.
-- Usage: replaced-functions.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 60000

local floor = math.floor
scale = function(x) return x * 1.5 end

local function round(x) return math.floor(scale(x) + 0.5) end
local function twice(x) return round(x) + round(x + 1) end

local function run(times, at, event)
  local sum = 0
  for i = 1, times do
    if i == at then event() end
    sum = (sum + twice(i % 100)) % 1000003
  end
  return sum
end

local function nothing() end
print("as it was", run(rounds, 0, nothing))
print("scale replaced", run(rounds, floor(rounds / 2), function() scale = function(x) return x * 2.5 end end))
print("math.floor replaced", run(rounds, floor(rounds / 2), function() math.floor = math.ceil end))
print("by our own", run(rounds, floor(rounds / 3), function()
  local calls = 0
  math.floor = function(x) calls = calls + 1 return floor(x) + calls % 2 end
end))
print("math replaced", run(rounds, floor(rounds / 3), function() math = { floor = function(x) return x end } end))
math = { floor = floor, sqrt = function(x) return x ^ 0.5 end }
print("scale a table", run(rounds, floor(rounds / 2), function()
  scale = setmetatable({ factor = 3 }, { __call = function(self, x) return x * self.factor end })
end))

-- Replaced by the callee itself, in the middle of an expression: the first operand is from the old one, the second from the new.
local changes = 0
function step(x)
  if x == 77 then
    changes = changes + 1
    local before = step
    local count = changes
    function step(y)
      if y == 33 and count % 5 == 0 then step = before end
      return before(y) + 1
    end
  end
  return x
end
local first_step = step
local function both(times)
  local sum = 0
  for i = 1, times do
    sum = (sum + step(i % 100) * 3 + step(i % 50)) % 1000003
    if changes > 20 then step, changes = first_step, 0 end
  end
  return sum
end
print("self-replacing", both(floor(rounds / 10)))

-- An upvalue that holds a function: captured variables that are assigned live in cells.
local operation = function(a, b) return a + b end
local function fold(times)
  local value = 1
  for i = 1, times do
    value = operation(value, i) % 65521
    if i == floor(times / 4) then operation = function(a, b) return a * b + 1 end end
    if i == floor(times / 2) then operation = math.max end
  end
  return value
end
math.max = function(a, b) return a > b and a or b end
print("upvalue replaced", fold(rounds))

-- A coroutine replaces the global between two resumes of the loop that calls it.
scale = function(x) return x + 1 end
local worker = coroutine.wrap(function()
  local sum = 0
  for i = 1, rounds do
    sum = (sum + scale(i)) % 1000003
    if i % floor(rounds / 4) == 0 then coroutine.yield(sum) end
  end
  return sum
end)
for _, factor in ipairs { 2, 3, 5, 7 } do
  print("in a coroutine", worker())
  scale = function(x) return x * factor end
end

-- Removed altogether: an error at the call, with the global's name.
local ok, message = pcall(run, rounds, floor(rounds / 2), function() scale = nil end)
print("removed", ok, (message:gsub("^.-:%d+: ", "")))
