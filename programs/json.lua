-- JSON written and read, without patterns: a recursive-descent parser over bytes and a writer with sorted keys.
--
-- Short strings, tables of both kinds, recursion, and numbers in every notation. Documents are made, written, parsed, changed and written
-- again. Loaded by another program (without `arg`), it returns the function that does the work.
--   Watch in --trace: `parse_value` and `write` are compiled as functions, with a few deopts as the kinds of values turn up.
-- Usage: json.lua [documents]

local byte, char, sub, format = string.byte, string.char, string.sub, string.format

local function fail(at, what) error("at byte " .. at .. ": " .. what, 0) end

local null = setmetatable({}, { __tostring = function() return "null" end })

local function skip(text, at)
  local code = byte(text, at)
  while code == 32 or code == 10 or code == 9 or code == 13 do
    at = at + 1
    code = byte(text, at)
  end
  return at, code
end

local short_escapes = { [110] = "\n", [116] = "\t", [114] = "\r", [98] = "\b", [102] = "\f", [34] = '"', [92] = "\\", [47] = "/" }

local function parse_string(text, at)
  local start, parts = at + 1, nil
  at = start
  while true do
    local code = byte(text, at)
    if code == 34 then
      local last = sub(text, start, at - 1)
      if not parts then return last, at + 1 end
      parts[#parts + 1] = last
      return table.concat(parts), at + 1
    elseif code == 92 then
      parts = parts or {}
      parts[#parts + 1] = sub(text, start, at - 1)
      local escape = byte(text, at + 1)
      if escape == 117 then
        local value = tonumber(sub(text, at + 2, at + 5), 16) or fail(at, "four hexadecimal digits are needed")
        if value < 128 then
          parts[#parts + 1] = char(value)
        elseif value < 2048 then
          parts[#parts + 1] = char(192 + math.floor(value / 64), 128 + value % 64)
        else
          parts[#parts + 1] = char(224 + math.floor(value / 4096), 128 + math.floor(value / 64) % 64, 128 + value % 64)
        end
        at = at + 6
      else
        parts[#parts + 1] = short_escapes[escape] or fail(at, "unknown escape")
        at = at + 2
      end
      start = at
    elseif code == nil or code < 32 then
      fail(at, "unfinished string")
    else
      at = at + 1
    end
  end
end

local function parse_number(text, at)
  local start, code = at, byte(text, at)
  while code and (code >= 48 and code <= 57 or code == 45 or code == 43 or code == 46 or code == 101 or code == 69) do
    at = at + 1
    code = byte(text, at)
  end
  local value = tonumber(sub(text, start, at - 1))
  if not value then fail(start, "malformed number") end
  return value, at
end

local parse_value

local function parse_array(text, at)
  local list, code = {}, nil
  at, code = skip(text, at + 1)
  if code == 93 then return list, at + 1 end
  while true do
    list[#list + 1], at = parse_value(text, at)
    at, code = skip(text, at)
    if code == 93 then return list, at + 1 end
    if code ~= 44 then fail(at, "',' or ']' is needed") end
    at = at + 1
  end
end

local function parse_object(text, at)
  local object, code = {}, nil
  at, code = skip(text, at + 1)
  if code == 125 then return object, at + 1 end
  while true do
    local key
    if code ~= 34 then fail(at, "a name is needed") end
    key, at = parse_string(text, at)
    at, code = skip(text, at)
    if code ~= 58 then fail(at, "':' is needed") end
    object[key], at = parse_value(text, at + 1)
    at, code = skip(text, at)
    if code == 125 then return object, at + 1 end
    if code ~= 44 then fail(at, "',' or '}' is needed") end
    at, code = skip(text, at + 1)
  end
end

function parse_value(text, at)
  local code
  at, code = skip(text, at)
  if code == 123 then return parse_object(text, at) end
  if code == 91 then return parse_array(text, at) end
  if code == 34 then return parse_string(text, at) end
  if sub(text, at, at + 3) == "true" then return true, at + 4 end
  if sub(text, at, at + 4) == "false" then return false, at + 5 end
  if sub(text, at, at + 3) == "null" then return null, at + 4 end
  return parse_number(text, at)
end

local function parse(text)
  local value, at = parse_value(text, 1)
  at = skip(text, at)
  if at <= #text then fail(at, "nothing more is expected") end
  return value
end

local function write_string(out, text)
  local start = 1
  out[#out + 1] = '"'
  for at = 1, #text do
    local code = byte(text, at)
    if code < 32 or code == 34 or code == 92 then
      out[#out + 1] = sub(text, start, at - 1)
      out[#out + 1] = code == 34 and '\\"' or code == 92 and "\\\\" or code == 10 and "\\n" or format("\\u%04x", code)
      start = at + 1
    end
  end
  out[#out + 1] = sub(text, start)
  out[#out + 1] = '"'
end

local function write(out, value)
  local kind = type(value)
  if kind == "string" then
    write_string(out, value)
  elseif kind == "number" then
    out[#out + 1] = value % 1 == 0 and format("%d", value) or format("%.6f", value)
  elseif kind == "boolean" or value == null then
    out[#out + 1] = tostring(value)
  elseif value[1] ~= nil or next(value) == nil then
    out[#out + 1] = "["
    for i = 1, #value do
      if i > 1 then out[#out + 1] = "," end
      write(out, value[i])
    end
    out[#out + 1] = "]"
  else
    local keys = {}
    for key in pairs(value) do keys[#keys + 1] = key end
    table.sort(keys)
    out[#out + 1] = "{"
    for i = 1, #keys do
      if i > 1 then out[#out + 1] = "," end
      write_string(out, keys[i])
      out[#out + 1] = ":"
      write(out, value[keys[i]])
    end
    out[#out + 1] = "}"
  end
end

local function stringify(value)
  local out = {}
  write(out, value)
  return table.concat(out)
end

local function document(number)
  local people = {}
  for i = 1, 12 do
    people[i] = {
      id = number * 100 + i,
      name = "Person \"" .. i .. "\"",
      email = "person" .. i .. "@example.com",
      score = (number * 7 + i * 13) % 100 / 8,
      active = i % 3 ~= 0,
      manager = i % 4 == 0 and null or { id = i, tags = { "a\\b", "line\nbreak", "tab\t" } },
      history = { i, i * 2, -i, i / 4 },
    }
  end
  return { version = number, title = "Document " .. number, people = people, empty = {} }
end

local function checksum(text)
  local a, b = 1, 0
  for i = 1, #text do
    a = (a + byte(text, i)) % 65521
    b = (b + a) % 65521
  end
  return b * 65536 + a
end

local function run(documents)
  local bytes, sum, equal = 0, 0, 0
  for number = 1, documents do
    local text = stringify(document(number))
    local value = parse(text)
    if stringify(value) == text then equal = equal + 1 end
    value.people[number % 12 + 1].name = "changed"
    local changed = stringify(value)
    bytes = bytes + #text + #changed
    sum = (sum * 31 + checksum(changed)) % 1000000007
  end
  return format("%d bytes, %d equal, %d", bytes, equal, sum)
end

if arg then
  print(run(tonumber(arg[1]) or 60))
  local odd = parse(' { "a" : [ 1 , -2.5e3, "\\u0041\\u00e9\\u20ac" , [ ] , { } , null ] , "b":true}')
  print(#odd.a, odd.a[2], odd.a[3], tostring(odd.a[6]), odd.b)
  for _, wrong in ipairs { "[1,2", '{"a" 1}', '"abc', "[1,]", "tru", '["\\x"]', "1 2", "{1:2}", "" } do print(wrong, select(2, pcall(parse, wrong))) end
end
return run
