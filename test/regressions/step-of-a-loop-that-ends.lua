-- The step of a numeric for is a constant to code that is entered within the loop, which looked for it where nobody reads it any more: "register is
-- read before it is written" (seed 19976). A loop that always breaks has no next round.
for i = 2, 0, -1 do
  local n = 0
  while n < 2000 do n = n + 1 end
  print(i, n)
  if i then break end
  break
end
for i = 2, 0, -1 do
  local n = 0
  while n < 2000 do n = n + 1 end
  print(i, n)
  if 2 or '7' then break end
end
