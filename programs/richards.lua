-- Richards: the simulation of an operating system's scheduler, with tasks of four kinds that pass packets.
--
-- Method calls on objects of several classes by one call site, linked lists, and states in booleans. Loaded by another program (without
-- `arg`), it returns the function that does the work.
--   Watch in --trace: the scheduler's loop is compiled with the tasks' methods inlined; `run` is polymorphic in the four kinds of tasks.
-- Usage: richards.lua [iterations]

local IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local KIND_DEVICE, KIND_WORK = 0, 1
local BUFFER_SIZE = 4

local function packet(link, identity, kind)
  local p = { link = link, identity = identity, kind = kind, datum = 0, data = {} }
  for i = 1, BUFFER_SIZE do p.data[i] = 0 end
  return p
end

local function append(queue, p)
  p.link = nil
  if not queue then return p end
  local last = queue
  while last.link do last = last.link end
  last.link = p
  return queue
end

-- A task control block. What it does when it runs is its class's `run`.
local Task = {}
Task.__index = Task

local function class()
  local methods = {}
  for name, method in pairs(Task) do methods[name] = method end
  methods.__index = methods
  return methods
end

local Scheduler = {}
Scheduler.__index = Scheduler

local function new_scheduler()
  return setmetatable({ list = nil, table = {}, current = nil, identity = 0, queued = 0, held = 0 }, Scheduler)
end

function Scheduler:add(methods, identity, priority, queue, fields)
  local task = fields
  task.link = self.list
  task.identity = identity
  task.priority = priority
  task.input = queue
  task.packet_pending = queue ~= nil
  task.waiting = false
  task.held = false
  task.scheduler = self
  setmetatable(task, methods)
  self.list = task
  self.table[identity] = task
  return task
end

function Scheduler:schedule()
  self.current = self.list
  while self.current do
    local task = self.current
    if task.held or (task.waiting and not task.packet_pending) then
      self.current = task.link
    else
      self.identity = task.identity
      self.current = task:activate()
    end
  end
end

function Task:activate()
  local message
  if self.waiting and self.packet_pending then
    message = self.input
    self.input = message.link
    self.waiting = false
    self.packet_pending = self.input ~= nil
  end
  return self:run(message)
end

function Task:wait()
  self.waiting = true
  return self
end

function Task:hold()
  self.scheduler.held = self.scheduler.held + 1
  self.held = true
  return self.link
end

function Task:release(identity)
  local task = self.scheduler.table[identity]
  task.held = false
  if task.priority > self.priority then return task end
  return self
end

function Task:queue(p)
  local task = self.scheduler.table[p.identity]
  self.scheduler.queued = self.scheduler.queued + 1
  p.link = nil
  p.identity = self.scheduler.identity
  return task:check_priority(self, p)
end

function Task:check_priority(sender, p)
  if self.input == nil then
    self.input = p
    self.packet_pending = true
    if self.priority > sender.priority then return self end
  else
    self.input = append(self.input, p)
  end
  return sender
end

local IdleTask = class()
function IdleTask:run()
  self.count = self.count - 1
  if self.count == 0 then return self:hold() end
  if self.control % 2 == 0 then
    self.control = self.control / 2
    return self:release(DEVICE_A)
  end
  -- 53256 is 0xD008: a shift register with feedback, by arithmetic on its bits.
  local shifted = (self.control - 1) / 2
  local mixed, weight, a, b = 0, 1, shifted, 53256
  for _ = 1, 16 do
    local x, y = a % 2, b % 2
    if x ~= y then mixed = mixed + weight end
    a, b, weight = (a - x) / 2, (b - y) / 2, weight * 2
  end
  self.control = mixed
  return self:release(DEVICE_B)
end

local WorkTask = class()
function WorkTask:run(message)
  if not message then return self:wait() end
  self.handler = self.handler == HANDLER_A and HANDLER_B or HANDLER_A
  message.identity = self.handler
  message.datum = 1
  for i = 1, BUFFER_SIZE do
    self.count = self.count + 1
    if self.count > 26 then self.count = 1 end
    message.data[i] = 64 + self.count
  end
  return self:queue(message)
end

local HandlerTask = class()
function HandlerTask:run(message)
  if message then
    if message.kind == KIND_WORK then self.work = append(self.work, message) else self.device = append(self.device, message) end
  end
  local work = self.work
  if work then
    local at = work.datum
    if at > BUFFER_SIZE then
      self.work = work.link
      return self:queue(work)
    end
    local device = self.device
    if device then
      self.device = device.link
      device.datum = work.data[at]
      work.datum = at + 1
      return self:queue(device)
    end
  end
  return self:wait()
end

local DeviceTask = class()
function DeviceTask:run(message)
  if message then
    self.pending = message
    return self:hold()
  end
  local pending = self.pending
  if not pending then return self:wait() end
  self.pending = nil
  return self:queue(pending)
end

local function simulate()
  local scheduler = new_scheduler()
  scheduler:add(IdleTask, IDLE, 0, nil, { control = 1, count = 10000 })
  local work = packet(packet(nil, WORKER, KIND_WORK), WORKER, KIND_WORK)
  scheduler:add(WorkTask, WORKER, 1000, work, { handler = HANDLER_A, count = 0 }).waiting = true
  for _, pair in ipairs { { HANDLER_A, DEVICE_A, 2000 }, { HANDLER_B, DEVICE_B, 3000 } } do
    local device = packet(packet(packet(nil, pair[2], KIND_DEVICE), pair[2], KIND_DEVICE), pair[2], KIND_DEVICE)
    scheduler:add(HandlerTask, pair[1], pair[3], device, { work = nil, device = nil }).waiting = true
  end
  scheduler:add(DeviceTask, DEVICE_A, 4000, nil, { pending = nil }).waiting = true
  scheduler:add(DeviceTask, DEVICE_B, 5000, nil, { pending = nil }).waiting = true
  scheduler:schedule()
  return scheduler.queued, scheduler.held
end

local function run(iterations)
  local queued, held = 0, 0
  for _ = 1, iterations do queued, held = simulate() end
  return string.format("%d packets queued, %d holds", queued, held)
end

if arg then print(run(tonumber(arg[1]) or 10)) end
return run
