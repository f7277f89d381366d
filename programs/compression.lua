-- Compression there and back: LZ77 with a hash of three bytes, then Huffman's code for the result, by a priority queue.
--
-- Byte arrays, tables as queues and trees, bits packed by arithmetic. Each stage is undone and compared; the sizes are the digest.
--   Watch in --trace: osr into the loops that scan bytes; hardly any deopts, and those are ways that had not been taken before.
-- Usage: compression.lua [bytes]

local bytes = tonumber(arg and arg[1]) or 30000

-- Text with repetitions at all distances.
local function sample(size)
  local words = {}
  local seed = 5
  local function random(n)
    seed = seed * 16807 % 2147483647
    return seed % n
  end
  for i = 1, 60 do
    local letters = {}
    for k = 1, random(7) + 2 do letters[k] = string.char(97 + random(26) * random(26) % 26) end
    words[i] = table.concat(letters)
  end
  local parts, length = {}, 0
  while length < size do
    local word = words[random(60) + 1] .. (random(9) == 0 and ".\n" or " ")
    if random(40) == 0 then word = string.rep(word, random(6) + 2) end
    parts[#parts + 1] = word
    length = length + #word
  end
  return table.concat(parts):sub(1, size)
end

-- LZ77: a list of literals (0..255) and of matches as length, distance pairs (256 + length, distance).
local MAX_LENGTH, MIN_LENGTH, WINDOW = 63, 4, 4096
local function compress(text)
  local out, recent = {}, {}
  local at, length = 1, #text
  local byte = string.byte
  while at <= length do
    local best, distance = 0, 0
    if at + 2 <= length then
      local a, b, c = byte(text, at, at + 2)
      local key = a * 65536 + b * 256 + c
      local candidate = recent[key]
      recent[key] = at
      if candidate and at - candidate < WINDOW then
        local n = 0
        while n < MAX_LENGTH and at + n <= length and byte(text, candidate + n) == byte(text, at + n) do n = n + 1 end
        best, distance = n, at - candidate
      end
    end
    if best >= MIN_LENGTH then
      out[#out + 1] = 256 + best
      out[#out + 1] = math.floor(distance / 64)
      out[#out + 1] = distance % 64
      at = at + best
    else
      out[#out + 1] = byte(text, at)
      at = at + 1
    end
  end
  return out
end

local function decompress(symbols)
  local out, n, i = {}, 0, 1
  while i <= #symbols do
    local symbol = symbols[i]
    if symbol < 256 then
      n = n + 1
      out[n] = symbol
      i = i + 1
    else
      local distance = symbols[i + 1] * 64 + symbols[i + 2]
      for _ = 1, symbol - 256 do
        n = n + 1
        out[n] = out[n - distance]
      end
      i = i + 3
    end
  end
  local parts = {}
  for start = 1, n, 100 do parts[#parts + 1] = string.char(unpack(out, start, math.min(start + 99, n))) end
  return table.concat(parts)
end

-- A binary heap of tree nodes, the lightest first; the order among equals follows their age, so that it is the same everywhere.
local function lighter(a, b)
  if a.weight ~= b.weight then return a.weight < b.weight end
  return a.age < b.age
end
local function push(heap, node)
  local at = #heap + 1
  heap[at] = node
  while at > 1 do
    local parent = math.floor(at / 2)
    if not lighter(heap[at], heap[parent]) then break end
    heap[at], heap[parent] = heap[parent], heap[at]
    at = parent
  end
end
local function pop(heap)
  local top, last = heap[1], table.remove(heap)
  if #heap > 0 then
    heap[1] = last
    local at = 1
    while true do
      local child = at * 2
      if child > #heap then break end
      if child < #heap and lighter(heap[child + 1], heap[child]) then child = child + 1 end
      if not lighter(heap[child], heap[at]) then break end
      heap[at], heap[child] = heap[child], heap[at]
      at = child
    end
  end
  return top
end

local function huffman_tree(symbols)
  local weights = {}
  for _, symbol in ipairs(symbols) do weights[symbol] = (weights[symbol] or 0) + 1 end
  local heap, age = {}, 0
  for symbol = 0, 256 + MAX_LENGTH do
    if weights[symbol] then
      age = age + 1
      push(heap, { symbol = symbol, weight = weights[symbol], age = age })
    end
  end
  while #heap > 1 do
    local a, b = pop(heap), pop(heap)
    age = age + 1
    push(heap, { zero = a, one = b, weight = a.weight + b.weight, age = age })
  end
  return heap[1]
end

local function codes_of(tree)
  local codes = {}
  local function visit(node, code)
    if node.symbol then
      codes[node.symbol] = #code > 0 and code or "0"
    else
      visit(node.zero, code .. "0")
      visit(node.one, code .. "1")
    end
  end
  visit(tree, "")
  return codes
end

local function encode(symbols, codes)
  local out, value, filled = {}, 0, 0
  for _, symbol in ipairs(symbols) do
    local code = codes[symbol]
    for i = 1, #code do
      value = value * 2 + code:byte(i) - 48
      filled = filled + 1
      if filled == 8 then
        out[#out + 1] = value
        value, filled = 0, 0
      end
    end
  end
  while filled > 0 and filled < 8 do
    value = value * 2
    filled = filled + 1
  end
  if filled == 8 then out[#out + 1] = value end
  return out
end

local function decode(packed, tree, count)
  local out, node, at, bit = {}, tree, 1, 128
  local value = packed[1]
  while #out < count do
    if value >= bit then
      value = value - bit
      node = node.one or node
    else
      node = node.zero or node
    end
    if node.symbol then
      out[#out + 1] = node.symbol
      node = tree
    end
    bit = bit / 2
    if bit < 1 then
      bit = 128
      at = at + 1
      value = packed[at]
    end
  end
  return out
end

local function checksum(text)
  local a, b = 1, 0
  for i = 1, #text do
    a = (a + text:byte(i)) % 65521
    b = (b + a) % 65521
  end
  return b * 65536 + a
end

local text = sample(bytes)
local symbols = compress(text)
local tree = huffman_tree(symbols)
local codes = codes_of(tree)
local packed = encode(symbols, codes)
local unpacked = decode(packed, tree, #symbols)
local again = decompress(unpacked)
local shortest, longest = math.huge, 0
for _, code in pairs(codes) do
  shortest, longest = math.min(shortest, #code), math.max(longest, #code)
end
print("bytes", #text)
print("symbols", #symbols)
print("packed", #packed)
print("code lengths", shortest, longest)
print("checksums", checksum(text), checksum(again), text == again)
