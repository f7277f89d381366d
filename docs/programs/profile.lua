-- A second of work, most of it in `total`.
local function scale(x) return x * 3 % 1000 end

local function total(list)
  local sum = 0
  for i = 1, #list do sum = (sum + scale(list[i])) % 1000003 end
  return sum
end

local list = {}
for i = 1, 4000 do list[i] = i end
local function work(rounds)
  local result = 0
  for _ = 1, rounds do result = result + total(list) end
  return result
end
print(work(24000))
