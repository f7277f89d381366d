-- All permutations of an array by recursion and swaps, counted.
local function permute(list, n, count)
  count = count + 1
  if n > 0 then
    for i = n, 1, -1 do
      list[n], list[i] = list[i], list[n]
      count = permute(list, n - 1, count)
      list[n], list[i] = list[i], list[n]
    end
  end
  return count
end

return function(n)
  local list = {}
  for i = 1, n do list[i] = i end
  return string.format("%d", permute(list, n, 0))
end
