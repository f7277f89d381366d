-- A scheduler with ten thousand coroutines that talk over channels, some of which fail.
--
-- Producers send into bounded channels, workers transform, collectors sum up; a supervisor starts failed workers again, a few times. A task
-- that waits is not in the run queue but in the channel's. Wherever a task is suspended, its stack may hold frames of either tier, or of
-- code that has been given up since.
--   Watch in --trace: osr entries in hundreds of coroutines; "suspended-deopt" when code is invalidated beneath a sleeping task.
-- Usage: channels.lua [tasks] [messages of each producer]

local tasks = tonumber(arg and arg[1]) or 10000
local messages = tonumber(arg and arg[2]) or 8

-- The run queue, a ring that grows.
local queue, first, last = {}, 1, 0
local function ready(task)
  last = last + 1
  queue[last] = task
end

local switches, failures = 0, 0

local function spawn(name, body, on_failure)
  ready { name = name, co = coroutine.create(body), on_failure = on_failure }
end

local current

local function run()
  while first <= last do
    local task = queue[first]
    queue[first] = nil
    first = first + 1
    current = task
    switches = switches + 1
    local ok, message = coroutine.resume(task.co)
    if not ok then
      failures = failures + 1
      if task.on_failure then task.on_failure(message) end
    end
  end
end

local function pause()
  ready(current)
  coroutine.yield()
end

-- A bounded channel: who sends into a full one or receives from an empty one waits. Closed and empty, it gives nil.
local Channel = {}
Channel.__index = Channel

local function channel(capacity)
  return setmetatable({ capacity = capacity, head = 1, tail = 0, senders = {}, receivers = {}, closed = false }, Channel)
end

local function wake(waiting)
  local task = table.remove(waiting)
  if task then ready(task) end
end

function Channel:send(value)
  while self.tail - self.head + 1 >= self.capacity do
    self.senders[#self.senders + 1] = current
    coroutine.yield()
  end
  if self.closed then error("send on a closed channel", 0) end
  self.tail = self.tail + 1
  self[self.tail] = value
  wake(self.receivers)
end

function Channel:receive()
  while self.head > self.tail do
    if self.closed then return nil end
    self.receivers[#self.receivers + 1] = current
    coroutine.yield()
  end
  local value = self[self.head]
  self[self.head] = nil
  self.head = self.head + 1
  wake(self.senders)
  return value
end

function Channel:close()
  self.closed = true
  while #self.receivers > 0 do wake(self.receivers) end
end

-- Groups of eight: four producers, three workers, one collector; each group with its own two channels.
local groups = math.max(1, math.floor(tasks / 8))
local sums, received, restarts, given_up = 0, 0, 0, 0

local function start_worker(input, output, group, attempts, done)
  spawn("worker", function()
    -- Not `for value in ...`: PUC Lua cannot yield out of an iterator.
    while true do
      local value = input:receive()
      if value == nil then break end
      -- A member in some groups cannot bear some values; what it was working on is lost.
      if group % 10 == 3 and value % 11 == 5 then error("worker cannot process " .. value % 11, 0) end
      if group % 10 == 7 and value % 13 == 1 then local _ = value.field.missing end
      output:send(value * 2 + (group % 4 == 0 and 0.5 or 0))
      if value % 5 == 0 then pause() end
    end
    done()
  end, function()
    if attempts == 0 then
      given_up = given_up + 1
      done()
    else
      restarts = restarts + 1
      start_worker(input, output, group, attempts - 1, done)
    end
  end)
end

for group = 1, groups do
  local input, output = channel(4), channel(2)
  local producing, working = 4, 3
  for producer = 1, 4 do
    spawn("producer", function()
      for i = 1, messages do
        input:send(group + producer * i)
        if i % 3 == producer % 3 then pause() end
      end
      producing = producing - 1
      if producing == 0 then input:close() end
    end)
  end
  for _ = 1, 3 do
    start_worker(input, output, group, 2, function()
      working = working - 1
      if working == 0 then output:close() end
    end)
  end
  spawn("collector", function()
    while true do
      local value = output:receive()
      if value == nil then return end
      sums = (sums + value) % 1000003
      received = received + 1
    end
  end)
end

run()
print("groups", groups)
print("received, sum", received, sums)
print("failures, restarts, given up", failures, restarts, given_up)
print("switches", switches)

-- A rendezvous with itself: ping and pong between two tasks, with a third that only burns time.
local ping, pong, bounces = channel(1), channel(1), 0
spawn("ping", function()
  for i = 1, tasks do
    ping:send(i)
    bounces = (bounces + pong:receive()) % 1000003
  end
  ping:close()
end)
spawn("pong", function()
  local value = ping:receive()
  while value do
    pong:send(-value)
    value = ping:receive()
  end
end)
spawn("idle", function()
  for _ = 1, tasks do pause() end
end)
run()
print("bounces", bounces)

-- A send on a closed channel is the sender's error.
local closed = channel(1)
closed:close()
local reason
spawn("late", function() closed:send(1) end, function(message) reason = message end)
run()
print("late", reason)
