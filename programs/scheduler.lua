-- A round-robin scheduler with 10 000 coroutines alive at once.
--
-- Each coroutine is a small mapped stack of its own. A task's loop gets hot in some of them and cold in others, so at any moment some
-- stacks hold interpreter frames and others frames of optimized code of the same function.
-- Usage: scheduler.lua [tasks] [steps]

local tasks = tonumber(arg and arg[1]) or 10000
local steps = tonumber(arg and arg[2]) or 100

local finished, work = 0, 0

local function spawn(id)
  return coroutine.create(function(first)
    local state = id + first
    for step = 1, steps + id % 3 do
      state = (state * 5 + step) % 65536
      work = work + 1
      coroutine.yield(state)
    end
    finished = finished + 1
    return state
  end)
end

local function run(ready, count)
  local rounds, checksum = 0, 0
  while count > 0 do
    local kept = 0
    for i = 1, count do
      local task = ready[i]
      local ok, state = coroutine.resume(task, rounds)
      assert(ok, state)
      checksum = (checksum + state) % 1000003
      if coroutine.status(task) ~= "dead" then
        kept = kept + 1
        ready[kept] = task
      end
    end
    count = kept
    rounds = rounds + 1
  end
  return rounds, checksum
end

local ready = {}
for id = 1, tasks do ready[id] = spawn(id) end
local rounds, checksum = run(ready, tasks)
print("tasks", tasks)
print("finished", finished)
print("rounds", rounds)
print("steps of work", work)
print("checksum", checksum)
