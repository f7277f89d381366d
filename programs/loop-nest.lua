-- A nest with every kind of loop, left in every way: by its end, by break, by return, and by an error from inside.
--
-- Numeric loops upwards, downwards, by fractions and never entered; while, repeat (whose condition sees the body's locals), ipairs, pairs,
-- next and an iterator written here. Each lies inside another, so that OSR entry happens at inner and at outer headers, with the state of
-- the enclosing loops (hidden loop variables, iterator triples) in the frame that moves.
--   Watch in --trace: `osr nest` at several lines; few deopts, because every loop keeps its types.
-- Usage: loop-nest.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 3000

local digest = 0
local function mix(value)
  digest = (digest * 31 + value) % 1000003
end

-- An iterator with a state and a control variable, as ipairs is one, which skips what the filter refuses.
local function accepted(list, filter)
  local function step(state, index)
    repeat
      index = index + 1
      if state[index] == nil then return nil end
    until filter(state[index])
    return index, state[index]
  end
  return step, list, 0
end

local function is_odd(x) return x % 2 == 1 end

-- Left by return from four loops deep.
local function find(rows, wanted)
  for y, row in ipairs(rows) do
    local x = 1
    while row[x] do
      repeat
        local value = row[x]
        for candidate = value, value do
          if candidate == wanted then return x, y end
        end
      until value == row[x]
      x = x + 1
    end
  end
  return nil
end

local function nest(list, names)
  local breaks, ends = 0, 0
  for outer = 1, rounds do
    -- Downwards, with a break that depends on the outer loop.
    for down = 12, -4, -3 do
      if down < outer % 9 - 2 then breaks = breaks + 1 break end
      mix(down + 5)
    end
    -- By fractions: neither start nor step is an integer.
    local sum = 0
    for part = 0.5, 4, 0.25 do
      sum = sum + part
      if sum > outer % 40 then breaks = breaks + 1 break end
    end
    mix(sum * 4)
    -- Never entered, and entered once.
    for _ = 1, 0 do mix(-1) end
    for _ = outer, outer do ends = ends + 1 end
    -- while around repeat; `done` is local to the body and read by the condition.
    local left = outer % 7
    while left > 0 do
      left = left - 1
      local inner = left
      repeat
        local done = inner * inner > 20
        inner = inner + 1
        if inner == 6 then breaks = breaks + 1 break end
      until done
      mix(inner)
    end
    -- Endless, but for its break.
    while true do
      left = left + 1
      if left * 3 >= outer % 11 then break end
    end
    mix(left)
    -- Iterators: the library's and our own, one within the other.
    for i, value in ipairs(list) do
      for j, odd in accepted(list, is_odd) do
        if j > i then break end
        mix(value + odd)
      end
      if value > outer % 13 + 6 then breaks = breaks + 1 break end
    end
    -- The order of a table's names is nobody's promise: sum them.
    local total = 0
    for _, value in pairs(names) do total = total + value end
    for _, value in next, names do total = total - value * 2 end
    mix(total + 1000)
  end
  return breaks, ends
end

local list = {}
for i = 1, 10 do list[i] = i * 7 % 11 end
print("breaks, ends", nest(list, { one = 1, two = 2, three = 3, [4] = 4, [5.5] = 5 }))

local rows = {}
for y = 1, 12 do
  rows[y] = {}
  for x = 1, 12 do rows[y][x] = x * y end
end
local found = 0
for wanted = 1, rounds do
  local x, y = find(rows, wanted % 150)
  if x then
    found = found + 1
    mix(x * 100 + y)
  end
end
print("found", found)

-- An error leaves all loops at once; the loop around pcall goes on.
local caught = 0
for round = 1, rounds do
  local ok, depth = pcall(function()
    for i = 1, 10 do
      for _, value in ipairs(list) do
        local j = 0
        repeat
          j = j + 1
          if (i * value + j) % 97 == round % 97 then error(i * 1000 + j, 0) end
        until j == 3
      end
    end
    return 0
  end)
  if not ok then caught = caught + 1 end
  mix(depth)
end
print("caught", caught)
print("digest", digest)
