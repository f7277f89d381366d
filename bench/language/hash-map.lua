-- Tables as maps: word counts by string keys, sparse integer keys, insertion and removal.
return function(n)
  local seed = 42
  local function random(limit)
    seed = seed * 16807 % 2147483647
    return seed % limit
  end
  local counts = {}
  for _ = 1, n do
    local word = "key" .. random(5000)
    counts[word] = (counts[word] or 0) + 1
  end
  local distinct, most = 0, 0
  for _, count in pairs(counts) do
    distinct = distinct + 1
    if count > most then most = count end
  end
  local sparse, live, sum = {}, 0, 0
  for i = 1, n do
    local key = random(20000) * 7919
    if sparse[key] then
      sum = sum + sparse[key]
      sparse[key] = nil
      live = live - 1
    else
      sparse[key] = i
      live = live + 1
    end
  end
  return string.format("%d %d %d %d", distinct, most, live, sum % 1000003)
end
