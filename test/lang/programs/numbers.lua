-- Numerals, arithmetic, formatting, constant folding.
print(0, 1, -1, 3.0, 3.5, .5, 5., 1e2, 1E+2, 1e-2, 0x10, 0xfF, 0XA, 1e308 * 10, -1e308 * 10)
do local f = function() print(-0, 1 / -0) end f() end
print(2^10, 2^-1, 2^0.5, -2^2, 2^3^2, (-2)^2, 2^53, 2^53 + 1)
print(7 % 3, -7 % 3, 7 % -3, -7 % -3, 5.5 % 2, -5.5 % 2, 1e15 % 7)
print(7 / 2, 1 / 3, -1 / 3, 1 / 0, -1 / 0, 0 / 0 ~= 0 / 0)
print(1 - 1 - 1, 2 * 3 + 4, 2 + 3 * 4, (2 + 3) * 4, 10 / 2 / 5, 2 ^ 2 ^ 0)
print(100000000000000, 1e14, 1e15, 123456789012346, 0.1, 0.1 + 0.2, 1 / 3 * 3, 1e100)
print(12345678901234567890, 4294967296, 2147483648, -2147483648, 9007199254740993)
print("10" + 5, "0x10" + 0, "3" * "4", -"2", "1e1" / 1, 10 .. 20, 1.5 .. "")
print(- - 2, - -"3", not not 1, -(-(1)), 2 - -2)
local zero = 0
print(1 / zero, -1 / zero, zero == -zero)
print(3 % math.huge, -3 % math.huge, math.huge % 2 ~= math.huge % 2)
print(math.floor(-3.5), math.sqrt(16), math.abs(-2), math.max(1, 5, 3), math.min(4, 2), math.pi)
print(255 == 0xff, 1e0 == 1, "a".."b" == "ab", 2^63, 2^31 - 1, -2^31)
print(5 - 3 .. "", 1 + 1 .. 1 + 1, "a" .. 1 + 2 .. "b")
print(0.1 + 0.7, 3.14159265358979, 1e-5, 123e-7, 5e-324, 1.7976931348623157e308)
