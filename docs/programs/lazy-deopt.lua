function weight(depth) return 1 end

local replace = false

local function visit(depth)
  if depth == 0 then
    if replace then weight = function(depth) return depth end end
    return 0
  end
  return visit(depth - 1) + weight(depth)
end

for round = 1, 20 do visit(5) end
print(visit(5))
replace = true
print(visit(5))
