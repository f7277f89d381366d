-- A tree of arrays of random lengths: allocation and nothing else.
local seed

local function build(depth)
  seed = (seed * 1309 + 13849) % 65536
  if depth == 1 then
    local leaf = {}
    for i = 1, seed % 10 + 1 do leaf[i] = i end
    return leaf, 1
  end
  local node, count = {}, 1
  for i = 1, 4 do
    local child, below = build(depth - 1)
    node[i] = child
    count = count + below
  end
  return node, count
end

return function(depth)
  seed = 74755
  local tree, count = build(depth)
  return string.format("%d %d", count, #tree)
end
