-- Binary trees built and walked, many short-lived ones beside one that lives on.
local function build(depth)
  if depth == 0 then return { left = nil, right = nil } end
  return { left = build(depth - 1), right = build(depth - 1) }
end

local function check(tree)
  if not tree.left then return 1 end
  return 1 + check(tree.left) + check(tree.right)
end

return function(deepest)
  local long_lived, total = build(deepest), 0
  for depth = 4, deepest, 2 do
    for _ = 1, 2 ^ (deepest - depth + 4) do total = total + check(build(depth)) end
  end
  return string.format("%d %d", total, check(long_lived))
end
