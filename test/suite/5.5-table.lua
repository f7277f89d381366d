-- Table library, and tables as such: length, holes, growth, removal.
-- case: insert and remove at the ends
local t = {}
table.insert(t, "a") table.insert(t, "b") table.insert(t, 1, "z") table.insert(t, #t + 1, "e")
print(table.concat(t, " "), #t)
print(table.remove(t), table.remove(t, 1), table.concat(t, " "), #t)
print(table.remove(t), table.remove(t), table.remove(t), #t, select("#", table.remove(t)))

-- case: insert at the end in code that gets hot
local function fill(t, n, v)
  for i = 1, n do table.insert(t, v == nil and i or v) end
  return #t, t[1], t[#t], t[n]
end
local stored = 0
local proxy = setmetatable({}, { __newindex = function() stored = stored + 1 end })
for _ = 1, 3 do
  print(fill({}, 300))
  print(fill({ "a", "b" }, 300, "v"))
  print(fill({ x = 1, [3] = "three" }, 300))
  print(fill(proxy, 100), stored)
  print(pcall(fill, {}, 3, false))
end
print(pcall(fill, 5, 3))
local function nils(t, n) for i = 1, n do table.insert(t, i % 2 == 0 and i or nil) end return #t end
print(nils({}, 200))

-- case: insert in the middle
local t = { 1, 2, 3, 4, 5 }
table.insert(t, 3, "x")
print(table.concat(t, " "))
table.insert(t, 1, "first")
print(table.concat(t, " "))
table.insert(t, #t, "before last")
print(table.concat(t, " "))

-- case: insert past the end and before the start
local t = { 1, 2 }
table.insert(t, 5, "five")
print(t[3], t[4], t[5], t[1], t[2])
local u = { 1, 2 }
table.insert(u, 0, "zero")
print(u[0], u[1], u[2], u[3])
table.insert(u, -1, "minus")
print(u[-1], u[0], u[1])

-- case: insert with wrong arguments
print(pcall(table.insert), pcall(table.insert, {}), pcall(table.insert, {}, 1, 2, 3), pcall(table.insert, 5, 1))
print(pcall(table.insert, {}, "x", 1), pcall(table.insert, {}, {}, 1), pcall(table.insert, {}, nil))
local t = {}
print(pcall(table.insert, t, nil), #t, pcall(table.insert, t, "1", "s"), t[1])

-- case: remove with positions
local t = { "a", "b", "c", "d", "e" }
print(table.remove(t, 2), table.concat(t, " "))
print(table.remove(t, 4), table.concat(t, " "))
print(table.remove(t, 10), table.remove(t, 0), table.remove(t, -1), #t)
print(pcall(table.remove), pcall(table.remove, 1), pcall(table.remove, {}, "x"))
print(table.remove({}), table.remove({}, 1), select("#", table.remove({})), select("#", table.remove({}, 1)))

-- case: a queue and a stack, hot
local q, sum = {}, 0
for i = 1, 60 do
  table.insert(q, i)
  if i % 3 == 0 then sum = sum + table.remove(q, 1) * 2 - table.remove(q) end
end
print(#q, sum, table.concat(q, " "))

-- case: concat
print(table.concat({}), table.concat({ 1, 2, 3 }), table.concat({ 1, 2, 3 }, ", "), table.concat({ "a" }, "x"))
print(table.concat({ 1, 2, 3 }, ",", 2), table.concat({ 1, 2, 3 }, ",", 2, 3), table.concat({ 1, 2, 3 }, ",", 3, 2), table.concat({ 1, 2, 3 }, ",", 2, 2))
print(table.concat({ 1.5, -2, "x" }, 0), table.concat({ [0] = "z", "a" }, "-", 0, 1), table.concat({ 1, 2 }, nil), table.concat({ 1, 2 }, "\0"):byte(2))

-- case: concat with wrong values
print(pcall(table.concat, { 1, {}, 3 }), pcall(table.concat, { 1, nil, 3 }, ",", 1, 3), pcall(table.concat, { true }))
print(pcall(table.concat), pcall(table.concat, 1), pcall(table.concat, {}, {}), pcall(table.concat, { 1 }, ",", "x"))
print(pcall(table.concat, {}, "", 1, 1), pcall(table.concat, { print }, ""))

-- case: sort numbers and strings
local t = { 5, 2, 8, 1, 9, 3, 7, 4, 6, 0 }
table.sort(t)
print(table.concat(t, " "))
table.sort(t, function(a, b) return a > b end)
print(table.concat(t, " "))
local s = { "pear", "fig", "apple", "Fig", "", "10", "9" }
table.sort(s)
print(table.concat(s, ","))
local m = { 3, 1.5, -2, 1e10, 0, -0.5, 2 ^ 31 }
table.sort(m)
print(table.concat(m, " "))

-- case: sort of small, equal and sorted tables
for n = 0, 5 do
  local t = {}
  for i = 1, n do t[i] = (i * 7) % 5 end
  table.sort(t)
  io.write("[", table.concat(t, " "), "] ")
end
local eq = { 1, 1, 1, 1 }
table.sort(eq)
print(table.concat(eq, " "))

-- case: sort errors
print(pcall(table.sort, { 1, "x" }), pcall(table.sort, { {}, {} }), pcall(table.sort, { 1, nil, 3 }) ~= nil)
print(pcall(table.sort), pcall(table.sort, 5), pcall(table.sort, {}, 5), pcall(table.sort, { 3, 2, 1 }, "x"))
print(pcall(table.sort, { true, false }), pcall(table.sort, { 2, 1 }, function() error("cmp", 0) end))

-- case: an invalid order function
local t = {}
for i = 1, 20 do t[i] = i % 7 end
print(pcall(table.sort, t, function() return true end))

-- case: sort records by several keys
local people = { { "bob", 30 }, { "al", 25 }, { "cy", 30 }, { "di", 25 }, { "ed", 40 } }
table.sort(people, function(a, b) if a[2] ~= b[2] then return a[2] < b[2] end return a[1] > b[1] end)
local out = {}
for i, p in ipairs(people) do out[i] = p[1] .. p[2] end
print(table.concat(out, " "))

-- case: sort with the results of metamethods and of odd comparators
local mt = { __lt = function(a, b) return a.v < b.v end }
local t = {}
for i = 1, 15 do t[i] = setmetatable({ v = i * 7 % 16 }, mt) end
table.sort(t)
local s = {}
for i, o in ipairs(t) do s[i] = o.v end
print(table.concat(s, " "))
local u = { 5, 3, 4 }
table.sort(u, function(a, b) return a < b and 1 or nil end)
print(table.concat(u, " "))

-- case: sort counts comparisons in the same order
local n, log = 0, {}
local t = { 4, 2, 5, 1, 3 }
table.sort(t, function(a, b) n = n + 1 log[#log + 1] = a .. "<" .. b return a < b end)
print(n, table.concat(log, " "))

-- case: big sort, hot
local t, x = {}, 12345
for i = 1, 500 do x = (x * 1103515245 + 12345) % 2 ^ 31 t[i] = x % 1000 end
table.sort(t)
local ok = true
for i = 2, #t do if t[i - 1] > t[i] then ok = false end end
print(ok, t[1], t[250], t[500])
table.sort(t, function(a, b) return a > b end)
print(t[1], t[250], t[500])

-- case: maxn
print(table.maxn {}, table.maxn { 1, 2, 3 }, table.maxn { 1, nil, 3 }, table.maxn { [10] = 1, [2.5] = 2 }, table.maxn { [-1] = 1, x = 2 }, table.maxn { [1e10] = 1 })
print(pcall(table.maxn), pcall(table.maxn, 5))

-- case: getn, setn, foreach, foreachi
print(table.getn { 1, 2, 3 }, table.getn {}, pcall(table.setn, {}, 5))
table.foreachi({ "a", "b", "c" }, print)
print(table.foreachi({ 1, 2, 3, 4 }, function(i, v) if v == 3 then return "found", i end end))
table.foreach({ x = 1 }, print)
print(table.foreach({ 5, 6, 7 }, function(k, v) if v == 6 then return k end end), table.foreach({}, error))
print(pcall(table.foreach), pcall(table.foreach, {}), pcall(table.foreachi, {}, 5), pcall(table.foreachi, { 1 }, function() error("e", 0) end))

-- case: length after growing and shrinking
local t = {}
for i = 1, 70 do t[i] = i end
print(#t)
for i = 70, 36, -1 do t[i] = nil end
print(#t)
for i = 36, 40 do t[#t + 1] = "x" .. i end
print(#t, t[36], t[40], t[41])
while #t > 0 do t[#t] = nil end
print(#t, next(t))

-- case: keys of every type
local t, f, u, co = {}, function() end, {}, coroutine.create(print)
t[1], t["1"], t[1.5], t[true], t[false], t[f], t[u], t[co], t[-1], t[0], t[1e300] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
local sum, n = 0, 0
for k, v in pairs(t) do sum = sum + v n = n + 1 end
print(sum, n, t[1], t["1"], t[1.5], t[true], t[false], t[f], t[u], t[co], t[-1], t[0], t[1e300])
t[f], t[true], t[1.5] = nil
print(t[f], t[true], t[1.5], t[1])

-- case: negative and huge indices
local t = {}
for i = -20, 20 do t[i] = i * i end
local s = 0
for i = -20, 20 do s = s + t[i] end
print(s, #t, t[-20], t[0], t[20], t[21])
t[2 ^ 31], t[-2 ^ 31], t[2 ^ 53] = "a", "b", "c"
print(t[2147483648], t[-2147483648], t[2 ^ 53], t[2 ^ 53 + 1])

-- case: fractional keys, hot
local t = {}
for i = 1, 40 do t[i / 4] = i end
local s = 0
for i = 1, 40 do s = s + t[i * 0.25] end
print(s, #t, t[1], t[0.25], t[10], t[10.25])

-- case: filling backwards and sparsely
local t = {}
for i = 30, 1, -1 do t[i] = i end
local s = 0
for i = 1, #t do s = s + t[i] end
print(#t, s)
local u = {}
for i = 1, 100, 7 do u[i] = i end
local n = 0
for k, v in pairs(u) do n = n + v end
print(n, u[1], u[99], u[2])

-- case: an array whose elements change type in mid-run
local t = {}
for i = 1, 30 do t[i] = i end
local function sum() local s = 0 for i = 1, #t do s = s + t[i] end return s end
print(sum(), sum())
for i = 10, 15 do t[i] = i + 0.5 end
print(sum())
t[20] = "5"
print(sum())
t[25] = 2 ^ 40
print(sum())
t[5] = {}
print(pcall(sum))
t[5] = nil
print(pcall(sum))

-- case: records of different shapes through one access, hot
local shapes = { { x = 1 }, { y = 0, x = 2 }, { z = 0, y = 0, x = 3 }, { x = 4, y = 1 }, setmetatable({}, { __index = { x = 5 } }), { x = 6.5 } }
local function get(o) return o.x end
local s = 0
for i = 1, 90 do s = s + get(shapes[i % 6 + 1]) end
print(s)
shapes[1].x = nil
print(pcall(function() for i = 1, 6 do s = s + get(shapes[i]) end end))

-- case: adding and removing fields while hot
local function touch(o, i) o.a = i o["k" .. i % 5] = i o.b = (o.b or 0) + o.a if i % 10 == 0 then o.a = nil end return o.b end
local o, last = {}, nil
for i = 1, 60 do last = touch(o, i) end
local keys = {}
for k in pairs(o) do keys[#keys + 1] = k end
table.sort(keys)
print(last, table.concat(keys, " "), o.a, o.k0, o.k4)

-- case: many fields
local o = {}
for i = 1, 300 do o["field" .. i] = i end
local s = 0
for i = 300, 1, -1 do s = s * 3 % 1000003 + o["field" .. i] end
print(s)
for i = 1, 300, 2 do o["field" .. i] = nil end
local n = 0
for k, v in pairs(o) do n = n + v end
print(n, o.field1, o.field2)

-- case: a table that contains itself
local t = {}
t.t, t[1], t[t] = t, t, t
print(t.t.t.t == t, t[1][1][1] == t, t[t][t] == t)
local n = 0
for k, v in pairs(t) do if v == t then n = n + 1 end end
print(n)

-- case: matrices
local n, a, b, c = 6, {}, {}, {}
for i = 1, n do a[i], b[i], c[i] = {}, {}, {} for j = 1, n do a[i][j], b[i][j] = i + j, i * j end end
for i = 1, n do for j = 1, n do local s = 0 for k = 1, n do s = s + a[i][k] * b[k][j] end c[i][j] = s end end
for i = 1, n do print(table.concat(c[i], " ")) end

-- case: sets and counting
local seen, order = {}, {}
for w in ("the cat and the dog and the bird"):gmatch("%a+") do
  if not seen[w] then seen[w] = 0 order[#order + 1] = w end
  seen[w] = seen[w] + 1
end
for i, w in ipairs(order) do order[i] = w .. seen[w] end
print(table.concat(order, " "))

-- case: linked lists
local list
for i = 1, 50 do list = { next = list, value = i } end
local s, n, node = 0, 0, list
while node do s = s + node.value * n n = n + 1 node = node.next end
print(s, n)
local rev
while list do list.next, rev, list = rev, list, list.next end
print(rev.value, rev.next.value)

-- case: nested tables as keys of paths
local root = {}
for i = 1, 40 do
  local node = root
  for d in tostring(i * 37):gmatch("%d") do node[d] = node[d] or {} node = node[d] end
  node.value = i
end
print(root["3"]["7"].value, root["1"]["4"]["8"].value, root["9"].value)

-- case: holes made by assignment of nil in the middle keep the rest
local t = { 1, 2, 3, 4, 5, 6, 7, 8 }
t[4] = nil
print(t[3], t[4], t[5], t[8])
local n = 0
for k, v in pairs(t) do n = n + v end
print(n)
t[4] = "back"
print(#t, table.concat(t, " "))

-- case: table functions with a metatable's length ignored
local t = setmetatable({ 1, 2, 3 }, { __len = function() return 10 end })
table.insert(t, 4)
print(#t, table.concat(t, " "), table.getn(t), table.remove(t), unpack(t))
