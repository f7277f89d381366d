-- A pipeline of generators: range, map, filter.
local wrap, yield = coroutine.wrap, coroutine.yield

local function range(n)
  return wrap(function()
    for i = 1, n do yield(i) end
  end)
end

local function map(source, f)
  return wrap(function()
    for value in source do yield(f(value)) end
  end)
end

local function filter(source, accepts)
  return wrap(function()
    for value in source do
      if accepts(value) then yield(value) end
    end
  end)
end

return function(n)
  local sum, count = 0, 0
  for value in filter(map(range(n), function(x) return x * 3 % 1000 end), function(x) return x % 2 == 0 end) do
    sum = sum + value
    count = count + 1
  end
  return string.format("%d %d", sum, count)
end
