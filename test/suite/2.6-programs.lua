-- Visibility, garbage, and everything together: small programs as people write them.
-- case: a module in a table
local M = {}
local count = 0
function M.new(name) count = count + 1 return { name = name, id = count } end
function M.count() return count end
M.VERSION = "1." .. M.count()
local a, b = M.new "a", M.new "b"
print(a.id, b.id, M.count(), M.VERSION)

-- case: bank accounts with privacy
local function account(initial)
  local balance = initial
  local self = {}
  function self.withdraw(v) if v > balance then error("insufficient funds", 2) end balance = balance - v return balance end
  function self.deposit(v) balance = balance + v return balance end
  return self
end
local acc = account(100)
print(acc.withdraw(30), acc.deposit(5.5), acc.balance)
print(pcall(acc.withdraw, 1000))
print(pcall(function() acc.withdraw(1000) end))
for i = 1, 30 do acc.deposit(i) end
print(acc.withdraw(0))

-- case: queue with two indices
local Queue = {} Queue.__index = Queue
function Queue.new() return setmetatable({ first = 0, last = -1 }, Queue) end
function Queue:push(v) self.last = self.last + 1 self[self.last] = v end
function Queue:pop() if self.first > self.last then return nil, "empty" end local v = self[self.first] self[self.first] = nil self.first = self.first + 1 return v end
local q = Queue.new()
for i = 1, 50 do q:push(i * i) if i % 3 == 0 then q:pop() end end
print(q:pop(), q:pop(), q.last - q.first + 1)
while q:pop() do end
print(q:pop())

-- case: sets with operators
local Set = {} Set.__index = Set
function Set.new(t) local s = setmetatable({}, Set) for _, v in ipairs(t) do s[v] = true end return s end
function Set.__add(a, b) local r = Set.new {} for k in pairs(a) do r[k] = true end for k in pairs(b) do r[k] = true end return r end
function Set.__mul(a, b) local r = Set.new {} for k in pairs(a) do r[k] = b[k] end return r end
function Set.__le(a, b) for k in pairs(a) do if not b[k] then return false end end return true end
function Set.__lt(a, b) return a <= b and not (b <= a) end
function Set.__eq(a, b) return a <= b and b <= a end
function Set.__tostring(s) local l = {} for k in pairs(s) do l[#l + 1] = tostring(k) end table.sort(l) return "{" .. table.concat(l, ", ") .. "}" end
local a, b = Set.new { 10, 20, 30, 50 }, Set.new { 30, 1 }
print(tostring(a + b), tostring(a * b), a <= b, a * b <= b, a * b < b, (a + b) * a == a, a ~= b)

-- case: eight queens
local N, count, first = 6, 0, nil
local function ok(a, n, c) for i = 1, n - 1 do if a[i] == c or a[i] - i == c - n or a[i] + i == c + n then return false end end return true end
local function add(a, n) if n > N then count = count + 1 first = first or table.concat(a, " ") else for c = 1, N do if ok(a, n, c) then a[n] = c add(a, n + 1) end end end end
add({}, 1)
print(count, first)

-- case: word frequencies
local text = "the quick brown fox jumps over the lazy dog the fox"
local counts, words = {}, {}
for w in text:gmatch("%a+") do if not counts[w] then words[#words + 1] = w end counts[w] = (counts[w] or 0) + 1 end
table.sort(words, function(x, y) return counts[x] > counts[y] or counts[x] == counts[y] and x < y end)
for i = 1, 4 do io.write(words[i], " ", counts[words[i]], "; ") end
print(#words)

-- case: markov chains without randomness
local t, w1, w2 = {}, "\n", "\n"
for w in ("a b a b c a b a d"):gmatch("%a") do
  local key = w1 .. " " .. w2
  t[key] = t[key] or {}
  table.insert(t[key], w)
  w1, w2 = w2, w
end
print(table.concat(t["a b"], " "), table.concat(t["b a"], " "), t["\n \n"][1])

-- case: a parser of expressions
local function parse(s)
  local pos = 1
  local function peek() pos = s:match("^%s*()", pos) return s:sub(pos, pos) end
  local expr
  local function atom()
    if peek() == "(" then pos = pos + 1 local v = expr() if peek() ~= ")" then error("expected )", 0) end pos = pos + 1 return v end
    local n, e = s:match("^(%d+%.?%d*)()", pos)
    if not n then error("unexpected '" .. peek() .. "' at " .. pos, 0) end
    pos = e
    return tonumber(n)
  end
  local function term() local v = atom() while peek():find("[*/]") do local op = peek() pos = pos + 1 local w = atom() v = op == "*" and v * w or op == "/" and v / w end return v end
  function expr() local v = term() while peek():find("[+-]") do local op = peek() pos = pos + 1 local w = term() v = op == "+" and v + w or op == "-" and v - w end return v end
  local v = expr()
  if peek() ~= "" then error("unexpected '" .. peek() .. "' at " .. pos, 0) end
  return v
end
print(parse "1 + 2 * 3", parse "(1+2)*3 - 4/8", parse "2*(3+(4-1))*0.5")
print(pcall(parse, "1 + "), pcall(parse, "(1"), pcall(parse, "1 2"))

-- case: serialization and back
local function ser(v, indent)
  if type(v) == "table" then
    local keys = {}
    for k in pairs(v) do keys[#keys + 1] = k end
    table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
    local r = {}
    for _, k in ipairs(keys) do r[#r + 1] = ("[%s]=%s"):format(ser(k), ser(v[k])) end
    return "{" .. table.concat(r, ",") .. "}"
  end
  return type(v) == "string" and ("%q"):format(v) or tostring(v)
end
local s = ser { 1, 2.5, "x\n\"y\"", { nested = true, deep = { {} } }, key = false }
print(s)
print(ser(loadstring("return " .. s)()) == s)

-- case: memoize, curry, compose
local function memoize(f) local cache = {} return function(x) local v = cache[x] if v == nil then v = f(x) cache[x] = v end return v end end
local calls = 0
local square = memoize(function(x) calls = calls + 1 return x * x end)
local s = 0
for i = 1, 60 do s = s + square(i % 10) end
print(s, calls)
local function curry(f, n) if n <= 1 then return f end return function(a) return curry(function(...) return f(a, ...) end, n - 1) end end
print(curry(function(a, b, c) return a .. b .. c end, 3)(1)(2)(3))
local function compose(...) local fs = { ... } return function(...) local r = { ... } for i = #fs, 1, -1 do r = { fs[i](unpack(r)) } end return unpack(r) end end
print(compose(tostring, math.floor, function(a, b) return a / b end)(7, 2))

-- case: map, filter, reduce, hot
local function map(t, f) local r = {} for i, v in ipairs(t) do r[i] = f(v) end return r end
local function filter(t, f) local r = {} for _, v in ipairs(t) do if f(v) then r[#r + 1] = v end end return r end
local function reduce(t, f, a) for _, v in ipairs(t) do a = f(a, v) end return a end
local t = {}
for i = 1, 40 do t[i] = i end
print(reduce(map(filter(t, function(x) return x % 2 == 1 end), function(x) return x * x end), function(a, b) return a + b end, 0))
print(reduce(map(t, tostring), function(a, b) return a .. b end, ""), #filter(t, function(x) return x > 100 end))
print(reduce(map(t, function(x) return x / 2 end), math.max, -math.huge))

-- case: garbage in loops
local s = 0
for i = 1, 3000 do local t = { i, { i } } s = s + t[2][1] + #tostring(i) end
print(s)
local keep = {}
for i = 1, 300 do keep[i % 7] = { "x" .. i, function() return i end } end
print(keep[0][1], keep[6][2](), keep[3][1])

-- case: strings as garbage, compared by identity of content
local t = {}
for i = 1, 400 do t["k" .. i % 20] = ("v" .. i):rep(3) end
local s = 0
for k, v in pairs(t) do s = s + #k * #v end
print(s, t.k0, t["k" .. 19])

-- case: cyclic garbage
local last
for i = 1, 500 do local a, b = {}, {} a.b, b.a, a.f = b, a, function() return a, b end last = a end
collectgarbage()
local a, b = last.f()
print(a == last, b.a == last, a.b == b)

-- case: closures keep what they need across collections
local fs = {}
for i = 1, 30 do local t = { i } local s = "s" .. i fs[i] = function() t[1] = t[1] + 1 return s .. t[1] end end
collectgarbage()
for i = 1, 30, 7 do io.write(fs[i](), " ", fs[i](), " ") end
print()

-- case: coroutines keep their locals across collections
local cos = {}
for i = 1, 20 do
  cos[i] = coroutine.wrap(function() local t = {} for k = 1, 5 do t[k] = { i * k } coroutine.yield(t[k][1]) end return #t end)
end
local s = 0
for round = 1, 6 do for i = 1, 20 do s = s + cos[i]() end collectgarbage() end
print(s)

-- case: game of life
local function step(g, n)
  local r = {}
  for y = 1, n do
    r[y] = {}
    for x = 1, n do
      local c = 0
      for dy = -1, 1 do for dx = -1, 1 do if (dx ~= 0 or dy ~= 0) and (g[y + dy] or {})[x + dx] == 1 then c = c + 1 end end end
      r[y][x] = (c == 3 or c == 2 and g[y][x] == 1) and 1 or 0
    end
  end
  return r
end
local g, n = {}, 8
for y = 1, n do g[y] = {} for x = 1, n do g[y][x] = 0 end end
for _, p in ipairs { { 1, 2 }, { 2, 3 }, { 3, 1 }, { 3, 2 }, { 3, 3 } } do g[p[1]][p[2]] = 1 end
for i = 1, 12 do g = step(g, n) end
for y = 1, n do print(table.concat(g[y])) end

-- case: big numbers in tables of digits
local function mul(d, k) local c = 0 for i = 1, #d do local v = d[i] * k + c d[i] = v % 10 c = math.floor(v / 10) end while c > 0 do d[#d + 1] = c % 10 c = math.floor(c / 10) end end
local d = { 1 }
for i = 2, 30 do mul(d, i) end
print(table.concat(d):reverse())

-- case: roman numerals and digits back
local map = { { 1000, "M" }, { 900, "CM" }, { 500, "D" }, { 400, "CD" }, { 100, "C" }, { 90, "XC" }, { 50, "L" }, { 40, "XL" }, { 10, "X" }, { 9, "IX" }, { 5, "V" }, { 4, "IV" }, { 1, "I" } }
local function roman(n) local s = "" for _, p in ipairs(map) do while n >= p[1] do s = s .. p[2] n = n - p[1] end end return s end
print(roman(1994), roman(2024), roman(49), roman(0) == "")

-- case: binary trees
local function tree(n) if n == 0 then return {} end return { tree(n - 1), tree(n - 1) } end
local function check(t) if t[1] then return 1 + check(t[1]) + check(t[2]) end return 1 end
print(check(tree(8)), check(tree(0)), check(tree(3)))

-- case: string builder with varargs and nils
local function join(...)
  local r = {}
  for i = 1, select("#", ...) do r[i] = tostring((select(i, ...))) end
  return table.concat(r, ",")
end
for i = 1, 20 do join(i, nil, "x") end
print(join(), join(nil), join(1, nil, nil), join(false, 0 / 0 ~= 0 / 0, 1.5))

-- case: events and listeners
local Emitter = {} Emitter.__index = Emitter
function Emitter.new() return setmetatable({ listeners = {} }, Emitter) end
function Emitter:on(name, f) local l = self.listeners[name] or {} self.listeners[name] = l l[#l + 1] = f return self end
function Emitter:emit(name, ...) for _, f in ipairs(self.listeners[name] or {}) do f(self, ...) end end
local log = {}
local e = Emitter.new():on("a", function(_, x) log[#log + 1] = "1:" .. tostring(x) end):on("a", function(s, x, y) log[#log + 1] = "2:" .. tostring(y) if x then s:emit("b", y) end end):on("b", function(_, v) log[#log + 1] = "b" .. tostring(v) end)
e:emit("a") e:emit("a", 1, 2) e:emit("none")
print(table.concat(log, " "))

-- case: a state machine with tail calls
local states = {}
function states.start(s, i, n) local c = s:sub(i, i) if c == "" then return "start", n end return states[c == "(" and "open" or "start"](s, i + 1, n) end
function states.open(s, i, n) local c = s:sub(i, i) if c == "" then return "open", n end if c == ")" then return states.start(s, i + 1, n + 1) end return states.open(s, i + 1, n) end
print(states.start("a(b)c(d)(e", 1, 0))
print(states.start(("(x)"):rep(2000), 1, 0))
