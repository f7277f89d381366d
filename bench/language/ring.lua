-- A token that goes around a ring of coroutines.
return function(rounds)
  local members = 503
  local ring = {}
  for id = 1, members do
    ring[id] = coroutine.wrap(function(token)
      while true do token = coroutine.yield(token + id % 3) end
    end)
  end
  local token = 0
  for _ = 1, rounds do
    for id = 1, members do token = ring[id](token) end
    token = token % 1000003
  end
  return string.format("%d", token)
end
