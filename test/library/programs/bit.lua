-- LuaJIT's bit library; compared with luajit.
local samples = { 0, 1, -1, 255, 0x12345678, 0x87654321, 2 ^ 31, -2 ^ 31, 2 ^ 32, 2 ^ 32 + 7, -2 ^ 33 - 5, 1.5, 2.5, -1.5, 1e10, 2 ^ 51 + 3, "17", "0x10" }
for _, x in ipairs(samples) do
  print(x, bit.tobit(x), bit.tohex(x), bit.bnot(x), bit.bswap(x), bit.band(x), bit.tohex(x, 4), bit.tohex(x, -4), bit.tohex(x, 12), bit.tohex(x, 0))
  for _, n in ipairs({ 0, 1, 4, 31, 32, 33, -1 }) do
    print(n, bit.lshift(x, n), bit.rshift(x, n), bit.arshift(x, n), bit.rol(x, n), bit.ror(x, n))
  end
end
print(bit.band(0xff, 0x0f, 6), bit.bor(1, 2, 4, 8), bit.bxor(1, 3, 7), bit.bor(0xffffffff, 0), bit.band(-1, 0x80000000), bit.bxor(5))
local function try(f) print(coroutine.resume(coroutine.create(f))) end
try(function() local x = bit.band() end)
try(function() local x = bit.bnot("x") end)
try(function() local x = bit.lshift(1) end)
try(function() local x = bit.bor(1, {}) end)
local h = 0
for i = 1, 3000 do h = bit.bxor(bit.rol(h, 5), i * 2654435761) end
print(h)
