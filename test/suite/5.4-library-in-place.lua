-- Library functions that optimized code does in place: first what is simple, in hot loops, then everything else at the same places.
-- case: byte
local function bytes(s, from, to, step)
  local sum, none = 0, 0
  for i = from, to, step do
    local code = string.byte(s, i)
    if code then sum = sum + code * (i % 7 + 1) else none = none + 1 end
  end
  return sum, none
end
local s = "a\0b\255xyz" .. ("0123456789"):rep(9)
for _ = 1, 4 do print(bytes(s, 1, #s, 1)) end
print(bytes(s, -#s - 3, #s + 3, 1))
print(bytes("", -2, 2, 1), bytes("x", -2, 2, 1), bytes(s, 0.5, 20, 0.5), bytes(12345, 1, 6, 1))
print(pcall(bytes, {}, 1, 2, 1), pcall(bytes, nil, 1, 2, 1))
local function first(s) return s:byte() end
for i = 1, 50 do first("abc") end
print(first("abc"), first(""), (first("")), select("#", first("")), select("#", first("x")))
local function all(s, i) return s:byte(i) end
for i = 1, 50 do all("abc", 2) end
print(select("#", all("abc", 9)), select("#", all("abc", "2")), all("abc", "2"), pcall(all, "abc", {}))
local function listed(s, i) return { s:byte(i), s:byte(i) } end
for i = 1, 50 do listed("abc", 1) end
print(#listed("abc", 4), #listed("abc", 3))

-- case: sub
local function sub(s, i, j) return s:sub(i, j) end
local s = "hello, world"
local positions = { 1, 2, 5, 12, 13, 0, -1, -12, -13, -20, 100, 2147483647, -2147483648, 1.5, 2.99, -1.5, "3", 1e10, -1e10 }
for i = 1, 100 do sub(s, i % 14, i % 17) end
for _, i in ipairs(positions) do
  for _, j in ipairs(positions) do io.write(sub(s, i, j), "|") end
  print(s:sub(i), #s:sub(i, i))
end
print(pcall(sub, s, {}, 1), pcall(sub, s, 1, {}), pcall(sub, {}, 1, 1), pcall(sub, 12345, 2, 3), sub(s, 2), sub(s, 2, nil))
local function each(s, f) for i = -3, #s + 3 do io.write("[", s:sub(i, i), "]", f(s:sub(i, i + 1), s:sub(i)), " ") end print() end
for _ = 1, 3 do each("ab\0c", function(a, b) return #a + #b end) end
each("", function(a, b) return a .. b end)
local long = ("0123456789"):rep(200)
local seen = {}
for i = 1, 300 do seen[long:sub(i, i + i * 3)] = i end
for i = 1, 300, 50 do io.write(tostring(seen[long:sub(i, i + i * 3)]), " ") end
print()

-- case: results of sub go on as all results
local function parts(s)
  local t = {}
  for i = 1, #s, 3 do table.insert(t, s:sub(i, i + 2)) end
  t[#t + 1] = tonumber(s:sub(1, 3))
  return t, s:sub(-2)
end
for _ = 1, 30 do parts("123456789") end
local t, last = parts("12.5678")
print(#t, t[1], t[2], t[3], t[4], last)
local function tail(s) return s:upper() end
local function tails(s, n) local t for i = 1, n do t = tail(s) end return t end
print(tails("abc", 100), tails("x\0y", 3), tails(("long"):rep(100), 3) == ("LONG"):rep(100), pcall(tails, nil, 1))

-- case: char, len, upper, lower
local function chars(a, b, c) return string.char(a), string.char(a, b), string.char(a, b, c), (string.char(a)):len() end
for i = 0, 255 do chars(i, 255 - i, 65) end
print(chars(65, 66, 67))
print(#chars(0, 0, 0), chars("65", 66.5, 67))
print(pcall(chars, 256, 1, 1), pcall(chars, -1, 1, 1), pcall(chars, 1, 256, 1), pcall(chars, 1, 1, "x"), pcall(chars, 2 ^ 32 + 65, 1, 1))
local function cases(s) return s:upper() .. s:lower() .. s:len() end
for i = 1, 100 do cases("aZ" .. i) end
print(cases("Hello\0\228 World"), cases(""), cases(("x"):rep(300)) == ("X"):rep(300) .. ("x"):rep(300) .. 300)
print(pcall(string.upper), pcall(cases, {}), string.len(12), pcall(string.len))

-- case: concatenation
local function concat(a, b, c) return a .. b .. c end
for i = 1, 100 do concat("x", i, "y") end
print(concat("a", 1, "b"), concat(1, 2, 3), concat("", "", ""), concat(-2147483648, 2147483647, 0), concat(0.5, 1e100, -0))
print(#concat("\0", "\0", 1), concat(("x"):rep(250), 1, "y") == ("x"):rep(250) .. "1y", #concat(("x"):rep(300), "y", ("z"):rep(3000)))
print(pcall(concat, {}, 1, 2), pcall(concat, 1, nil, 2), pcall(concat, 1, 2, true))
local meta = { __concat = function(a, b) return (type(a) == "table" and "T" or a) .. "+" .. (type(b) == "table" and "T" or b) end }
local object = setmetatable({}, meta)
print(concat(object, "x", 1), concat("x", object, 1), concat("x", 1, object), concat(object, object, object))
local sum = {}
for i = 1, 2000 do sum[i] = i .. "-" .. i % 7 .. "/" .. -i end
print(#table.concat(sum), sum[1], sum[2000])

-- case: tostring and tonumber
local function text(v) return tostring(v) end
for i = -60, 60 do text(i) end
print(text(0), text(-2147483648), text(2147483647), text(0.5), text(1e15), text(nil), text(true), text("s"), text(-0.0))
print(text(setmetatable({}, { __tostring = function() return "handled" end })), pcall(tostring))
getmetatable("").__tostring = function(s) return "<" .. s .. ">" end
print(text("s"), text(1))
getmetatable("").__tostring = nil
local function number(v) return tonumber(v) end
for i = 1, 100 do number(i % 2 == 0 and i or i .. ".25") end
for _, v in ipairs { "0", "007", "12", "12.5", ".5", "5.", ".", "", "1.2.3", "-1", "+1", " 1", "1 ", "0x10", "1e3", "abc", "123456789012345", "1234567890123456",
  "0.1", "0.30000000000001", "9007199254740993", "2147483648", "-0", "1\0", "99999999999999.9", "00000000000.1", "1..2", "inf", "nan" } do
  io.write(v, "=", tostring(number(v)), " ")
end
print(number(nil), number({}), number(true), number(7), number(-0.5), pcall(tonumber))
for i = 1, 1000 do
  local v = i / 1000
  if number(tostring(v)) ~= v then print("not exact", v) end
end

-- case: type
local function names(v) return type(v) end
local function is(v) return type(v) == "number", type(v) == "table", type(v) == "nil", type(v) ~= "string", type(v) == "userdata", type(v) == "no type" end
for i = 1, 100 do names(i) is(i) end
for _, v in ipairs { 1, 0.5, "s", {}, print, names, io.stdout, coroutine.create(names), true, false } do print(names(v), is(v)) end
print(names(nil), is(nil))
print(pcall(type), type(type), type(nil, 1))
local count = 0
for i = 1, 300 do
  local v = i % 3 == 0 and i or i % 3 == 1 and "x" or { i }
  if type(v) == "number" then count = count + 1 elseif type(v) == "string" then count = count + 100 elseif type(v) == "table" then count = count + v[1] end
end
print(count)

-- case: select, assert, rawget, next
local function counts(...) return select("#", ...), (select(2, ...)), select(-1, ...) end
local function pass(n) local a, b, c for i = 1, n do a, b, c = counts(i, nil, 3) end return a, b, c end
print(pass(100))
print(counts(1), pcall(counts))
print(pcall(function() return select(0, 1) end), pcall(function() return select("x", 1) end), select(2.9, 1, 2, 3), select("2", 1, 2))
local function sure(v, m) return assert(v, m) end
for i = 1, 100 do sure(i, "m") end
print(sure(1), sure("x", 2), pcall(sure, false, "message"), pcall(sure, nil), pcall(sure, nil, {}), pcall(assert), select("#", assert(1, nil, nil)))
local t = setmetatable({ 1, x = 2 }, { __index = function() return "handler" end })
local function raw(t, k) return rawget(t, k) end
for i = 1, 100 do raw(t, i % 2 == 0 and "x" or 1) end
print(raw(t, "x"), raw(t, "y"), raw(t, 1), raw(t, 2), raw(t, 1.0), pcall(raw, 1, 1), pcall(raw, io.stdout, 1), pcall(rawget, t))
local function some(t) return next(t) ~= nil end
for i = 1, 100 do some(t) end
print(some({}), some({ 1 }), pcall(some, 1), pcall(some, io.stdout), pcall(next, {}, "absent"))
local function walk(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  for _ in ipairs(t) do n = n + 10 end
  return n
end
for i = 1, 100 do walk({ i, i, x = i }) end
print(walk({ 1, 2, 3 }), pcall(walk, io.stdout), pcall(walk, "x"), pcall(function() for i = 1, 5 do ipairs(io.stdout) end end))

-- case: max, min, abs of all kinds of numbers
local function best(a, b, c) return math.max(a, b, c), math.min(a, b, c), math.abs(a), math.max(a), math.min(a, b) end
for i = 1, 100 do best(i, -i, i % 3) end
local values = { 1, -1, 0.5, -0.5, 2147483647, -2147483648, 1e300, -1e300, 1 / 0, -1 / 0, "7", "0x10" }
for _, a in ipairs(values) do
  for _, b in ipairs(values) do print(a, b, best(a, b, 1)) end
end
print(best(0 / 0, 1, 1) ~= best(0 / 0, 1, 1), (best(1, 0 / 0, 1)), math.abs(-0.0), 1 / math.abs(-0.0))
print(pcall(best, {}, 1, 1), pcall(best, 1, nil, 1), pcall(math.max), pcall(math.abs), pcall(best, "x", 1, 1))
