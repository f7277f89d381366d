-- 5.5: table.sort. The order of comparisons can be seen, and the order of equal elements.
local function try(f) print(coroutine.resume(coroutine.create(f))) end
local function show(t) print(table.concat(t, " ")) end

local seed = 12345
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed % n
end

for _, size in ipairs({ 0, 1, 2, 3, 4, 5, 10, 31, 100 }) do
  local numbers, strings, pairs_by_key, trace = {}, {}, {}, {}
  for i = 1, size do
    numbers[i] = random(50) / 4
    strings[i] = "s" .. random(40)
    pairs_by_key[i] = { key = random(6), id = i }
  end
  table.sort(numbers)
  show(numbers)
  table.sort(strings)
  show(strings)
  table.sort(numbers, function(a, b) return a > b end)
  show(numbers)
  table.sort(pairs_by_key, function(a, b)
    trace[#trace + 1] = a.id * 1000 + b.id
    return a.key < b.key
  end)
  show(trace)
  for i = 1, size do pairs_by_key[i] = pairs_by_key[i].id end
  show(pairs_by_key)
end
local zeros = { 0, -0, 0, 0 * -1, 0, 0 * -1, 0 }
table.sort(zeros)
for i = 1, #zeros do zeros[i] = 1 / zeros[i] end
show(zeros)

local sorter = coroutine.wrap(function()
  local t = { 3, 1, 2 }
  table.sort(t, function(a, b)
    return a < b
  end)
  return t[1], t[2], t[3]
end)
print(sorter())

try(function() table.sort({ 3, 1, "x" }) end)
try(function() table.sort({ "x", 1 }) end)
try(function() table.sort({ {}, {} }) end)
try(function() table.sort({ 1, 2, 3, 4, 5 }, function() return true end) end)
try(function() table.sort({ 1, 2 }, 3) end)
try(function() table.sort() end)
try(function() table.sort({ 3, 2, 1 }, function() error("in the comparator") end) end)
try(function() table.sort({ 3, 2, 1 }, function() error("level 2", 2) end) end)
try(function() table.sort({ 3, 2, 1 }, function(a, b) return a.x < b end) end)
try(function() table.sort({ 3, 2, 1 }, string.rep) end)
try(function() local t = { 3, 1, 2 }; table.sort(t, nil); return t[1] end)
try(function() table.sort({ true, false }) end)
try(function() table.sort({ 1, 0 / 0, 3 }); return "sorted" end)
