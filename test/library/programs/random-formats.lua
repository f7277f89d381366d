-- 5.4: string.format with random directives and values.
local seed = 777
local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n + 1
end

local flags = { "", "", "", "-", "+", " ", "#", "0", "-+", "0+", "-#", " 0" }
local widths = { "", "", "", "1", "5", "12", "30" }
local precisions = { "", "", "", ".", ".0", ".1", ".3", ".10", ".20" }
local conversions = { "d", "i", "u", "o", "x", "X", "c", "e", "E", "f", "g", "G", "s", "q" }
local values = {
  0, 1, -1, 42, 65, 255, -255, 2147483647, -2147483648, 2 ^ 31, 2 ^ 32, 2 ^ 53, -2 ^ 53, 2 ^ 62, 0.5, -0.5, 1.5, 2.5, 3.14159, 1e10, 1e15, 1e16, 1e100,
  -1e-5, 1e-300, 123456789, 0.1, 1 / 3, 100, 99.9999, "7", "0x10", " 12 ", "text", "", string.rep("long", 30), "q\"\\\n\r\0z",
}

for round = 1, 6000 do
  local format = "%" .. flags[random(#flags)] .. widths[random(#widths)] .. precisions[random(#precisions)] .. conversions[random(#conversions)]
  local value = values[random(#values)]
  print(round, format, coroutine.resume(coroutine.create(function() return string.format(format, value) end)))
end
