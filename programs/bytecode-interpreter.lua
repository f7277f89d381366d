-- A bytecode interpreter: an assembler, a stack machine and three programs for it. An interpreter in the interpreter.
--
-- The dispatch loop is the worst case for type feedback: one loop whose variables hold everything, one indexed call with as many callees
-- as there are instructions. The second machine dispatches through a chain of comparisons instead; both must agree.
--   Watch in --trace: the loop of `execute` is compiled once for its many callees; `by_comparison` has a loop with many guards.
-- Usage: bytecode-interpreter.lua [size]

local size = tonumber(arg and arg[1]) or 600

-- "push 1; store n; loop: load n; ..." becomes a list of { name, operand }, with labels resolved.
local function assemble(source)
  local code, labels, fixups = {}, {}, {}
  for line in source:gmatch("[^\n;]+") do
    local label, rest = line:match("^%s*(%a+):(.*)$")
    if label then labels[label] = #code + 1 else rest = line end
    local name, operand = rest:match("^%s*(%a+)%s*(%S*)")
    if name then
      code[#code + 1] = { name = name, operand = tonumber(operand) or operand }
      if name:sub(1, 1) == "j" or name == "call" then fixups[#fixups + 1] = #code end
    end
  end
  for _, at in ipairs(fixups) do code[at].operand = assert(labels[code[at].operand], "no such label") end
  return code
end

-- Dispatch by a table of handlers.
local handlers = {}
function handlers.push(machine, value) machine:push(value) end
function handlers.load(machine, name) machine:push(machine.variables[name] or 0) end
function handlers.store(machine, name) machine.variables[name] = machine:pop() end
function handlers.add(machine) local b = machine:pop() machine:push(machine:pop() + b) end
function handlers.sub(machine) local b = machine:pop() machine:push(machine:pop() - b) end
function handlers.mul(machine) local b = machine:pop() machine:push(machine:pop() * b) end
function handlers.mod(machine) local b = machine:pop() machine:push(machine:pop() % b) end
function handlers.less(machine) local b = machine:pop() machine:push(machine:pop() < b) end
function handlers.equal(machine) local b = machine:pop() machine:push(machine:pop() == b) end
function handlers.jump(machine, target) machine.pc = target end
function handlers.jfalse(machine, target) if not machine:pop() then machine.pc = target end end
function handlers.get(machine) machine:push(machine.memory[machine:pop()] or 0) end
function handlers.set(machine) local value = machine:pop() machine.memory[machine:pop()] = value end
function handlers.print(machine) machine.output[#machine.output + 1] = tostring(machine:pop()) end
function handlers.call(machine, target)
  machine.returns[#machine.returns + 1] = machine.pc
  machine.pc = target
end
function handlers.ret(machine) machine.pc = table.remove(machine.returns) end
function handlers.halt(machine) machine.running = false end

local Machine = {}
Machine.__index = Machine
function Machine:push(value)
  self.top = self.top + 1
  self.stack[self.top] = value
end
function Machine:pop()
  local value = self.stack[self.top]
  self.top = self.top - 1
  return value
end
local function new_machine()
  return setmetatable({ stack = {}, top = 0, variables = {}, memory = {}, returns = {}, output = {}, pc = 1, running = true, steps = 0 }, Machine)
end

local function execute(code, input)
  local machine = new_machine()
  machine.variables.input = input
  while machine.running do
    local instruction = code[machine.pc]
    machine.pc = machine.pc + 1
    machine.steps = machine.steps + 1
    handlers[instruction.name](machine, instruction.operand)
  end
  return table.concat(machine.output, " "), machine.steps
end

-- Dispatch by comparing, with everything in local variables.
local function by_comparison(code, input)
  local stack, top, variables, memory, returns, output = {}, 0, { input = input }, {}, {}, {}
  local pc, steps = 1, 0
  while true do
    local instruction = code[pc]
    local name, operand = instruction.name, instruction.operand
    pc = pc + 1
    steps = steps + 1
    if name == "push" then
      top = top + 1
      stack[top] = operand
    elseif name == "load" then
      top = top + 1
      stack[top] = variables[operand] or 0
    elseif name == "store" then
      variables[operand] = stack[top]
      top = top - 1
    elseif name == "jump" then
      pc = operand
    elseif name == "jfalse" then
      if not stack[top] then pc = operand end
      top = top - 1
    elseif name == "get" then
      stack[top] = memory[stack[top]] or 0
    elseif name == "set" then
      memory[stack[top - 1]] = stack[top]
      top = top - 2
    elseif name == "print" then
      output[#output + 1] = tostring(stack[top])
      top = top - 1
    elseif name == "call" then
      returns[#returns + 1] = pc
      pc = operand
    elseif name == "ret" then
      pc = table.remove(returns)
    elseif name == "halt" then
      return table.concat(output, " "), steps
    else
      local a, b = stack[top - 1], stack[top]
      top = top - 1
      if name == "add" then stack[top] = a + b
      elseif name == "sub" then stack[top] = a - b
      elseif name == "mul" then stack[top] = a * b
      elseif name == "mod" then stack[top] = a % b
      elseif name == "less" then stack[top] = a < b
      elseif name == "equal" then stack[top] = a == b
      else error("unknown instruction " .. name) end
    end
  end
end

local programs = {
  { "sum of squares", [[
    push 0; store sum; push 0; store i
    loop: load i; load input; less; jfalse done
    load sum; load i; load i; mul; add; push 1000003; mod; store sum
    load i; push 1; add; store i; jump loop
    done: load sum; print; halt
  ]] },
  { "primes", [[
    push 2; store n; push 0; store count
    outer: load n; load input; less; jfalse done
    load n; get; push 0; equal; jfalse next
    load count; push 1; add; store count
    load n; load n; add; store m
    inner: load m; load input; less; jfalse next
    load m; push 1; set; load m; load n; add; store m; jump inner
    next: load n; push 1; add; store n; jump outer
    done: load count; print; halt
  ]] },
  { "fibonacci by recursion", [[
    load input; push 40; mod; push 3; mod; push 10; add; call fib; print; halt
    fib: store k
    load k; push 2; less; jfalse deep; load k; ret
    deep: load depth; load k; set; load depth; push 1; add; store depth
    load k; push 1; sub; call fib
    load depth; push 1; sub; store depth
    load depth; get; store k
    load depth; push 1000; add; store slot; store result; load slot; load result; set
    load depth; push 1; add; store depth
    load k; push 2; sub; call fib
    load depth; push 1; sub; store depth
    load depth; push 1000; add; get; add; ret
  ]] },
}

for _, program in ipairs(programs) do
  local name, source = program[1], program[2]
  local code = assemble(source)
  local text, steps = execute(code, size)
  local same_text, same_steps = by_comparison(code, size)
  print(name, text, steps, text == same_text and steps == same_steps)
end

-- Operands of another type: the same programs on fractions, and a program error that names what the machine did.
print("on fractions", execute(assemble(programs[1][2]), size / 4 + 0.5))
local broken = assemble("push 1; push x; add; print; halt")
local ok, message = pcall(execute, broken, 0)
print("broken", ok, (message:gsub("^.-:%d+: ", "")))
ok, message = pcall(by_comparison, assemble("push 1; push 2; frob; halt"), 0)
print("unknown", ok, (message:gsub("^.-:%d+: ", "")))
