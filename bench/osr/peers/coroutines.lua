-- SPDX-License-Identifier: MIT
-- coroutines.lua SAMPLES, under yugong and under LuaJIT: nanoseconds of a resume with its yield, and of a coroutine's whole life.
local samples = tonumber(arg[1])
local ROUNDS, LIVES = 100000, 20000

local function counter()
  local n = 0
  while true do
    n = n + 1
    coroutine.yield(n)
  end
end

local function resumeAndYield()
  local next, last = coroutine.wrap(counter), 0
  for _ = 1, ROUNDS do last = next() end
  return last == ROUNDS, ROUNDS
end

local function life(x) return x end
local function createAndDestroy()
  local sum = 0
  for i = 1, LIVES do sum = sum + coroutine.wrap(life)(i) end
  return sum == LIVES * (LIVES + 1) / 2, LIVES
end

for name, operation in pairs { ["resume and yield"] = resumeAndYield, ["create, run to the end"] = createAndDestroy } do
  local fields, right = {}, true
  for _ = 1, 5 do operation() end
  for _ = 1, samples do
    local start = os.clock()
    local ok, count = operation()
    fields[#fields + 1] = ("%.2f"):format((os.clock() - start) / count * 1e9)
    right = right and ok
  end
  print(table.concat({ name, "", right and "right" or "wrong", table.concat(fields, "\t") }, "\t"))
end
