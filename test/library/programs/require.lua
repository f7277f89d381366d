-- require: loaders, search paths, package.loaded, and what goes wrong.
local plain = require("modules.plain")
print(plain.double(21), require("modules.plain") == plain, package.loaded["modules.plain"] == plain)
print(require("modules.nothing"), require("modules.nothing"))
print(require("modules.itself"))
print(require("modules.first").second)
print(pcall(require, "modules.failing"))
print(pcall(require, "modules.failing"))
package.loaded["modules.failing"] = nil
print(pcall(require, "modules.failing"))
print(pcall(require, "modules.broken"))
print(require("modules.false"), require("modules.false"))
print(pcall(require))
print(pcall(require, {}))
print(pcall(require, "does.not.exist"))
print(pcall(require, "doesnotexist"))
print(pcall(require, 12))

package.path = "./modules/?.lua;./modules/?/init.lua"
package.cpath = ""
print(require("plain") ~= plain, require("pack"))
print(pcall(require, "a-b.c%d"))
package.path = ";;?;;"
print(pcall(require, "nowhere.at.all"))
package.path = "?x?y"
print(pcall(require, "a.b"))
package.path = nil
print(pcall(require, "a.b"))
package.path = {}
print(pcall(require, "a.b"))
package.path = 5
print(pcall(require, "a.b"))
package.path = "./?.lua"
package.cpath = false
print(pcall(require, "a.b"))
package.cpath = "./?.lua"
print((pcall(require, "modules")))
package.cpath = ""

package.preload.made = function(...)
  print("preloaded", ...)
  return { made = true }
end
print(require("made").made, require("made") == package.loaded.made)
package.preload.odd = "not a function"
print(pcall(require, "odd"))
package.preload.number = 7
print(pcall(require, "number"))
package.preload.table = nil
print(require("table") == table, require("_G") == _G, require("string").rep("x", 3))

-- Loaders of the program.
print(#package.loaders, type(package.loaders[1]))
table.insert(package.loaders, 2, function(name)
  if name:match("^virtual%.") then return function(...) return "made for " .. (...) end end
  return "\n\tnot virtual: " .. name
end)
print(require("virtual.one"))
print(pcall(require, "real.one"))
package.loaders[2] = function() error("loader fails") end
print(pcall(require, "real.two"))
package.loaders[2] = function() error("loader fails", 2) end
print(pcall(require, "real.two"))
package.loaders[2] = "no function"
print(pcall(require, "real.three"))
table.remove(package.loaders, 2)
local loaders = package.loaders
package.loaders = nil
print((pcall(require, "real.four")))
package.loaders = loaders
package.preload = nil
print(pcall(require, "real.five"))
package.preload = {}

package.loaded["modules.plain"], package.loaded["modules.nothing"] = nil, nil
local co = coroutine.create(function() return require("modules.generator") end)
local ok, generator = coroutine.resume(co)
print(ok, generator.plain.double(4), generator.other)
print(package.config)

-- A file is a level of its own for error.
local f = io.open(arg[1], "w")
f:write("error('level 2', 2)")
f:close()
local ok, message = pcall(function() dofile(arg[1]) end)
print(ok, message)
