-- Library functions in loops, each once for warming up and then measured: prints "case<TAB>nanoseconds an operation".
-- Arguments: how long to measure (1 is half a second a case), and a part of the names of the cases wanted.
local scale, wanted = tonumber(arg and arg[1] or 1), arg and arg[2] or ""

local floor, random = math.floor, math.random
local function numbers(n)
  local t, seed = {}, 42
  for i = 1, n do
    seed = (seed * 16807) % 2147483647
    t[i] = seed
  end
  return t
end

local words = {}
for i, n in ipairs(numbers(200)) do words[i] = "word" .. n % 1000 end
local text = table.concat(words, " ")
local long = ("abcdefghij"):rep(100)
local list = numbers(100)
local record = { x = 1, y = 2, z = 3, name = "record", list = list }

-- name, operations a call, the call
local cases = {
  { "sort numbers", 1000, function(n) for _ = 1, n do table.sort(numbers(1000)) end end },
  { "sort comparator", 1000, function(n)
    for _ = 1, n do table.sort(numbers(1000), function(a, b) return a > b end) end
  end },
  { "sort comparator field", 1000, function(n)
    for _ = 1, n do
      local t = numbers(1000)
      for i = 1, #t do t[i] = { key = t[i] } end
      table.sort(t, function(a, b) return a.key < b.key end)
    end
  end },
  { "sort strings", 200, function(n)
    for _ = 1, n do
      local t = {}
      for i = 1, #words do t[i] = words[i] end
      table.sort(t)
    end
  end },
  { "gsub string", 200, function(n) for _ = 1, n do text:gsub("word", "w") end end },
  { "gsub captures", 200, function(n) for _ = 1, n do text:gsub("(%a+)(%d+)", "%2%1") end end },
  { "gsub function", 200, function(n) for _ = 1, n do text:gsub("%a+", function(w) return w end) end end },
  { "gsub table", 200, function(n) for _ = 1, n do text:gsub("%a+", { word = "w" }) end end },
  { "gmatch", 200, function(n)
    local count = 0
    for _ = 1, n do for _ in text:gmatch("%w+") do count = count + 1 end end
    return count
  end },
  { "gmatch captures", 200, function(n)
    local count = 0
    for _ = 1, n do for a, b in text:gmatch("(%a+)(%d+)") do count = count + #b end end
    return count
  end },
  { "find plain", 1, function(n) local s = 0 for i = 1, n do s = s + long:find("jab", i % 100 + 1, true) end return s end },
  { "find pattern", 1, function(n) local s = 0 for _ = 1, n do s = s + text:find("%d%d%d ") end return s end },
  { "match", 1, function(n) local s for _ = 1, n do s = ("key = value"):match("^(%w+)%s*=%s*(%w+)$") end return s end },
  { "format %d", 1, function(n) local s for i = 1, n do s = ("%d"):format(i) end return s end },
  { "format mixed", 1, function(n) local s for i = 1, n do s = ("%s: %5.2f %d"):format("name", i / 3, i) end return s end },
  { "rep", 1, function(n) local s for i = 1, n do s = ("ab"):rep(i % 20) end return s end },
  { "sub", 1, function(n) local s for i = 1, n do s = long:sub(i % 900 + 1, i % 900 + 5) end return s end },
  { "byte", 1, function(n) local s = 0 for i = 1, n do s = s + long:byte(i % 1000 + 1) end return s end },
  { "char", 1, function(n) local s for i = 1, n do s = string.char(65 + i % 26, 66) end return s end },
  { "upper", 1, function(n) local s for i = 1, n do s = (words[i % 200 + 1]):upper() end return s end },
  { "len", 1, function(n) local s = 0 for i = 1, n do s = s + (words[i % 200 + 1]):len() end return s end },
  { "concat operator", 1, function(n) local s for i = 1, n do s = "a" .. i .. "b" end return s end },
  { "table.concat", 100, function(n) local s for _ = 1, n do s = table.concat(list, ",") end return s end },
  { "insert end", 1, function(n) local t = {} for i = 1, n do table.insert(t, i) end return t end },
  { "insert remove end", 1, function(n) local t = { 1, 2, 3 } for i = 1, n do table.insert(t, i) table.remove(t) end return t end },
  { "insert remove front", 1, function(n)
    local t = numbers(50)
    for i = 1, n do
      table.insert(t, 1, i)
      table.remove(t, 1)
    end
    return t
  end },
  { "unpack", 1, function(n) local s = 0 for _ = 1, n do local a, b, c = unpack(list, 1, 3) s = s + a + b + c end return s end },
  { "select #", 1, function(n) local function f(...) return select("#", ...) end local s = 0 for i = 1, n do s = s + f(i, i) end return s end },
  { "select n", 1, function(n) local function f(...) return (select(2, ...)) end local s = 0 for i = 1, n do s = s + f(i, i) end return s end },
  { "ipairs", 100, function(n) local s = 0 for _ = 1, n do for _, v in ipairs(list) do s = s + v end end return s end },
  { "pairs array", 100, function(n) local s = 0 for _ = 1, n do for _, v in pairs(list) do s = s + v end end return s end },
  { "pairs fields", 5, function(n) local c = 0 for _ = 1, n do for k in pairs(record) do c = c + 1 end end return c end },
  { "next", 1, function(n) local c = 0 for _ = 1, n do if next(record) then c = c + 1 end end return c end },
  { "tostring int", 1, function(n) local s for i = 1, n do s = tostring(i) end return s end },
  { "tostring float", 1, function(n) local s for i = 1, n do s = tostring(i / 3) end return s end },
  { "tonumber", 1, function(n) local s = 0 for _ = 1, n do s = s + tonumber("12.5") end return s end },
  { "type", 1, function(n) local c = 0 for i = 1, n do if type(list[i % 100 + 1]) == "number" then c = c + 1 end end return c end },
  { "floor", 1, function(n) local s = 0 for i = 1, n do s = s + floor(i / 3) end return s end },
  { "random", 1, function(n) local s = 0 for _ = 1, n do s = s + random(100) end return s end },
  { "max", 1, function(n) local s = 0 for i = 1, n do s = math.max(s, i, 5) end return s end },
  { "setmetatable", 1, function(n) local mt = {} local s for _ = 1, n do s = setmetatable({}, mt) end return s end },
  { "rawget rawset", 1, function(n) local s = 0 for i = 1, n do rawset(record, "x", i) s = s + rawget(record, "x") end return s end },
  { "pcall", 1, function(n) local s = 0 for i = 1, n do local _, v = pcall(floor, i) s = s + v end return s end },
  { "assert", 1, function(n) local s = 0 for i = 1, n do s = s + assert(i, "message") end return s end },
}

for _, case in ipairs(cases) do
  local name, operations, body = case[1], case[2], case[3]
  if name:find(wanted, 1, true) then
    body(2)
    local n = 1
    -- Warming up also says how many rounds to measure.
    local started, elapsed = os.clock()
    repeat
      n = n * 2
      body(n)
      elapsed = os.clock() - started
    until elapsed > 0.5 * scale
    started = os.clock()
    body(n)
    print(("%s\t%.1f"):format(name, (os.clock() - started) / n / operations * 1e9))
  end
end
