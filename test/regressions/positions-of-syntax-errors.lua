-- lua5.1 has read one token more when it finds some errors, and reports the line of that token: `break` outside a loop, too many local
-- variables, too many upvalues. We reported the line of the token at fault. Found by the suite's cases that end with these errors.
local function lines(count, line, from)
  local t = {}
  for i = from or 1, count do t[i] = line:gsub("N", tostring(i)) end
  return table.concat(t, "\n")
end
print(loadstring("local x\nbreak\n\n"))
print(loadstring("f() break\n"))
print(loadstring(lines(201, "local aN")))
print(loadstring(lines(200, "local aN") .. "\n local b = \n 1"))
print(loadstring(lines(61, "local uN") .. "\nreturn function() return u1" .. (" + u1"):rep(3) .. lines(61, " + uN") .. "\n end"))
