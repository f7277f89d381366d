-- The n queens problem: recursion, arrays and early exits.
--
-- `place` calls itself from inside a loop, so it gets hot both ways: at its entry and at the loop. Whichever comes first is compiled
-- first. The three arrays of booleans are captured variables that are never assigned, hence copied into the closure.
-- Usage: n-queens.lua [n]

local n = tonumber(arg and arg[1]) or 11

local function queens(n)
  local columns, rising, falling, rows = {}, {}, {}, {}
  for i = 1, n do columns[i] = false end
  for i = 1, 2 * n do rising[i], falling[i] = false, false end
  local solutions, first = 0, nil

  local function place(row)
    if row > n then
      solutions = solutions + 1
      if not first then
        first = ""
        for i = 1, n do first = first .. " " .. rows[i] end
      end
      return
    end
    for column = 1, n do
      local up, down = row + column, row - column + n
      if not columns[column] and not rising[up] and not falling[down] then
        columns[column], rising[up], falling[down] = true, true, true
        rows[row] = column
        place(row + 1)
        columns[column], rising[up], falling[down] = false, false, false
      end
    end
  end

  place(1)
  return solutions, first
end

for size = 4, n do
  local solutions, first = queens(size)
  print(size .. " queens", solutions .. " solutions", first and "first:" .. first or "")
end
