-- I/O and OS libraries, as far as programs may rely on their answers.
-- case: io.write
io.write("a", 1, 1.5, "\n")
io.write()
print(io.write("") == io.stdout, io.stdout:write("x", "\n") == io.stdout)
print(pcall(io.write, nil), pcall(io.write, {}), pcall(io.write, true), pcall(io.write, print))
io.write(1e15, " ", 2 ^ 53, " ", -0.0, " ", 1 / 3, "\n")

-- case: io.write, hot
for i = 1, 60 do io.write(i % 7, i % 10 == 0 and "\n" or ",") end
io.write("\n")
for i = 1, 20 do io.stdout:write(("%d "):format(i * i)) end
print()

-- case: io.type
print(io.type(io.stdout), io.type(io.stdin), io.type(5), io.type({}), io.type(nil), pcall(io.type))
print(type(io.stdout), tostring(io.stdout):match("^file %("), io.stdout == io.stdout, io.stdout ~= io.stderr)

-- case: io.open of what is not there
print(io.open("no/such/file"))
print(pcall(io.lines, "no/such/file"))
print(pcall(io.open), pcall(io.open, {}))
print(select("#", io.open("no/such/file")), (select(3, io.open("no/such/file"))))

-- case: methods of files called wrongly
print(pcall(io.stdout.write), pcall(io.stdout.write, 5), pcall(io.stdout.write, {}), pcall(function() io.stdout.nothing() end))
print(pcall(function() return io.stdout:nothing() end))
print(pcall(function() return io.stdout.x.y end))

-- case: reading at the end of input
print(io.read(), io.read("*l"), io.read("*n"), io.read("*a"), io.read(5), io.read(0))
print(io.stdin:read(), select("#", io.read("*l", "*l")), io.read("*a") == "")
for line in io.lines() do print("never") end
print(pcall(io.read, "*x"), pcall(io.read, {}), pcall(io.read, "l"))

-- case: os.time of tables
print(os.time { year = 2000, month = 1, day = 1, hour = 12 } - os.time { year = 2000, month = 1, day = 1, hour = 0 })
print(os.time { year = 2001, month = 13, day = 1 } == os.time { year = 2002, month = 1, day = 1 }, os.time { year = 2000, month = 1, day = 32 } == os.time { year = 2000, month = 2, day = 1 })
print(pcall(os.time, {}), pcall(os.time, { year = 2000 }), pcall(os.time, { year = 2000, month = 1 }), pcall(os.time, 5))
print(type(os.time()), os.time() - os.time() <= 0, os.time { year = "2000", month = "1", day = "1" } == os.time { year = 2000, month = 1, day = 1 })

-- case: os.date with formats
print(os.date("!%Y-%m-%d %H:%M:%S", 0), os.date("!%A %B %d", 86400 * 45), os.date("!%j %U %w %y %p %I", 1e9), os.date("!%%", 0), os.date("!plain", 0), #os.date("", 0))
print(os.date("!%c", 0), os.date("!%x %X", 0), os.date("!%a %b", 951782400))

-- case: os.date as a table
local t = os.date("!*t", 1e9)
print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst)
local u = os.date("!*t", 951782400)
print(u.year, u.month, u.day, u.yday, type(os.date()), type(os.date("*t").year))
print(os.time(os.date("*t", 1e9)) == 1e9)

-- case: os.difftime, os.clock, os.getenv
print(os.difftime(10, 5), os.difftime(5, 10), os.difftime(5), pcall(os.difftime))
print(type(os.clock()), os.clock() >= 0, os.getenv("NO_SUCH_VARIABLE_AT_ALL"), type(os.getenv("PATH")), pcall(os.getenv))

-- case: os.clock goes on
local t = os.clock()
local x = 0
for i = 1, 1000 do x = x + math.sin(i) end
print(os.clock() >= t, type(x))

-- case: debug.traceback has the message first
print(debug.traceback("message"):match("^[^\n]+"), (debug.traceback("m"):find("stack traceback")))
print(debug.traceback(5):match("^[^\n]+"), debug.traceback(nil) ~= nil, type(debug.traceback({})))
local co = coroutine.create(function() coroutine.yield() end)
coroutine.resume(co)
print(type(debug.traceback(co)), debug.traceback(co, "in co"):match("^[^\n]+"))

-- case: write returns the file in chains
io.stdout:write("a"):write("b"):write("\n")
local out = io.stdout
out:write("x", 1, "\n")
print(io.stdout:seek() ~= nil or "no seek", io.stdout:flush() ~= nil, io.flush() ~= nil)

-- case: flush
io.write("before ")
io.flush()
io.stdout:flush()
print("after")

-- case: nothing can be stored in a file
local function store(f, key, value) f[key] = value return f[key] end
local function name(f, value) f.name = value return f.name end
for i = 1, 60 do
  local target = i < 58 and {} or io.stdout
  local ok, message = pcall(store, target, 1, i)
  if i > 56 then print(ok, message) end
  ok, message = pcall(store, target, "x", i)
  if i > 56 then print(ok, message) end
  ok, message = pcall(name, target, i)
  if i > 56 then print(ok, message) end
end
print(io.stdout[1], io.stdout.x, io.stdout.name, pcall(store, io.stdout, nil, 1), pcall(store, setmetatable({}, { __newindex = io.stdout }), 1, 1))
local m = getmetatable(io.stdout)
m.__newindex = function(_, key, value) print("stored", key, value) end
print(store(io.stdout, 2, 3), name(io.stdout, 4))
m.__newindex = nil

-- case: what files are not
local function length(x) return #x end
print(pcall(length, io.stdout))
local sum = 0
for i = 1, 200 do sum = sum + length { i, i } + length "abc" end
for i = 1, 3 do print(sum, pcall(length, io.stdout), pcall(length, { i })) end
local function only_tables(x) return #x end
for i = 1, 200 do sum = sum + only_tables { i } end
for i = 1, 3 do print(sum, pcall(only_tables, io.stdout), pcall(only_tables, {})) end
print(pcall(function() return #io.stdout end), (pcall(setmetatable, {}, io.stdout)))
local file = io.stdout
print(pcall(function() return -file end), pcall(function() return file + 1 end), pcall(function() return "a" .. file end))
print(pcall(function() return file < io.stderr end), pcall(function() return file <= 1 end), pcall(function() file.x = 1 end))
print(pcall(function() return file() end), file.x, file[1], file == io.stderr, #{ [file] = 1 }, pcall(next, file) == false, pcall(rawget, file, 1) == false)
