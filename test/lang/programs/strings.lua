-- Escapes, long strings, comments.
print("a\tb\\c\"d\'e\65\066\0677\x\q\/|")
print('single "quotes"', "double 'quotes'", 'a\
b')
print([[long
string]], [==[with ]] and ]=] inside]==], [[

second line]], [=[
]=] == "")
--[[ long
comment ]] print("after")
--[==[ another ]] one
]==] print("after") -- short [[ comment
---[[ short comment
print("shown")
--]]
print(#"\0a\0", #"\n\r\\", "\a\b\f\v" == "\7\8\12\11", "\r" == "\13")
print("embedded\0zero" == "embedded\0zero", "a\0b" < "a\0c", "a" < "a\0")
print(#[[
x]], #[[

x]], #'\
', "tab	tab")
local s = "s" print(s..s..s.."end"..1 ..2)
print(#s, #"" , # "abc" + 1)
print "call" print 'call' print [[call]] print [==[call]==]
local f = function(x) return x end
print(f"x", f'y', f[[z]], #f{1, 2}, f{a = "b"}.a)
