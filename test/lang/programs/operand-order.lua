-- A variable is read when the operation happens, everything else when it is evaluated: as lua5.1 does.
local a = 1
local function set(n) a = n return n end
print(a + set(2), a)
a = 1
print(set(3) + a)
a = 1
print(a - set(10), a * set(4), a / set(2))
a = 1
print(a .. set(2) .. a .. set(3))
a = 1
print(a, set(5), a)
a = 1
print(a < set(2), a == set(7), a >= set(8))
a = 1
print((a) + set(2), (a + 0) + set(3), -a + set(4))
a = 1
local t = { a, set(2), a, [set(3)] = a, x = a + set(4) }
print(t[1], t[2], t[3], t.x)
a = { v = "old" }
local function replace() a = { v = "new", w = "W" } return "v" end
print(a[replace()])
a = { v = "old" }
a[replace()] = "assigned"
print(a.v)
a = { m = function(self, x) return self.n, x end, n = "first" }
local first = a
print(a:m(set({ n = "second" }).n), a.n)
a = 1
local function same(x, y) return x, y end
print(same(a, set(9)))
a = 1
print(a and set(false), a)
a = false
print(a or set(3), a)
a = 2
for i = a, set(4), a - 3 do print("never", i) end
for i = a, set(2) + 3 do print(i) end
local up = 1
local function inner()
  local function bump() up = up + 1 return up end
  print(up + bump(), bump() + up, up * bump())
  up = up + bump()
  return up
end
print(inner())
g = 1
local function setg(n) g = n return n end
print(g + setg(2), g)
local box = { n = 1 }
local function setn(n) box.n = n return n end
print(box.n + setn(5), box.n)
a = 5
local b = a
a = a + set(10) + a
print(a, b)
return a, b
