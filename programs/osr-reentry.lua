-- A loop that is entered by OSR, left by deopt and entered again.
--
-- `total` is called once, so the only way into compiled code is the loop itself. The list starts with integers, goes on with fractions
-- and ends with numerals, and the loop never ends in between: each change of type throws the running activation back into the
-- interpreter, which counts the loop hot again and enters code compiled for what it has seen by then. The locals of the loop travel
-- through all of this as keep-alives and payloads.
--   Expected: osr-entry, deopt, osr-entry, deopt, osr-entry in a single call.
-- Usage: osr-reentry.lua [length of each phase]

local phase = tonumber(arg and arg[1]) or 3000000

local function fill(count)
  local list = {}
  for i = 1, count do list[i] = i % 10 end
  for i = count + 1, 2 * count do list[i] = i % 10 + 0.125 end
  for i = 2 * count + 1, 3 * count do list[i] = "7" end
  return list
end

local function total(list, count)
  local sum, largest, at = 0, 0, 0
  local label = "maximum"
  for i = 1, count do
    local value = list[i]
    sum = sum + value
    if sum > 1000000 then sum = sum - 1000000 end
    if value * 1 > largest then
      largest, at = value * 1, i
    end
  end
  return sum, label .. " " .. largest .. " at " .. at
end

local sum, largest = total(fill(phase), 3 * phase)
print("sum", sum)
print(largest)
