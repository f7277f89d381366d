print("first asks for second")
local second = require("modules.second")
return { second = second }
