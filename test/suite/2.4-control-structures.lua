-- Control structures: if, while, repeat, both for loops, break, return.
-- case: if, elseif, else
local function f(x)
  if x == nil then return "nil"
  elseif x == false then return "false"
  elseif x == 1 then return "one"
  elseif x then return "truthy"
  else return "never" end
end
print(f(nil), f(false), f(1), f(0), f(""), f({}))
for i = 1, 30 do f(i) end
print(f(nil), f(false), f(1), f("x"))

-- case: a chain of conditions, hot, with types that change
local function classify(x)
  if type(x) ~= "number" then return type(x) end
  if x ~= x then return "nan" elseif x < 0 then return "negative" elseif x == 0 then return "zero"
  elseif x < 10 then return "digit" elseif x % 2 == 0 then return "even" else return "odd" end
end
local values = { -1, 0, 5, 11, 12, 0 / 0, 1.5, "s", true, {}, 1e300, -0.0 }
for round = 1, 10 do
  local t = {}
  for i, v in ipairs(values) do t[i] = classify(v) end
  if round % 5 == 0 then print(table.concat(t, " ")) end
end

-- case: while with a condition that changes type
local x, n = 10, 0
while x do
  n = n + 1
  x = x - 1
  if x == 5 then x = 4.5 end
  if x < 0 then x = nil end
end
print(x, n)

-- case: while true with break
local i = 0
while true do i = i + 1 if i >= 100 then break end end
print(i)
while false do print("never") end
while nil do print("never") end

-- case: repeat runs once at least
local n = 0
repeat n = n + 1 until true
print(n)
repeat n = n + 1 until n >= 40
print(n)
repeat local x = n n = n - 1.5 until x < 10
print(n)

-- case: numeric for: directions and steps
local function run(a, b, c)
  local t = {}
  if c then for i = a, b, c do t[#t + 1] = i end else for i = a, b do t[#t + 1] = i end end
  print(a, b, c, table.concat(t, " "))
end
run(1, 5) run(5, 1) run(5, 1, -1) run(1, 10, 3) run(10, 1, -4) run(1, 1) run(0, -1) run(1, 5, -1)
run(1.5, 4) run(1, 3.5) run(1, 2, 0.25) run(3, 1, -0.5) run(-1, 1, 0.5) run(1, 0.5)

-- case: numeric for at the ends of int32
local function run(a, b, c)
  local t = {}
  for i = a, b, c do t[#t + 1] = i if #t > 6 then break end end
  print(table.concat(t, " "))
end
run(2147483645, 2147483647, 1) run(2147483645, 2147483650, 1) run(-2147483646, -2147483648, -1) run(-2147483646, -2147483650, -1)
run(2147483647, 2147483647, 1) run(-2147483648, 2147483647, 2147483647) run(2147483640, 2147483647, 5)
run(0, 2147483647, 2147483647) run(0, -2147483648, -2147483648) run(2147483647, -2147483648, -2147483648)

-- case: numeric for at the ends of int32, hot
for round = 1, 15 do
  local n, last = 0, nil
  for i = 2147483630, 2147483647 do n = n + 1 last = i end
  for i = -2147483630, -2147483648, -1 do n = n + 1 last = last - i end
  if round % 7 == 0 then print(n, last) end
end

-- case: numeric for with strings that are numbers
for i = "1", "3" do io.write(i, " ", type(i), " ") end
print()
for i = 3, "1", "-1" do io.write(i, " ") end
print()

-- case: for initial value must be a number
for i = "x", 2 do end

-- case: for initial value is nil
for i = nil, 2 do end

-- case: for limit must be a number
for i = 1, {} do end

-- case: for limit is missing by mistake
local limit
for i = 1, limit do end

-- case: for step must be a number
for i = 1, 2, true do end

-- case: errors of for are caught
print(pcall(function() for i = {}, 1 do end end))
print(pcall(function() for i = 1, print do end end))
print(pcall(function() for i = 1, 2, "x" do end end))
print(pcall(function() for i = nil, nil, nil do end end))

-- case: for bounds are evaluated once
local n = 0
local function limit() n = n + 1 return 5 end
local sum = 0
for i = limit() - 4, limit(), limit() / 5 do sum = sum + i end
print(sum, n)
local top = 3
for i = 1, top do top = 100 sum = sum + 1 end
print(sum, top)

-- case: for with infinite and nan bounds
local n = 0
for i = 1, math.huge do n = n + 1 if n == 50 then break end end
print(n)
for i = 1, 0 / 0 do n = n + 1 end
for i = 0 / 0, 1 do n = n + 1 end
for i = 1, -math.huge do n = n + 1 end
for i = -1, -math.huge, -1 do n = n + 1 if n == 80 then break end end
print(n)

-- case: for with a fraction that does not add up
local n, last = 0, nil
for x = 0, 1, 0.1 do n = n + 1 last = x end
print(n, last)
n = 0
for x = 1, 0, -0.1 do n = n + 1 last = x end
print(n, ("%.17g"):format(last))

-- case: nested loops with break
local t = {}
for i = 1, 10 do
  for j = 1, 10 do
    if j > i then break end
    if i * j == 42 then t[#t + 1] = i .. "x" .. j end
    t[#t + 1] = i % 5 == 0 and j == 5 and "five" or nil
  end
  if i == 9 then break end
end
print(table.concat(t, " "))

-- case: break out of each kind of loop
local n = 0
for i = 1, 10 do if i == 3 then break end n = n + 1 end
for k in pairs { a = 1, b = 2 } do n = n + 10 break end
while true do n = n + 100 break end
repeat n = n + 1000 if n then break end until false
print(n)

-- case: generic for with pairs and ipairs
local t = { "a", "b", "c", nil, "e" }
for i, v in ipairs(t) do io.write(i, v, " ") end
print()
local sum, keys = 0, 0
for k, v in pairs { 1, 2, 3, x = 4, y = 5 } do keys = keys + 1 sum = sum + v end
print(sum, keys)
for k, v in pairs {} do print("never") end
for i, v in ipairs {} do print("never") end

-- case: generic for with an iterator of one's own
local function range(n) return function(limit, i) if i < limit then return i + 1, (i + 1) ^ 2 end end, n, 0 end
for i, square in range(5) do io.write(i, "=", square, " ") end
print()
local total = 0
for i, square in range(60) do total = total + square end
print(total)

-- case: generic for passes state and control
local calls = {}
local function iterator(state, control)
  calls[#calls + 1] = tostring(state) .. ":" .. tostring(control)
  if control == nil then return 1 elseif control < 3 then return control + 1 end
end
for i in iterator, "state" do end
for i in iterator, nil, 2 do end
for i in iterator do break end
print(table.concat(calls, " "))

-- case: generic for ends at nil, not at false
local values = { false, 0, "", nil, 5 }
local i = 0
for v in function() i = i + 1 return values[i] end do io.write(tostring(v), " ") end
print(i)

-- case: generic for with more variables than values
for a, b, c, d in function(_, x) if not x then return 1, 2 end end do print(a, b, c, d) end
for a in function(_, x) if not x then return 1, 2, 3 end end do print(a) end

-- case: generic for over a callable table
local t = setmetatable({ n = 0 }, { __call = function(self, state, control) self.n = self.n + 1 if self.n <= 3 then return self.n, state, control end end })
for a, b, c in t, "s", 0 do print(a, b, c) end

-- case: generic for over something that cannot be called
print(pcall(function() for x in nil do end end))
print(pcall(function() for x in {} do end end))
print(pcall(function() for x in 5 do end end))
print(pcall(function() local t = {} for x in t.iterator do end end))
print(pcall(function() for x in pairs(nil) do end end))
print(pcall(function() for x in ipairs() do end end))

-- case: changing the control variable in a generic for
for i, v in ipairs { 10, 20, 30 } do i = i * 100 v = v + 1 io.write(i, " ", v, " ") end
print()

-- case: assigning to existing fields while traversing
local t = { a = 1, b = 2, c = 3 }
for k, v in pairs(t) do t[k] = v * 10 end
print(t.a, t.b, t.c)
for k in pairs(t) do t[k] = nil end
print(next(t))

-- case: return in the middle of loops
local function find(t, x) for i = 1, #t do if t[i] == x then return i end end end
local t = {}
for i = 1, 50 do t[i] = i * i end
print(find(t, 49), find(t, 2500), find(t, 3))
local function first(t) for k, v in pairs(t) do return k, v end end
print(first { x = 1 }, first {})

-- case: return of several values from nested blocks
local function f(n)
  while true do
    repeat
      for i = 1, n do if i == 3 then do return i, "three", nil end end end
      return
    until true
  end
end
print(f(5))
print(f(2), select("#", f(2)), select("#", f(5)))

-- case: do blocks
do local a = 1 do local a = 2 print(a) end print(a) end
do end
do do do print("deep") end end end
print(a)

-- case: syntax: break outside a loop
print(1)
break

-- case: syntax: break in a function inside a loop
while true do local f = function() break end end

-- case: syntax: break is the last statement
while true do break print(1) end

-- case: syntax: return is the last statement
local function f() return 1 print(2) end

-- case: syntax: a missing end
if true then
  print(1)

-- case: syntax: a missing end names its line
for i = 1, 2 do
  while true do
    print(1)
end

-- case: syntax: an end too many
if true then end end

-- case: syntax: if without then
if true print(1) end

-- case: syntax: while without do
while true print(1) end

-- case: syntax: for without do
for i = 1, 2 print(i) end

-- case: syntax: for without bounds
for i do end

-- case: syntax: for with one bound
for i = 1 do end

-- case: syntax: for with four bounds
for i = 1, 2, 3, 4 do end

-- case: syntax: for over a field
for t.x = 1, 2 do end

-- case: syntax: repeat without until
repeat print(1)

-- case: syntax: else if without two ends
if a then print(1) else if b then print(2) end

-- case: syntax: elseif after else
if a then else elseif b then end

-- case: syntax: until without repeat
until true

-- case: syntax: then without if
then

-- case: a loop that is never entered costs nothing
for i = 1, -1e300 do print("never") end
for i = 1e300, 1 do print("never") end
while not true do end
print("done")

-- case: collatz, hot, with ints and doubles
local longest, best = 0, 0
for n = 1, 300 do
  local x, steps = n, 0
  while x ~= 1 do
    if x % 2 == 0 then x = x / 2 else x = 3 * x + 1 end
    steps = steps + 1
  end
  if steps > longest then longest, best = steps, n end
end
print(longest, best)

-- case: a loop whose variable is captured half of the time
local fs = {}
for i = 1, 40 do if i % 2 == 0 then fs[#fs + 1] = function() i = i + 1 return i end end end
local sum = 0
for _, f in ipairs(fs) do sum = sum + f() + f() end
print(sum)

-- case: a loop with a pcall in it
local good, bad = 0, 0
for i = 1, 60 do
  if pcall(function() if i % 7 == 0 then error("x") end if i % 11 == 0 then local n; n() end end) then good = good + 1 else bad = bad + 1 end
end
print(good, bad)

-- case: loops whose first index is beyond the limit, a fraction, huge or NaN, after many that were ints
local function rounds(first, limit, step)
  local count, last = 0, "none"
  for i = first, limit, step do
    count, last = count + 1, i
    if count > 50 then break end
  end
  return count, last
end
local function up(first, limit) local count = 0 for i = first * first, limit, first do count = count + 1 end return count end
local function down(first, limit) local count, last = 0, 0 for i = first * first, limit, -1 do count, last = count + 1, i end return count, last end
for i = 1, 60 do io.write(up(i * 1000, 1e7), " ") end
print()
for i = 1, 20 do io.write(down(i * 1000, 4e8 - 2), " ") end
print()
local nan = 0 / 0
for round = 1, 3 do
  for i = 1, 30 do rounds(i, 40, 3) end
  print(rounds(2 ^ 40, 10, 1), rounds(-2 ^ 40, 10, -1), rounds(10.5, 10, 1), rounds(nan, 10, 1), rounds(1, nan, 1), rounds(3, 10, 2))
  for i = 1, 30 do rounds(i / 2 + i / 2, 40, 3) end
  print(rounds(2 ^ 31, 2 ^ 31, 1), rounds(1 / 0, 5, 1), rounds(-1 / 0, 5, -1), rounds(4 / 2, 8 / 2, 2 / 2), rounds(-0, 2, 1), rounds(0.5, 3, 1))
  print(rounds(10.0000000001, 10, 1e9), rounds(9.9999999999, 10, 1), rounds(10, 9.5, 1), rounds(10, 9.5, -1), rounds(2147483600, 2147483647, 1))
  print(rounds(1, 10, 0.5), rounds(10, 1, -0.25), rounds(1, 3, 0), rounds(3, 1, 0), pcall(rounds, "x", 1, 1))
  print(rounds("2", "5", "1"), rounds(3e9, 3e9 + 2, 1), rounds(-3e9, -3e9 - 2, -1), rounds(2147483646, 2147483649, 1))
end
print(up(46341, 2 ^ 31), up(46340, 2 ^ 31 - 1), up(46341, 2 ^ 31 - 1), down(46341, 2 ^ 31 - 1))
