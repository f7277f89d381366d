-- Lazy deopt: code relies on a global function, which is assigned while frames of that code wait for calls to return.
--
-- `visit` is compiled with `weight` inlined: no load of the global, no guard. At the depth `limit`, `reweigh` assigns it. The frames of
-- `visit` beneath cannot be left at once, for the calls that they wait for go on. Each gets a return barrier, and becomes interpreter
-- frames when control comes back into it; --trace shows one `discard` with the number of waiting frames, then a `deopt` for each.
local rounds = tonumber(arg and arg[1]) or 4000

function weight(depth) return 1 end

local limit = math.huge
local function reweigh() weight = function(depth) return depth end end

local function visit(depth)
  if depth == 0 then
    if limit == 0 then reweigh() end
    return weight(depth)
  end
  local below = visit(depth - 1)
  return below + weight(depth)
end

local sum = 0
for round = 1, rounds do sum = sum + visit(round % 20) end
print("with weight 1", sum)

limit = 0
print("assigned on the way", visit(30))
print("afterwards", visit(30))
