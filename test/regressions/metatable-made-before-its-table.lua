-- In `return setmetatable({…}, {…})` the metatable was made before the table, whose allocation could then collect it: what was kept alive meanwhile was
-- the state before the builtin, in which the metatable did not exist yet. Found as "the collector was given …, where there is no object".
local Class = { get = function(self) return self.v + self[4] end }
local function new(v) return setmetatable({ v = v, 1, 2, 3, 4 }, { __index = Class }) end
local function both(v) return select(2, v, { v }, { v = v, 1, 2, 3 }) end
local kept, sum = {}, 0
for i = 1, 200 do
  local _, object = pcall(new, i)
  local _, list, other = pcall(both, i)
  kept[i % 7 + 1] = { object, list, other }
  for _, each in ipairs(kept) do sum = sum + each[1]:get() + each[2][1] + each[3].v + each[3][3] end
end
print(sum)
