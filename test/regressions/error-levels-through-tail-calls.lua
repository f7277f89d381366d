-- A function that was inlined in tail position left its caller's frame to be counted by the levels of error, where unoptimized code, and
-- lua5.1, have dropped it: the same program named another line when it was hot. Found by the suite with wrong predictions.
local function f(level) error("msg", level) end
local function g(level) return f(level) end
local function h(level) return g(level) end
for round = 1, 20 do
  for level = 1, 2 do
    local ok, message = pcall(g, level)
    local ok2, message2 = pcall(h, level)
    if round % 6 == 1 then print(level, message, message2) end
  end
end
-- A library function in tail position leaves the frame where it is.
local function direct() return error("direct") end
local function outer() direct() end
for round = 1, 20 do
  local ok, message = pcall(outer)
  if round % 6 == 1 then print(message) end
end
