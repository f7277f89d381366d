-- Allocation in compiled loops around recursion without end, whose stack overflow is caught, many times.
--
-- The stack overflows in interpreted, in compiled and in inlined frames, in coroutines, in metamethods and in handlers. After each the program
-- goes on, with its data intact. How deep one gets is the implementation's own matter, so only that it was deep enough is printed.
--   Watch in --trace: osr entries and deopts go on between overflows.
-- Usage: stack-overflows.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 8

local function is_overflow(message) return tostring(message):find("stack overflow", 1, true) ~= nil end

local depth = 0
local function endless(n)
  depth = n
  return 1 + endless(n + 1)
end
local function with_garbage(n)
  depth = n
  local t = { n, { n + 1 } }
  return with_garbage(n + 1) + t[1]
end
local function forwards(...)
  depth = depth + 1
  return (forwards(...))
end
local even, odd
function even(n) depth = n local r = odd(n + 1) return r + 1 end
function odd(n) local r = even(n + 1) return r * 2 end

local function recurse_by(f, times)
  local overflows, deep, kept = 0, 0, {}
  for i = 1, times do
    depth = 0
    local before = { i, tostring(i), { i = i } }
    local ok, message = pcall(f, 1)
    if not ok and is_overflow(message) then overflows = overflows + 1 end
    if depth > 1000 then deep = deep + 1 end
    -- Allocate between overflows, keep some.
    for k = 1, 200 do
      local item = { k, name = "item " .. k }
      if k % 50 == i % 50 then kept[#kept + 1] = item end
    end
    if before[1] ~= i or before[2] ~= tostring(i) or before[3].i ~= i then error("data was lost") end
  end
  local sum = 0
  for _, item in ipairs(kept) do sum = sum + item[1] + #item.name end
  return overflows, deep, sum
end

print("plain", recurse_by(endless, rounds))
print("with garbage", recurse_by(with_garbage, math.ceil(rounds / 4)))
print("two functions", recurse_by(even, math.ceil(rounds / 2)))
-- A vararg function has its arguments twice on the stack.
local overflows = 0
for _ = 1, math.ceil(rounds / 5) do
  local ok, message = pcall(forwards, 1, 2, 3)
  if not ok and (is_overflow(message) or tostring(message):find("too many")) then overflows = overflows + 1 end
end
print("varargs", overflows)

-- Recursion that ends, just deep: it has to work after all those overflows.
local function sum_to(n)
  if n == 0 then return 0 end
  return n + sum_to(n - 1)
end
local total = 0
for _ = 1, rounds * 5 do total = total + sum_to(2000) end
print("deep but finite", total)

-- Caught at several depths: an overflow unwinds to the innermost pcall, and the outer ones go on counting.
local function nested(level)
  if level == 0 then return endless(1) end
  local ok, message = pcall(nested, level - 1)
  if ok then return "it ended" end
  return error((tostring(message):gsub("^.*stack overflow.*$", "stack overflow")) .. "<" .. level, 0)
end
for level = 1, 3 do print("nested " .. level, pcall(nested, level)) end

-- In coroutines, which have stacks of their own; a dead one stays dead, the others go on.
local finished = 0
for i = 1, rounds do
  local co = coroutine.create(function(x)
    local y = coroutine.yield(x + 1)
    return endless(y)
  end)
  local _, first = coroutine.resume(co, i)
  local ok, message = coroutine.resume(co, first)
  if not ok and is_overflow(message) and coroutine.status(co) == "dead" then finished = finished + 1 end
end
print("coroutines", finished)

-- With upvalues that are open at every level, and closures that live on.
local function closing(times)
  local gets = {}
  for i = 1, times do
    local top = 0
    pcall(function()
      local function down(n)
        top = n
        local mine = n
        if n == 100 then gets[i] = function() mine = mine + 1 return mine + top % 1 end end
        return down(n + 1) + mine
      end
      return down(1)
    end)
  end
  local sum = 0
  for _, get in ipairs(gets) do sum = sum + get() + get() end
  return #gets, sum
end
print("closures", closing(rounds))
