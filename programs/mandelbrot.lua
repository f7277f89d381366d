-- The Mandelbrot set, drawn in characters and then counted on a finer grid.
--
-- Everything in the inner loop is a double. The JIT keeps all of it in registers: no boxes, no tables, and `escape` is inlined into
-- the loops that call it. Compare with n-body.lua, where the same arithmetic goes through tables.
-- Usage: mandelbrot.lua [grid size]

local size = tonumber(arg and arg[1]) or 700
local shades = { " ", ".", ":", "-", "=", "+", "*", "%", "@" }

-- The number of steps after which the orbit of c = cr + ci*i leaves the circle of radius 2, at most `limit`.
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

local function draw(width, height)
  for row = 0, height - 1 do
    local line = ""
    for column = 0, width - 1 do
      local steps = escape(column / width * 3 - 2.1, row / height * 2.4 - 1.2, 40)
      line = line .. shades[math.min(math.floor(steps / 2) + 1, #shades)]
    end
    print(line)
  end
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

draw(72, 20)
local inside, total = count(size, 100)
print("inside", inside .. " of " .. size * size)
print("steps", total)
