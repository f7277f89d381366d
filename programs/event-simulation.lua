-- A discrete-event simulation of a supermarket: customers, queues, cashiers who take breaks, all as coroutines that sleep in virtual time.
--
-- `wait(t)` yields to the event loop, which resumes whoever is next in a calendar. Times are fractions; events at the same time happen in the
-- order of their making. Processes of four kinds run the same `wait`, so it is compiled into each and for all of them.
--   Watch in --trace: osr entries in customers' coroutines; invalidations with suspended processes.
-- Usage: event-simulation.lua [customers]

local customers = tonumber(arg and arg[1]) or 4000

local seed = 23
local function random()
  seed = seed * 16807 % 2147483647
  return seed / 2147483647
end
local function exponential(mean) return -mean * math.log(1 - random()) end

-- The calendar: a heap of { time, order, process }.
local calendar, size, order, now, events = {}, 0, 0, 0, 0
local function earlier(a, b) return a.time < b.time or a.time == b.time and a.order < b.order end
local function schedule(delay, process)
  order = order + 1
  local event = { time = now + delay, order = order, process = process }
  size = size + 1
  local at = size
  while at > 1 do
    local parent = math.floor(at / 2)
    if not earlier(event, calendar[parent]) then break end
    calendar[at] = calendar[parent]
    at = parent
  end
  calendar[at] = event
end
local function next_event()
  local first, last = calendar[1], calendar[size]
  calendar[size] = nil
  size = size - 1
  if size > 0 then
    local at = 1
    while true do
      local child = at * 2
      if child > size then break end
      if child < size and earlier(calendar[child + 1], calendar[child]) then child = child + 1 end
      if not earlier(calendar[child], last) then break end
      calendar[at] = calendar[child]
      at = child
    end
    calendar[at] = last
  end
  return first
end

local function start(body, ...)
  local arguments = { ... }
  schedule(0, coroutine.create(function() return body(unpack(arguments)) end))
end
local function wait(delay)
  schedule(delay, coroutine.running())
  coroutine.yield()
end
local suspend = coroutine.yield
local function wake(process) schedule(0, process) end

local function run(until_time)
  while size > 0 do
    local event = next_event()
    if event.time > until_time then return end
    now = event.time
    events = events + 1
    local ok, message = coroutine.resume(event.process)
    if not ok then error(message, 0) end
  end
end

-- A counter with a queue of waiting customers.
local Counter = {}
Counter.__index = Counter
local function counter(name, speed) return setmetatable({ name = name, speed = speed, queue = {}, head = 1, served = 0, idle = nil, busy = 0 }, Counter) end
function Counter:length() return #self.queue - self.head + 1 end
function Counter:join(customer)
  self.queue[#self.queue + 1] = customer
  if self.idle then
    wake(self.idle)
    self.idle = nil
  end
  suspend()
end
function Counter:work()
  while true do
    if self:length() == 0 then
      self.idle = coroutine.running()
      suspend()
    else
      local customer = self.queue[self.head]
      self.head = self.head + 1
      local duration = customer.items * self.speed
      self.busy = self.busy + duration
      wait(duration)
      self.served = self.served + 1
      wake(customer.process)
      if self.head > 64 then
        local rest = {}
        for i = self.head, #self.queue do rest[#rest + 1] = self.queue[i] end
        self.queue, self.head = rest, 1
      end
      if self.served % 50 == 0 then wait(5) end -- a break
    end
  end
end

local counters = { counter("fast", 0.1), counter("steady", 0.16), counter("slow", 0.25) }
local waited, longest, gave_up, left, bought = 0, 0, 0, 0, 0

local function shop(number)
  local self = { items = 1 + math.floor(random() * 20), process = coroutine.running() }
  wait(self.items * (0.2 + random()))
  local best = counters[1]
  for _, candidate in ipairs(counters) do
    if candidate:length() < best:length() then best = candidate end
  end
  if best:length() > 12 and number % 3 == 0 then
    gave_up = gave_up + 1
    return
  end
  local arrived = now
  best:join(self)
  local time = now - arrived
  waited = waited + time
  if time > longest then longest = time end
  bought = bought + self.items
  left = left + 1
end

start(function()
  for number = 1, customers do
    start(shop, number)
    -- A rush hour in the middle.
    local mean = number > customers / 3 and number < customers / 2 and 0.4 or 0.8
    wait(exponential(mean))
  end
end)
for _, each in ipairs(counters) do start(each.work, each) end
local lengths, samples = 0, 0
start(function()
  while true do
    wait(10)
    samples = samples + 1
    for _, each in ipairs(counters) do lengths = lengths + each:length() end
  end
end)

run(customers * 2)
print("events", events)
print("left, gave up", left, gave_up)
print("items", bought)
print("waiting", string.format("%.6f %.6f", waited / math.max(1, left), longest))
print("queues", string.format("%.6f", lengths / math.max(1, samples)))
for _, each in ipairs(counters) do print(each.name, each.served, string.format("%.4f", each.busy)) end
