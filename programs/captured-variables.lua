-- Variables of loops, captured by closures: each round has its own, also when the loop is entered or left by OSR in the middle.
--
-- A captured variable that is assigned lives in a heap cell, a new one for every round. When a frame moves between interpreter and compiled
-- code, the cell that is current moves with it, and closures made before and after must share it.
--   Watch in --trace: osr entries into loops that make closures; deopts between a closure's making and the next assignment.
-- Usage: captured-variables.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 5000

-- One cell a round, for every kind of loop.
local function per_round(times)
  local gets, sets = {}, {}
  for i = 1, times do
    local own = i
    gets[i] = function() return own + i end
    sets[i] = function(value) own = own + value end
    own = own * 2
  end
  for i = 1, times, 3 do sets[i](1000) end
  local sum = 0
  for i = 1, times do sum = (sum + gets[i]()) % 1000003 end
  return sum
end
print("numeric for", per_round(rounds))

local function per_round_in(list)
  local functions = {}
  for index, value in ipairs(list) do
    functions[index] = function(step) value = value + step return index * value end
  end
  local sum = 0
  for _ = 1, 2 do
    for i, f in ipairs(functions) do sum = (sum + f(i % 3)) % 1000003 end
  end
  return sum
end
local list = {}
for i = 1, rounds do list[i] = i % 17 end
print("generic for", per_round_in(list))

local function per_round_while(times)
  local functions, i = {}, 0
  while i < times do
    i = i + 1
    local doubled = i * 2
    functions[#functions + 1] = function() doubled = doubled + i return doubled end
  end
  local sum = 0
  for _, f in ipairs(functions) do sum = (sum + f()) % 1000003 end
  return sum
end
print("while", per_round_while(rounds))

local function per_round_repeat(times)
  local functions, i = {}, 0
  repeat
    i = i + 1
    local last = i
    functions[i] = function() return last end
    local enough = last >= times
  until enough or functions[i]() >= times -- the condition sees the round's own variables
  local sum = 0
  for _, f in ipairs(functions) do sum = (sum + f()) % 1000003 end
  return #functions, sum
end
print("repeat", per_round_repeat(rounds))

-- A variable outside the loop is one for all rounds, shared by closures, the loop and a nested loop.
local function shared(times)
  local total, bump, read = 0, nil, nil
  for i = 1, times do
    if i == 10 then
      bump = function(by) total = total + by end
      read = function() return total end
    end
    total = total + 1
    if bump then
      bump(2)
      for j = 1, 3 do
        bump(j)
        if j == i % 5 then total = total - read() % 2 end
      end
    end
  end
  return total, read()
end
print("shared", shared(rounds))

-- Its type changes while compiled code has it: number, then string, then a table that has arithmetic.
local function changing(times)
  local value = 0
  local function get() return value end
  local function set(x) value = x end
  local texts = 0
  for i = 1, times do
    set(get() + 1)
    if i == math.floor(times / 4) then set(get() .. "") end
    if i == math.floor(times / 2) then set(get() + 0.5) end
    if i == math.floor(times * 3 / 4) then
      set(setmetatable({ n = get() }, { __add = function(a, b) a.n = a.n + b return a end }))
    end
    if type(value) == "string" then texts = texts + 1 end
  end
  return type(value), value.n, texts
end
print("changing", changing(rounds))

-- Left by break, return and error: the round's closure keeps the round's variable.
local function left(times)
  local kept = {}
  for i = 1, times do
    local v = i
    kept[1] = function() v = v + 1 return v end
    if i == times - 5 then break end
  end
  local function returned()
    for i = 1, times do
      local v = i
      local f = function() v = v + 10 return v end
      if i == math.floor(times / 2) then return f end
    end
  end
  kept[2] = returned()
  pcall(function()
    for i = 1, times do
      local v = i
      kept[3] = function() v = v + 100 return v end
      if i == math.floor(times / 3) then error("left") end
      v = -v
    end
  end)
  local sums = {}
  for i, f in ipairs(kept) do f() sums[i] = f() end
  return sums[1], sums[2], sums[3]
end
print("left early", left(rounds))

-- Closures of closures: three levels, each loop with its own, called in another order than made.
local function levels(times)
  local all = {}
  for a = 1, times do
    local x = a
    local function outer()
      local group = {}
      for b = 1, 3 do
        local y = b
        group[b] = function(c)
          x = x + 1
          y = y + c
          return x * 1000 + y * 10 + a % 10
        end
      end
      return group
    end
    all[a] = outer()
  end
  local digest = 0
  for pass = 1, 2 do
    for a = times, 1, -1 do
      for b = 1, 3 do digest = (digest * 7 + all[a][(a + b) % 3 + 1](pass)) % 1000003 end
    end
  end
  return digest
end
print("levels", levels(math.floor(rounds / 4)))

-- Coroutines that share a cell with the loop that resumes them.
local function with_coroutines(times)
  local turn, order = 0, 0
  local workers = {}
  for id = 1, 4 do
    local own = 0
    workers[id] = coroutine.wrap(function()
      while true do
        turn = turn + id
        own = own + 1
        coroutine.yield(own)
      end
    end)
  end
  for i = 1, times do
    order = (order * 3 + workers[turn % 4 + 1]() + turn) % 1000003
    turn = turn % 1000
    if i % 100 == 0 then turn = turn + 0.5 end
    if i % 100 == 50 then turn = math.floor(turn) end
    if turn ~= math.floor(turn) then turn = turn - 0.5 end
  end
  return turn, order
end
print("coroutines", with_coroutines(rounds))
