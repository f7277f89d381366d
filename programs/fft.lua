-- The fast Fourier transform, there and back, and a multiplication of large numbers by it.
--
-- Two arrays of doubles, indices that double and halve in nested loops, and rounding that brings integers back. Loaded by another program
-- (without `arg`), it returns the function that does the work.
--   Watch in --trace: `osr transform` at each of its loops, for doubles; then next to no deopts.
-- Usage: fft.lua [points]

local function transform(re, im, n, direction)
  -- Bit reversal.
  local j = 1
  for i = 1, n do
    if i < j then
      re[i], re[j] = re[j], re[i]
      im[i], im[j] = im[j], im[i]
    end
    local m = n / 2
    while m >= 1 and j > m do
      j = j - m
      m = m / 2
    end
    j = j + m
  end
  -- Butterflies.
  local length = 2
  while length <= n do
    local half = length / 2
    local angle = direction * 2 * math.pi / length
    local step_re, step_im = math.cos(angle), math.sin(angle)
    for start = 1, n, length do
      local wr, wi = 1, 0
      for k = start, start + half - 1 do
        local l = k + half
        local xr, xi = re[l] * wr - im[l] * wi, re[l] * wi + im[l] * wr
        re[l], im[l] = re[k] - xr, im[k] - xi
        re[k], im[k] = re[k] + xr, im[k] + xi
        wr, wi = wr * step_re - wi * step_im, wr * step_im + wi * step_re
      end
    end
    length = length * 2
  end
  if direction < 0 then
    for i = 1, n do re[i], im[i] = re[i] / n, im[i] / n end
  end
end

local function run(n)
  local re, im, seed = {}, {}, 42
  for i = 1, n do
    seed = seed * 16807 % 2147483647
    re[i], im[i] = seed / 2147483647, 0
  end
  local first = re[1]
  transform(re, im, n, 1)
  local energy = 0
  for i = 1, n do energy = energy + re[i] * re[i] + im[i] * im[i] end
  transform(re, im, n, -1)
  return string.format("%.6f %s", energy / n, math.abs(re[1] - first) < 1e-9 and "back" or "changed")
end

--- The product of two numbers given as strings of digits.
local function multiply(a, b)
  local n = 1
  while n < #a + #b do n = n * 2 end
  local function digits(text)
    local re, im = {}, {}
    for i = 1, n do
      local at = #text - i + 1
      re[i], im[i] = at > 0 and text:byte(at) - 48 or 0, 0
    end
    transform(re, im, n, 1)
    return re, im
  end
  local ar, ai = digits(a)
  local br, bi = digits(b)
  for i = 1, n do ar[i], ai[i] = ar[i] * br[i] - ai[i] * bi[i], ar[i] * bi[i] + ai[i] * br[i] end
  transform(ar, ai, n, -1)
  local out, carry = {}, 0
  for i = 1, n do
    local value = math.floor(ar[i] + 0.5) + carry
    carry = math.floor(value / 10)
    out[n - i + 1] = value % 10
  end
  return (table.concat(out):gsub("^0+", ""))
end

if arg then
  local n = 1
  while n * 2 <= (tonumber(arg[1]) or 8192) do n = n * 2 end
  print(n .. " points", run(n))
  for _, size in ipairs { 1, 2, 4, 8 } do print(size .. " points", run(size)) end
  local power = "1"
  for _ = 1, 9 do power = multiply(power, "123456789") end
  print("123456789 ^ 9", power)
  print("nines", multiply(string.rep("9", n / 64), string.rep("9", n / 64)) == string.rep("9", n / 64 - 1) .. "8" .. string.rep("0", n / 64 - 1) .. "1")
end
return run
