-- Loaded from a coroutine; other modules are loaded meanwhile.
print("generator", coroutine.running() ~= nil)
return { plain = require("modules.plain"), other = require("modules.nothing") }
