-- Linked lists, compared by length in a function with three calls of itself.
local function make(n)
  if n == 0 then return nil end
  return { value = n, next = make(n - 1) }
end

local function shorter(x, y)
  while y do
    if not x then return true end
    x, y = x.next, y.next
  end
  return false
end

local function tail(x, y, z)
  if shorter(y, x) then return tail(tail(x.next, y, z), tail(y.next, z, x), tail(z.next, x, y)) end
  return z
end

return function(n)
  local result, length = tail(make(n), make(n * 2 / 3), make(n / 3)), 0
  while result do
    length = length + 1
    result = result.next
  end
  return string.format("%d", length)
end
