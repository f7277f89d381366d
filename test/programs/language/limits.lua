-- The compiler's limits: lua5.1 recurs for nested constructs, up to 200 C calls.
local function try(source)
  local chunk, message = loadstring(source, "=x")
  print(chunk and "compiles" or message)
end
local function all(make)
  for _, n in ipairs({ 100, 190, 195, 196, 197, 198, 199, 200, 250 }) do try(make(n)) end
end
all(function(n) return "return " .. ("("):rep(n) .. "1" .. (")"):rep(n) end)
all(function(n) return ("do "):rep(n) .. ("end "):rep(n) end)
all(function(n) return ("do\n"):rep(n) .. "return 1 " .. ("end "):rep(n) end)
all(function(n) return "return " .. ("{"):rep(n) .. "1" .. ("}"):rep(n) end)
all(function(n) return "return " .. ("- "):rep(n) .. "1" end)
all(function(n) return "return " .. ("not "):rep(n) .. "1" end)
all(function(n) return "return 2" .. (" ^ 2"):rep(n) end)
all(function(n) return "local a = 1 return a" .. (" + a"):rep(n) end)
all(function(n) return "x = " .. ("f("):rep(n) .. "1" .. (")"):rep(n) end)
all(function(n) return "x = " .. ("a["):rep(n) .. "1" .. ("]"):rep(n) end)
all(function(n) return ("if a then "):rep(n) .. ("end "):rep(n) end)
all(function(n) return ("while a do "):rep(n / 2) .. ("repeat "):rep(n / 2) .. ("until b "):rep(n / 2) .. ("end "):rep(n / 2) end)
all(function(n) return ("function f() "):rep(n) .. ("end "):rep(n) end)
for _, n in ipairs({ 100, 197, 198, 199, 200, 250 }) do
  local names = {}
  for i = 1, n do names[i] = "x" .. i end
  try(table.concat(names, ",") .. " = 1")
  try("function f()\n" .. table.concat(names, ",") .. " = 1 end")
end

-- Names of chunks are cut: to 60 bytes when the program runs, to 80 when it is compiled.
for _, name in ipairs({ "@" .. ("f"):rep(100), ("s"):rep(100), "line 1\nline 2", "=" .. ("n"):rep(100), "", "@", "=", "short", "=\240\159\144\177" }) do
  print(loadstring("x =", name))
  print(pcall(assert(loadstring("error('x')", name))))
end

-- How many results a library function may give.
local many = {}
for i = 1, 9000 do many[i] = i end
for _, n in ipairs({ 7990, 7996, 7997, 7998, 7999, 8000, 9000 }) do
  print(n, pcall(function() return (select("#", unpack(many, 1, n))) end))
  print(n, pcall(function() return (select("#", unpack(many, 2, n))) end))
  print(n, pcall(function() return (select("#", ("x"):rep(n):byte(1, -1))) end))
  print(n, pcall(function() return #{ ("x"):rep(9000):byte(1, n) } end))
end
print(pcall(unpack, many))
print(pcall(unpack, {}, 1, 1e8))
print(pcall(unpack, {}, -1e8, 1e8))
print(select("#", unpack({}, 1, 7000)))
