-- Library functions in hot loops, where the optimizer has its own versions: the same results, also for what it did not expect.
local floor, max, min, byte, insert = math.floor, math.max, math.min, string.byte, table.insert

local function run(name, f, list)
  local sum, last = 0
  for round = 1, 400 do
    for i = 1, #list do
      last = f(list[i], list[i % #list + 1])
      if last == last and last then sum = (sum + last) % 1000003 end
    end
  end
  print(name, sum, last)
end

local ints = { 1, 5, -3, 2147483647, -2147483648, 0, 7 }
local doubles = { 0.5, -0.25, 1e10, 3, -2.5 }
local mixed = { 1, 2.5, "3", -4, "0x10", 6 }
for _, list in ipairs({ ints, doubles, mixed, ints }) do
  run("max", function(a, b) return max(a, b) end, list)
  run("min", function(a, b) return min(a, b) end, list)
  run("max1", function(a) return max(a) end, list)
  run("max3", function(a, b) return max(a, b, 4) end, list)
  run("floor", function(a) return floor(a) end, list)
  run("abs", function(a) return math.abs(a) end, list)
end
print(1 / max(-0, 0), 1 / min(0, -0))
local nan = 0 / 0
run("nan", function(a) return max(a, nan) end, ints)
run("nan first", function(a) local m = max(nan, a); return m ~= m and 1 or 2 end, ints)

local text = "some text \0\255"
local n = 0
for round = 1, 300 do
  for i = -2, #text + 2 do
    local b = text:byte(i)
    n = (n * 31 + (b or 999)) % 1000003
    b = byte(text, i)
    n = n + (b or 1)
  end
end
print(n, byte(text, 1.9), byte(text, "2"), byte(12345, 2))
local t = {}
for i = 1, 3000 do
  insert(t, i)
  if i % 3 == 0 then insert(t, 1, -i) end
  if i % 7 == 0 then n = n + table.remove(t) + table.remove(t, 1) end
end
print(#t, n, t[1], t[#t])
-- The last one goes: of an array, of one with a hole before its end, of an empty table, with keys behind the end.
local function pop(t) return table.remove(t), #t end
local function drop(t) table.remove(t) return #t end
local removed = {}
for round = 1, 400 do
  local list = round % 3 == 0 and {} or { round, 2, round % 5 ~= 0 and 3 or nil, 4 }
  if round % 7 == 0 then list[9] = "far" end
  for _ = 1, 6 do
    local value, length = pop(list)
    removed[#removed + 1] = tostring(value) .. (value == nil and length == 0 and "" or type(length))
  end
  removed[#removed + 1] = drop(list) .. tostring(list[1]) .. tostring(list[9])
  list[1] = round
  removed[#removed + 1] = tostring(list[1]) .. #list .. drop(list) .. tostring(next(list))
end
print(#removed, #table.concat(removed, " "), select("#", table.remove({})), select("#", table.remove({ 1 })))
for round = 1, 300 do
  local ok, message = pcall(pop, round > 295 and "text" or { round })
  if round > 294 then print(ok, message) end
end

local parts = {}
for i = 1, 2000 do parts[#parts + 1] = ("%d:%s"):format(i, ("abcdef"):sub(i % 6 + 1, i % 6 + 2)):upper() end
print(#table.concat(parts, ","), parts[2000])
local count = 0
for i = 1, 300 do
  local s = ("k%d=v%d;"):format(i, i * 2):rep(3)
  for k, v in s:gmatch("(%w+)=(%w+)") do count = count + #k + #v end
  s = s:gsub("%d+", function(d) return d + 1 end)
  count = count + #s
  table.sort(parts, i % 100 == 0 and function(a, b) return a > b end or nil)
end
print(count, parts[1], parts[2000])

-- Loops over ipairs and pairs, of what is a table and what is not, with other functions under their names at times.
local function visit(over, list)
  local n = 0
  for k, v in over(list) do n = n + #tostring(k) + #tostring(v) end
  for i, v in ipairs(list) do n = n + i + #tostring(v) end
  for k in pairs(list) do n = n + #tostring(k) end
  return n
end
local lists = { {}, { 1, 2, 3 }, { 1, nil, 3 }, { x = 1, "a" }, setmetatable({ 7 }, { __index = function(_, i) return i < 9 and i or nil end }) }
local visited = 0
for round = 1, 300 do
  for at = 1, #lists do visited = visited + visit(at % 2 == 0 and ipairs or pairs, lists[at]) end
end
print(visited, select("#", ipairs({})), select("#", pairs({})), ipairs({ 1 }) == ipairs({}))
for round = 1, 300 do
  local ok, message = pcall(visit, ipairs, round > 297 and "text" or lists[2])
  if not ok then print(message) end
end
local standard = ipairs
function ipairs(t) return function(list, i) if i < 2 then return i + 1, #list end end, t, 0 end
print(visit(ipairs, lists[2]))
ipairs = standard
print(visit(ipairs, lists[2]))

-- All results of table.remove: one, or none of an empty table.
local function counted(t) return (select("#", table.remove(t))) end
local function collected(t) return { table.remove(t) } end
local total = 0
for i = 1, 1000 do
  total = total + counted({ i }) + counted({}) + counted({ 1, nil, 3 }) + counted({ 1, 2, x = 3 })
  total = total + #collected(i % 3 == 0 and {} or { i, i })
end
print(total)
