-- The towers of Hanoi, with disks as linked objects.
local function push(piles, pile, disk)
  local top = piles[pile]
  if top and disk.size >= top.size then error("a large disk on a small one") end
  disk.below = top
  piles[pile] = disk
end

local function pop(piles, pile)
  local top = piles[pile]
  piles[pile] = top.below
  top.below = nil
  return top
end

local function move(piles, n, from, to)
  if n == 1 then
    push(piles, to, pop(piles, from))
    return 1
  end
  local other = 6 - from - to
  local moves = move(piles, n - 1, from, other)
  push(piles, to, pop(piles, from))
  return moves + 1 + move(piles, n - 1, other, to)
end

return function(n)
  local piles = {}
  for size = n, 1, -1 do push(piles, 1, { size = size, below = nil }) end
  local moves = move(piles, n, 1, 3)
  return string.format("%d %d", moves, piles[3].size)
end
