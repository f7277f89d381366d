-- SHA-256, on LuaJIT's `bit` library where there is one, else on arithmetic; both give the same digest.
--
-- Additions modulo 2^32, rotations and choices on int32s that wrap. With `bit`, everything stays in machine registers; the arithmetic
-- versions of and, or, xor, made from tables, show what that saves.
--   Watch in --trace: the loops of `compress` are compiled with the bit operations as single instructions; osr once for each loop.
-- Usage: sha256.lua [kilobytes]

local kilobytes = tonumber(arg and arg[1]) or 40

-- What of the `bit` library is needed, by tables of nibbles: exact on numbers from 0 to 2^32 - 1.
local function arithmetic_bits()
  local floor = math.floor
  local xor_table, and_table = {}, {}
  for a = 0, 15 do
    for b = 0, 15 do
      local xor, both, weight, x, y = 0, 0, 1, a, b
      for _ = 1, 4 do
        local p, q = x % 2, y % 2
        if p ~= q then xor = xor + weight end
        if p + q == 2 then both = both + weight end
        x, y, weight = (x - p) / 2, (y - q) / 2, weight * 2
      end
      xor_table[a * 16 + b], and_table[a * 16 + b] = xor, both
    end
  end
  local function combine(op)
    return function(a, b)
      local result, weight = 0, 1
      a, b = a % 4294967296, b % 4294967296
      for _ = 1, 8 do
        local x, y = a % 16, b % 16
        result = result + op[x * 16 + y] * weight
        a, b, weight = (a - x) / 16, (b - y) / 16, weight * 16
      end
      return result
    end
  end
  local bits = { bxor = combine(xor_table), band = combine(and_table) }
  function bits.bnot(a) return 4294967295 - a % 4294967296 end
  function bits.ror(a, n)
    local low = a % 2 ^ n
    return (a % 4294967296 - low) / 2 ^ n + low * 2 ^ (32 - n)
  end
  function bits.rshift(a, n) return floor(a % 4294967296 / 2 ^ n) end
  function bits.tobit(a) return a % 4294967296 end
  return bits
end

-- The first 32 bits of the fractional parts of the square and cube roots of the first primes.
local function constants(count, root)
  local list, n = {}, 2
  while #list < count do
    local prime = true
    for d = 2, math.floor(math.sqrt(n)) do
      if n % d == 0 then prime = false break end
    end
    if prime then
      local value = root == 2 and math.sqrt(n) or n ^ (1 / 3)
      -- One step of Newton's method: the power function may be off by the last bit.
      if root == 3 then value = value - (value * value * value - n) / (3 * value * value) end
      list[#list + 1] = math.floor((value - math.floor(value)) * 4294967296)
    end
    n = n + 1
  end
  return list
end
local round_constants = constants(64, 3)

local function hasher(bits)
  local bxor, band, bnot, ror, rshift, tobit = bits.bxor, bits.band, bits.bnot, bits.ror, bits.rshift, bits.tobit

  local function compress(state, text, offset)
    local w = {}
    for i = 0, 15 do
      local a, b, c, d = text:byte(offset + i * 4 + 1, offset + i * 4 + 4)
      w[i] = tobit(((a * 256 + b) * 256 + c) * 256 + d)
    end
    for i = 16, 63 do
      local x, y = w[i - 15], w[i - 2]
      local s0 = bxor(bxor(ror(x, 7), ror(x, 18)), rshift(x, 3))
      local s1 = bxor(bxor(ror(y, 17), ror(y, 19)), rshift(y, 10))
      w[i] = tobit(w[i - 16] + s0 + w[i - 7] + s1)
    end
    local a, b, c, d, e, f, g, h = state[1], state[2], state[3], state[4], state[5], state[6], state[7], state[8]
    for i = 0, 63 do
      local s1 = bxor(bxor(ror(e, 6), ror(e, 11)), ror(e, 25))
      local choice = bxor(band(e, f), band(bnot(e), g))
      local t1 = h + s1 + choice + round_constants[i + 1] + w[i]
      local s0 = bxor(bxor(ror(a, 2), ror(a, 13)), ror(a, 22))
      local majority = bxor(bxor(band(a, b), band(a, c)), band(b, c))
      h, g, f, e = g, f, e, tobit(d + t1)
      d, c, b, a = c, b, a, tobit(t1 + s0 + majority)
    end
    state[1], state[2], state[3], state[4] = tobit(state[1] + a), tobit(state[2] + b), tobit(state[3] + c), tobit(state[4] + d)
    state[5], state[6], state[7], state[8] = tobit(state[5] + e), tobit(state[6] + f), tobit(state[7] + g), tobit(state[8] + h)
  end

  return function(text)
    local state = constants(8, 2)
    for i = 1, 8 do state[i] = tobit(state[i]) end
    local length = #text
    local padded = text .. "\128" .. string.rep("\0", (55 - length) % 64)
    local size = length * 8
    for shift = 7, 0, -1 do padded = padded .. string.char(math.floor(size / 256 ^ shift) % 256) end
    for offset = 0, #padded - 64, 64 do compress(state, padded, offset) end
    for i = 1, 8 do state[i] = string.format("%08x", state[i] % 4294967296) end
    return table.concat(state)
  end
end

local slow = hasher(arithmetic_bits())
local fast = bit and hasher(bit) or slow

print("empty", fast(""))
print("abc", fast("abc"))
print("two blocks", fast("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))
print("agree", slow("abc") == fast("abc"), slow(string.rep("x", 119)) == fast(string.rep("x", 119)))

local parts = {}
for i = 1, kilobytes do
  local bytes = {}
  for k = 1, 1024 do bytes[k] = string.char((i * 31 + k * k) % 256) end
  parts[i] = table.concat(bytes)
end
print(kilobytes .. " KiB", fast(table.concat(parts)))
local chained = "seed"
for _ = 1, kilobytes do chained = fast(chained) end
print("chained", chained)
