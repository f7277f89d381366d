-- 5.4.1: random patterns on random texts, malformed ones included.
local seed = 20240607
local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n + 1
end

local pieces = {
  "a", "b", "c", ".", "%a", "%d", "%w", "%s", "%%", "[ab]", "[^a]", "[a-c]", "[%d_]", "[]a]", "[^]]", "(", ")", "()", "%1", "%2", "%b()", "%bab",
  "%f[a]", "%f[%A]", "*", "+", "-", "?", "$", "^", "%", "[", "]", "[a-", "%z", "%D", "x", "_",
}
local letters = { "a", "a", "b", "b", "c", "1", "_", " ", "(", ")", "%", "]", "x", "-" }

local function text(from, length)
  local parts = {}
  for i = 1, length do parts[i] = from[random(#from)] end
  return table.concat(parts)
end

local function show(ok, a, b, c, d, e)
  return tostring(ok) .. " " .. tostring(a) .. " " .. tostring(b) .. " " .. tostring(c) .. " " .. tostring(d) .. " " .. tostring(e)
end

for round = 1, 4000 do
  local subject, pattern = text(letters, random(12) - 1), text(pieces, random(6))
  local replacement = text({ "%0", "%1", "%2", "z", "%%", "-" }, 2)
  local results = {
    show(coroutine.resume(coroutine.create(function() return string.find(subject, pattern, random(3) - 1) end))),
    show(coroutine.resume(coroutine.create(function() return string.match(subject, pattern) end))),
    show(coroutine.resume(coroutine.create(function() return string.gsub(subject, pattern, replacement, random(9)) end))),
    show(coroutine.resume(coroutine.create(function()
      return string.gsub(subject, pattern, function(a, b) return b or (a == "a" and "<>") end)
    end))),
    show(coroutine.resume(coroutine.create(function()
      local all, count = "", 0
      for a, b in string.gmatch(subject, pattern) do
        all = all .. tostring(a) .. "," .. tostring(b) .. ";"
        count = count + 1
      end
      return all, count
    end))),
  }
  print(round, subject, pattern, replacement, table.concat(results, " | "))
end
