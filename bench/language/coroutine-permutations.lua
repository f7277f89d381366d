-- All permutations of an array by a recursive generator, which yields from the depth of its recursion.
local function permute(list, n)
  if n <= 1 then
    coroutine.yield(list)
  else
    for i = 1, n do
      list[i], list[n] = list[n], list[i]
      permute(list, n - 1)
      list[i], list[n] = list[n], list[i]
    end
  end
end

return function(n)
  local list = {}
  for i = 1, n do list[i] = i end
  local count, weighted = 0, 0
  for permutation in coroutine.wrap(function() permute(list, n) end) do
    count = count + 1
    weighted = (weighted + permutation[1] * count) % 1000003
  end
  return string.format("%d %d", count, weighted)
end
