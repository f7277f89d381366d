-- Errors through inlined functions, metamethods, iterators and coroutines, with pcall in pcall and upvalues that close on the way.
--
-- An error removes every frame up to the nearest pcall; those of inlined functions exist only in the compiled frame's state. Handlers of
-- xpcall run before the frames go, at the place of the error. Variables that closures have captured must keep the value they had at the error.
--   Watch in --trace: osr and compile events as without errors; an error leaves compiled code without a deopt.
-- Usage: nested-errors.lua [rounds]

local rounds = tonumber(arg and arg[1]) or 3000

local function strip(message) return (tostring(message):gsub("^.-:%d+: ", "")) end

-- Three functions deep, all small enough to be inlined into the loop that catches.
local function third(x) if x % 7 == 0 then error({ code = x }) end return x + 1 end
local function second(x) return third(x) * 2 end
local function first(x) return second(x) - 1 end

local function inlined(times)
  local sum, errors = 0, 0
  for i = 1, times do
    local ok, result = pcall(first, i)
    if ok then sum = (sum + result) % 1000003 else errors = errors + result.code % 3 end
  end
  return sum, errors
end
print("inlined", inlined(rounds))

-- Operations that fail by themselves, each with the message that names the variable.
local function failing(times)
  local counts = {}
  local nothing, record = nil, { field = {} }
  local ways = {
    function() return nothing.x end,
    function() return record.field.missing.deeper end,
    function() return record.absent() end,
    function() return record:method() end,
    function() return record + 1 end,
    function() return #nothing end,
    function() return record < 1 end,
    function() return record.field < record end,
    function() return "x" .. record end,
    function() nothing.y = 1 end,
    function() return undefined_global() end,
    function() return -record end,
    function() for _ = 1, record do end end,
    function() error() end,
    function() error(nil) end,
    function() return nothing end,
  }
  for i = 1, times do
    local ok, message = pcall(ways[i % #ways + 1])
    local key = tostring(ok) .. " " .. strip(message)
    counts[key] = (counts[key] or 0) + 1
  end
  local lines = {}
  for key, n in pairs(counts) do lines[#lines + 1] = key .. ": " .. n end
  table.sort(lines)
  return table.concat(lines, "\n")
end
print(failing(16 * math.ceil(rounds / 100)))

-- Through metamethods: the operation that raises is in a frame of its own, on top of the paused one.
local touchy = setmetatable({}, {
  __add = function(_, x) if x % 3 == 0 then error("sum " .. x % 10, 0) end return x end,
  __index = function(_, key) if key == "bad" then error("index", 0) end return 5 end,
  __call = function(_, x) if x % 4 == 0 then error("call", 0) end return x end,
  __concat = function() error("concat", 0) end,
  __lt = function() error("less", 0) end,
  __eq = function() error("equal", 0) end,
})
local other = setmetatable({}, getmetatable(touchy))
local function metamethods(times)
  local tally = {}
  for i = 1, times do
    local ok, result = pcall(function()
      local value = touchy + i
      value = value + touchy(i) + touchy.good
      if i % 5 == 0 then value = value + touchy.bad end
      if i % 11 == 0 then return touchy .. i end
      if i % 13 == 0 then return touchy < other end
      if i % 17 == 0 then return touchy == other end
      return "fine"
    end)
    local key = ok and result or tostring(result):sub(1, 3)
    tally[key] = (tally[key] or 0) + 1
  end
  local text = {}
  for _, key in ipairs { "fine", "sum", "ind", "cal", "con", "les", "equ" } do text[#text + 1] = key .. " " .. (tally[key] or 0) end
  return table.concat(text, ", ")
end
print("metamethods", metamethods(rounds))

-- Out of an iterator, in the middle of nested for-in loops; captured variables keep what they had.
local function iterators(times)
  local getters, total = {}, 0
  for i = 1, times do
    local ok = pcall(function()
      local reached = 0
      if i % 100 == 0 then getters[#getters + 1] = function() return reached end end
      for a in function(_, a) a = (a or 0) + 1 if a > 4 then return nil end return a end do
        for _, b in ipairs { 10, 20, 30 } do
          reached = a * b
          if (a * b + i) % 50 == 0 then error("out") end
        end
      end
    end)
    total = total + (ok and 1 or 0)
  end
  local sum = 0
  for _, get in ipairs(getters) do sum = sum + get() end
  return total, #getters, sum
end
print("iterators", iterators(rounds))

-- pcall in pcall in xpcall, with errors in handlers, rethrown and replaced errors.
local function layered(i)
  local log = {}
  local function note(text) log[#log + 1] = text end
  local ok, message = xpcall(function()
    local inner_ok, inner = pcall(function()
      local deepest_ok, deepest = pcall(error, "deepest " .. i % 3, 0)
      note(tostring(deepest_ok))
      if i % 2 == 0 then error(deepest, 0) end
      return deepest
    end)
    note(tostring(inner_ok))
    if i % 3 == 0 then error({ wrapped = inner }) end
    if i % 5 == 0 then return nil .. "" end
    return inner
  end, function(problem)
    if log[#log] ~= "handled" then note("handled") end -- a handler that fails is called again, until the C stack ends
    if i % 4 == 0 then error("the handler fails, too") end
    return type(problem) == "table" and "wrapped " .. problem.wrapped or strip(problem)
  end)
  return (ok and "ok " or "not ") .. (i % 12 == 0 and type(message) or tostring(message)) .. " " .. table.concat(log, ",")
end
local outcomes = {}
for i = 1, rounds do
  local text = layered(i)
  outcomes[text] = (outcomes[text] or 0) + 1
end
local lines = {}
for text, n in pairs(outcomes) do lines[#lines + 1] = n .. " " .. text end
table.sort(lines)
for i = 1, math.min(#lines, 12) do print(lines[i]) end
print("outcomes", #lines)

-- In coroutines: the error ends one, passes through resume as values, and through wrap as an error again.
local function in_coroutines(times)
  local dead, messages = 0, 0
  for i = 1, times do
    local inner = coroutine.wrap(function(x)
      local y = coroutine.yield(x + 1)
      if y % 3 == 0 then error("inner " .. y % 2, 0) end
      return y
    end)
    local co = coroutine.create(function()
      inner(i)
      return inner(i)
    end)
    local ok, result = coroutine.resume(co)
    if not ok then messages = messages + #result end
    if coroutine.status(co) == "dead" then dead = dead + 1 end
    if not coroutine.resume(co) then dead = dead + 1 end
  end
  return dead, messages
end
print("coroutines", in_coroutines(math.ceil(rounds / 20)))

-- Levels of error, and values of every type as errors.
local function levels(times)
  local lines = {}
  local function here() error("level one", 1) end
  local function caller() error("level two", 2) end
  for i = 1, times do
    local _, one = pcall(here)
    local _, two = pcall(function() caller() end)
    lines[one .. " / " .. two] = true
  end
  local n = 0
  for text in pairs(lines) do n = n + 1 lines[1] = text end
  return n, lines[1]
end
print("levels", levels(math.ceil(rounds / 10)))
local values = { 1, "text", true, false, { 5 }, print }
local kinds = {}
for i = 1, rounds do
  local _, value = pcall(error, values[i % #values + 1])
  kinds[type(value)] = (kinds[type(value)] or 0) + 1
end
print("values", kinds.number, kinds.string, kinds.boolean, kinds.table, kinds["function"])
