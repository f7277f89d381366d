-- The product of two matrices of doubles, as arrays of rows.
local function matrix(n, seed)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = (i * seed + j) % 10 / 8 end
    rows[i] = row
  end
  return rows
end

local function multiply(a, b, n)
  local c = {}
  for i = 1, n do
    local row, left = {}, a[i]
    for j = 1, n do
      local sum = 0
      for k = 1, n do sum = sum + left[k] * b[k][j] end
      row[j] = sum
    end
    c[i] = row
  end
  return c
end

return function(n)
  local c = multiply(matrix(n, 3), matrix(n, 7), n)
  local trace = 0
  for i = 1, n do trace = trace + c[i][n + 1 - i] end
  return string.format("%.6f", trace)
end
