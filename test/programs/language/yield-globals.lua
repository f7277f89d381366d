-- A handler of _G's metatable may yield, also when optimized code asks it.
setmetatable(_G, {
  __index = function(_, name) return coroutine.yield(name) end,
  __newindex = function(t, name, value) rawset(t, name, coroutine.yield(name, value)) end,
})
local function body(n)
  local sum = 0
  for _ = 1, n do sum = sum + missing end
  made = sum
  return made
end
local resume = coroutine.wrap(body)
print(resume(2000))
for i = 1, 1999 do resume(i) end
print(resume(0.5))
print(resume("in its place"))
