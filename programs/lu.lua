-- LU decomposition with partial pivoting: systems of equations solved, and the residue of the solutions.
--
-- Triple loops over arrays of arrays of doubles, a row exchange that swaps two tables, and a matrix that turns out to be singular. Loaded
-- by another program (without `arg`), it returns the function that does the work.
--   Watch in --trace: one `osr` into each loop of `decompose`; no deopts once elements are doubles.
-- Usage: lu.lua [rows]

local function random_matrix(n, seed)
  local a = {}
  for i = 1, n do
    a[i] = {}
    for j = 1, n do
      seed = seed * 16807 % 2147483647
      a[i][j] = seed / 2147483647 - 0.5
    end
  end
  return a
end

--- Replaces a by L and U; returns the permutation and its sign, or nil when a is singular.
local function decompose(a, n)
  local permutation, sign = {}, 1
  for i = 1, n do permutation[i] = i end
  for k = 1, n do
    local pivot, largest = k, math.abs(a[k][k])
    for i = k + 1, n do
      local size = math.abs(a[i][k])
      if size > largest then pivot, largest = i, size end
    end
    if largest == 0 then return nil end
    if pivot ~= k then
      a[k], a[pivot] = a[pivot], a[k]
      permutation[k], permutation[pivot] = permutation[pivot], permutation[k]
      sign = -sign
    end
    local row = a[k]
    for i = k + 1, n do
      local other = a[i]
      local factor = other[k] / row[k]
      other[k] = factor
      for j = k + 1, n do other[j] = other[j] - factor * row[j] end
    end
  end
  return permutation, sign
end

local function solve(lu, permutation, b, n)
  local x = {}
  for i = 1, n do
    local sum, row = b[permutation[i]], lu[i]
    for j = 1, i - 1 do sum = sum - row[j] * x[j] end
    x[i] = sum
  end
  for i = n, 1, -1 do
    local sum, row = x[i], lu[i]
    for j = i + 1, n do sum = sum - row[j] * x[j] end
    x[i] = sum / row[i]
  end
  return x
end

local function run(n)
  local a, original = random_matrix(n, 42), random_matrix(n, 42)
  local permutation, sign = decompose(a, n)
  local b = {}
  for i = 1, n do
    local sum = 0
    for j = 1, n do sum = sum + original[i][j] * j end
    b[i] = sum
  end
  local x = solve(a, permutation, b, n)
  local residue, determinant = 0, 0
  for i = 1, n do
    residue = math.max(residue, math.abs(x[i] - i))
    determinant = determinant + math.log(math.abs(a[i][i]))
  end
  return string.format("%.8f %d %s", determinant, sign, residue < 1e-6 and "solved" or "inexact")
end

if arg then
  local n = tonumber(arg[1]) or 120
  print("random", run(n))
  for size = 1, 5 do print("size " .. size, run(size)) end
  local singular = random_matrix(4, 7)
  for j = 1, 4 do singular[3][j] = 0 end
  print("singular", decompose(singular, 4))
  -- Integers, and among them one fraction: the decomposition is exact enough to be rounded.
  local whole = { { 2, 1, 1 }, { 4, 3, 3 }, { 8, 7, 9.5 } }
  local permutation, sign = decompose(whole, 3)
  print("determinant", string.format("%.6f", sign * whole[1][1] * whole[2][2] * whole[3][3]), table.concat(permutation, " "))
end
return run
