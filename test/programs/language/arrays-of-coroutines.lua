-- Compiled loops over arrays of coroutines look at elements some rounds ahead: here the array ends, shrinks, grows, and has other things in it.
local function task(id, rounds)
  return coroutine.create(function(...)
    for round = 1, rounds do coroutine.yield(id * round) end
    return "end of " .. id
  end)
end

local function round(tasks)
  local sum, ends, refused = 0, 0, 0
  for _, each in ipairs(tasks) do
    local ok, value = coroutine.resume(each)
    if not ok then refused = refused + 1
    elseif type(value) == "number" then sum = sum + value
    else ends = ends + 1 end
  end
  return sum, ends, refused
end

for count = 1, 12 do
  local tasks = {}
  for id = 1, count do tasks[id] = task(id, id % 4) end
  for i = 1, 6 do print(count, i, round(tasks)) end
end

-- The loop takes tasks away behind and before itself, and adds some.
local function changing(tasks)
  local trace = {}
  for i, each in ipairs(tasks) do
    local ok, value = coroutine.resume(each)
    trace[#trace + 1] = tostring(value)
    if i % 3 == 0 then tasks[#tasks] = nil end
    if i % 5 == 0 then tasks[#tasks + 1] = task(100 + i, 2) end
    if i == 4 then for at = #tasks, 13, -1 do tasks[at] = nil end collectgarbage() end
  end
  return table.concat(trace, " ")
end
for i = 1, 40 do
  local tasks = {}
  for id = 1, 20 do tasks[id] = task(id, 3) end
  local text = changing(tasks)
  if i % 10 == 0 then print(text) end
end

-- What is no coroutine comes late.
local function mixed(tasks) for _, each in ipairs(tasks) do coroutine.resume(each) end end
local list = {}
for id = 1, 30 do list[id] = task(id, 2000) end
for _ = 1, 100 do mixed(list) end
for at, other in ipairs { 1.5, "text", {}, print, true } do
  list[30] = other
  print(at, (select(2, pcall(mixed, list)):gsub("^.-:%d+: ", "")))
end
list[30] = nil
list[25] = coroutine.wrap(function() end)
print((select(2, pcall(mixed, list)):gsub("^.-:%d+: ", "")))
print(coroutine.resume(list[1]), coroutine.resume(list[26]))
