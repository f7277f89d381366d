-- Arrays at their edges: holes, appends past holes, keys that are almost integers, -0, NaN, 2^53, and removal while iterating.
--
-- An array part makes promises (dense, small integer keys) that each of these breaks in another way. The loops run long enough to be
-- compiled while the array is dense, and go on when it no longer is.
--   Watch in --trace: deopts at the indexed accesses when the keys change their kind.
-- Usage: array-edges.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 5000

local function count(t)
  local n, sum = 0, 0
  for _, value in pairs(t) do n = n + 1 sum = sum + value end
  return n, sum
end

-- Appends, then a hole in the middle that is filled again, then the end goes back and forth. The border of an array with holes is not
-- determined, so the length is asked only where there are none.
local function append_and_remove(times)
  local list, sum = {}, 0
  for i = 1, times do list[#list + 1] = i end
  for i = 1, times do
    local at = i * 7 % (times - 1) + 1
    local old = list[at]
    list[at] = nil
    sum = (sum + (list[at] or at)) % 1000003
    list[at] = old + 1
    if i % 3 == 0 then list[#list] = nil elseif i % 3 == 1 then list[#list + 1] = i end
    while list[times] == nil do list[#list + 1] = -i end
  end
  return #list, sum, count(list)
end
print("append and remove", append_and_remove(rounds))

-- Filled from behind and from the middle: the same content by other ways.
local function backwards(times)
  local list = {}
  for i = times, 1, -1 do list[i] = i end
  local evens = {}
  for i = 2, times, 2 do evens[i] = i end
  for i = 1, times, 2 do evens[i] = i end
  local sum = 0
  for i = 1, times do sum = sum + list[i] - evens[i] end
  return #list, #evens, sum
end
print("backwards", backwards(rounds))

-- Keys that equal an integer are that integer; keys that are close to one are not.
local function keys(times)
  local t = {}
  for i = 1, times do
    t[i] = i
    t[i + 0.5] = 1
    t[i / 2] = i -- half of these are integers
    t[-i] = 1
  end
  local found = 0
  for i = 1, times do
    if t[i * 0.5 + i * 0.5] then found = found + 1 end
    if t[i + 2 ^ -40] then found = found + 1000000 end
    if t[tostring(i)] then found = found + 1000000 end
  end
  return found, count(t)
end
print("keys", keys(rounds))

-- 0 and -0 are one key; NaN is none, and reading it finds nothing.
local zero, nan = 0, 0 / 0
local zeros = { [0] = "zero" }
local function special(times)
  local hits, errors = 0, 0
  for i = 1, times do
    local key = -zero
    if i % 2 == 0 then key = zero end
    if zeros[key] then hits = hits + 1 end
    zeros[key * -1] = "zero " .. i
    if zeros[nan] ~= nil then hits = -1 end
    if i % 100 == 0 and not pcall(function() zeros[nan] = i end) then errors = errors + 1 end
    if i % 100 == 50 and not pcall(function() zeros[nil] = i end) then errors = errors + 1 end
  end
  local n = 0
  for _ in pairs(zeros) do n = n + 1 end
  return hits, errors, n, zeros[0]
end
print("0, -0, nan, nil", special(rounds))
print(select(2, pcall(rawset, {}, nan, 1)))

-- Around 2^31, 2^32 and 2^53, where neighbouring integers stop being different numbers.
local function huge(times)
  local t, hits = {}, 0
  for _, base in ipairs { 2 ^ 31, 2 ^ 32, 2 ^ 52, -2 ^ 31 } do
    for i = -2, 2 do t[base + i] = i end
    for i = 1, times do
      if t[base + i % 5 - 2] == i % 5 - 2 then hits = hits + 1 end
    end
  end
  for i = 0, 4 do t[2 ^ 53 + i] = i end
  local same = 0
  for i = 0, 4 do
    if t[2 ^ 53 + i] ~= i then same = same + 1 end
  end
  return hits, same, count(t)
end
print("huge", huge(rounds))

-- Removing and changing what is there is allowed while iterating; adding is not, and not done.
local function remove_while_iterating(times)
  local t = {}
  for i = 1, times do t[i % 2 == 0 and i or "k" .. i] = i end
  local visited, generations = 0, 0
  while next(t) do
    generations = generations + 1
    for key, value in pairs(t) do
      visited = visited + 1
      if value % 3 == 0 or value < 3 then t[key] = nil else t[key] = value - 1 end
    end
  end
  return visited, generations
end
print("removed while iterating", remove_while_iterating(rounds))

-- table.insert and table.remove at both ends and in the middle; a ring of numbers that must stay a permutation.
local function shuffle(times)
  local list = {}
  for i = 1, 30 do list[i] = i end
  for i = 1, times do
    local from, to = i * 11 % 30 + 1, i * 17 % 30 + 1
    table.insert(list, to, table.remove(list, from))
    if i % 5 == 0 then table.insert(list, 1, table.remove(list)) end
  end
  local weighted = 0
  for i, value in ipairs(list) do weighted = weighted + i * value end
  return #list, weighted, table.concat(list, " ", 1, 8)
end
print("insert and remove", shuffle(rounds))

-- A dense array that is read past both of its ends, then gets an element of another type, then a metatable for what is missing.
local function at_the_ends(list, times)
  local sum = 0
  for i = 1, times do
    local value = list[i % (#list + 2)]
    if value then sum = sum + value else sum = sum + 0.25 end
  end
  return sum
end
local list = { 1, 2, 3, 4, 5, 6, 7 }
print("past the ends", at_the_ends(list, rounds))
list[4] = "40"
print("with a string", at_the_ends(list, rounds))
setmetatable(list, { __index = function(_, key) return key * 100 end })
print("with __index", at_the_ends(list, rounds))

-- Numbers that are moved between arrays keep their value, whatever holds them: -0 shows its sign only when divided by.
local function signs(times)
  local t, negative = {}, 0
  for i = 1, 100 do t[i] = i % 3 == 0 and -zero or i - 50 end
  for i = 1, times do
    local value = t[i % 100 + 1]
    t[(i + 13) % 100 + 1] = value
    if value == 0 and 1 / value < 0 then negative = negative + 1 end
  end
  return negative
end
print("negative zeros", signs(rounds))
