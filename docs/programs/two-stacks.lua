local squares = coroutine.wrap(function(n)
  for i = 1, n do coroutine.yield(i * i) end
end)

print(squares(3), squares(), squares())
