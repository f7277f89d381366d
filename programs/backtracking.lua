-- Backtracking by yield: a search is a generator of solutions, and combining searches is nesting generators.
--
-- The searches undo their moves after each yield, so that what a consumer sees is valid only until it asks for more. Recursion inside the
-- generator is as deep as the problem; a yield leaves all of it on its stack.
--   Watch in --trace: `place` and `extend` are compiled as functions while they recurse; osr in the consumers' loops.
-- Usage: backtracking.lua [queens] [words of the pattern problem]

local size = tonumber(arg and arg[1]) or 8
local words = tonumber(arg and arg[2]) or 60

-- Queens: every solution, as a string of columns.
local function queens(n)
  local columns, used, up, down = {}, {}, {}, {}
  local function place(row)
    if row > n then return coroutine.yield(columns) end
    for column = 1, n do
      if not used[column] and not up[row + column] and not down[row - column] then
        columns[row], used[column], up[row + column], down[row - column] = column, true, true, true
        place(row + 1)
        columns[row], used[column], up[row + column], down[row - column] = nil, nil, nil, nil
      end
    end
  end
  return coroutine.wrap(function() place(1) end)
end

local solutions, symmetric, first = 0, 0, nil
for columns in queens(size) do
  solutions = solutions + 1
  first = first or table.concat(columns, " ")
  local same = true
  for row = 1, size do
    if columns[row] + columns[size + 1 - row] ~= size + 1 then same = false end
  end
  if same then symmetric = symmetric + 1 end
end
print("queens", solutions, symmetric, first)

-- Matching with goals, as in logic programming: a goal is a function that yields once for every way to reach it.
local function alternatives(...)
  local goals = { ... }
  return function(text, at)
    for _, goal in ipairs(goals) do
      for stop in coroutine.wrap(function() goal(text, at) end) do coroutine.yield(stop) end
    end
  end
end
local function sequence(a, b)
  return function(text, at)
    for middle in coroutine.wrap(function() a(text, at) end) do
      for stop in coroutine.wrap(function() b(text, middle) end) do coroutine.yield(stop) end
    end
  end
end
local function literal(expected)
  return function(text, at)
    if text:sub(at, at + #expected - 1) == expected then coroutine.yield(at + #expected) end
  end
end
local function empty(_, at) coroutine.yield(at) end
local function many(goal)
  local self
  self = alternatives(sequence(goal, function(text, at) return self(text, at) end), empty)
  return self
end
local function matches(goal, text)
  local ways = 0
  for stop in coroutine.wrap(function() goal(text, 1) end) do
    if stop == #text + 1 then ways = ways + 1 end
  end
  return ways
end

-- (a | ab)(c | bc)* c?  is ambiguous: the number of ways counts.
local pattern = sequence(
  sequence(alternatives(literal("a"), literal("ab")), many(alternatives(literal("c"), literal("bc")))),
  alternatives(literal("c"), empty)
)
local ways, matched, seed = 0, 0, 7
for _ = 1, words do
  local text = "a"
  for _ = 1, seed % 9 + 1 do
    seed = (seed * 16807) % 2147483647
    text = text .. (seed % 3 == 0 and "bc" or "c")
  end
  local n = matches(pattern, text)
  ways = ways + n
  if n > 0 then matched = matched + 1 end
end
print("patterns", matched, ways)

-- A puzzle: SEND + MORE = MONEY, digit by digit from the right, with the carry; the first solution ends the search.
local function solve(addends, sum)
  local digit_of, taken = {}, {}
  local tried = 0
  local function each(letter)
    return coroutine.wrap(function()
      if digit_of[letter] then return coroutine.yield(digit_of[letter]) end
      for digit = 0, 9 do
        if not taken[digit] then
          digit_of[letter], taken[digit] = digit, true
          tried = tried + 1
          coroutine.yield(digit)
          digit_of[letter], taken[digit] = nil, nil
        end
      end
    end)
  end
  local function extend(position, carry)
    local target = sum:sub(-position, -position)
    if position > #sum then
      if carry == 0 and digit_of[sum:sub(1, 1)] ~= 0 and digit_of[addends[1]:sub(1, 1)] ~= 0 then coroutine.yield(digit_of) end
      return
    end
    local function add(index, total)
      if index > #addends then
        local before = digit_of[target]
        if before == nil and taken[total % 10] then return end
        if before ~= nil and before ~= total % 10 then return end
        if before == nil then digit_of[target], taken[total % 10] = total % 10, true end
        extend(position + 1, math.floor(total / 10))
        if before == nil then digit_of[target], taken[total % 10] = nil, nil end
        return
      end
      local letter = addends[index]:sub(-position, -position)
      if letter == "" or position > #addends[index] then return add(index + 1, total) end
      for digit in each(letter) do add(index + 1, total + digit) end
    end
    add(1, carry)
  end
  for digits in coroutine.wrap(function() extend(1, 0) end) do
    local text = {}
    for letter in sum:gmatch(".") do text[#text + 1] = digits[letter] end
    return table.concat(text), tried
  end
  return "none", tried
end
-- The yield of a solution happens inside the generators of single letters' digits, and has to pass through them: each level of `each` is
-- resumed by the level below, so only the outermost loop sees solutions. PUC Lua's yield belongs to the innermost coroutine; the search
-- therefore runs in one coroutine and asks the letters' generators as a plain consumer.
print("SEND + MORE", solve({ "SEND", "MORE" }, "MONEY"))
