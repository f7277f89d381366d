-- A Lisp: reader, evaluator with closures, macros and tail calls, and a library written in itself.
--
-- Environments are tables chained by metatables, pairs are tables, and `eval` is one large recursive function in which everything happens;
-- tail calls are a loop within it. Errors in Lisp programs are errors of the host, caught by pcall.
--   Watch in --trace: `eval` is compiled as a function and as a loop, with many kinds of operands; it settles after some deopts.
-- Usage: lisp.lua [size]

local size = tonumber(arg and arg[1]) or 15

-- Values: numbers and strings are themselves; symbols and pairs are tables; the empty list is `empty`.
local symbols = {}
local function symbol(name)
  local s = symbols[name]
  if not s then
    s = { name = name }
    symbols[name] = s
  end
  return s
end
local empty = {}
local Pair = {}
local function cons(head, tail) return setmetatable({ head, tail }, Pair) end
local function is_pair(x) return getmetatable(x) == Pair end
local function list(...)
  local result = empty
  for i = select("#", ...), 1, -1 do result = cons((select(i, ...)), result) end
  return result
end

local QUOTE, IF, DEFINE, SET, LAMBDA, BEGIN, LET, MACRO, COND, ELSE =
  symbol("quote"), symbol("if"), symbol("define"), symbol("set!"), symbol("lambda"), symbol("begin"), symbol("let"), symbol("define-macro"), symbol("cond"), symbol("else")

local function read(text)
  local at = 1
  local function skip()
    at = text:find("[^%s]", at) or #text + 1
    while text:sub(at, at) == ";" do
      at = (text:find("\n", at) or #text) + 1
      at = text:find("[^%s]", at) or #text + 1
    end
  end
  local function form()
    skip()
    local c = text:sub(at, at)
    if c == "(" then
      at = at + 1
      local items = {}
      while true do
        skip()
        if text:sub(at, at) == ")" then at = at + 1 return list(unpack(items)) end
        if at > #text then error("a list has no end", 0) end
        items[#items + 1] = form()
      end
    elseif c == "'" then
      at = at + 1
      return list(QUOTE, form())
    elseif c == '"' then
      local stop = text:find('"', at + 1, true) or error("a string has no end", 0)
      local s = text:sub(at + 1, stop - 1)
      at = stop + 1
      return s
    end
    local word = text:match("^[^%s()';]+", at) or error("unexpected " .. c, 0)
    at = at + #word
    return tonumber(word) or (word == "#t" and true) or (word ~= "#f" and symbol(word))
  end
  local forms = {}
  skip()
  while at <= #text do
    forms[#forms + 1] = form()
    skip()
  end
  return forms
end

local function show(x)
  if x == empty then return "()" end
  if is_pair(x) then
    local parts = {}
    while is_pair(x) do
      parts[#parts + 1] = show(x[1])
      x = x[2]
    end
    if x ~= empty then
      parts[#parts + 1] = "."
      parts[#parts + 1] = show(x)
    end
    return "(" .. table.concat(parts, " ") .. ")"
  end
  if type(x) == "table" then return x.name or "#<closure>" end
  if type(x) == "function" then return "#<builtin>" end
  if x == true then return "#t" elseif x == false then return "#f" end
  return tostring(x)
end

local eval, steps = nil, 0

local function extend(closure, arguments, count)
  local scope = setmetatable({}, closure.scope_meta)
  local parameters, i = closure.parameters, 1
  while is_pair(parameters) do
    if i > count then error("too few arguments for " .. (closure.closure_name or "a lambda"), 0) end
    scope[parameters[1]] = arguments[i]
    parameters = parameters[2]
    i = i + 1
  end
  if parameters ~= empty then
    local rest = empty
    for k = count, i, -1 do rest = cons(arguments[k], rest) end
    scope[parameters] = rest
  elseif i <= count then
    error("too many arguments for " .. (closure.closure_name or "a lambda"), 0)
  end
  return scope
end

local function find_scope(scope, name)
  while scope do
    if rawget(scope, name) ~= nil then return scope end
    local meta = getmetatable(scope)
    scope = meta and meta.__index
  end
  error("unbound variable " .. name.name, 0)
end

local function make_closure(parameters, body, scope, name)
  return { parameters = parameters, body = body, scope_meta = { __index = scope }, closure_name = name }
end

function eval(x, scope)
  while true do
    steps = steps + 1
    if type(x) ~= "table" or x == empty then return x end
    if not is_pair(x) then
      local value = scope[x]
      if value == nil then error("unbound variable " .. x.name, 0) end
      return value
    end
    local head, rest = x[1], x[2]
    if head == QUOTE then
      return rest[1]
    elseif head == IF then
      if eval(rest[1], scope) ~= false then
        x = rest[2][1]
      elseif rest[2][2] ~= empty then
        x = rest[2][2][1]
      else
        return empty
      end
    elseif head == COND then
      local clauses = rest
      x = empty
      while clauses ~= empty do
        local clause = clauses[1]
        if clause[1] == ELSE or eval(clause[1], scope) ~= false then
          x = cons(BEGIN, clause[2])
          break
        end
        clauses = clauses[2]
      end
    elseif head == DEFINE then
      local target = rest[1]
      if is_pair(target) then
        scope[target[1]] = make_closure(target[2], rest[2], scope, target[1].name)
      else
        scope[target] = eval(rest[2][1], scope)
      end
      return empty
    elseif head == SET then
      find_scope(scope, rest[1])[rest[1]] = eval(rest[2][1], scope)
      return empty
    elseif head == LAMBDA then
      return make_closure(rest[1], rest[2], scope)
    elseif head == MACRO then
      local macro = make_closure(rest[1][2], rest[2], scope, rest[1][1].name)
      macro.is_macro = true
      scope[rest[1][1]] = macro
      return empty
    elseif head == LET then
      local inner = setmetatable({}, { __index = scope })
      local bindings = rest[1]
      while bindings ~= empty do
        inner[bindings[1][1]] = eval(bindings[1][2][1], scope)
        bindings = bindings[2]
      end
      scope = inner
      x = cons(BEGIN, rest[2])
    elseif head == BEGIN then
      if rest == empty then return empty end
      while rest[2] ~= empty do
        eval(rest[1], scope)
        rest = rest[2]
      end
      x = rest[1]
    else
      local f = eval(head, scope)
      local arguments, count = {}, 0
      local expand = type(f) == "table" and f.is_macro
      while rest ~= empty do
        count = count + 1
        if expand then arguments[count] = rest[1] else arguments[count] = eval(rest[1], scope) end
        rest = rest[2]
      end
      if type(f) == "function" then return f(unpack(arguments, 1, count)) end
      if type(f) ~= "table" or not f.parameters then error("not a function: " .. show(f), 0) end
      local inner, body = extend(f, arguments, count), f.body
      while body[2] ~= empty do
        eval(body[1], inner)
        body = body[2]
      end
      if expand then
        x = eval(body[1], inner)
      else
        x, scope = body[1], inner -- a tail call
      end
    end
  end
end

local output = {}
local global = {}
local function define(name, f) global[symbol(name)] = f end
define("+", function(...) local sum = 0 for i = 1, select("#", ...) do sum = sum + (select(i, ...)) end return sum end)
define("*", function(...) local product = 1 for i = 1, select("#", ...) do product = product * (select(i, ...)) end return product end)
define("-", function(a, b) if b == nil then return -a end return a - b end)
define("/", function(a, b) return a / b end)
define("modulo", function(a, b) return a % b end)
define("<", function(a, b) return a < b end)
define("=", function(a, b) return a == b end)
define("eq?", function(a, b) return a == b end)
define("cons", cons)
define("car", function(p) if not is_pair(p) then error("car of " .. show(p), 0) end return p[1] end)
define("cdr", function(p) if not is_pair(p) then error("cdr of " .. show(p), 0) end return p[2] end)
define("null?", function(x) return x == empty end)
define("pair?", is_pair)
define("list", list)
define("display", function(x) output[#output + 1] = show(x) return empty end)

local function run(text)
  output = {}
  local result
  for _, form in ipairs(read(text)) do result = eval(form, global) end
  return result
end

run [[
  ; the library
  (define (not x) (if x #f #t))
  (define (append a b) (if (null? a) b (cons (car a) (append (cdr a) b))))
  (define (map f l) (if (null? l) '() (cons (f (car l)) (map f (cdr l)))))
  (define (filter f l) (cond ((null? l) '()) ((f (car l)) (cons (car l) (filter f (cdr l)))) (else (filter f (cdr l)))))
  (define (fold f start l) (if (null? l) start (fold f (f start (car l)) (cdr l))))
  (define (range a b) (if (< a b) (cons a (range (+ a 1) b)) '()))
  (define (length l) (fold (lambda (n x) (+ n 1)) 0 l))
  (define (reverse l) (fold (lambda (r x) (cons x r)) '() l))
  (define-macro (and . l) (cond ((null? l) #t) ((null? (cdr l)) (car l)) (else (list 'if (car l) (cons 'and (cdr l)) #f))))
  (define-macro (when test . body) (list 'if test (cons 'begin body)))
  (define-macro (while test . body)
    (list 'let '() (list 'define '(loop) (list 'when test (cons 'begin body) '(loop))) '(loop)))
]]

local function lisp(label, text)
  local ok, result = pcall(run, text)
  print(label, ok and show(result) or "error: " .. tostring(result), table.concat(output, " "))
end

lisp("fib", "(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (fib " .. size .. ")")
lisp("tail calls", "(define (count n acc) (if (= n 0) acc (count (- n 1) (+ acc n)))) (count " .. size * 1000 .. " 0)")
lisp("quick sort", [[
  (define (sort l)
    (if (null? l) l
      (let ((pivot (car l)) (rest (cdr l)))
        (append (sort (filter (lambda (x) (< x pivot)) rest))
          (cons pivot (sort (filter (lambda (x) (not (< x pivot))) rest)))))))
  (sort (map (lambda (i) (modulo (* i 37) 101)) (range 1 ]] .. size * 3 .. ")))")
lisp("queens", [[
  (define (safe? row distance placed)
    (cond ((null? placed) #t)
      ((= (car placed) row) #f)
      ((= (car placed) (+ row distance)) #f)
      ((= (car placed) (- row distance)) #f)
      (else (safe? row (+ distance 1) (cdr placed)))))
  (define (place n k placed)
    (if (= k 0) 1
      (fold (lambda (sum row) (if (safe? row 1 placed) (+ sum (place n (- k 1) (cons row placed))) sum)) 0 (range 1 (+ n 1)))))
  (map (lambda (n) (place n n '())) '(1 2 3 4 5 6))]])
lisp("counters", [[
  (define (make-counter) (let ((n 0)) (lambda (by) (set! n (+ n by)) n)))
  (define a (make-counter)) (define b (make-counter))
  (a 1) (b 10) (a 2)
  (define i 0)
  (while (< i ]] .. size * 100 .. [[) (a i) (set! i (+ i 1)))
  (display (b 0)) (a 0)]])
lisp("interpreter in Lisp", [[
  (define (lookup name env) (cond ((null? env) (car '())) ((eq? (car (car env)) name) (cdr (car env))) (else (lookup name (cdr env)))))
  (define (bind names values env) (if (null? names) env (cons (cons (car names) (car values)) (bind (cdr names) (cdr values) env))))
  (define (evaluate x env)
    (cond ((pair? x)
        (cond ((eq? (car x) 'fn) (list 'closure (car (cdr x)) (car (cdr (cdr x))) env))
          ((eq? (car x) 'if0) (if (= (evaluate (car (cdr x)) env) 0) (evaluate (car (cdr (cdr x))) env) (evaluate (car (cdr (cdr (cdr x)))) env)))
          ((eq? (car x) 'add) (+ (evaluate (car (cdr x)) env) (evaluate (car (cdr (cdr x))) env)))
          (else (let ((f (evaluate (car x) env)) (arguments (map (lambda (a) (evaluate a env)) (cdr x))))
            (evaluate (car (cdr (cdr f))) (bind (car (cdr f)) arguments (car (cdr (cdr (cdr f))))))))))
      ((eq? x 'self) x)
      ((= 1 (if (number? x) 1 0)) x)
      (else (lookup x env))))
  (define (number? x) (not (symbol? x)))
  (evaluate '((fn (f n) (f f n)) (fn (f n) (if0 n 0 (add n (f f (add n -1))))) ]] .. size .. [[) '())]])
define("symbol?", function(x) return type(x) == "table" and x ~= empty and not is_pair(x) and x.parameters == nil end)
lisp("again, with symbol?", "(evaluate '((fn (f n) (f f n)) (fn (f n) (if0 n 0 (add n (f f (add n -1))))) " .. size .. ") '())")
lisp("unbound", "(+ 1 nowhere)")
lisp("not a function", "(1 2 3)")
lisp("wrong number", "(fib)")
lisp("car of nothing", "(car (cdr '(1)))")
lisp("no end", "(car '(1 2")
lisp("strings", '(map (lambda (s) (cons s (list "x"))) (list "a" "b" 1.5))')
print("steps", steps)
