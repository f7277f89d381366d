-- Arguments, results, methods.
local function two() return 1, 2 end
local function none() end
local function id(a, b, c) return a, b, c end
print(two(), two())
print((two()), two())
print(none(), (none()), none())
print(id(two()), id(0, two()), id(two(), 0))
print(id(1), (id(1, 2, 3)))
print(two(), (two()))
local function tail(n) if n == 0 then return "done", n end return tail(n - 1) end
print(tail(50))
local function pass() return two(), two() end
print(pass())
local function wrapped() return (two()) end
print(wrapped())
local object = { n = 1 }
function object:add(m, k) self.n = self.n + m return self, k end
function object.static(m) return m end
object.sub = { deep = {} }
function object.sub.deep.f(x) return x * 2 end
function object.sub.deep:g(x) return self == object.sub.deep, x end
print(object:add(2).n, object:add(3):add(4).n, object.static(5), object.sub.deep.f(4), object.sub.deep:g(1))
print(object.add(object, 1).n, object["add"](object, 1).n, (object:add(0)).n)
print(select("#", none()), select("#", nil), select("#", two()), select("#", object:add(1, 2)), select("#", (none())))
local s = ""
local function log(x) s = s .. x return x end
local _ = log("a") .. log("b"), log("c")
id(log("d"), log("e"))
id(log("f"))
print(s)
global = function(x) return x, x end
function globalfunction(x) return (x or 0) + 1 end
print(global(1), globalfunction(), globalfunction(5))
print((function(a, b) return b, a end)(1, 2))
print(type(print), type(nil), type({}), type("x"), type(2), type(two), tostring(nil), tonumber("12"), tonumber("x"))
local curried = function(a) return function(b) return function(c) return a + b + c end end end
print(curried(1)(2)(3))
do local f = two; local a, b, c = f(); print(a, b, c) end
for a, b in (function() local n = 0 return function(st, c) n = n + 1 if n < 3 then return n, c end end end)() do print(a, b) end
print(#{ two(), two() }, #{ two(), nil }, #{ none() })
return two(), two()
