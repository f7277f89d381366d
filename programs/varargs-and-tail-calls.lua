-- Varargs, select, unpack, results passed on in every way, and millions of tail calls.
--
-- Arguments past the third and results past the first travel in buffers; a call whose argument list ends in a call or `...` does not know
-- their number in advance. Tail calls replace their frame, between functions with different numbers of arguments.
--   Watch in --trace: the state machines compile as functions, not as loops; the stack does not grow, or this program would run out of it.
-- Usage: varargs-and-tail-calls.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 20000

local function count(...) return select("#", ...) end
local function pass(...) return ... end
local function sum(...)
  local total = 0
  for i = 1, select("#", ...) do total = total + (select(i, ...) or 0) end
  return total
end
local function reverse(first, ...)
  if select("#", ...) == 0 then return first end
  local values = { ... }
  local result = {}
  for i = #values, 1, -1 do result[#result + 1] = values[i] end
  result[#result + 1] = first
  return unpack(result)
end

-- The same call site with zero to nine arguments, nil among them and at the end.
local lists = {
  {}, { 1 }, { 1, 2 }, { 1, nil, 3 }, { nil, nil, nil, n = 3 }, { 1, 2, 3, 4, 5 }, { 1, 2, 3, 4, 5, 6, 7, 8, nil, n = 9 },
}
for _, list in ipairs(lists) do list.n = list.n or #list end
lists[4].n = 3
local function numbers(times)
  local counted, summed, extra = 0, 0, 0
  for i = 1, times do
    local list = lists[i % #lists + 1]
    counted = counted + count(unpack(list, 1, list.n))
    summed = summed + sum(unpack(list, 1, list.n))
    -- In the middle of a list a call gives one value, at its end all of them.
    extra = extra + count(pass(unpack(list, 1, list.n)), pass(unpack(list, 1, list.n)))
    extra = extra + count((pass(unpack(list, 1, list.n))))
  end
  return counted, summed, extra
end
print("numbers of arguments", numbers(rounds))

-- Results adjusted to more and fewer names, through two functions that only pass on.
local function adjusted(times)
  local function three(x) return x, x + 1, x + 2 end
  local function forward(...) return three(...) end
  local digest = 0
  for i = 1, times do
    local a, b, c, d = forward(i, "ignored")
    local e, f = 0, forward(i)
    local g = forward(i) + forward(i + 1)
    local h = { forward(i), forward(i), n = forward(i) }
    digest = (digest + a + b * 2 + c * 3 + (d or 1) + e + f + g + #h * h.n) % 1000003
  end
  return digest
end
print("adjusted", adjusted(rounds))

local function reversed(times)
  local digest = 0
  for i = 1, times do
    local a, b, c, d, e = reverse(i, 2, i % 3, 4, 5)
    digest = (digest * 3 + a + b * 2 + c + d + e) % 1000003
    digest = digest + reverse(i)
  end
  return digest
end
print("reversed", reversed(math.floor(rounds / 4)))

-- select with negative and large indices; its errors.
local function selected(times)
  local total = 0
  for i = 1, times do
    total = total + select(-1, i, i + 1, i + 2) + select(2, i, 10) + count(select(4, 1, 2, 3)) + count(select(2, 1, 2, 3))
  end
  return total
end
print("selected", selected(rounds))
print(select(2, pcall(select, 0, 1)))
print(select(2, pcall(select, -5, 1)))

-- pcall, coroutines and metamethods forward any number of values, too.
local function forwarded(times)
  local total = 0
  local echo = coroutine.wrap(function(...)
    local n = select("#", ...)
    local function again(...) return coroutine.yield(n, ...) end
    while true do n = select("#", again(1, 2, n)) end
  end)
  local callable = setmetatable({}, { __call = function(self, ...) return select("#", ...), ... end })
  for i = 1, times do
    total = total + count(pcall(pass, 1, nil, i, nil))
    total = total + select(i % 3 + 1, callable(7, 8, 9))
    total = total + count(echo(unpack(lists[7], 1, i % 9)))
  end
  return total
end
print("forwarded", forwarded(rounds))

-- Many values at once: more than any register window starts with.
local big = {}
for i = 1, 200 do big[i] = i end
print("two hundred", sum(unpack(big)), count(unpack(big, 1, 150)), (select(200, unpack(big))))
local function collect(n, ...)
  if n == 0 then return ... end
  return collect(n - 1, n, ...)
end
print("collected", count(collect(200)), sum(collect(100)))

-- Tail calls: two functions in turn, a state machine with different numbers of arguments, one through a metamethod, and one through pcall.
local even, odd
function even(n) if n == 0 then return "even" end return odd(n - 1) end
function odd(n) if n == 0 then return "odd" end return even(n - 1) end
print("a million tail calls", even(50 * rounds), even(50 * rounds + 1))

local states = {}
function states.start(n, a) return states.grow(n, a, 1) end
function states.grow(n, a, b, ...)
  if n <= 0 then return a, b, ... end
  if n % 3 == 0 then return states.start(n - 1, (a + b) % 1000) end
  if n % 3 == 1 then return states.many(n - 1, a, b, n % 7, n % 5, ...) end
  return states.grow(n - 1, b, a, ...)
end
function states.many(n, ...) return states.shrink(n, select(1, ...)) end
function states.shrink(n, a, b, c) return states.grow(n, (a + (c or 0)) % 1000, b) end
print("state machine", states.start(10 * rounds, 0))

local countdown = setmetatable({}, { __call = function(self, n) if n == 0 then return "counted down" end return self(n - 1) end })
print(countdown(5 * rounds))
local function protected(n) if n == 0 then error("the end", 0) end return protected(n - 1) end
print(pcall(protected, 10 * rounds))

-- A tail call in a coroutine, with yields on the way; and one out of a method.
local Walker = {}
Walker.__index = Walker
function Walker:go(n)
  self.steps = self.steps + 1
  if n % 1000 == 0 then coroutine.yield(self.steps) end
  if n == 0 then return self.steps end
  return self:go(n - 1)
end
local walker = setmetatable({ steps = 0 }, Walker)
local walk, last = coroutine.wrap(function() return walker:go(5 * rounds) end), 0
for _ = 1, 5 * rounds / 1000 + 1 do last = walk() end
print("walked", last)
