-- Do two trees have the same leaves in the same order? Answered by two coroutines side by side, each nested as deep as its tree.
--
-- Every inner node wraps a coroutine for each of its children and passes on what they yield, so a leaf at depth d crosses d stacks; trees
-- of different shapes are at different depths at the same moment. The comparison stops at the first difference and leaves all those
-- coroutines suspended. (PUC Lua nests 200 coroutines at most: no tree is deeper.)
--   Watch in --trace: osr entries of `fringe` in many coroutines.
-- Usage: same-fringe.lua [leaves]

local leaves = tonumber(arg and arg[1]) or 500

-- A tree is a leaf (a number) or { left, right }. The shape follows a seed, the leaves are `from` to `to`.
local function build(from, to, seed)
  if from == to then return from end
  local middle
  if seed % 5 == 0 then middle = from -- a comb to the right
  elseif seed % 5 == 1 then middle = to - 1 -- a comb to the left
  else middle = from + (seed * 7 + to) % (to - from) end
  -- Combs are short, or a tree would be as deep as it has leaves.
  local next_seed = seed % 5 < 2 and (to - from) % 16 > 0 and seed + 5 or seed * 3 + 1
  return { build(from, middle, next_seed % 1009), build(middle + 1, to, (next_seed + 3) % 1009) }
end

local function fringe(tree)
  return coroutine.wrap(function()
    if type(tree) == "number" then
      coroutine.yield(tree)
    else
      for leaf in fringe(tree[1]) do coroutine.yield(leaf) end
      for leaf in fringe(tree[2]) do coroutine.yield(leaf) end
    end
  end)
end

local function compare(a, b)
  local left, right = fringe(a), fringe(b)
  local position = 0
  while true do
    local x, y = left(), right()
    position = position + 1
    if x ~= y then return false, position, x, y end
    if x == nil then return true, position - 1 end
  end
end

local function depth(tree)
  if type(tree) == "number" then return 0 end
  return 1 + math.max(depth(tree[1]), depth(tree[2]))
end

local function replace(tree, old, new)
  if type(tree) == "number" then return tree == old and new or tree end
  return { replace(tree[1], old, new), replace(tree[2], old, new) }
end

local trees = {}
for seed = 2, 5 do trees[#trees + 1] = build(1, leaves, seed * 11) end
for i, tree in ipairs(trees) do print("tree " .. i .. " is deep", depth(tree)) end

local same = 0
for i = 1, #trees do
  for j = i + 1, #trees do
    if compare(trees[i], trees[j]) then same = same + 1 end
  end
end
print("equal pairs", same)

local at = math.floor(leaves * 0.8)
print("one leaf differs", compare(trees[1], replace(trees[2], at, -at)))
print("one leaf is missing", compare(trees[3], build(1, leaves - 1, 22)))
print("one leaf is a fraction", compare(trees[4], replace(trees[1], at, at + 0.5)))
print("a leaf for a tree", compare(trees[1], 1))

-- The same answer by recursion, as a check on all of the above.
local function collect(tree, list)
  if type(tree) == "number" then
    list[#list + 1] = tree
  else
    collect(tree[1], list)
    collect(tree[2], list)
  end
  return list
end
for i, tree in ipairs(trees) do
  local list, position = collect(tree, {}), 0
  for leaf in fringe(tree) do
    position = position + 1
    if list[position] ~= leaf then print("tree " .. i .. " differs at", position) end
  end
  if position ~= #list then print("tree " .. i .. " has other leaves") end
end
