-- DeltaBlue: an incremental solver of one-way constraints with strengths, on a chain and on a projection.
--
-- Inheritance by metatables, polymorphic calls (four kinds of constraints), lists that grow and are iterated. Loaded by another program
-- (without `arg`), it returns the function that does the work.
--   Watch in --trace: `execute` and `satisfy` are called for changing classes; fields of all constraints are found at different places.
-- Usage: deltablue.lua [length of the chain]

-- Strengths: the smaller the number, the stronger.
local REQUIRED, STRONG_PREFERRED, PREFERRED, STRONG_DEFAULT, NORMAL, WEAK_DEFAULT, WEAKEST = 0, 1, 2, 3, 4, 5, 6
local function stronger(a, b) return a < b end
local function weaker(a, b) return a > b end

local function class(parent)
  local c = setmetatable({}, parent)
  c.__index = c
  return c
end

local Variable = class(nil)
function Variable.new(name, value)
  return setmetatable({ name = name, value = value, constraints = {}, determined_by = nil, mark = 0, walkabout = WEAKEST, stay = true }, Variable)
end
function Variable:remove(constraint)
  local list = self.constraints
  for i = 1, #list do
    if list[i] == constraint then
      table.remove(list, i)
      break
    end
  end
  if self.determined_by == constraint then self.determined_by = nil end
end

local Planner = class(nil)

-- Constraints in general. What depends on the direction is left to the classes below.
local Constraint = class(nil)
function Constraint:add(planner)
  self:add_to_graph()
  planner:incremental_add(self)
end
function Constraint:satisfy(planner, mark)
  self:choose_method(mark)
  if not self:is_satisfied() then
    if self.strength == REQUIRED then error("a required constraint cannot be satisfied", 0) end
    return nil
  end
  self:mark_inputs(mark)
  local out = self:output()
  local overridden = out.determined_by
  if overridden then overridden:mark_unsatisfied() end
  out.determined_by = self
  if not planner:add_propagate(self, mark) then error("a cycle was found", 0) end
  out.mark = mark
  return overridden
end
function Constraint:destroy(planner)
  if self:is_satisfied() then planner:incremental_remove(self) else self:remove_from_graph() end
end
function Constraint:is_input() return false end

-- One variable: stay, and edit.
local Unary = class(Constraint)
function Unary:init(variable, strength, planner)
  self.variable, self.strength, self.satisfied = variable, strength, false
  self:add(planner)
  return self
end
function Unary:add_to_graph()
  local list = self.variable.constraints
  list[#list + 1] = self
  self.satisfied = false
end
function Unary:remove_from_graph()
  self.variable:remove(self)
  self.satisfied = false
end
function Unary:choose_method(mark)
  self.satisfied = self.variable.mark ~= mark and stronger(self.strength, self.variable.walkabout)
end
function Unary:is_satisfied() return self.satisfied end
function Unary:mark_inputs() end
function Unary:output() return self.variable end
function Unary:recalculate()
  local variable = self.variable
  variable.walkabout = self.strength
  variable.stay = not self:is_input()
  if variable.stay then self:execute() end
end
function Unary:mark_unsatisfied() self.satisfied = false end
function Unary:inputs_known() return true end

local Stay = class(Unary)
function Stay:execute() end
function Stay.new(variable, strength, planner) return setmetatable({}, Stay):init(variable, strength, planner) end

local Edit = class(Unary)
function Edit:is_input() return true end
function Edit:execute() end
function Edit.new(variable, strength, planner) return setmetatable({}, Edit):init(variable, strength, planner) end

-- Two variables, in one of two directions.
local NONE, FORWARD, BACKWARD = 0, 1, -1
local Binary = class(Constraint)
function Binary:init(first, second, strength, planner)
  self.first, self.second, self.strength, self.direction = first, second, strength, NONE
  self:add(planner)
  return self
end
function Binary:choose_method(mark)
  local a, b = self.first, self.second
  if a.mark == mark then
    self.direction = b.mark ~= mark and stronger(self.strength, b.walkabout) and FORWARD or NONE
  elseif b.mark == mark then
    self.direction = stronger(self.strength, a.walkabout) and BACKWARD or NONE
  elseif weaker(a.walkabout, b.walkabout) then
    self.direction = stronger(self.strength, a.walkabout) and BACKWARD or NONE
  else
    self.direction = stronger(self.strength, b.walkabout) and FORWARD or NONE
  end
end
function Binary:add_to_graph()
  local list = self.first.constraints
  list[#list + 1] = self
  list = self.second.constraints
  list[#list + 1] = self
  self.direction = NONE
end
function Binary:remove_from_graph()
  self.first:remove(self)
  self.second:remove(self)
  self.direction = NONE
end
function Binary:is_satisfied() return self.direction ~= NONE end
function Binary:mark_inputs(mark) self:input().mark = mark end
function Binary:input() return self.direction == FORWARD and self.first or self.second end
function Binary:output() return self.direction == FORWARD and self.second or self.first end
function Binary:recalculate()
  local input, output = self:input(), self:output()
  output.walkabout = weaker(self.strength, input.walkabout) and self.strength or input.walkabout
  output.stay = input.stay
  if output.stay then self:execute() end
end
function Binary:mark_unsatisfied() self.direction = NONE end
function Binary:inputs_known(mark)
  local input = self:input()
  return input.mark == mark or input.stay or input.determined_by == nil
end

local Equal = class(Binary)
function Equal:execute() self:output().value = self:input().value end
function Equal.new(first, second, strength, planner) return setmetatable({}, Equal):init(first, second, strength, planner) end

-- second = first * scale + offset.
local Scale = class(Binary)
function Scale.new(first, scale, offset, second, strength, planner)
  return setmetatable({ scale = scale, offset = offset }, Scale):init(first, second, strength, planner)
end
function Scale:add_to_graph()
  Binary.add_to_graph(self)
  local list = self.scale.constraints
  list[#list + 1] = self
  list = self.offset.constraints
  list[#list + 1] = self
end
function Scale:remove_from_graph()
  Binary.remove_from_graph(self)
  self.scale:remove(self)
  self.offset:remove(self)
end
function Scale:mark_inputs(mark)
  self:input().mark = mark
  self.scale.mark = mark
  self.offset.mark = mark
end
function Scale:execute()
  if self.direction == FORWARD then
    self.second.value = self.first.value * self.scale.value + self.offset.value
  else
    self.first.value = (self.second.value - self.offset.value) / self.scale.value
  end
end
function Scale:recalculate()
  local input, output = self:input(), self:output()
  output.walkabout = weaker(self.strength, input.walkabout) and self.strength or input.walkabout
  output.stay = input.stay and self.scale.stay and self.offset.stay
  if output.stay then self:execute() end
end

-- The planner.
function Planner.new() return setmetatable({ mark = 0 }, Planner) end
function Planner:new_mark()
  self.mark = self.mark + 1
  return self.mark
end
function Planner:incremental_add(constraint)
  local mark = self:new_mark()
  local overridden = constraint:satisfy(self, mark)
  while overridden do overridden = overridden:satisfy(self, mark) end
end
function Planner:incremental_remove(constraint)
  local out = constraint:output()
  constraint:mark_unsatisfied()
  constraint:remove_from_graph()
  local unsatisfied = self:remove_propagate_from(out)
  for strength = REQUIRED, WEAKEST do
    for _, each in ipairs(unsatisfied) do
      if each.strength == strength then self:incremental_add(each) end
    end
  end
end
function Planner:add_consuming(variable, list)
  local determining = variable.determined_by
  for _, constraint in ipairs(variable.constraints) do
    if constraint ~= determining and constraint:is_satisfied() then list[#list + 1] = constraint end
  end
end
function Planner:make_plan(sources)
  local mark, plan, todo = self:new_mark(), {}, sources
  while #todo > 0 do
    local constraint = table.remove(todo)
    local out = constraint:output()
    if out.mark ~= mark and constraint:inputs_known(mark) then
      plan[#plan + 1] = constraint
      out.mark = mark
      self:add_consuming(out, todo)
    end
  end
  return plan
end
function Planner:plan_from(constraints)
  local sources = {}
  for _, constraint in ipairs(constraints) do
    if constraint:is_input() and constraint:is_satisfied() then sources[#sources + 1] = constraint end
  end
  return self:make_plan(sources)
end
function Planner:add_propagate(constraint, mark)
  local todo = { constraint }
  while #todo > 0 do
    local each = table.remove(todo)
    if each:output().mark == mark then
      self:incremental_remove(constraint)
      return false
    end
    each:recalculate()
    self:add_consuming(each:output(), todo)
  end
  return true
end
function Planner:remove_propagate_from(out)
  out.determined_by = nil
  out.walkabout = WEAKEST
  out.stay = true
  local unsatisfied, todo = {}, { out }
  while #todo > 0 do
    local variable = table.remove(todo)
    for _, constraint in ipairs(variable.constraints) do
      if not constraint:is_satisfied() then unsatisfied[#unsatisfied + 1] = constraint end
    end
    local determining = variable.determined_by
    for _, constraint in ipairs(variable.constraints) do
      if constraint ~= determining and constraint:is_satisfied() then
        constraint:recalculate()
        todo[#todo + 1] = constraint:output()
      end
    end
  end
  return unsatisfied
end

local function change(planner, variable, value)
  local edit = Edit.new(variable, PREFERRED, planner)
  local plan = planner:plan_from { edit }
  for _ = 1, 10 do
    variable.value = value
    for i = 1, #plan do plan[i]:execute() end
  end
  edit:destroy(planner)
end

--- A chain of equalities: an edit at its beginning has to arrive at its end.
local function chain(n)
  local planner, variables = Planner.new(), {}
  for i = 0, n do variables[i] = Variable.new("v" .. i, 0) end
  for i = 0, n - 1 do Equal.new(variables[i], variables[i + 1], REQUIRED, planner) end
  Stay.new(variables[n], STRONG_DEFAULT, planner)
  local edit = Edit.new(variables[0], PREFERRED, planner)
  local plan = planner:plan_from { edit }
  local sum = 0
  for value = 1, 100 do
    variables[0].value = value
    for i = 1, #plan do plan[i]:execute() end
    if variables[n].value ~= value then error("the chain failed", 0) end
    sum = sum + variables[n].value
  end
  edit:destroy(planner)
  return sum
end

--- Pairs of variables, each the other's multiple plus an offset: changed from either side, and by the factors.
local function projection(n)
  local planner = Planner.new()
  local scale, offset = Variable.new("scale", 10), Variable.new("offset", 1000)
  local source, target, targets = nil, nil, {}
  for i = 1, n do
    source = Variable.new("source", i)
    target = Variable.new("target", i)
    targets[i] = target
    Stay.new(source, NORMAL, planner)
    Scale.new(source, scale, offset, target, REQUIRED, planner)
  end
  local sum = 0
  change(planner, source, 17)
  sum = sum + target.value
  change(planner, target, 1050)
  sum = sum + source.value
  change(planner, scale, 5)
  for i = 1, n - 1 do sum = sum + targets[i].value end
  change(planner, offset, 2000)
  for i = 1, n - 1 do sum = sum + targets[i].value end
  return sum
end

local function run(n)
  return string.format("chain %d, projection %d", chain(n), projection(n))
end

if arg then
  local n = tonumber(arg[1]) or 1000
  print(n, run(n))
  print(3, run(3))
  local planner, a, b = Planner.new(), Variable.new("a", 1), Variable.new("b", 2)
  Equal.new(a, b, REQUIRED, planner)
  print(pcall(Equal.new, b, a, REQUIRED, planner))
end
return run
