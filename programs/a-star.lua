-- Shortest ways through a maze by A*, checked by relaxation over the same grid.
--
-- A binary heap ordered by a comparison passed as a function, sets keyed by numbers, and objects that are compared by identity. The
-- heuristics are exchanged between runs, so that the call in the inner loop changes its callee.
--   Watch in --trace: "other callee" deopts when a heuristic is exchanged.
-- Usage: a-star.lua [width of the maze]

local width = tonumber(arg and arg[1]) or 60
local height = math.floor(width * 0.75)

local seed = 17
local function random(n)
  seed = seed * 16807 % 2147483647
  return seed % n
end

-- Costs of cells: 1 to 4, or nil for a wall.
local function maze()
  local cost = {}
  for y = 1, height do
    for x = 1, width do
      local wall = random(10) < 3 and not (x == 1 and y == 1) and not (x == width and y == height)
      if not wall then cost[y * width + x] = 1 + random(4) end
    end
  end
  -- One free way along the edge makes sure that there is an answer.
  for x = 1, width do cost[width + x] = 4 end
  for y = 1, height do cost[y * width + width] = 4 end
  return cost
end

local Heap = {}
Heap.__index = Heap
function Heap.new(before) return setmetatable({ size = 0, before = before }, Heap) end
function Heap:push(item)
  local at, before = self.size + 1, self.before
  self.size = at
  while at > 1 do
    local parent = (at - at % 2) / 2
    if not before(item, self[parent]) then break end
    self[at] = self[parent]
    at = parent
  end
  self[at] = item
end
function Heap:pop()
  local top, item, before = self[1], self[self.size], self.before
  self[self.size] = nil
  self.size = self.size - 1
  if self.size == 0 then return top end
  local at = 1
  while true do
    local child = at * 2
    if child > self.size then break end
    if child < self.size and before(self[child + 1], self[child]) then child = child + 1 end
    if not before(self[child], item) then break end
    self[at] = self[child]
    at = child
  end
  self[at] = item
  return top
end

local function by_estimate(a, b)
  if a.estimate ~= b.estimate then return a.estimate < b.estimate end
  return a.cell < b.cell
end

local steps = { 1, -1, width, -width }

local function search(cost, from, to, heuristic)
  local open, best, done = Heap.new(by_estimate), { [from] = 0 }, {}
  open:push { cell = from, length = 0, estimate = heuristic(from, to) }
  local visited = 0
  while open.size > 0 do
    local node = open:pop()
    local cell = node.cell
    if cell == to then return node, visited end
    if not done[cell] then
      done[cell] = true
      visited = visited + 1
      local column = (cell - 1) % width
      for i = 1, 4 do
        local step = steps[i]
        local neighbour = cell + step
        local inside = not (step == 1 and column == width - 1) and not (step == -1 and column == 0)
        local price = inside and cost[neighbour]
        if price and not done[neighbour] then
          local length = node.length + price
          if not best[neighbour] or length < best[neighbour] then
            best[neighbour] = length
            open:push { cell = neighbour, length = length, estimate = length + heuristic(neighbour, to), previous = node }
          end
        end
      end
    end
  end
  return nil, visited
end

local function coordinates(cell) return (cell - 1) % width + 1, math.floor((cell - 1) / width) end

local heuristics = {
  { "none", function() return 0 end },
  { "manhattan", function(a, b)
    local ax, ay = coordinates(a)
    local bx, by = coordinates(b)
    return math.abs(ax - bx) + math.abs(ay - by)
  end },
  { "euclid", function(a, b)
    local ax, ay = coordinates(a)
    local bx, by = coordinates(b)
    return math.sqrt((ax - bx) ^ 2 + (ay - by) ^ 2)
  end },
  { "a table's __call", setmetatable({}, { __call = function(_, a, b) return b > a and 1 or 0 end }) },
}

for round = 1, 3 do
  local cost = maze()
  local from, to = width + 1, height * width + width
  for _, entry in ipairs(heuristics) do
    local name, heuristic = entry[1], entry[2]
    local goal, visited = search(cost, from, to, heuristic)
    local cells, total = 0, 0
    local node = goal
    while node do
      cells = cells + 1
      if node.previous then total = total + cost[node.cell] end
      node = node.previous
    end
    print("maze " .. round, name, goal.length, cells, visited, total == goal.length)
  end
  -- Relaxation until nothing changes: slow, simple, and the same answer.
  local distance, changed = { [from] = 0 }, { from }
  while #changed > 0 do
    local next_changed = {}
    for _, cell in ipairs(changed) do
      local column = (cell - 1) % width
      for _, step in ipairs(steps) do
        local neighbour = cell + step
        local price = cost[neighbour]
        if price and not (step == 1 and column == width - 1) and not (step == -1 and column == 0) then
          local length = distance[cell] + price
          if not distance[neighbour] or length < distance[neighbour] then
            distance[neighbour] = length
            next_changed[#next_changed + 1] = neighbour
          end
        end
      end
    end
    changed = next_changed
  end
  print("maze " .. round, "relaxation", distance[to])
end
local _, visited = search({ [width + 1] = 1 }, width + 1, height * width, heuristics[2][2])
print("walled in", visited)
