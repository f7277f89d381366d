-- The stack of a coroutine that has returned goes to the next one that is made, with nothing on it. Whatever else still refers to the old one
-- (its status, its traceback, an error that it died of, a wait below other coroutines) must not notice.
local create, wrap, resume, yield, status = coroutine.create, coroutine.wrap, coroutine.resume, coroutine.yield, coroutine.status
local ROUNDS = 40

-- Statuses, of one that runs, of those that wait for it, and of all that have ended.
local function statuses()
  local outer, inner, ended
  ended = create(function() return "done" end)
  resume(ended)
  local seen = {}
  outer = create(function()
    inner = create(function()
      seen[#seen + 1] = status(outer) .. " " .. status(inner) .. " " .. status(ended)
      yield()
      seen[#seen + 1] = tostring(select(2, resume(outer))) .. "; " .. tostring(select(2, resume(inner))) .. "; " .. tostring(select(2, resume(ended)))
    end)
    resume(inner)
    seen[#seen + 1] = status(outer) .. " " .. status(inner)
    resume(inner)
    return status(inner)
  end)
  local before = status(outer)
  local _, last = resume(outer)
  return before .. ", " .. table.concat(seen, ", ") .. ", " .. last .. ", " .. status(outer)
end
for round = 1, ROUNDS do
  local text = statuses()
  if round == 1 or round == ROUNDS then print(text) end
end

-- One after the other, each deeper than the last and with other values on its stack.
local function count_down(n, ...)
  if n == 0 then return select("#", ...) end
  return count_down(n - 1, n, ...) + 0
end
local function run_and_drop(depth)
  local a = wrap(function(x) local y = yield(x + 1) return count_down(depth) + y end)
  local first = a(depth)
  return first + a(first)
end
local sum = 0
for round = 1, ROUNDS do
  sum = sum + run_and_drop(round)
  if round % 9 == 0 then collectgarbage() end
end
print(sum)

-- Many at once, which end in another order than they were made in, and others in their place.
local function crowd(size)
  local waiting, total = {}, 0
  for id = 1, size do
    waiting[id] = create(function(x)
      local kept = { id, tostring(id) }
      for step = 1, id % 5 do x = x + yield(kept[1] * step) end
      return kept[2] .. x
    end)
  end
  local alive, round = size, 0
  while alive > 0 do
    round = round + 1
    for id = size, 1, -1 do
      local co = waiting[id]
      if co then
        local ok, value = resume(co, round)
        assert(ok, value)
        if status(co) == "dead" then
          alive = alive - 1
          waiting[id] = nil
          total = (total * 7 + #value + tonumber(value)) % 1000003
        else
          total = (total + value) % 1000003
        end
      end
    end
  end
  return total
end
print(crowd(30), crowd(60), crowd(12))

-- The frames of one that has died of an error stay for its traceback, whoever gets stacks meanwhile.
local function fail(n) if n == 0 then error({ "deep" }) end return (fail(n - 1)) end
local failed = create(function() fail(3) end)
local _, reason = resume(failed)
local before = debug.traceback(failed)
local others = {}
for id = 1, 25 do
  local co = create(function() return count_down(id) end)
  resume(co)
  others[id] = status(co)
end
print(reason[1], status(failed), debug.traceback(failed) == before, select(2, before:gsub("\n", "")), #others)
local returned = create(function() return 1 end)
resume(returned)
print(status(returned), select(2, resume(returned)))

-- wrap inside wrap: an error goes through all of them, and each of their stacks is used again.
local function layers(n)
  return wrap(function(x)
    if n == 0 then
      yield(x)
      error("at the bottom", 0)
    end
    local inner = layers(n - 1)
    yield(inner(x + 1))
    return inner()
  end)
end
for round = 1, ROUNDS do
  local outermost = layers(round % 6)
  local value = outermost(round)
  local ok, message = pcall(outermost)
  if ok or not message:find("at the bottom$") or value ~= round + round % 6 then print(round, value, ok, message) end
end

-- Ends while the one that has resumed it is ending, too; and one that makes its successor as its last act.
local function relay(n) return create(function(x) if n == 0 then return x end return relay(n - 1), x + 1 end) end
local runner, carried = relay(ROUNDS), 0
while type(runner) == "thread" do
  local _, successor, value = resume(runner, carried)
  runner, carried = successor, value or carried
end
print(runner, carried)
