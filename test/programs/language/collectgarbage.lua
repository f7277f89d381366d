-- collectgarbage, as far as it does not depend on how a collector works.
print(collectgarbage(), collectgarbage("collect"), type(collectgarbage("count")))
print(collectgarbage("stop"), collectgarbage("restart"))
print(collectgarbage("setpause", 150), collectgarbage("setpause", 200))
print(collectgarbage("setstepmul", 300), collectgarbage("setstepmul", 200))
print(pcall(collectgarbage, "nonsense"))
print(pcall(collectgarbage, "count", {}))

local function kept(make)
  collectgarbage()
  local before = collectgarbage("count")
  local value = make()
  collectgarbage()
  local with = collectgarbage("count")
  value = #value < 0
  collectgarbage()
  return with - before, collectgarbage("count") - before
end

-- What is dropped is gone, what is kept is not.
local with, without = kept(function() local t = {} for i = 1, 20000 do t[i] = { i } end return t end)
print(with > 500, without < 100)
with, without = kept(function() return ("x"):rep(1000000) end)
print(with > 900, without < 100)

-- Everything that is reachable only through one kind of object.
local t = { key = "val" .. 1 }
t[{}] = setmetatable({}, { __index = { deep = "de" .. "ep" .. #t } })
local function make_counter() local n = 0 return function() n = n + 1 return n end end
local counter = make_counter()
local generator = coroutine.wrap(function(...)
  local list, a = { ... }, ("a"):rep(3)
  while true do
    local text = a .. #list
    coroutine.yield(text, list[1] .. text, list)
    collectgarbage()
  end
end)
for round = 1, 3 do
  collectgarbage()
  print(counter(), t.key, (select(2, generator("x" .. round, "y"))))
  for _, v in pairs(t) do if type(v) == "table" then print(v.deep) end end
end

-- A table that loses its entries, and its keys, while it is traversed.
local keys = {}
for i = 1, 100 do keys[{}] = i keys["k" .. i] = i keys[i + 0.5] = i end
local seen, sum = 0, 0
for k, v in pairs(keys) do
  keys[k] = nil
  k = nil
  collectgarbage()
  seen, sum = seen + 1, sum + v
end
print(seen, sum, next(keys))

-- Keys that come again after their like has died.
for round = 1, 5 do
  local again = {}
  for i = 1, 50 do again["name" .. i] = i end
  for i = 1, 50 do again["name" .. i] = nil end
  collectgarbage()
  for i = 50, 1, -1 do again["name" .. i] = -i end
  local total = 0
  for _, v in pairs(again) do total = total + v end
  print(total)
end

-- Errors whose value only the error has.
print(select(2, pcall(function() collectgarbage() error({ "in" .. "flight" }) end))[1])
print(select(2, xpcall(function() local s = "a" .. "b" error(s .. 1, 0) end, function(m) collectgarbage() return m .. "!" end)))
