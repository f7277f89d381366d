-- Constructors: items, fields, keys, calls at the end, more than 50 items.
local function f() return 1, 2, 3 end
local function show(t) local s = "" for i = 1, 12 do s = s .. tostring(t[i]) .. " " end print(s) end
show({})
show({ f() })
show({ f(), f() })
show({ f(), nil })
show({ (f()) })
show({ f(), x = 1 })
show({ x = 1, f() })
show({ 1, 2, [2] = "two", [5] = "five", 3; 4, })
show({ [1] = "one", "item" })
show({ 1, nil, 3 })
show({ [f()] = f(), f(); })
local t = { a = 1, ["b c"] = 2, [3] = 3, [1.5] = 4, [true] = 5, d = { e = { f = "deep" } } }
print(t.a, t["b c"], t[3], t[1.5], t[true], t.d.e.f, t.d["e"].f, t.none)
local big = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
  36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, key = "k", 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68,
  69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, f() }
local sum = 0
for i = 1, #big do sum = sum + big[i] * i end
print(#big, sum, big[50], big[51], big[100], big[101], big[103], big.key)
t[1], t[2] = "x", "y"
t[-1] = "minus"
t[1e0] = "X"
print(t[1], t[2], t[-1], #{ 1, 2, nil }, #"abc")
t.f = function(self, n) return n and self.a + n end
print(t:f(1), t.f(t, 2), t:f())
local nested = { { { 1 } } }
nested[1][1][1] = nested[1][1][1] + 1
print(nested[1][1][1])
local key = "dyn"
local u = { [key] = 1, [key .. "2"] = 2, key = 3 }
print(u.dyn, u.dyn2, u.key)
t = { { 1 }, { 2 }, n = 0 }
for _, v in ipairs(t) do t.n = t.n + v[1] end
print(t.n)
local count = 0
for k, v in pairs({ 1, 2, x = 3 }) do count = count + v end
print(count, next({}), next({ 7 }))
print(({ 1, 2, 3 })[2], ({ x = "y" }).x, #{ f() }, ("abc") == "abc")
t = { }
t.t = t
print(t.t.t.t == t)
