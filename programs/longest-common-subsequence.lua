-- The longest common subsequence of two texts in three ways: by a full table, by two rows, and by recursion with a memory.
--
-- The first keeps a matrix of small integers, the second swaps two arrays, the third makes string keys; all must agree, and a difference
-- listing is made from the first.
--   Watch in --trace: `osr` into the inner loops; the recursion is compiled as a function.
-- Usage: longest-common-subsequence.lua [length of the texts]

local length = tonumber(arg and arg[1]) or 500

local function text(size, seed)
  local letters = {}
  for i = 1, size do
    seed = seed * 16807 % 2147483647
    letters[i] = string.char(97 + seed % 4)
  end
  return table.concat(letters)
end

local function full(a, b)
  local rows = { [0] = {} }
  for j = 0, #b do rows[0][j] = 0 end
  for i = 1, #a do
    local row, above = { [0] = 0 }, rows[i - 1]
    local code = a:byte(i)
    for j = 1, #b do
      if code == b:byte(j) then
        row[j] = above[j - 1] + 1
      else
        local left, up = row[j - 1], above[j]
        row[j] = left > up and left or up
      end
    end
    rows[i] = row
  end
  return rows
end

local function two_rows(a, b)
  local above, row = {}, {}
  for j = 0, #b do above[j], row[j] = 0, 0 end
  for i = 1, #a do
    for j = 1, #b do
      if a:sub(i, i) == b:sub(j, j) then row[j] = above[j - 1] + 1 else row[j] = math.max(row[j - 1], above[j]) end
    end
    above, row = row, above
  end
  return above[#b]
end

local function recursive(a, b)
  local memory, hits = {}, 0
  local function solve(i, j)
    if i == 0 or j == 0 then return 0 end
    local key = i .. ":" .. j
    local known = memory[key]
    if known then
      hits = hits + 1
      return known
    end
    local value
    if a:byte(i) == b:byte(j) then value = solve(i - 1, j - 1) + 1 else value = math.max(solve(i - 1, j), solve(i, j - 1)) end
    memory[key] = value
    return value
  end
  return solve(#a, #b), hits
end

-- What to delete and insert, from the end to the beginning.
local function difference(a, b, rows)
  local edits = {}
  local i, j = #a, #b
  while i > 0 or j > 0 do
    if i > 0 and j > 0 and a:byte(i) == b:byte(j) then
      i, j = i - 1, j - 1
      edits[#edits + 1] = "="
    elseif j > 0 and (i == 0 or rows[i][j - 1] >= rows[i - 1][j]) then
      edits[#edits + 1] = "+" .. b:sub(j, j)
      j = j - 1
    else
      edits[#edits + 1] = "-"
      i = i - 1
    end
  end
  return edits
end

local function apply(a, edits)
  local out, at = {}, 1
  for i = #edits, 1, -1 do
    local edit = edits[i]
    if edit == "=" then
      out[#out + 1] = a:sub(at, at)
      at = at + 1
    elseif edit == "-" then
      at = at + 1
    else
      out[#out + 1] = edit:sub(2)
    end
  end
  return table.concat(out)
end

local a, b = text(length, 5), text(math.floor(length * 0.9), 77)
local rows = full(a, b)
print("by a full table", rows[#a][#b])
print("by two rows", two_rows(a, b))
local short_a, short_b = a:sub(1, math.floor(length / 4)), b:sub(1, math.floor(length / 4))
print("by recursion", recursive(short_a, short_b))
print("checked", full(short_a, short_b)[#short_a][#short_b])
local edits = difference(a, b, rows)
print("edits", #edits, apply(a, edits) == b)
print("nothing in common", full("aaaa", "bbb")[4][3], two_rows("", "abc"), recursive("abc", ""))
