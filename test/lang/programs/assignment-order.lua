-- Multiple assignment: all expressions are evaluated before anything is assigned.
local function say(x) print("eval", type(x) == "table" and "table" or x) return x end
local a, b = 1, 2
a, b = b, a
print(a, b)
local t = {}
say(t)[say("k1")], say(t)[say("k2")] = say(1), say(2)
print(t.k1, t.k2)
local i = 1
i, t[i] = i + 1, 20
print(i, t[1], t[2])
t[i], i = "x", 9
print(i, t[2], t[9])
local u = { name = "u" }
local old = u
u.next, u = { name = "n" }, "gone"
print(u, old.next.name)
old.name, old = old, 5
print(old)
a, b, c = 1
print(a, b, c)
a, b, c = 1, 2, 3, say(4)
print(a, b, c)
local function two() return 7, 8 end
a, b, c = two()
print(a, b, c)
a, b, c = 0, two()
print(a, b, c)
a, b = two(), 5
print(a, b)
a, b = (two())
print(a, b)
a, b, c = two(), two()
print(a, b, c)
a = two(), 1
print(a)
local x, x = 1, 2
x, x = 3, 4
print(x)
local k = "k"
local m = {}
m[k], k = k, m
print(m.k, k == m)
do
  -- captured variables
  local v = 1
  local w = {}
  local function set(n) v = n return n end
  w[v], v = "first", 5
  print(w[1], v)
  w[set(3)], v, w[v] = v, v + 1, "last"
  print(w[3], w[5], v)
  v, w = set(7), set(8)
  print(v, w)
  local z = { 10, 20, 30 }
  local function drop() z = { 1, 2, 3 } return 2 end
  z[drop()] = z[3]
  print(z[2])
  z[1], z[2] = drop(), z[1]
  print(z[1], z[2])
end
