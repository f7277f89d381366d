-- A tokenizer without patterns: byte by byte, with tables of character classes.
--
-- string.byte and string.sub on every character, string keys for keywords, and tables of tokens. The text is a made-up program whose tokens
-- are known, so the result is checked against what was put in.
--   Watch in --trace: the loops of `tokenize` are entered by OSR, one for each kind of token.
-- Usage: tokenizer.lua [lines]

local lines = tonumber(arg and arg[1]) or 3000

local byte, sub = string.byte, string.sub

local LETTER, DIGIT, SPACE, QUOTE, OTHER = 1, 2, 3, 4, 5
local class = {}
for code = 0, 255 do class[code] = OTHER end
for code = byte("a"), byte("z") do class[code] = LETTER end
for code = byte("A"), byte("Z") do class[code] = LETTER end
for code = byte("0"), byte("9") do class[code] = DIGIT end
class[byte("_")] = LETTER
class[byte(" ")], class[byte("\n")], class[byte("\t")] = SPACE, SPACE, SPACE
class[byte("'")], class[byte('"')] = QUOTE, QUOTE

local keywords = {}
for word in ("and break do else end false for function if in local nil not or return then true while"):gmatch("%a+") do
  keywords[word] = true
end
local pairs_of = { ["=="] = true, ["<="] = true, [">="] = true, ["~="] = true, [".."] = true }

local escapes = { n = "\n", t = "\t", ["\\"] = "\\", ["'"] = "'", ['"'] = '"' }

local function tokenize(text)
  local tokens, count, at, line = {}, 0, 1, 1
  local length = #text
  local function add(kind, value)
    count = count + 1
    tokens[count] = { kind = kind, value = value, line = line }
  end
  while at <= length do
    local code = byte(text, at)
    local kind = class[code]
    if kind == SPACE then
      if code == 10 then line = line + 1 end
      at = at + 1
    elseif kind == LETTER then
      local start = at
      repeat
        at = at + 1
        local following = class[byte(text, at) or 0]
      until following ~= LETTER and following ~= DIGIT
      local word = sub(text, start, at - 1)
      add(keywords[word] and "keyword" or "name", word)
    elseif kind == DIGIT then
      local value = 0
      while class[byte(text, at) or 0] == DIGIT do
        value = value * 10 + byte(text, at) - 48
        at = at + 1
      end
      if sub(text, at, at) == "." and class[byte(text, at + 1) or 0] == DIGIT then
        local scale = 0.1
        at = at + 1
        while class[byte(text, at) or 0] == DIGIT do
          value = value + (byte(text, at) - 48) * scale
          scale = scale / 10
          at = at + 1
        end
      end
      add("number", value)
    elseif kind == QUOTE then
      local parts, start = {}, at + 1
      at = start
      while byte(text, at) ~= code do
        if at > length or byte(text, at) == 10 then error("line " .. line .. ": unfinished string", 0) end
        if sub(text, at, at) == "\\" then
          parts[#parts + 1] = sub(text, start, at - 1)
          parts[#parts + 1] = escapes[sub(text, at + 1, at + 1)] or error("line " .. line .. ": unknown escape", 0)
          at = at + 1
          start = at + 1
        end
        at = at + 1
      end
      parts[#parts + 1] = sub(text, start, at - 1)
      at = at + 1
      add("string", table.concat(parts))
    elseif code == 45 and byte(text, at + 1) == 45 then -- a comment
      while at <= length and byte(text, at) ~= 10 do at = at + 1 end
    else
      local two = sub(text, at, at + 1)
      if pairs_of[two] then
        add("symbol", two)
        at = at + 2
      else
        add("symbol", sub(text, at, at))
        at = at + 1
      end
    end
  end
  return tokens
end

-- A text with known contents.
local seed = 11
local function random(n)
  seed = seed * 16807 % 2147483647
  return seed % n
end
local expected = { name = 0, keyword = 0, number = 0, string = 0, symbol = 0 }
local number_sum = 0
local function expect(kind, text)
  expected[kind] = expected[kind] + 1
  return text
end
local makers = {
  function() return expect("name", "name_" .. random(50)) end,
  function() return expect("keyword", ({ "if", "then", "end", "while", "local" })[random(5) + 1]) end,
  function() local n = random(100000) number_sum = number_sum + n return expect("number", tostring(n)) end,
  function() local n = random(64) / 8 number_sum = number_sum + n return expect("number", string.format("%.3f", n)) end,
  function() return expect("string", ({ '"plain"', "'it\\'s'", '"tab\\t\\\\"', "''" })[random(4) + 1]) end,
  function() return expect("symbol", ({ "+", "==", "<=", "..", "(", ")", "~=", "{" })[random(8) + 1]) end,
}
local rows = {}
for i = 1, lines do
  local row = {}
  for k = 1, 8 do row[k] = makers[random(#makers) + 1]() end
  if i % 7 == 0 then row[9] = "-- a comment with 'quotes' and 123" end
  rows[i] = table.concat(row, " ")
end
local text = table.concat(rows, "\n")

local tokens = tokenize(text)
local seen, sum, characters, names = { name = 0, keyword = 0, number = 0, string = 0, symbol = 0 }, 0, 0, {}
local distinct = 0
for _, token in ipairs(tokens) do
  seen[token.kind] = seen[token.kind] + 1
  if token.kind == "number" then sum = sum + token.value end
  if token.kind == "string" then characters = characters + #token.value end
  if token.kind == "name" and not names[token.value] then
    names[token.value] = true
    distinct = distinct + 1
  end
end
print("bytes, tokens", #text, #tokens)
for _, kind in ipairs { "name", "keyword", "number", "string", "symbol" } do print(kind, seen[kind], seen[kind] == expected[kind]) end
print("sum of numbers", string.format("%.3f", sum), math.abs(sum - number_sum) < 1e-6 * number_sum + 1e-9)
print("characters, distinct names", characters, distinct)
print("last line", tokens[#tokens].line)
print("unfinished", pcall(tokenize, text .. "\n'no end\n"))
print("unknown escape", pcall(tokenize, "x = 'a\\qb'"))
