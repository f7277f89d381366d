local function scale(x) return x * 3 end

local function total(list)
  local sum = 0
  for i = 1, #list do
    sum = sum + scale(list[i])
  end
  return sum
end

local list = {}
for i = 1, 100 do list[i] = i end
list[90] = 0.5
print(total(list))
