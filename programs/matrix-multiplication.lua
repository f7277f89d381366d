-- Multiplication of two matrices: tables of tables of numbers.
--
-- The innermost loop reads two rows element by element. The JIT hoists what does not change in it and keeps the sum as a double in a
-- register; the first matrix holds integers, the second fractions, so loads are guarded with different types.
-- Usage: matrix-multiplication.lua [n]

local n = tonumber(arg and arg[1]) or 250

local function matrix(n, divisor)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = ((i * 7 + j * 3) % 11 - 5) / divisor end
    rows[i] = row
  end
  return rows
end

local function transpose(m, n)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = m[j][i] end
    rows[i] = row
  end
  return rows
end

local function multiply(a, b, n)
  local columns, product = transpose(b, n), {}
  for i = 1, n do
    local left, row = a[i], {}
    for j = 1, n do
      local right, sum = columns[j], 0
      for k = 1, n do sum = sum + left[k] * right[k] end
      row[j] = sum
    end
    product[i] = row
  end
  return product
end

local function trace(m, n)
  local sum = 0
  for i = 1, n do sum = sum + m[i][i] end
  return sum
end

local product = multiply(matrix(n, 1), matrix(n, 8), n)
print("first", product[1][1])
print("last", product[n][n])
print("trace", trace(product, n))
