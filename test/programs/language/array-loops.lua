-- Loops over arrays in which something changes that code for them would rather have looked at once, before the loop: which table it is, how
-- long it is, whether it has a metatable, what its elements are. Each runs often enough to be entered in the middle.

local function numbers(n, from)
  local t = {}
  for i = 1, n do t[i] = from + i end
  return t
end

-- Two arrays that are one, and rows that are one another.
local function combine(a, b, c, n)
  for i = 1, n do a[i] = (b[i] * c[i] - a[i]) / 64 end
end
local x, y = numbers(50, 0.5), numbers(50, 1)
for _ = 1, 60 do
  combine(x, y, y, 50)
  combine(y, x, x, 3)
end
print(x[1], x[50], y[1], y[3], y[50])
combine(x, x, x, 50)
print(x[1], x[2], x[50])

-- An array that grows, and one that shrinks, while it is walked.
local function walk(t, change, at)
  local sum, rounds = 0, 0
  for i = 1, 200 do
    local value = t[i]
    if value == nil then break end
    sum, rounds = sum + value, rounds + 1
    if i == at then change(t) end
  end
  return sum, rounds
end
local function grow(t) for i = 1, 30 do t[#t + 1] = i / 2 end end
local function shrink(t) for i = #t, 150, -1 do t[i] = nil end end
local function nothing() end
for at = 1, 40 do walk(numbers(100, 0), nothing, at) end
print(walk(numbers(100, 0), grow, 50))
print(walk(numbers(100, 0), grow, 1))
print(walk(numbers(180, 0), shrink, 60))
print(walk(numbers(180, 0), shrink, 170))
print(walk({}, grow, 1))

-- A metatable that comes in the middle.
local asked = {}
local meta = {
  __index = function(_, key)
    asked[#asked + 1] = key
    return key * 100
  end,
  __newindex = function(t, key, value)
    asked[#asked + 1] = -key
    rawset(t, key, value + 0.25)
  end,
}
local function fill(t, n, at)
  local sum = 0
  for i = 1, n do
    if i == at then setmetatable(t, meta) end
    t[i] = (t[i] or 0) + 1
    sum = sum + t[i]
  end
  return sum
end
for _ = 1, 50 do fill(numbers(20, 0), 20) end
print(fill(numbers(20, 0), 25, 10), table.concat(asked, " "))
asked = {}
print(fill(numbers(20, 0), 22, 22), table.concat(asked, " "))
asked = {}
print(fill({ 1, 2, nil, 4 }, 6, 2), table.concat(asked, " "))

-- Elements that are something else from some round on: in the first round, in the last, in between.
local function total(t, n)
  local sum = 0
  for i = 1, n do sum = sum + t[i] end
  return sum
end
local function largest(t, n)
  local best = t[1]
  for i = 2, n do
    local value = t[i]
    if value > best then best = value end
  end
  return best
end
local ints = numbers(100, 0)
for _ = 1, 50 do total(ints, 100) largest(ints, 100) end
for _, place in ipairs { 1, 2, 57, 100 } do
  for _, value in ipairs { 0.5, 2147483647, "7", -0.0, 1e300 } do
    local t = numbers(100, 0)
    t[place] = value
    print(place, total(t, 100), pcall(largest, t, 100))
  end
  local t = numbers(100, 0)
  t[place] = nil
  local ok, message = pcall(total, t, 100)
  print(ok, (message:gsub("^.-:%d+: ", "")))
  t[place] = {}
  print(select("#", pcall(largest, t, 100)), (pcall(total, t, 100)))
end

-- Rows: the inner array is another one each round, and sometimes none.
local function matrix(n, cell)
  local rows = {}
  for i = 1, n do
    rows[i] = {}
    for j = 1, n do rows[i][j] = cell end
  end
  return rows
end
local function column(m, j, n)
  local sum = 0
  for i = 1, n do sum = sum + m[i][j] end
  return sum
end
local m = matrix(30, 2)
for j = 1, 30 do column(m, j, 30) end
m[17] = setmetatable({}, { __index = function(_, j) return j / 4 end })
print(column(m, 3, 30), column(m, 30, 30))
m[1] = "a string"
print(pcall(column, m, 3, 30))
m[1] = nil
print(select(2, pcall(column, m, 3, 30)):gsub("^.-:%d+: ", ""))

-- Nested loops with steps of all kinds, entered in the middle of the inner one.
local function steps(n)
  local out = {}
  for i = n, 1, -7 do
    for j = 1, i, 3 do
      for k = j, j + 1, 0.5 do out[#out + 1] = i * j - k end
    end
  end
  return #out, out[1], out[#out], out[math.floor(#out / 2)]
end
print(steps(100))
print(steps(1))
local function halves(from, to)
  local sum = 0
  for a = from, to, 0.25 do
    for b = a, a + 3 do sum = sum + b end
  end
  return sum
end
print(halves(0, 300), halves(-1, 1), halves(1, 0))

-- A value that is a constant in all rounds but one.
local function mostly(n, odd)
  local mark, count = 5, 0
  for i = 1, n do
    for j = 1, 3 do
      if i == odd and j == 2 then mark = "odd" end
      count = count + (mark == 5 and 1 or 1000)
    end
    mark = 5
  end
  return count, mark
end
for _ = 1, 20 do mostly(50) end
print(mostly(50), mostly(50, 20), mostly(50, 50))

-- No rounds, one round.
print(total(ints, 0), total(ints, 1), total({}, 0), pcall(total, nil, 0), (pcall(total, nil, 1)))
