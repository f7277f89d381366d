-- One accumulator that changes its type while loops run: number, numeric string, nil, table with __add, and number again.
--
-- `total = total + next_value()` is compiled for what it has seen. When an operand's type changes in mid-expression, after calls with side
-- effects have already been made, the frame goes back to the interpreter at the very instruction: every side effect must have happened
-- once, neither twice nor never. `calls` counts them.
--   Watch in --trace: deopts "not an int", "not a number" at the additions, each followed by code that accepts more.
-- Usage: accumulator.lua [rounds of each phase]

local rounds = tonumber(arg and arg[1]) or 20000

local calls = 0
local function effect(value)
  calls = calls + 1
  return value
end

-- An amount of money: tables that add to each other and to numbers, on both sides.
local Amount = {}
Amount.__index = Amount
local additions = 0
local function amount(cents)
  return setmetatable({ cents = cents }, Amount)
end
local function cents_of(value)
  return type(value) == "table" and value.cents or value * 100
end
Amount.__add = function(a, b)
  additions = additions + 1
  return amount((cents_of(a) + cents_of(b)) % 1000003)
end
Amount.__tostring = function(self)
  return "amount " .. self.cents
end

local function accumulate(total, values, times)
  local count = #values
  for i = 1, times do
    -- Three calls before the additions: their results wait in registers while the additions decide what they are.
    total = total + effect(values[i % count + 1]) + effect(1) + effect(values[(i + 1) % count + 1])
  end
  return total
end

print("integers", accumulate(0, { 1, 2, 3 }, rounds))
print("fractions", accumulate(0, { 0.5, 2, 0.25 }, rounds))
print("strings among them", accumulate(0, { 1, "2", 0.5, "0x10", " 7 " }, rounds))
print("a string to begin with", accumulate("10", { 1, 2 }, rounds))
print("amounts", tostring(accumulate(0, { 1, amount(5), 2 }, rounds)))
print("an amount to begin with", tostring(accumulate(amount(99), { 1, 2, 3 }, rounds)))
print("calls, additions", calls, additions)

-- nil in the middle: the addition is an error, raised after the calls before it and before those after it.
local function until_nil(total, times, missing)
  for i = 1, times do
    local operand = i
    if i == missing then operand = nil end
    total = (total + effect(1)) + (effect(operand) + effect(2))
  end
  return total
end

print("no nil", until_nil(0, rounds, -1))
local before = calls
local ok, message = pcall(until_nil, 0, rounds, rounds - 3)
print("nil", ok, (message:gsub("^.-:%d+: ", "")))
print("calls until then", calls - before)

-- The same variable through all types within one loop: it can be compiled for none of them alone.
local function wander(times)
  local value, log = 0, {}
  for i = 1, times do
    local phase = math.floor(i * 8 / (times + 1))
    if phase == 0 then
      value = value + 1
    elseif phase == 1 then
      value = value + 0.5
    elseif phase == 2 then
      value = tostring(value + 1)
    elseif phase == 3 then
      value = value and nil
    elseif phase == 4 then
      value = (value or 0) + 2
    elseif phase == 5 then
      value = value + amount(1)
    elseif phase == 6 then
      value = amount(value.cents) + value
    else
      value = { cents = value.cents }
    end
    if i % math.floor(times / 16) == 0 then log[#log + 1] = type(value) end
  end
  return value.cents, table.concat(log, " ")
end

print("wander", wander(rounds))

-- Metamethods with effects of their own, on the right operand while the left one is a number from a call.
local log = 0
local Counter = { __add = function(a, b) log = log * 2 % 65521 + 1 return (type(a) == "number" and a or b) + 1 end }
local counter = setmetatable({}, Counter)
local function mixed(times)
  local sum = 0
  for i = 1, times do
    sum = (sum + (i % 1000 == 0 and counter or effect(1))) % 100003
  end
  return sum
end
print("mixed", mixed(rounds), log)
