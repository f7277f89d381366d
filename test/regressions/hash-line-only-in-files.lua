-- A first line that starts with '#' is left out of files only; loadstring refuses it. Our lexer left it out of every source.
print(select(2, loadstring("#!/usr/bin/lua\nreturn 1")))
print(select(2, loadstring("# a\nreturn 1")))
print(select(2, load(function() return nil end)))
print(select(2, loadstring("\n#x")))
-- The byte 127 is a control character, as the ones below 32.
print(loadstring("x = \127"))
print(loadstring("x = \31"))
-- Names of chunks are cut at the length that the lua5.1 of the system was built with.
local name = ("abcdefghij"):rep(9)
print(select(2, loadstring("x", name)))
print(select(2, loadstring("x", "@" .. name)))
print(select(2, loadstring("x", "=" .. name)))
for length = 60, 75 do
  print(select(2, loadstring("x", "@" .. name:sub(1, length))))
  print(select(2, loadstring("x", name:sub(1, length))))
end
