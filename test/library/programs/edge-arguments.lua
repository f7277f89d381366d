-- Library functions in hot code, with arguments of all kinds in places of all kinds: how many results there are, which, and which errors.
local function n(...) return select("#", ...), ... end
local texts = { "abc", "", "10", "0x1F", " 7 ", "1e5", "nan", "-", "\0z", 5, 2.5, -0.0, nil, true, {} }
local calls = {
  byte1 = function(s, i, j) return n(s:byte(i)) end,
  byte2 = function(s, i, j) return n(string.byte(s, i, j)) end,
  byte0 = function(s) return n(string.byte(s)) end,
  bytep = function(s, i) return (string.byte(s, i)) end,
  byteq = function(s, i) local b = string.byte(s, i) return b end,
  byter = function(s, i) local a, b = string.byte(s, i) return a, b end,
  sub1 = function(s, i, j) return n(string.sub(s, i, j)) end,
  sub2 = function(s, i) return n(string.sub(s, i)) end,
  sub3 = function(s, i) return string.sub(s, i, i) end,
  sub4 = function(s, i, j) return string.sub(s, j, i) end,
  len = function(s) return n(string.len(s)) end,
  upper = function(s) return n(string.upper(s)) end,
  lower = function(s) return string.lower(s) end,
  char = function(s, i, j) return n(string.char(i, j)) end,
  char1 = function(s, i) return string.char(i) end,
  char0 = function() return n(string.char()) end,
  tostr = function(s, i) return n(tostring(s)), tostring(i) end,
  tonum = function(s, i, j) return n(tonumber(s)) end,
  tonum2 = function(s, i, j) return tonumber(s, 16) end,
  tonum3 = function(s, i, j) return tonumber(i), tonumber(j), tonumber(s) end,
  max = function(s, i, j) return n(math.max(i, j)) end,
  max1 = function(s, i, j) return math.max(s, i) end,
  min = function(s, i, j) return n(math.min(i, j, 3)) end,
  abs = function(s, i, j) return n(math.abs(i)), math.abs(s) end,
  floor = function(s, i, j) return math.floor(i), math.ceil(j), math.floor(s) end,
  rawget = function(s, i, j) return n(rawget({ 1, 2, a = 3 }, s)) end,
  rawget2 = function(s, i, j) return rawget(s, i) end,
  rawequal = function(s, i, j) return n(rawequal(s, i)) end,
  assert = function(s, i, j) return n(assert(s, i, j)) end,
  assert1 = function(s, i, j) return n(assert(s)) end,
  assert2 = function(s, i, j) assert(i ~= 3, "three") return i end,
  select = function(s, i, j) return n(select(2, s, i, j)), select(-1, s, i, j) end,
  select2 = function(s, i, j) return select(i, s, i, j) end,
  type = function(s, i, j) return n(type(s)), type(i), type(nil) end,
  type2 = function(s, i, j) return type(s) == "string", type(s) == "table", type(s) == "nil" end,
  ipairs = function(s, i, j) return select("#", ipairs({ s })), (select(3, ipairs({}))) end,
  pairs = function(s, i, j) local f, t, k = pairs({ s }) return k end,
  ipairs2 = function(s) local c = 0 for k, v in ipairs(s) do c = c + k end return c end,
  insert = function(s, i, j) local t = { 1 } return n(table.insert(t, s)), #t, n(table.insert(t, 1, i)), t[1] end,
  insert2 = function(s, i, j) return table.insert(s, i) end,
  unpack = function(s, i, j) return n(unpack({ s, i, j }, 1, 3)) end,
  concat = function(s, i, j) return n(s .. i), i .. j .. s end,
  getmt = function(s, i, j) return getmetatable(s) == getmetatable(""), getmetatable({}) end,
  sqrt = function(s, i, j) return math.sqrt(j), math.sqrt(s) end,
  next1 = function(s, i, j) return n(next({ s })) end,
  next2 = function(s, i, j) return next({ 1, 2 }, i) end,
}
local names = {} for k in pairs(calls) do names[#names + 1] = k end table.sort(names)
local function show(...) local r = {} for i = 1, select("#", ...) do local v = select(i, ...) r[i] = type(v) == "table" and "table" or tostring(v) end print(table.concat(r, " ")) end
local numbers = { 1, 2, 3, -1, -2, 0, 100, 1.5, -2147483648, 65, "2", "x", nil, 255, 256 }
for _, name in ipairs(names) do
  local f = calls[name]
  local function hot(s, i, j) return f(s, i, j) end
  for k = 1, 12 do pcall(hot, "hello" .. k, 1, 65) end
  for k = 1, 15 do show(name, k, pcall(hot, texts[k], numbers[k % 7 + 1], numbers[k])) end
  for k = 1, 15 do show(name, k, pcall(hot, "text", numbers[k], numbers[16 - k])) end
end
