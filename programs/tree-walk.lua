-- A binary search tree walked by a recursive coroutine, in two ways.
--
-- First one coroutine recurses through the tree and yields from any depth: the whole stack of activations is put aside with one swap.
-- Then every node gets a coroutine of its own that passes on what its children's coroutines yield, so that a value from depth d
-- crosses d stacks. Both must visit the keys in order.
-- Usage: tree-walk.lua [nodes]

local nodes = tonumber(arg and arg[1]) or 50000

local function insert(root, key)
  local node = { key = key }
  if not root then return node end
  local parent = root
  while true do
    if key < parent.key then
      if not parent.left then parent.left = node return root end
      parent = parent.left
    else
      if not parent.right then parent.right = node return root end
      parent = parent.right
    end
  end
end

local function build(count)
  local root, seed = nil, 1
  for i = 1, count do
    seed = (seed * 16807) % 2147483647
    root = insert(root, seed % 1000000)
  end
  return root
end

local function visit(node)
  if node then
    visit(node.left)
    coroutine.yield(node.key)
    visit(node.right)
  end
end

local function one_stack(root)
  return coroutine.wrap(function() visit(root) end)
end

local function stack_per_node(node)
  return coroutine.wrap(function()
    if node.left then
      for key in stack_per_node(node.left) do coroutine.yield(key) end
    end
    coroutine.yield(node.key)
    if node.right then
      for key in stack_per_node(node.right) do coroutine.yield(key) end
    end
  end)
end

local function summarize(name, iterator)
  local count, sum, previous, ordered = 0, 0, -1, true
  for key in iterator do
    count = count + 1
    sum = (sum * 31 + key) % 1000003
    if key < previous then ordered = false end
    previous = key
  end
  print(name, count .. " keys", "checksum " .. sum, ordered and "in order" or "out of order")
end

local root = build(nodes)
summarize("one stack", one_stack(root))
local few = build(math.floor(nodes / 10))
summarize("one stack, fewer nodes", one_stack(few))
summarize("a stack for each node", stack_per_node(few))
