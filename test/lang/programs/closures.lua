-- Closures share variables with their function, and each iteration makes new variables.
local function counter(start)
  local count = start or 0
  return function(step) count = count + (step or 1); return count end, function() return count end
end
local up, get = counter(10)
print(up(), up(5), get())
local up2, get2 = counter()
print(up2(), get2(), get())

local functions = {}
for i = 1, 3 do functions[i] = function() i = i + 1; return i end end
print(functions[1](), functions[1](), functions[2](), functions[3]())
for i = 1, 3 do functions[i] = function() return i end end
print(functions[1](), functions[2](), functions[3]())
for k, v in ipairs({ "a", "b" }) do functions[k] = function() v = v .. k; return v end end
print(functions[1](), functions[1](), functions[2]())
local n = 0
while n < 3 do
  n = n + 1
  local m = n
  functions[n] = function(d) m = m + (d or 0); return m end
end
print(functions[1](5), functions[1](), functions[2](), functions[3](1))
repeat
  local last = n
  functions[n] = function() last = last - 1; return last end
  n = n - 1
until last == 1 or functions[last]() < 0
print(n, functions[1](), functions[2](), functions[3]())

-- Parameters
local function both(a, b)
  local function swap() a, b = b, a end
  swap()
  return a, b, function() return a, b end
end
local p, q, r = both(1, 2)
print(p, q, r())

-- Through several functions
local function outer()
  local v = "v"
  return function()
    return function()
      v = v .. "!"
      return function() return v end
    end
  end
end
local inner = outer()()
local last = inner()
print(last(), inner()(), last())

-- Recursion
local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end
print(fact(10))
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(10), odd(7), even(3))
local function redefined() return 1 end
local old = redefined
function redefined() return old() + 1 end
print(redefined(), old())
local function nested(n) return function() if n == 0 then return "end" end return nested(n - 1)() end end
print(nested(3)())
local function self_assigned(n) if n == 0 then return "done" end self_assigned = function() return "replaced" end return self_assigned(n - 1) end
print(self_assigned(1))
