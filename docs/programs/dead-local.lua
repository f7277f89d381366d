local function measure()
  local big = string.rep("x", 4 * 1024 * 1024)
  collectgarbage()
  local before = collectgarbage("count")
  local kept = string.sub(big, 1, 3)              -- the last use of `big`
  collectgarbage()
  return kept, collectgarbage("count") - before
end

for round = 1, 20 do
  local _, kept, grown = pcall(measure)
  if round % 10 == 0 then print("round " .. round, kept, grown < -4000 and "big is freed" or "big is alive") end
end
