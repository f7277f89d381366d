-- Steps of the Mandelbrot set's orbits on a grid.
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

return function(size)
  local inside, total, limit = 0, 0, 100
  for row = 0, size - 1 do
    for column = 0, size - 1 do
      local steps = escape(column / size * 3 - 2.1, row / size * 2.4 - 1.2, limit)
      if steps == limit then inside = inside + 1 end
      total = total + steps
    end
  end
  return string.format("%d %d", inside, total)
end
