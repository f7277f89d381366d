-- Chunks compiled at run time: their names in messages, arguments, globals, errors; from strings, pieces and files.
print(loadstring("return 1 + 1")())
print(loadstring("return ...", "=name")(1, nil, 3))
print(loadstring("x = = 1"))
print(loadstring("x = = 1", "=name"))
print(loadstring("x = = 1", "@file.lua"))
print(loadstring("first line\nx = = 1"))
print(type(loadstring("local a = 1 local b = 2 local c = 3 local d = 4 local e = 5 error('long')")))
print(pcall(loadstring("local a = 1 local b = 2 local c = 3 local d = 4 local e = 5 error('long')")))
print(pcall(loadstring("error('two')\n", "=two")))
print(pcall(loadstring("\n\nlocal t = nil; return t.x", "=three")))
shared = 5
loadstring("shared = shared + 1; function made(a) return a * 2 end")()
print(shared, made(21))
local pieces, at = { "return ", "1", " + ", "41" }, 0
print(load(function() at = at + 1 return pieces[at] end)())
print(type(load(function() return nil end)))
print(pcall(load, function() error("in the reader", 0) end))
print(load(function() if at then at = nil return "x = = 1" end end))
print(load(function() if not at then at = 1 return "x = = 1" end end, "=reader"))
print(pcall(load, "return 1"))
print(pcall(loadstring))
print(loadfile("does/not/exist.lua"))
print(pcall(dofile, "does/not/exist.lua"))

-- Hot code from strings, and a hot function that another chunk replaces.
local total = 0
for i = 1, 30 do
  local f = loadstring("local n = ... local s = 0 for i = 1, n do s = s + i end return s")
  total = total + f(i * 20)
end
print(total)
function step(x) return x + 1 end
local value = 0
for i = 1, 3000 do
  if i == 2000 then loadstring("function step(x) return x + 0.5 end")() end
  value = step(value)
end
print(value)
print(_VERSION, type(collectgarbage("count")), collectgarbage(), collectgarbage("collect"), collectgarbage("setpause", 200) ~= nil)
