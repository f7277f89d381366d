-- Extra arguments: kept, adjusted, forwarded, in constructors.
local function count(...) return select("#", ...) end
local function three(...)
  local a, b, c = ...
  return a, b, c
end
local function second(_, ...) return (...) end
print(count(), count(nil), count(1, nil), three(1, 2, 3, 4))
print(second(1), second(1, 2, 3), (three(5, 6)))
local function list(...)
  local t = { ..., ... }
  local x, y = 0, ...
  x, y = ..., "last"
  t.x, t.y, t.n = x, y, #t
  return t
end
local t = list("a", "b", "c")
print(t[1], t[2], t[3], t[4], t.n, t.x, t.y)
local function forward(...)
  if select("#", ...) > 6 then return ... end
  return forward("x", ...)
end
print(forward(1, 2))
print(select("#", ...), (...))
