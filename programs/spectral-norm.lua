-- The spectral norm of an infinite matrix (from the Computer Language Benchmarks Game).
--
-- `a(i, j)` is called from the innermost loops and inlined there. Its argument arithmetic is int32 with overflow guards, its result a
-- double; the vectors are arrays of doubles.
-- Usage: spectral-norm.lua [n]

local n = tonumber(arg and arg[1]) or 400

local function a(i, j)
  local ij = i + j - 1
  return 1 / (ij * (ij - 1) * 0.5 + i)
end

local function multiply(n, x, y)
  for i = 1, n do
    local sum = 0
    for j = 1, n do sum = sum + x[j] * a(i, j) end
    y[i] = sum
  end
end

local function multiply_transposed(n, x, y)
  for i = 1, n do
    local sum = 0
    for j = 1, n do sum = sum + x[j] * a(j, i) end
    y[i] = sum
  end
end

local function spectral_norm(n)
  local u, v, t = {}, {}, {}
  for i = 1, n do u[i] = 1 end
  for _ = 1, 10 do
    multiply(n, u, t)
    multiply_transposed(n, t, v)
    multiply(n, v, t)
    multiply_transposed(n, t, u)
  end
  local vBv, vv = 0, 0
  for i = 1, n do
    vBv = vBv + u[i] * v[i]
    vv = vv + v[i] * v[i]
  end
  return math.sqrt(vBv / vv)
end

print("spectral norm of " .. n .. " x " .. n, spectral_norm(n))
