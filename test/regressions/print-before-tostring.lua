-- print writes each text when it has it, and the tab before it then: after an error in __tostring our output had a tab too many.
local failing = setmetatable({}, { __tostring = function() error("no text", 0) end })
local fine = setmetatable({}, { __tostring = function() return "text" end })
print(pcall(print, 1, failing, 2))
print(pcall(print, failing, 2))
print(pcall(print, fine, fine, 3, failing))
print(fine, 1, fine, nil, fine)
