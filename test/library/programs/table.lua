-- 5.5: table.
local function try(f) print(coroutine.resume(coroutine.create(f))) end

print(table.concat({}), table.concat({ 1, 2, 3 }), table.concat({ 1, 2, 3 }, ", "), table.concat({ "a", "b", "c" }, "-", 2), table.concat({ "a", "b", "c" }, "-", 2, 3))
print(table.concat({ 1, 2 }, ", ", 2, 1), table.concat({ 1.5, "x", 2 ^ 53 }, 0), table.concat({ [5] = "five", [6] = "six" }, "+", 5, 6), table.concat({ "x" }, ",", 1, 1))
print(table.getn({ 1, 2, 3 }), table.getn({}), table.maxn({ 1, 2, [10] = 3, x = 1 }), table.maxn({}), table.maxn({ [-1] = 1 }), table.maxn({ [1.5] = 1 }))
local t = {}
table.insert(t, "b"); table.insert(t, "d"); table.insert(t, 1, "a"); table.insert(t, 3, "c"); table.insert(t, 5, "e")
print(#t, table.concat(t))
table.insert(t, 8, "gap")
print(t[8], table.concat(t, "", 1, 5))
t[8] = nil
print(table.remove(t), table.remove(t, 1), table.remove(t, 2), table.concat(t), #t)
print(table.remove(t, 7), table.remove(t, 0), table.remove({}), #t)
print(table.remove(t), table.remove(t), table.remove(t), #t)
local queue = {}
for i = 1, 10 do table.insert(queue, 1, i) end
for i = 1, 5 do table.remove(queue, 1) end
print(table.concat(queue, " "))
local holes = { 1, 2, 3 }
table.insert(holes, nil)
print(#holes)
table.insert(holes, 2, nil)
print(holes[1], holes[2], holes[3], holes[4])
local odd = {}
table.insert(odd, -1, "minus")
print(odd[-1], odd[0], #odd)

table.foreach({ 7, 8 }, print)
print(table.foreach({ x = 1 }, function(k, v) return k .. v end))
table.foreachi({ 4, 5, 6 }, function(i, v) print(i, v) end)
print(table.foreachi({ 4, 5, 6 }, function(i, v) if v == 5 then return i end end))

try(function() return table.concat({ 1, {}, 3 }) end)
try(function() return table.concat({ 1, 2 }, ",", 1, 3) end)
try(function() return table.concat() end)
try(function() return table.concat({}, {}) end)
try(function() return table.concat({ true }) end)
try(function() return table.insert({ 1 }) end)
try(function() return table.insert({ 1 }, 1, 2, 3) end)
try(function() return table.insert(nil, 3) end)
try(function() return table.insert({}, "x", 3) end)
try(function() return table.remove() end)
try(function() return table.remove({}, {}) end)
try(function() return table.setn({}, 1) end)
try(function() return table.getn() end)
try(function() return table.maxn(1) end)
try(function() return table.foreach({}) end)
try(function() return table.foreach(1, print) end)
try(function() return table.foreachi({}, 1) end)
try(function() return table.foreach({ 1 }, function() error("in") end) end)
try(function() return table.foreach({ 1 }, function() error("in", 2) end) end)

-- Removing each element while iterating, after some have moved from the hash part to the array part.
do
  local t = { field = 1 }
  t[0.5], t[true], t[3], t[2] = "half", "yes", "three", "two"
  t[1] = "one"
  local count = 0
  for k in pairs(t) do
    t[k] = nil
    count = count + 1
  end
  print(count, next(t))
end
