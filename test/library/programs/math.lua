-- 5.6: math.
local function try(f) print(coroutine.resume(coroutine.create(f))) end

local samples = { 0, 1, -1, 0.5, -2.5, 3.7, 1e10, -1e-10, 1e300, 1 / 0, -1 / 0 }
for _, name in ipairs({ "abs", "ceil", "floor", "sin", "cos", "tan", "atan", "exp", "sqrt", "log", "log10", "sinh", "cosh", "tanh", "deg", "rad" }) do
  local f = math[name]
  for _, x in ipairs(samples) do
    local y = f(x)
    if y == y then print(name, x, y) end
  end
end
print(math.acos(1), math.asin(0.5), math.atan2(1, -1), math.atan2(-1, 0), math.pow(2, 10), math.pow(2, 0.5), math.pow("2", 3))
print(math.fmod(5, 3), math.fmod(-5, 3), math.fmod(5, -3), math.fmod(5.5, 2), math.mod(7, 4), -5 % 3)
print(math.modf(3.7), math.modf(-3.7), math.modf(5), math.modf(1 / 0), math.modf(-1 / 0))
print(math.frexp(10), math.frexp(0), math.frexp(-0.1), math.ldexp(0.5, 4), math.ldexp(1, -1074), math.ldexp(1, "3"))
print(math.max(1, 5, 3), math.min(1, 5, -3), math.max(2), math.min("3", 2), math.max(1.5, 1), math.max(-0, 0))
print(math.huge, -math.huge, math.pi, math.floor(-0.5), math.ceil(-0.5), math.floor("3.7"), math.abs(-0))
print(math.floor(2 ^ 31), math.floor(-2 ^ 31 - 0.5), math.ceil(2 ^ 53), math.abs(-2 ^ 31))

print(math.random(), math.random(), math.random(10), math.random(5, 8), math.random(-3, 3))
math.randomseed(42)
for i = 1, 10 do print(math.random(), math.random(100), math.random(-5, 5)) end
math.randomseed(42)
print(math.random(), math.random(1), math.random(2 ^ 31 - 1), math.random(3.7))
math.randomseed(-1.5)
print(math.random())

try(function() return math.random(0) end)
try(function() return math.random(2, 1) end)
try(function() return math.random(1, 2, 3) end)
try(function() return math.random("x") end)
try(function() return math.randomseed() end)
try(function() return math.max() end)
try(function() return math.max(1, "x") end)
try(function() return math.fmod() end)
try(function() return math.fmod(1) end)
try(function() return math.sin("x") end)
try(function() return math.ldexp(1) end)
try(function() return math.pow({}, 1) end)
try(function() return math.floor(nil) end)
