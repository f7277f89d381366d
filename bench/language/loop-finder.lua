-- Nested loops of a control-flow graph, found by depth-first search and union-find (after Havlak).
local function new_graph() return { blocks = {} } end

local function add_block(graph)
  local block = { id = #graph.blocks + 1, successors = {}, predecessors = {} }
  graph.blocks[block.id] = block
  return block
end

local function connect(a, b)
  a.successors[#a.successors + 1] = b
  b.predecessors[#b.predecessors + 1] = a
end

-- A diamond, a straight line and a loop around them: the pieces that graphs are made of.
local function diamond(graph, from)
  local left, right, bottom = add_block(graph), add_block(graph), add_block(graph)
  connect(from, left)
  connect(from, right)
  connect(left, bottom)
  connect(right, bottom)
  return bottom
end

local function straight(graph, from, count)
  for _ = 1, count do
    local block = add_block(graph)
    connect(from, block)
    from = block
  end
  return from
end

local function nest(graph, from, depth)
  local header = straight(graph, from, 1)
  local last = diamond(graph, header)
  if depth > 0 then
    last = nest(graph, last, depth - 1)
    last = nest(graph, last, depth - 1)
  end
  last = straight(graph, last, 2)
  connect(last, header)
  return straight(graph, last, 1)
end

local function number(graph)
  local order, numbers, last, stack = {}, {}, {}, { { graph.blocks[1], 0 } }
  order[1] = graph.blocks[1]
  numbers[graph.blocks[1]] = 1
  while #stack > 0 do
    local top = stack[#stack]
    local block = top[1]
    top[2] = top[2] + 1
    local successor = block.successors[top[2]]
    if successor == nil then
      last[numbers[block]] = #order
      stack[#stack] = nil
    elseif not numbers[successor] then
      order[#order + 1] = successor
      numbers[successor] = #order
      stack[#stack + 1] = { successor, 0 }
    end
  end
  return order, numbers, last
end

local function find(sets, n)
  local root = n
  while sets[root] ~= root do root = sets[root] end
  while sets[n] ~= root do sets[n], n = root, sets[n] end
  return root
end

local function find_loops(graph)
  local order, numbers, last = number(graph)
  local count = #order
  local sets, back, other, loops, loop_of = {}, {}, {}, {}, {}
  for w = 1, count do
    sets[w], back[w], other[w] = w, {}, {}
    for _, predecessor in ipairs(order[w].predecessors) do
      local v = numbers[predecessor]
      if v then
        local list = w <= v and v <= last[w] and back[w] or other[w]
        list[#list + 1] = v
      end
    end
  end
  for w = count, 1, -1 do
    if #back[w] > 0 then
      local pool, seen, irreducible = {}, {}, false
      for _, v in ipairs(back[w]) do
        if v ~= w then
          local root = find(sets, v)
          if not seen[root] then
            seen[root] = true
            pool[#pool + 1] = root
          end
        end
      end
      local at = 1
      while at <= #pool do
        for _, y in ipairs(other[pool[at]]) do
          local root = find(sets, y)
          if not (w <= root and root <= last[w]) then
            irreducible = true
            other[w][#other[w] + 1] = root
          elseif root ~= w and not seen[root] then
            seen[root] = true
            pool[#pool + 1] = root
          end
        end
        at = at + 1
      end
      local loop = { header = w, children = {}, blocks = 0, reducible = not irreducible, parent = nil }
      loops[#loops + 1] = loop
      for _, x in ipairs(pool) do
        sets[x] = w
        local inner = loop_of[x]
        if inner and not inner.parent then
          inner.parent = loop
          loop.children[#loop.children + 1] = inner
        end
        loop.blocks = loop.blocks + 1
      end
      loop_of[w] = loop
    end
  end
  return loops
end

local function depth(loop)
  local deepest = 0
  for _, child in ipairs(loop.children) do deepest = math.max(deepest, depth(child)) end
  return deepest + 1
end

return function(size)
  local graph = new_graph()
  local last = add_block(graph)
  for i = 1, size do last = nest(graph, last, 2 + i % 3) end
  local loops = find_loops(graph)
  local deepest, blocks, reducible = 0, 0, 0
  for _, loop in ipairs(loops) do
    deepest = math.max(deepest, depth(loop))
    blocks = blocks + loop.blocks
    if loop.reducible then reducible = reducible + 1 end
  end
  return string.format("%d %d %d %d %d", #graph.blocks, #loops, deepest, blocks, reducible)
end
