-- What coroutine.wrap returns, in a variable that a loop gives another one: which coroutine is behind it, compiled code looks up once per function,
-- not once per round.
local function gen(k) return function(a) while true do a = a + k + (coroutine.yield(a) or 0) end end end
local function make(k) return coroutine.wrap(gen(k)) end
local sum = 0
local function round(n)
  local f = make(1)
  for i = 1, n do
    sum = sum + f(i)
    if i % 7 == 0 then f = make(i) end
    if i % 13 == 0 then collectgarbage() end
    if i % 11 == 0 then f = nil; collectgarbage(); f = make(2) end
  end
end
for i = 1, 60 do round(50) end
print(sum)
local function pair(n)
  local a, b = make(1), make(2)
  for i = 1, n do
    sum = sum + a(i) - b(i)
    a, b = b, a
    if i % 10 == 0 then a = make(3) collectgarbage() end
  end
end
for i = 1, 60 do pair(50) end
print(sum)
local ok, err = pcall(function() local f = coroutine.wrap(function() return 1 end) for i = 1, 3 do f() end end)
print(ok, err)
