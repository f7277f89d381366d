-- 5.8: os.
local function try(f) print(coroutine.resume(coroutine.create(f))) end

print(type(os.clock()), type(os.time()), os.time() >= 1e9, os.getenv("NO_SUCH_VARIABLE"), type(os.getenv("PATH")))
print(os.date("!%Y-%m-%d %H:%M:%S", 0), os.date("!%c", 86400), os.date("!%x %X %p %A %B %j %U %w %y %%", 1e9))
print(os.date("%", 0), os.date("!%d %", 0), os.date("!x%Ez", 0), os.date("", 0) == "", os.date("!", 0) == "")
local t = os.date("!*t", 1234567890)
for _, field in ipairs({ "year", "month", "day", "hour", "min", "sec", "wday", "yday", "isdst" }) do print(field, t[field]) end
print(os.time({ year = 2000, month = 1, day = 1 }), os.time({ year = 2000, month = 13, day = -3, hour = 25, min = 61, sec = 61 }))
print(os.time({ year = "2001", month = 2.9, day = 3, hour = 0 }), os.date("%H", os.time({ year = 2000, month = 1, day = 1 })))
print(os.difftime(10, 4), os.difftime(10), #os.date() > 10)
try(function() return os.time({ year = 2000 }) end)
try(function() return os.time({ year = 2000, month = 1 }) end)
try(function() return os.time({}) end)
try(function() return os.time(1) end)
try(function() return os.getenv() end)
try(function() return os.difftime() end)
try(function() return os.date({}) end)
try(function() return os.date("%c", "x") end)
coroutine.wrap(function()
  io.write("before the end")
  os.exit(7)
end)()
print("never")
