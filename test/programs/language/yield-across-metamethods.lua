-- Coroutines yield inside handlers and iterators; what arrives later is the operation's result.
local yield = coroutine.yield
local mt = {
  __add = function(a, b) return yield("add") end,
  __index = function(t, k) return yield("index " .. k) end,
  __newindex = function(t, k, v) rawset(t, k, yield("newindex " .. k .. " " .. v)) end,
  __lt = function() return yield("lt") end,
  __eq = function() return yield("eq") end,
  __call = function(self, x) return yield("call " .. x) end,
  __concat = function(a, b) return yield("concat") end,
  __unm = yield,
}
local function make() return setmetatable({}, mt) end
local function body()
  local a, b = make(), make()
  local results = { a + 1, a.x, a < b, a == b, a(5), a .. "x", "y" .. a .. "z", -a }
  a.k = 7
  results[#results + 1] = rawget(a, "k")
  for i in function(_, i) return yield("iterate") end do results[#results + 1] = i end
  if a < b then results[#results + 1] = "less" end
  if not (a == b) then results[#results + 1] = "different" end
  return unpack(results)
end
local function drive(values)
  local co = coroutine.create(body)
  local out = { coroutine.resume(co) }
  local at, log = 0, {}
  while coroutine.status(co) ~= "dead" do
    at = at + 1
    log[#log + 1] = type(out[2]) == "table" and "table" or tostring(out[2])
    local value = values[at]
    if value == "nil" then value = nil end
    out = { coroutine.resume(co, value) }
  end
  return log, out
end
local log, out
for i = 1, 60 do
  log, out = drive({ i, "v", true, false, "called", "c1", "c2", "c3", "neg", "stored", "it1", "it2", "nil", true, false, 1, 2, 3 })
end
for i = 1, #log do print(i, log[i]) end
for i = 1, #out do print(i, tostring(out[i])) end

-- A hot producer behind __index and __call.
local stream = coroutine.wrap(function()
  local t = setmetatable({}, { __index = function(_, k) yield(k) return k * 2 end, __call = function(_, k) yield(-k) return k end })
  local sum = 0
  for i = 1, 2000 do sum = sum + t[i] - t(i) end
  return "sum " .. sum
end)
local total, value = 0, nil
repeat
  value = stream()
  if type(value) == "number" then total = total + value * value end
until type(value) == "string"
print(total, value)
