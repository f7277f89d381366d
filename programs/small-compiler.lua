-- A compiler for a small language: lexer, parser, checker, three-address code, optimizations, register allocation, and a machine.
--
-- A program of the shape of real ones: sixty functions, most of which run a few times for each function of the input, none of which is
-- a benchmark's inner loop. The input is generated, some thousands of lines; each of its functions is also evaluated from its tree, and
-- the compiled code must give the same.
--   Watch in --trace: what gets hot here is the lexer and a few helpers; most functions stay in the interpreter and should not cost compile
--   time. The interesting number is the whole time, not the time in compiled code.
-- Usage: small-compiler.lua [functions in the input] [print everything below this number]

local functions = tonumber(arg and arg[1]) or 150
local shown = tonumber(arg and arg[2]) or 1

-- ---------------------------------------------------------------- lexer

local keywords = { fn = true, let = true, ["if"] = true, ["else"] = true, ["while"] = true, ["return"] = true, ["true"] = true, ["false"] = true }

local function lexical_error(line, what) error("line " .. line .. ": " .. what, 0) end

local function lex(source)
  local tokens, at, line = {}, 1, 1
  local function add(kind, text) tokens[#tokens + 1] = { kind = kind, text = text, line = line } end
  while at <= #source do
    local c = source:sub(at, at)
    if c == "\n" then
      line = line + 1
      at = at + 1
    elseif c == " " or c == "\t" then
      at = at + 1
    elseif c == "#" then
      at = source:find("\n", at, true) or #source + 1
    elseif c:find("%a") then
      local word = source:match("^[%w_]+", at)
      add(keywords[word] and word or "name", word)
      at = at + #word
    elseif c:find("%d") then
      local digits = source:match("^%d+", at)
      add("number", digits)
      at = at + #digits
    else
      local two = source:sub(at, at + 1)
      if two == "==" or two == "!=" or two == "<=" or two == "&&" or two == "||" then
        add(two, two)
        at = at + 2
      elseif ("+-*/%<(){},;=!"):find(c, 1, true) then
        add(c, c)
        at = at + 1
      else
        lexical_error(line, "unexpected '" .. c .. "'")
      end
    end
  end
  add("end", "the end")
  return tokens
end

-- ---------------------------------------------------------------- parser

local Parser = {}
Parser.__index = Parser

function Parser:peek() return self.tokens[self.at] end
function Parser:next()
  local token = self.tokens[self.at]
  self.at = self.at + 1
  return token
end
function Parser:accept(kind)
  if self:peek().kind == kind then return self:next() end
  return nil
end
function Parser:expect(kind)
  local token = self:next()
  if token.kind ~= kind then error("line " .. token.line .. ": '" .. kind .. "' expected near '" .. token.text .. "'", 0) end
  return token
end

local precedence = {
  ["||"] = 1, ["&&"] = 2, ["=="] = 3, ["!="] = 3, ["<"] = 4, ["<="] = 4, ["+"] = 5, ["-"] = 5, ["*"] = 6, ["/"] = 6, ["%"] = 6,
}

local prefix = {}
function prefix.number(_, token) return { kind = "number", value = tonumber(token.text), line = token.line } end
prefix["true"] = function(_, token) return { kind = "boolean", value = true, line = token.line } end
prefix["false"] = function(_, token) return { kind = "boolean", value = false, line = token.line } end
prefix["-"] = function(parser, token) return { kind = "unary", op = "-", operand = parser:expression(7), line = token.line } end
prefix["!"] = function(parser, token) return { kind = "unary", op = "!", operand = parser:expression(7), line = token.line } end
prefix["("] = function(parser)
  local inner = parser:expression(1)
  parser:expect(")")
  return inner
end
function prefix.name(parser, token)
  if not parser:accept("(") then return { kind = "variable", name = token.text, line = token.line } end
  local arguments = {}
  if not parser:accept(")") then
    repeat arguments[#arguments + 1] = parser:expression(1) until not parser:accept(",")
    parser:expect(")")
  end
  return { kind = "call", name = token.text, arguments = arguments, line = token.line }
end

function Parser:expression(least)
  local token = self:next()
  local parse = prefix[token.kind]
  if not parse then error("line " .. token.line .. ": unexpected '" .. token.text .. "'", 0) end
  local left = parse(self, token)
  while true do
    local op = self:peek()
    local level = precedence[op.kind]
    if not level or level < least then return left end
    self:next()
    left = { kind = "binary", op = op.kind, left = left, right = self:expression(level + 1), line = op.line }
  end
end

function Parser:block()
  self:expect("{")
  local statements = {}
  while not self:accept("}") do statements[#statements + 1] = self:statement() end
  return statements
end

local statements = {}
statements["let"] = function(parser, token)
  local name = parser:expect("name").text
  parser:expect("=")
  local value = parser:expression(1)
  parser:expect(";")
  return { kind = "let", name = name, value = value, line = token.line }
end
statements["if"] = function(parser, token)
  local condition = parser:expression(1)
  local yes, no = parser:block(), {}
  if parser:accept("else") then no = parser:peek().kind == "if" and { parser:statement() } or parser:block() end
  return { kind = "if", condition = condition, yes = yes, no = no, line = token.line }
end
statements["while"] = function(parser, token)
  local condition = parser:expression(1)
  return { kind = "while", condition = condition, body = parser:block(), line = token.line }
end
statements["return"] = function(parser, token)
  local value = parser:expression(1)
  parser:expect(";")
  return { kind = "return", value = value, line = token.line }
end

function Parser:statement()
  local parse = statements[self:peek().kind]
  if parse then return parse(self, self:next()) end
  local name = self:expect("name")
  self:expect("=")
  local value = self:expression(1)
  self:expect(";")
  return { kind = "assign", name = name.text, value = value, line = name.line }
end

local function parse(tokens)
  local parser, program = setmetatable({ tokens = tokens, at = 1 }, Parser), {}
  while not parser:accept("end") do
    local line = parser:expect("fn").line
    local name, parameters = parser:expect("name").text, {}
    parser:expect("(")
    if not parser:accept(")") then
      repeat parameters[#parameters + 1] = parser:expect("name").text until not parser:accept(",")
      parser:expect(")")
    end
    program[#program + 1] = { name = name, parameters = parameters, body = parser:block(), line = line }
  end
  return program
end

-- ---------------------------------------------------------------- checker: names, numbers of arguments, types

local function type_error(node, what) error("line " .. node.line .. ": " .. what, 0) end

local operand_type = { ["+"] = "int", ["-"] = "int", ["*"] = "int", ["/"] = "int", ["%"] = "int", ["<"] = "int", ["<="] = "int", ["&&"] = "bool", ["||"] = "bool" }
local result_type = { ["+"] = "int", ["-"] = "int", ["*"] = "int", ["/"] = "int", ["%"] = "int" }

local Checker = {}
Checker.__index = Checker

function Checker:lookup(node)
  local scope = self.scope
  while scope do
    local variable = scope.variables[node.name]
    if variable then return variable end
    scope = scope.parent
  end
  type_error(node, "unknown variable '" .. node.name .. "'")
end
function Checker:declare(name, kind)
  self.count = self.count + 1
  local variable = { name = name, type = kind, id = self.count }
  self.scope.variables[name] = variable
  return variable
end

local check = {}
function check.number() return "int" end
function check.boolean() return "bool" end
function check.variable(checker, node)
  node.variable = checker:lookup(node)
  return node.variable.type
end
function check.unary(checker, node)
  local wanted = node.op == "-" and "int" or "bool"
  if checker:type_of(node.operand) ~= wanted then type_error(node, "'" .. node.op .. "' needs " .. wanted) end
  return wanted
end
function check.binary(checker, node)
  local left, right = checker:type_of(node.left), checker:type_of(node.right)
  local wanted = operand_type[node.op]
  if left ~= right or wanted and left ~= wanted then type_error(node, "'" .. node.op .. "' cannot take " .. left .. " and " .. right) end
  return result_type[node.op] or "bool"
end
function check.call(checker, node)
  local callee = checker.functions[node.name]
  if not callee then type_error(node, "unknown function '" .. node.name .. "'") end
  if #callee.parameters ~= #node.arguments then type_error(node, "'" .. node.name .. "' takes " .. #callee.parameters .. " arguments") end
  for _, argument in ipairs(node.arguments) do
    if checker:type_of(argument) ~= "int" then type_error(node, "arguments are ints") end
  end
  node.callee = callee
  return "int"
end
check["let"] = function(checker, node)
  local kind = checker:type_of(node.value)
  node.variable = checker:declare(node.name, kind)
end
function check.assign(checker, node)
  node.variable = checker:lookup(node)
  if checker:type_of(node.value) ~= node.variable.type then type_error(node, "'" .. node.name .. "' is a " .. node.variable.type) end
end
check["if"] = function(checker, node)
  checker:condition(node)
  checker:block(node.yes)
  checker:block(node.no)
end
check["while"] = function(checker, node)
  checker:condition(node)
  checker:block(node.body)
end
check["return"] = function(checker, node)
  if checker:type_of(node.value) ~= "int" then type_error(node, "a function returns an int") end
end

function Checker:condition(node)
  if self:type_of(node.condition) ~= "bool" then type_error(node, "a condition is a bool") end
end
function Checker:type_of(node)
  node.type = check[node.kind](self, node)
  return node.type
end
function Checker:block(list)
  self.scope = { parent = self.scope, variables = {} }
  for _, node in ipairs(list) do check[node.kind](self, node) end
  self.scope = self.scope.parent
end

local function check_program(program)
  local by_name = {}
  for _, f in ipairs(program) do
    if by_name[f.name] then type_error(f, "'" .. f.name .. "' is there already") end
    by_name[f.name] = f
  end
  for _, f in ipairs(program) do
    local checker = setmetatable({ functions = by_name, scope = { variables = {} }, count = 0 }, Checker)
    f.variables = {}
    for i, name in ipairs(f.parameters) do f.variables[i] = checker:declare(name, "int") end
    checker:block(f.body)
  end
  return by_name
end

-- ---------------------------------------------------------------- three-address code

-- Operands: { temp = n } for temporaries (variables have the lowest), or { value = constant }. Instructions:
--   { op, to, a, b }    { "copy", to, a }    { "call", to, callee, arguments }    { "label", n }    { "jump", n }    { "unless", a, n }    { "return", a }
local Lowering = {}
Lowering.__index = Lowering

function Lowering:emit(...)
  local instruction = { ... }
  self.code[#self.code + 1] = instruction
  return instruction
end
function Lowering:temp()
  self.temps = self.temps + 1
  return { temp = self.temps }
end
function Lowering:label()
  self.labels = self.labels + 1
  return self.labels
end
function Lowering:variable(variable)
  local known = self.homes[variable]
  if not known then
    known = self:temp()
    self.homes[variable] = known
  end
  return known
end

local lower = {}
function lower.number(_, node) return { value = node.value } end
function lower.boolean(_, node) return { value = node.value and 1 or 0 } end
function lower.variable(lowering, node) return lowering:variable(node.variable) end
function lower.unary(lowering, node)
  local operand, to = lowering:expression(node.operand), lowering:temp()
  if node.op == "-" then lowering:emit("-", to, { value = 0 }, operand) else lowering:emit("==", to, operand, { value = 0 }) end
  return to
end
function lower.binary(lowering, node)
  if node.op == "&&" or node.op == "||" then
    local to, done = lowering:temp(), lowering:label()
    lowering:emit("copy", to, lowering:expression(node.left))
    if node.op == "&&" then
      lowering:emit("unless", to, done)
    else
      local other = lowering:temp()
      lowering:emit("==", other, to, { value = 0 })
      lowering:emit("unless", other, done)
    end
    lowering:emit("copy", to, lowering:expression(node.right))
    lowering:emit("label", done)
    return to
  end
  local a = lowering:expression(node.left)
  local b = lowering:expression(node.right)
  local to = lowering:temp()
  lowering:emit(node.op, to, a, b)
  return to
end
function lower.call(lowering, node)
  local arguments = {}
  for i, argument in ipairs(node.arguments) do arguments[i] = lowering:expression(argument) end
  local to = lowering:temp()
  lowering:emit("call", to, node.callee, arguments)
  return to
end
local function lower_assignment(lowering, node)
  lowering:emit("copy", lowering:variable(node.variable), lowering:expression(node.value))
end
lower["let"] = lower_assignment
lower.assign = lower_assignment
lower["if"] = function(lowering, node)
  local no, done = lowering:label(), lowering:label()
  lowering:emit("unless", lowering:expression(node.condition), no)
  lowering:block(node.yes)
  lowering:emit("jump", done)
  lowering:emit("label", no)
  lowering:block(node.no)
  lowering:emit("label", done)
end
lower["while"] = function(lowering, node)
  local again, done = lowering:label(), lowering:label()
  lowering:emit("label", again)
  lowering:emit("unless", lowering:expression(node.condition), done)
  lowering:block(node.body)
  lowering:emit("jump", again)
  lowering:emit("label", done)
end
lower["return"] = function(lowering, node) lowering:emit("return", lowering:expression(node.value)) end
function Lowering:expression(node) return lower[node.kind](self, node) end
function Lowering:block(list)
  for _, node in ipairs(list) do lower[node.kind](self, node) end
end

local function lower_function(f)
  local lowering = setmetatable({ code = {}, temps = 0, labels = 0, homes = {} }, Lowering)
  for _, variable in ipairs(f.variables) do lowering:variable(variable) end
  lowering:block(f.body)
  lowering:emit("return", { value = 0 })
  return lowering.code, lowering.temps
end

-- ---------------------------------------------------------------- optimizations

local MODULUS = 2147483648
local fold = {
  ["+"] = function(a, b) return (a + b) % MODULUS end,
  ["-"] = function(a, b) return (a - b) % MODULUS end,
  ["*"] = function(a, b) return (a % 32768 * b) % MODULUS end,
  ["/"] = function(a, b) if b == 0 then return 0 end return math.floor(a / b) end,
  ["%"] = function(a, b) if b == 0 then return 0 end return a % b end,
  ["<"] = function(a, b) return a < b and 1 or 0 end,
  ["<="] = function(a, b) return a <= b and 1 or 0 end,
  ["=="] = function(a, b) return a == b and 1 or 0 end,
  ["!="] = function(a, b) return a ~= b and 1 or 0 end,
}

local function operands(instruction)
  local op = instruction[1]
  if op == "call" then return instruction[4] end
  if op == "copy" then return { instruction[3] } end
  if op == "unless" or op == "return" then return { instruction[2] } end
  if fold[op] then return { instruction[3], instruction[4] } end
  return {}
end
local function target(instruction)
  local op = instruction[1]
  if op == "call" or op == "copy" or fold[op] then return instruction[2] end
  return nil
end

--- Within basic blocks: what is known to be a constant or a copy replaces its uses; operations on constants are done.
local function propagate(code)
  local known, changes = {}, 0
  local function value_of(operand)
    local value = operand.temp and known[operand.temp]
    if value then
      changes = changes + 1
      return value
    end
    return operand
  end
  local function forget(temp)
    known[temp] = nil
    for other, value in pairs(known) do
      if value.temp == temp then known[other] = nil end
    end
  end
  for _, instruction in ipairs(code) do
    local op = instruction[1]
    if op == "label" then
      known = {}
    elseif op == "call" then
      for i, argument in ipairs(instruction[4]) do instruction[4][i] = value_of(argument) end
      forget(instruction[2].temp)
    elseif op == "unless" or op == "return" then
      instruction[2] = value_of(instruction[2])
    elseif op == "copy" then
      instruction[3] = value_of(instruction[3])
      forget(instruction[2].temp)
      if instruction[3].temp ~= instruction[2].temp then known[instruction[2].temp] = instruction[3] end
    elseif fold[op] then
      instruction[3], instruction[4] = value_of(instruction[3]), value_of(instruction[4])
      local a, b = instruction[3].value, instruction[4].value
      forget(instruction[2].temp)
      if a and b then
        instruction[1], instruction[3], instruction[4] = "copy", { value = fold[op](a, b) }, nil
        known[instruction[2].temp] = instruction[3]
        changes = changes + 1
      elseif op == "*" and b == 1 or op == "+" and b == 0 then
        -- x * 1 keeps only the low bits of x, so it is not x; adding 0 is.
        if op == "+" then
          instruction[1], instruction[4] = "copy", nil
          changes = changes + 1
        end
      end
    end
  end
  return changes
end

--- Branches on constants, code that cannot be reached, jumps to the next instruction, results that nobody reads.
local function clean(code)
  local out, removed, reachable = {}, 0, true
  for i, instruction in ipairs(code) do
    local op = instruction[1]
    if op == "label" then reachable = true end
    local keep = reachable
    if op == "unless" and instruction[2].value then
      if instruction[2].value == 0 then
        instruction[1], instruction[2], instruction[3] = "jump", instruction[3], nil
        op = "jump"
      else
        keep = false
      end
    end
    local following = code[i + 1]
    if op == "jump" and following and following[1] == "label" and following[2] == instruction[2] then keep = false end
    if op == "copy" and instruction[3].temp == instruction[2].temp then keep = false end
    if keep then out[#out + 1] = instruction else removed = removed + 1 end
    if keep and (op == "jump" or op == "return") then reachable = false end
  end
  local used, jumped = {}, {}
  for _, instruction in ipairs(out) do
    for _, operand in ipairs(operands(instruction)) do
      if operand.temp then used[operand.temp] = true end
    end
    if instruction[1] == "jump" then jumped[instruction[2]] = true elseif instruction[1] == "unless" then jumped[instruction[3]] = true end
  end
  local result = {}
  for _, instruction in ipairs(out) do
    local to = target(instruction)
    local dead = to and instruction[1] ~= "call" and not used[to.temp] or instruction[1] == "label" and not jumped[instruction[2]]
    if dead then removed = removed + 1 else result[#result + 1] = instruction end
  end
  return result, removed
end

local function optimize(code)
  local rounds, removed, changes = 0, 0, 0
  repeat
    local changed = propagate(code)
    local count
    code, count = clean(code)
    changes, removed, rounds = changes + changed, removed + count, rounds + 1
  until changed + count == 0 or rounds == 8
  return code, changes, removed
end

-- ---------------------------------------------------------------- register allocation: linear scan over live intervals

local REGISTERS = 10

local function intervals(code, parameters)
  local first, last, label_at = {}, {}, {}
  local function touch(temp, at)
    if not first[temp] then first[temp] = at end
    last[temp] = at
  end
  for i = 1, parameters do touch(i, 0) end
  for at, instruction in ipairs(code) do
    if instruction[1] == "label" then label_at[instruction[2]] = at end
    for _, operand in ipairs(operands(instruction)) do
      if operand.temp then touch(operand.temp, at) end
    end
    local to = target(instruction)
    if to then touch(to.temp, at) end
  end
  -- What lives into a loop from outside lives to its end.
  local again = true
  while again do
    again = false
    for at, instruction in ipairs(code) do
      local start = instruction[1] == "jump" and label_at[instruction[2]]
      if start and start < at then
        for temp, from in pairs(first) do
          if from < start and last[temp] >= start and last[temp] < at then
            last[temp] = at
            again = true
          end
        end
      end
    end
  end
  local list = {}
  for temp, from in pairs(first) do list[#list + 1] = { temp = temp, first = from, last = last[temp] } end
  table.sort(list, function(a, b) return a.first < b.first or a.first == b.first and a.temp < b.temp end)
  return list
end

local function allocate(code, parameters)
  local places, active, free, slots, spilled = {}, {}, {}, REGISTERS, 0
  for register = REGISTERS, 1, -1 do free[#free + 1] = register end
  for _, interval in ipairs(intervals(code, parameters)) do
    for i = #active, 1, -1 do
      if active[i].last < interval.first then
        free[#free + 1] = places[active[i].temp]
        table.remove(active, i)
      end
    end
    if #free > 0 then
      places[interval.temp] = table.remove(free)
      active[#active + 1] = interval
    else
      -- Whose interval ends last goes to memory.
      local victim = interval
      for _, other in ipairs(active) do
        if other.last > victim.last or other.last == victim.last and other.temp > victim.temp then victim = other end
      end
      slots = slots + 1
      spilled = spilled + 1
      if victim ~= interval then
        places[interval.temp] = places[victim.temp]
        for i, other in ipairs(active) do
          if other == victim then active[i] = interval end
        end
      end
      places[victim.temp] = slots
    end
  end
  return places, spilled, slots
end

-- ---------------------------------------------------------------- machine code, its listing and its machine

-- Operands in machine code: places are positive, constants are index + 1000 into the function's constants.
local function assemble(f, code, places)
  local constants, indices, out, labels = {}, {}, {}, {}
  local function operand(x)
    if x.temp then return places[x.temp] end
    if not indices[x.value] then
      constants[#constants + 1] = x.value
      indices[x.value] = #constants
    end
    return 1000 + indices[x.value]
  end
  for _, instruction in ipairs(code) do
    local op = instruction[1]
    if op == "label" then
      labels[instruction[2]] = #out + 1
    elseif op == "jump" then
      out[#out + 1] = { op = "jump", label = instruction[2] }
    elseif op == "unless" then
      out[#out + 1] = { op = "unless", a = operand(instruction[2]), label = instruction[3] }
    elseif op == "return" then
      out[#out + 1] = { op = "return", a = operand(instruction[2]) }
    elseif op == "call" then
      local arguments = {}
      for i, argument in ipairs(instruction[4]) do arguments[i] = operand(argument) end
      out[#out + 1] = { op = "call", to = operand(instruction[2]), callee = instruction[3], arguments = arguments }
    elseif op == "copy" then
      out[#out + 1] = { op = "copy", to = operand(instruction[2]), a = operand(instruction[3]) }
    else
      out[#out + 1] = { op = op, to = operand(instruction[2]), a = operand(instruction[3]), b = operand(instruction[4]) }
    end
  end
  for _, instruction in ipairs(out) do
    if instruction.label then instruction.target = labels[instruction.label] end
  end
  local parameter_places = {}
  for i = 1, #f.parameters do parameter_places[i] = places[i] end
  f.machine = { code = out, constants = constants, parameters = parameter_places }
end

local function listing(f)
  local lines = { "fn " .. f.name }
  local constants = f.machine.constants
  local function name(place)
    if place > 1000 then return "#" .. constants[place - 1000] end
    return place <= REGISTERS and "r" .. place or "[" .. place - REGISTERS .. "]"
  end
  for at, i in ipairs(f.machine.code) do
    local text = string.format("%3d %-6s", at, i.op)
    if i.to then text = text .. " " .. name(i.to) end
    if i.a then text = text .. " " .. name(i.a) end
    if i.b then text = text .. " " .. name(i.b) end
    if i.target then text = text .. " -> " .. i.target end
    if i.callee then
      local names = {}
      for k, argument in ipairs(i.arguments) do names[k] = name(argument) end
      text = text .. " " .. i.callee.name .. "(" .. table.concat(names, ", ") .. ")"
    end
    lines[#lines + 1] = text
  end
  return table.concat(lines, "\n")
end

local executed = 0

local function execute(f, ...)
  local machine = f.machine
  local code, constants, frame = machine.code, machine.constants, {}
  for i, place in ipairs(machine.parameters) do frame[place] = (select(i, ...)) end
  local function value(place)
    if place > 1000 then return constants[place - 1000] end
    return frame[place]
  end
  local pc = 1
  while true do
    local i = code[pc]
    pc = pc + 1
    executed = executed + 1
    local op = i.op
    if op == "copy" then
      frame[i.to] = value(i.a)
    elseif op == "jump" then
      pc = i.target
    elseif op == "unless" then
      if value(i.a) == 0 then pc = i.target end
    elseif op == "return" then
      return value(i.a)
    elseif op == "call" then
      local arguments = {}
      for k, argument in ipairs(i.arguments) do arguments[k] = value(argument) end
      frame[i.to] = execute(i.callee, unpack(arguments))
    else
      frame[i.to] = fold[op](value(i.a), value(i.b))
    end
  end
end

-- ---------------------------------------------------------------- the tree's meaning, for comparison

local evaluate = {}
local function eval(node, env) return evaluate[node.kind](node, env) end
local function call_tree(f, arguments)
  local env = {}
  for i, variable in ipairs(f.variables) do env[variable] = arguments[i] end
  local function block(list)
    for _, node in ipairs(list) do
      if node.kind == "return" then return eval(node.value, env) end
      local result
      if node.kind == "if" then
        result = block(eval(node.condition, env) ~= 0 and node.yes or node.no)
      elseif node.kind == "while" then
        while result == nil and eval(node.condition, env) ~= 0 do result = block(node.body) end
      else
        env[node.variable] = eval(node.value, env)
      end
      if result ~= nil then return result end
    end
    return nil
  end
  return block(f.body) or 0
end
function evaluate.number(node) return node.value end
function evaluate.boolean(node) return node.value and 1 or 0 end
function evaluate.variable(node, env) return env[node.variable] end
function evaluate.unary(node, env)
  local value = eval(node.operand, env)
  if node.op == "-" then return fold["-"](0, value) end
  return value == 0 and 1 or 0
end
function evaluate.binary(node, env)
  local left = eval(node.left, env)
  if node.op == "&&" then return left ~= 0 and eval(node.right, env) or 0 end
  if node.op == "||" then return left ~= 0 and left or eval(node.right, env) end
  return fold[node.op](left, eval(node.right, env))
end
function evaluate.call(node, env)
  local arguments = {}
  for i, argument in ipairs(node.arguments) do arguments[i] = eval(argument, env) end
  return call_tree(node.callee, arguments)
end

-- ---------------------------------------------------------------- the input

local seed = 99
local function random(n)
  seed = seed * 16807 % 2147483647
  return seed % n
end
local function pick(list) return list[random(#list) + 1] end

local function random_int(names, depth)
  local kind = random(depth > 0 and 8 or 3)
  if kind == 0 then return tostring(random(200)) end
  if kind < 3 then return pick(names) end
  if kind == 7 then return "-" .. random_int(names, 0) end
  return "(" .. random_int(names, depth - 1) .. " " .. pick { "+", "-", "*", "/", "%" } .. " " .. random_int(names, depth - 1) .. ")"
end
local function random_bool(names, depth)
  local kind = random(depth > 0 and 5 or 2)
  if kind == 4 then return "!(" .. random_bool(names, depth - 1) .. ")" end
  if kind >= 2 then return "(" .. random_bool(names, depth - 1) .. pick { " && ", " || " } .. random_bool(names, depth - 1) .. ")" end
  return random_int(names, 1) .. pick { " < ", " <= ", " == ", " != " } .. random_int(names, 1)
end

local function generate(count)
  local out = { "# generated" }
  local function add(text) out[#out + 1] = text end
  for f = 1, count do
    local names = { "a", "b" }
    add("fn f" .. f .. "(a, b) {")
    for v = 1, 3 + random(4) do
      add("  let v" .. v .. " = " .. random_int(names, 2) .. ";")
      names[#names + 1] = "v" .. v
    end
    add("  if " .. random_bool(names, 2) .. " {")
    add("    " .. pick(names) .. " = " .. random_int(names, 2) .. ";")
    add("  } else if " .. random_bool(names, 1) .. " {")
    add("    let inner = " .. random_int(names, 2) .. ";")
    add("    a = inner * 2 + 3 * 4;")
    add("  } else {")
    add("    b = " .. random_int(names, 3) .. ";")
    add("  }")
    add("  let i = 0;")
    add("  while i < " .. random(9) .. " && " .. random_bool(names, 1) .. " {")
    add("    " .. pick(names) .. " = " .. random_int(names, 2) .. " + i;")
    add("    i = i + 1;")
    add("  }")
    if f > 1 then add("  a = a + f" .. random(math.min(f - 1, 3)) + math.max(1, f - 3) .. "(b % 50, " .. pick(names) .. ") % 1000;") end
    add("  if false { return 1 + 2 * 3; }")
    add("  return " .. random_int(names, 3) .. " + a;")
    add("}")
  end
  return table.concat(out, "\n")
end

-- ---------------------------------------------------------------- all together

local function compile(source)
  local program = parse(lex(source))
  local by_name = check_program(program)
  local totals = { before = 0, after = 0, changes = 0, spilled = 0 }
  for _, f in ipairs(program) do
    local code, _ = lower_function(f)
    totals.before = totals.before + #code
    local changes
    code, changes = optimize(code)
    totals.after, totals.changes = totals.after + #code, totals.changes + changes
    local places, spilled = allocate(code, #f.parameters)
    totals.spilled = totals.spilled + spilled
    assemble(f, code, places)
  end
  return program, by_name, totals
end

local source = generate(functions)
local _, line_count = source:gsub("\n", "\n")
local program, by_name, totals = compile(source)
print("functions, lines", #program, line_count + 1)
print("instructions", totals.before, totals.after)
print("replaced, spilled", totals.changes, totals.spilled)
for i = 1, math.min(shown, #program) do print(listing(program[i])) end

local digest, wrong = 0, 0
for i, f in ipairs(program) do
  -- The deeper the chain of calls, the longer it takes: every tenth is enough.
  if i <= 10 or i % 10 == 0 then
    local result = execute(f, i, i * 7 % 13)
    if i <= 60 and result ~= call_tree(f, { i, i * 7 % 13 }) then wrong = wrong + 1 end
    digest = (digest * 31 + result) % 1000003
  end
end
print("executed, digest, wrong", executed, digest, wrong)

for _, broken in ipairs {
  "fn f() { return 1 }", "fn f() { return x; }", "fn f(a) { return f(); }", "fn f() { return 1 + true; }", "fn f() { if 1 { } return 0; }",
  "fn f() { let a = 1; a = false; return a; }", "fn f() { return $; }", "fn f() { return g(); }", "fn f() {} fn f() {}", "fn f() { while true {",
} do
  print(broken, select(2, pcall(compile, broken)))
end
local _, names = compile("fn gcd(a, b) { while b != 0 { let t = a % b; a = b; b = t; } return a; } fn fact(n) { if n < 2 { return 1; } return n * fact(n - 1); }")
print("gcd, factorial", execute(names.gcd, 1071, 462), execute(names.fact, 10), by_name.gcd)
