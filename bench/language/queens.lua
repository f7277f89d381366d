-- All ways to place queens: recursion over arrays of booleans.
local function place(row, n, columns, up, down)
  if row > n then return 1 end
  local solutions = 0
  for column = 1, n do
    local u, d = row + column, row - column + n
    if not columns[column] and not up[u] and not down[d] then
      columns[column], up[u], down[d] = true, true, true
      solutions = solutions + place(row + 1, n, columns, up, down)
      columns[column], up[u], down[d] = false, false, false
    end
  end
  return solutions
end

return function(n)
  local columns, up, down = {}, {}, {}
  for i = 1, 2 * n do columns[i], up[i], down[i] = false, false, false end
  return string.format("%d", place(1, n, columns, up, down))
end
