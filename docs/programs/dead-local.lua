local function measure()
  local big = string.rep("x", 4 * 1024 * 1024)
  local kept = { #big }                           -- the last use of `big`
  collectgarbage()
  return kept, collectgarbage("count")
end

for round = 1, 20 do
  local kept, kibibytes = measure()
  if round % 10 == 0 then print("round " .. round, kept[1], math.floor(kibibytes / 1024) .. " MiB") end
end
