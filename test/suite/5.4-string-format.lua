-- string.format: every conversion with flags, widths and precisions.
-- case: %d
print(("%d %5d %-5d| %05d %+d % d %.3d %+.3d"):format(42, 42, 42, 42, 42, 42, 42, 42))
print(("%d %5d %-5d| %05d %+d % d %.3d"):format(-42, -42, -42, -42, -42, -42, -42))
print(("%d %d %d"):format(0, -0, 2147483647), ("%d"):format(-2147483648), ("%d"):format(2 ^ 31), ("%d"):format(2 ^ 53))
print(("%d"):format("10"), ("%d"):format(3.7), ("%d"):format(-3.7), ("%i"):format(5), ("%10.4d|%-10.4d|"):format(42, 42))

-- case: %u, %o, %x, %X
print(("%u %o %x %X"):format(42, 42, 255, 255), ("%#o %#x %#X"):format(8, 255, 255), ("%08x|%-8x|%8X|%.4x"):format(255, 255, 255, 255))
print(("%x"):format(2 ^ 32), ("%x"):format(0), ("%#x"):format(0), ("%o"):format(2 ^ 31), ("%x"):format(123456789012))

-- case: negative numbers for unsigned conversions
print(("%x"):format(-1), ("%X"):format(-255), ("%o"):format(-1), ("%u"):format(-1))

-- case: %e, %E
print(("%e %E %.2e %10.1e| %-12e| %+e % e %.0e %#.0e"):format(12345.678, 12345.678, 12345.678, 12345.678, 1, 1, 1, 5, 5))
print(("%e"):format(0), ("%e"):format(-0.0), ("%e"):format(1e300), ("%e"):format(1e-300), ("%.15e"):format(0.1))

-- case: %f
print(("%f %.2f %10.3f| %-10.1f| %+.1f % .1f %010.2f %.0f %#.0f"):format(3.14159, 3.14159, 3.14159, 3.14159, 3.14159, 3.14159, 3.14159, 3.5, 3.5))
print(("%f"):format(0), ("%f"):format(-0.0), ("%.0f"):format(0.5), ("%.0f"):format(1.5), ("%.0f"):format(2.5), ("%.1f"):format(0.25), ("%.3f"):format(1e10), ("%.10f"):format(1 / 3))
print(("%.2f"):format(-1.005), ("%5.1f|"):format(99.95), ("%.14f"):format(0.1), ("%f"):format(2 ^ 53), ("%.0f"):format(1e22))

-- case: %g, %G
print(("%g %G %.3g %10g| %-10g| %+g %#g"):format(1e20, 1e-10, 1234567, 0.1, 0.1, 1, 1))
print(("%g"):format(100000), ("%g"):format(1000000), ("%g"):format(0.0001), ("%g"):format(0.00001), ("%.14g"):format(0.1), ("%.17g"):format(0.1), ("%.0g"):format(123))
print(("%g"):format(0), ("%g"):format(-0.0), ("%.20g"):format(0.1), ("%5.3g|%-8.2g|"):format(1e5, 1e5))

-- case: infinities in formats
print(("%f %e %g %5.1f| %-6g| %+f %06f"):format(1 / 0, 1 / 0, 1 / 0, 1 / 0, 1 / 0, 1 / 0, 1 / 0))
print(("%f %g %F"):gsub("F", "E"):format(-1 / 0, -1 / 0, -1 / 0))
print(("%.14g"):format(math.huge), ("%.14g"):format(-math.huge))

-- case: %c
print(("%c%c%c"):format(76, 117, 97), #("%c"):format(0), ("%5c|%-5c|"):format(65, 65), ("%c"):format("66"), ("%c"):format(321) == "A")
print(#("a%cb"):format(0), ("%c"):format(255):byte())

-- case: %s
print(("%s %5s| %-5s| %.2s| %5.1s| %-5.1s|"):format("abc", "abc", "abc", "abc", "abc", "abc"))
print(("%s %s"):format(1, 1.5), ("%s"):format(-0.0), ("%10s|"):format(""), ("%.0s|"):format("abc"), ("%.10s"):format("abc"))
print(pcall(string.format, "%s"), pcall(string.format, "%s", nil), pcall(string.format, "%s", {}), pcall(string.format, "%s", true))

-- case: %s with zeros and long strings
print(#("%s"):format("a\0b"), #("%5s"):format("a\0b"), #("%s"):format(("x"):rep(200)), #("%.5s"):format(("x"):rep(200)), #("%-99s"):format("x"))
print(#("%s|%s"):format(("y"):rep(150), "z"), ("%20s"):format(("y"):rep(10)))

-- case: %q
print(("%q"):format("plain"), ("%q"):format('quote " and \\ backslash'), ("%q"):format("new\nline"), ("%q"):format("tab\t"), ("%q"):format(""))
print(("%q"):format("a\rb"), ("%q"):format("zero\0end"), ("%q"):format("\1\127\200"):byte(1, -1))
print(("%q"):format(5), ("%q"):format(1.5), pcall(string.format, "%q", {}), pcall(string.format, "%q", nil), pcall(string.format, "%q"))

-- case: %q is read back
for _, s in ipairs { "a", 'a"b', "a\\b", "a\nb", "a\rb", "a\0b", "\1\2", "é" } do io.write(tostring(loadstring("return " .. ("%q"):format(s))() == s), " ") end
print()

-- case: %%
print(("%%"):format(), ("100%%"):format(), ("%%d %d"):format(5), ("%d%%"):format(50))

-- case: too few and too many arguments
print(("%d"):format(1, 2, 3), ("no conversions"):format(1), (""):format())
print(pcall(string.format), pcall(string.format, "%d"), pcall(string.format, "%d %d", 1), pcall(string.format, {}))
print(pcall(string.format, "%s %s", "x"), pcall(string.format, "%q"))

-- case: wrong types of arguments
print(pcall(string.format, "%d", "x"), pcall(string.format, "%d", {}), pcall(string.format, "%d", nil), pcall(string.format, "%f", "y"))
print(pcall(string.format, "%x", true), pcall(string.format, "%c", "x"), pcall(string.format, "%d", "1e1"), pcall(string.format, "%d", "0x10"))

-- case: invalid conversions
for _, f in ipairs { "%y", "%", "%5", "%-", "%.", "%n", "%p", "%a", "%ll", "%hd", "%*d", "% ", "%z", "%&" } do print(f, pcall(string.format, f, 1)) end

-- case: formats that are too long
print(pcall(string.format, "%100d", 1), pcall(string.format, "%.100f", 1), pcall(string.format, "%099d", 1), #("%99d"):format(1), #("%.99f"):format(1))
print(pcall(string.format, "%-+ #0d", 1), pcall(string.format, "%-+ #00d", 1), pcall(string.format, "%------d", 1), pcall(string.format, "%1234d", 1))

-- case: combinations of flags
for _, f in ipairs { "%+5d", "%-+5d|", "% 5d", "%+05d", "% 05d", "%-05d|", "%+ d", "%#5x", "%-#5x|", "%#05x", "%+.2f", "%-+8.2f|", "%+08.2f", "% 08.2f", "%#g", "%#.3g" } do
  io.write(f:format(42), "  ", f:format(-42):gsub("ffff%x*", "~"), "\n")
end

-- case: format in hot loops
local t = {}
for i = 1, 60 do t[#t + 1] = ("%d:%s:%.1f:%x"):format(i, "v" .. i, i / 3, i * 17) end
print(table.concat(t, " ", 1, 5), #table.concat(t))
local s = 0
for i = 1, 60 do s = s + #string.format("%5.2f|%-8s|%+d", i * 1.5, i, -i) end
print(s)

-- case: format of numbers as strings and strings as numbers
print(("%s %d %s"):format(12, "12", "12" + 0), ("%s"):format(1e15), ("%s"):format(1e16), ("%s"):format(2 ^ 31), ("%d"):format(1e10))
print(("%5s|%-5s|"):format(1.5, -2), ("%.3s"):format(123456))

-- case: numbers round trip at 17 digits
for _, x in ipairs { 0.1, 1 / 3, 2 ^ 53 + 2, 1e-310, 5e-324, 1.7976931348623157e308, 123456.789 } do
  local s = ("%.17g"):format(x)
  io.write(s, " ", tostring(tonumber(s) == x), "; ")
end
print()

-- case: format with embedded text
print(("a%sb%sc"):format(1, 2), ("%s%s%s"):format("x", "y", "z"), ("\n%s\t"):format("t"), #("%s\0%s"):format("a", "b"))

-- case: metatable of strings gives format
local f = ("%d"):rep(3, " ")
print(("<%s>"):format(("x"):rep(3)), ("%s=%s "):rep(2):format("a", 1, "b", 2))
