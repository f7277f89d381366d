-- Tasks that sleep and wake in a round-robin scheduler, each a coroutine with some state.
local function worker(id, steps)
  return coroutine.create(function()
    local state = id
    for step = 1, steps do
      state = (state * 5 + step) % 65536
      coroutine.yield(state % 4)
    end
    return -state
  end)
end

return function(tasks)
  local ready, sleeping, finished, checksum, time = {}, {}, 0, 0, 0
  for id = 1, tasks do ready[id] = worker(id, 40 + id % 20) end
  while finished < tasks do
    time = time + 1
    for _, task in ipairs(sleeping[time] or {}) do ready[#ready + 1] = task end
    sleeping[time] = nil
    local running = ready
    ready = {}
    for _, task in ipairs(running) do
      local ok, delay = coroutine.resume(task)
      if not ok then error(delay) end
      if coroutine.status(task) == "dead" then
        finished = finished + 1
        checksum = (checksum - delay) % 1000003
      elseif delay == 0 then
        ready[#ready + 1] = task
      else
        local at = time + delay
        sleeping[at] = sleeping[at] or {}
        table.insert(sleeping[at], task)
      end
    end
  end
  return string.format("%d %d", checksum, time)
end
