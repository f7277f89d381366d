local function sum_up_to(n)
  local total = 0
  for i = 1, n do
    total = total + i
  end
  return total
end

print(sum_up_to(30000))
