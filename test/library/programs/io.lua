-- 5.7: io and file objects.
local function try(f) print(coroutine.resume(coroutine.create(f))) end

print(io.write("a", 1, 2.5, "\n"), io.write(), type(io.stdout), io.type(io.stdout), io.type(4), io.type({}))
print(io.stdout:write("direct ", 12, "\n"), io.stderr:write(""))
local name = arg[1]
local file = io.open(name, "w")
print(file:write("first line\nsecond line\n12 0x1F -3.5e2 word\n\nlast"), file:seek("cur"), file:seek("set", 3), file:seek("end"))
print(file:flush(), file:close(), tostring(file), io.type(file))
file = io.open(name)
print(file:read())
print(file:read("*l"))
print(file:read("*n", "*n", "*n", "*n"))
print(file:read(2), file:read(0), file:read("*l"))
print(file:read("*l", "*l", "*l"))
print(file:read(0), file:read(5), file:read("*l"), file:read("*n"), file:read("*a"), file:read("*a"))
print(file:seek("set"), file:read(5), file:read("*a"))
print(file:seek("set", 6), file:read("*l", 3))
file:close()
for line in io.lines(name) do print("[" .. line .. "]") end
file = io.open(name)
for line in file:lines() do print(#line) end
print(io.type(file), file:setvbuf("full", 1024), file:setvbuf("no"))
print(io.close(file))
file = io.open(name, "a+")
file:write("\nappended\0zero")
file:seek("set")
print(#file:read("*a"))
file:close()
file = io.open(name, "rb")
print(file:read("*l"), file:read(1, 1, 1))
file:close()
print(io.open("/nonexistent/file"))
print(io.open(name, "zz"))
print(io.read(), io.read("*a"), io.read("*n"), io.read(0))
for line in io.lines() do print(line) end

try(function() return file:read() end)
try(function() return file.read() end)
try(function() return io.stdout.write() end)
try(function() return io.stdout:write({}) end)
try(function() return io.write(nil) end)
try(function() return io.read("x") end)
try(function() return io.read("*x") end)
try(function() return io.stdin:read("*l", "y") end)
try(function() return io.lines("/nonexistent/file") end)
try(function() return io.open() end)
try(function() return io.stdout:seek("nowhere") end)
try(function() return io.stdout:setvbuf() end)
try(function() return io.type() end)
try(function()
  local next_line = io.lines(name)
  while next_line() do end
  next_line()
end)

-- Long lines, and lines with NULs.
do
  local f = io.open(arg[1], "w")
  f:write(("x"):rep(100000), "\n", "a\0b\n", "c\n", "\0\n\r\n", ("y"):rep(8191), "\n", ("z"):rep(8190), "\n\n")
  f:close()
  for line in io.lines(arg[1]) do print(#line, (line:sub(1, 5):gsub("%c", "."))) end
end

-- The current files.
print(io.input() == io.stdin, io.output() == io.stdout)
local name = arg[1]
print(io.output(name) ~= io.stdout, io.write("12 words\nin a file\n") ~= nil)
print(pcall(io.stdout.write, io.stdout, ""))
io.close()
print(pcall(io.write, "x"))
print(pcall(io.close))
io.output(io.stdout)
io.input(name)
print(io.read("*n", "*l", "*l", "*l"))
print(io.input() == io.stdin, io.type(io.input()))
io.input():close()
print(pcall(io.read))
print(pcall(io.lines))
print(pcall(io.input, "no/such/file"))
print(pcall(io.input, {}), pcall(io.output, true))
io.input(name)
for line in io.lines() do io.write("<", line, ">") end
print(io.read())
io.input(io.stdin)

-- Files are userdata.
do
  local f = io.open(arg[1])
  print(type(f), type(getmetatable(f)), getmetatable(f) == getmetatable(io.stdout), getmetatable(f).__index.read == f.read)
  print(f == f, f ~= io.stdout, f.nothing, pcall(function() return f < f end))
  print(pcall(function() return f + 1 end))
  print(pcall(function() return f .. "x" end))
  print(pcall(function() f() end))
  for _, operation in ipairs({ rawget, rawset, pairs, next, ipairs, unpack, setmetatable, table.insert, table.concat, table.getn }) do
    print(pcall(operation, f, 1, 2))
  end
  getmetatable(f).__index.first = function(file) return file:read(1) end
  print(f:first(), f:read(1))
  f:close()
end
