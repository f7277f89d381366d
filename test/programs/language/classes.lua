-- What is found through __index, when it changes under code that has been compiled for how it was. `hot` runs a function until then.
local function hot(f, ...)
  for _ = 1, 60 do f(...) end
  return f(...)
end

local function class(base)
  local c = {}
  c.__index = c
  if base then setmetatable(c, { __index = base }) end
  return c
end

do -- a method is replaced, removed, and given back by the base class
  local Base, Derived = class(), nil
  Derived = class(Base)
  function Base:name() return "base" end
  function Derived:name() return "derived" end
  local object = setmetatable({}, Derived)
  local function ask() return object:name() end
  print(hot(ask))
  function Derived:name() return "replaced" end
  print(hot(ask))
  Derived.name = nil
  print(hot(ask))
  function Base:name() return "replaced base" end
  print(hot(ask))
  Base.name = nil
  print(pcall(ask))
  rawset(Derived, "name", function() return "rawset" end)
  print(hot(ask))
end

do -- a class in between gets the method; the object gets it itself
  local A = class() local B = class(A) local C = class(B)
  function A.where() return "A" end
  local object = setmetatable({}, C)
  local function ask() return object.where() end
  print(hot(ask))
  function B.where() return "B" end
  print(hot(ask))
  function C.where() return "C" end
  print(hot(ask))
  object.where = function() return "own" end
  print(hot(ask))
  object.where = nil
  print(hot(ask))
end

do -- metatables change: shared ones, fresh ones, of objects and of classes
  local One, Two = { value = 1 }, { value = 2 }
  local shared = { __index = One }
  local a, b = setmetatable({}, shared), setmetatable({ own = true }, shared)
  local function sum() return a.value + b.value end
  print(hot(sum))
  shared.__index = Two
  print(hot(sum))
  setmetatable(a, { __index = One })
  print(hot(sum))
  local fresh = { __index = One }
  setmetatable(b, fresh)
  print(hot(sum))
  fresh.__index = function(_, key) return #key end
  print(hot(sum))
  fresh.__index = nil
  print(pcall(sum))
  fresh["__in" .. "dex"] = Two
  print(hot(sum))
  local Derived = setmetatable({}, { __index = One })
  local c = setmetatable({}, { __index = Derived })
  local function value() return c.value end
  print(hot(value))
  setmetatable(Derived, { __index = Two })
  print(hot(value))
  setmetatable(Derived, nil)
  print(hot(value))
  getmetatable(c).__index = { value = "at last" }
  print(hot(value))
end

do -- __newindex comes later
  local log = {}
  local meta = { __index = {} }
  local function make() return setmetatable({}, meta) end
  local function fill(object) object.x = 1 object.y = 2 return object end
  local object = hot(function() return fill(make()) end)
  print(object.x, object.y, #log)
  meta.__newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v * 10) end
  object = hot(function() return fill(make()) end)
  print(object.x, object.y, #log)
  meta.__newindex = nil
  object = hot(function() return fill(make()) end)
  print(object.x, object.y)
end

do -- state of a class, and defaults of its objects
  local Counter = class()
  Counter.total, Counter.step = 0, 2
  function Counter:bump()
    self.count = (self.count or 0) + self.step
    Counter.total = Counter.total + 1
    return self.count
  end
  local objects = {}
  for i = 1, 40 do objects[i] = setmetatable({}, Counter) end
  local function all() local s = 0 for _, o in ipairs(objects) do s = s + o:bump() end return s end
  print(hot(all), Counter.total)
  Counter.step = 5
  print(hot(all), Counter.total)
  objects[7].step = 100
  print(hot(all), objects[7].total, objects[8].step)
  Counter.step = nil
  print(pcall(all))
end

do -- several classes at one place
  local Shape = class()
  function Shape:area() return 0 end
  function Shape:double() return 2 * self:area() end
  local kinds = {}
  for i = 1, 6 do
    local Kind = class(Shape)
    Kind.area = function(self) return self.side * i end
    kinds[i] = Kind
  end
  local function total(n)
    local s = 0
    for i = 1, 60 do s = s + setmetatable({ side = i }, kinds[i % n + 1]):double() end
    return s
  end
  for n = 1, 6 do print(n, hot(total, n)) end
  kinds[2].area = nil
  print(hot(total, 2), hot(total, 6))
  function Shape:area() return -1 end
  print(hot(total, 2), hot(total, 6))
end

do -- metatables that are their own __index, classes that are their own metatable, loops
  local Self = {}
  Self.__index = Self
  setmetatable(Self, Self)
  print(pcall(function() return Self.nothing end))
  local Me = setmetatable({ x = 1 }, {})
  getmetatable(Me).__index = getmetatable(Me)
  getmetatable(Me).y = 2
  print(hot(function() return Me.x + Me.y end))
end

do -- more keys than a shape takes
  local Big = class()
  for i = 1, 200 do Big["key" .. i] = i end
  local object = setmetatable({}, Big)
  local function read() return object.key7 + object.key199 end
  print(hot(read))
  Big.key199 = 0
  print(hot(read))
  local Growing = class()
  Growing.first = 1
  local other = setmetatable({}, Growing)
  local function first() return other.first end
  print(hot(first))
  for i = 1, 200 do Growing["key" .. i] = i end
  print(hot(first))
  Growing.first = "changed"
  print(hot(first))
end

do -- __metatable, and what setmetatable refuses
  local function protect() return setmetatable({}, { __metatable = "locked", __index = { v = 1 } }) end
  local object = hot(protect)
  print(getmetatable(object), pcall(setmetatable, object, {}))
  local function try(t, m) return select(2, pcall(setmetatable, t, m)) end
  print(hot(try, object, {}), hot(try, 1, {}), hot(try, {}, 1))
end

do -- fields that are stored as nil are not there
  local List = class()
  List.next = "default"
  local function build(n)
    local list
    for i = 1, n do list = setmetatable({ value = i, next = list }, List) end
    return list
  end
  local function last(list)
    local count = 0
    while type(list) == "table" do list, count = list.next, count + 1 end
    return list, count
  end
  print(hot(function() return last(build(20)) end))
end

do -- a key that is added on one way only
  local function make(i)
    local t = { a = i }
    if i % 3 == 0 then t.b = i end
    t.c = t.a + (t.b or 0)
    if i % 7 == 0 then t.a = nil end
    return t
  end
  local function run()
    local s = 0
    for i = 1, 100 do local t = make(i) s = s + t.c + (t.a or -1) end
    return s
  end
  print(hot(run))
end

do -- two names of one table
  local function alias(a, b)
    a.x = 1
    b.y = 2
    a.z = 3
    return a.x + b.y + (a.z or 0) + (b.z or 0)
  end
  local function run()
    local same = {}
    return alias(same, same), alias({}, {}), alias({ x = 5 }, { y = 6 })
  end
  print(hot(run))
end
