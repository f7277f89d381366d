-- Steps of the Mandelbrot set's orbits on an n x n grid, warmed up and timed inside the program.
local n = tonumber(arg and arg[1]) or 2000

local function escape(cr, ci, limit)
  local zr, zi, steps = 0, 0, 0
  while steps < limit do
    local rr, ii = zr * zr, zi * zi
    if rr + ii > 4 then return steps end
    zi = 2 * zr * zi + ci
    zr = rr - ii + cr
    steps = steps + 1
  end
  return limit
end

local function count(size, limit)
  local inside, total = 0, 0
  for row = 0, size - 1 do
    for column = 0, size - 1 do
      local steps = escape(column / size * 3 - 2.1, row / size * 2.4 - 1.2, limit)
      if steps == limit then inside = inside + 1 end
      total = total + steps
    end
  end
  return inside, total
end

count(100, 100)
local start = os.clock()
print("inside, steps", count(n, 100))
print("seconds", os.clock() - start)
