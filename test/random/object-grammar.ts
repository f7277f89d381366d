// SPDX-License-Identifier: MIT
/**
 * Random programs with objects, closures, errors and coroutines in hot code, on values of all types. What may fail is called by pcall, and
 * its message is printed: the names of variables in it come from frame states when the code is optimized.
 *
 * A variable has a kind, which says what the generator may do with it:
 *
 * - any: a number, string, boolean, nil or object; everything but calling it can be tried, and it can be printed
 * - number, list (of any), record (fields of any), object (of a class; prints as its name), closure (one argument, one result, both any)
 */
import { METHODS, writeClass } from "./classes.js";
import { StatementGrammar, type Typed } from "./statement-grammar.js";

type Kind = "any" | "number" | "list" | "record" | "object" | "closure";

interface Variable extends Typed<Kind> {
  readonly assignable: boolean;
}

type Scope = readonly Variable[];

interface Callable {
  readonly name: string;
  readonly parameters: readonly Kind[];
}

const NUMBERS = ["0", "1", "2", "3", "-1", "7", "0.5", "-2.5", "100", "2147483647", "-2147483648", "65536", "2^53", "1e15", "-0.25"];
const ODD_VALUES = ["nil", "true", "false", '"s"', '"10"', '"0x10"', '"abc"', '""', '"1e2"'];
const FIELDS = ["v", "w", "x", "y"];

/** Where the values come from that functions are called with; some are nil, so that its length is not defined. */
const POOL_SIZE = 6;

/** Numbers that grow without end would soon be infinite, and the sign of a NaN is nobody's business; strings would fill the memory. */
const PRELUDE = [
  "local function keep(n)",
  '  if type(n) == "number" then',
  "    if n ~= n then return 0 end",
  "    if n > 1e9 or n < -1e9 then return n % 1000003 end",
  '  elseif type(n) == "string" and #n > 12 then',
  "    return n:sub(-12)",
  "  end",
  "  return n",
  "end",
  "local function num(v)",
  '  if type(v) == "table" then v = rawget(v, "v") end',
  "  return keep(tonumber(v) or 1)",
  "end",
];

export class ObjectGrammar extends StatementGrammar<Variable> {
  private readonly functions: Callable[] = [];
  private readonly classes: string[] = [];
  private inVarargs = false;
  private inCoroutine = false;

  protected write(): void {
    const { random } = this;
    this.emit(...PRELUDE);
    for (let count = random.chance(30) ? 2 : 1; count > 0; count--) {
      const name = this.fresh("C");
      this.emit(...writeClass(random, name, this.classes));
      this.classes.push(name);
    }
    this.emit("local pool = {");
    for (let count = 0; count < POOL_SIZE; count++) this.emit(`  ${random.chance(50) ? random.pick(NUMBERS) : this.constant()},`);
    this.emit("}", "local global_list, global_record = { 1, 2, 3, 4, 5, 6, 7, 8 }, { v = 1, w = 2.5, x = 3, y = -1 }", "counter = 0");
    this.times(1 + random.next(2), () => this.function());
    for (let phase = 1, phases = 1 + random.next(2); phase <= phases; phase++) this.phase(phase);
    this.emit(
      'print("end", counter, unpack(global_list, 1, 8))',
      "print(global_record.v, global_record.w, global_record.x, global_record.y)",
    );
  }

  // ---- the program's parts

  private function(): string {
    const { random } = this;
    const name = this.fresh("f");
    const kinds = this.times(1 + random.next(3), () => random.pick(["any", "any", "number", "object"])) as Kind[];
    const parameters = kinds.map((kind): Variable => ({ name: this.fresh("p"), kind, assignable: kind === "any" }));
    this.inVarargs = random.chance(25);
    const shared: Variable[] = random.chance(40) ? [{ name: this.fresh("u"), kind: "any", assignable: true }] : [];
    for (const variable of shared) this.emit(`local ${variable.name} = ${random.pick(NUMBERS)}`);
    const names = [...parameters.map((parameter) => parameter.name), ...(this.inVarargs ? ["..."] : [])];
    this.block(`local function ${name}(${names.join(", ")})`, () => {
      const scope = this.statements([...this.globals(), ...shared, ...parameters], 2 + random.next(3), 2);
      this.emit(`return ${this.results(scope)}`);
    });
    this.inVarargs = false;
    this.functions.push({ name, parameters: kinds });
    return name;
  }

  private globals(): Variable[] {
    return [
      { name: "global_list", kind: "list", assignable: false },
      { name: "global_record", kind: "record", assignable: false },
      { name: "counter", kind: "number", assignable: false },
    ];
  }

  /** Calls of the functions until they are hot, then with values of other types. */
  private phase(phase: number): void {
    const { random } = this;
    const rounds = 12 + random.next(30);
    const i: Variable = { name: "i", kind: "number", assignable: false };
    const value: Variable = { name: "value", kind: "any", assignable: false };
    const setUp = random.next(3);
    if (setUp === 0) this.emit(`pool[${1 + random.next(4)}] = ${this.constant()}`);
    else if (setUp === 1) this.emit(`global_list[${1 + random.next(8)}] = ${this.constant()}`);
    else this.emit(`global_record.${random.pick(FIELDS)} = ${this.constant()}`);
    const start = random.pick(["1", "1", "1", "2147483640", "-3"]);
    this.block(`for i = ${start}, ${start} + ${rounds} do`, () => {
      this.emit("local value = pool[i % 6 + 1]");
      const scope: Scope = [...this.globals(), i, value];
      const { name, parameters } = random.pick(this.functions);
      const args = parameters.map((kind) => (kind === "any" && random.chance(60) ? "value" : this.expression(kind, scope, 1)));
      if (random.chance(20)) args.push("value", "i");
      const isPlain = args.every((arg) => /^[a-z]\w*$/.test(arg));
      this.emit(`print(${phase}, i, pcall(${isPlain ? [name, ...args].join(", ") : `function() return ${name}(${args.join(", ")}) end`}))`);
      if (random.chance(40))
        this.block("print(pcall(function()", () => this.inLoop(() => this.statements(scope, 1 + random.next(2), 1)), "end))");
    });
    if (random.chance(40)) this.coroutine(phase);
  }

  private coroutine(phase: number): void {
    const { random } = this;
    this.block(
      "local co = coroutine.create(function(a, b)",
      () => {
        this.inCoroutine = true;
        const scope: Scope = [
          ...this.globals(),
          { name: "a", kind: "any", assignable: true },
          { name: "b", kind: "any", assignable: true },
        ];
        this.block(`for k = 1, ${15 + random.next(20)} do`, () =>
          this.inLoop(() => {
            this.statements([...scope, { name: "k", kind: "number", assignable: false }], 2, 1);
            this.emit(`a, b = coroutine.yield(k, ${this.expression("any", scope, 1)})`);
          }),
        );
        this.inCoroutine = false;
        this.emit(`return "done", ${this.expression("any", scope, 1)}`);
      },
      "end)",
    );
    this.block(`for i = 1, ${12 + random.next(25)} do`, () =>
      this.emit(
        `print(${phase}, coroutine.resume(co, ${random.pick(["i", "i / 2", "pool[i % 6 + 1]", "i * 2^29", "tostring(i)"])}, i), coroutine.status(co))`,
      ),
    );
  }

  // ---- statements

  protected statement(scope: Scope, depth: number): Scope {
    const { random } = this;
    const kinds = ["local", "local", "assign", "assign", "multiple", "list", "record", "record", "object", "counter"];
    if (depth > 0) kinds.push("if", "if", "loop", "loop", "closure", "closure", "try", "fail", "early");
    switch (random.pick(kinds)) {
      case "local":
        return this.local(scope);
      case "assign": {
        const target = this.variable(scope, (variable) => variable.assignable && variable.kind === "any");
        if (target === undefined) return this.local(scope);
        this.emit(`${target} = keep(${this.expression("any", scope, 2)})`);
        return scope;
      }
      case "multiple": {
        const target = this.variable(scope, (variable) => variable.assignable && variable.kind === "any") ?? "global_record.y";
        const list = this.name("list", scope);
        this.emit(
          `${target}, ${list}[${this.index(scope)}] = keep(${this.expression("any", scope, 1)}), keep(${this.expression("any", scope, 1)})`,
        );
        return scope;
      }
      case "list":
        this.emit(`${this.name("list", scope)}[${this.index(scope)}] = keep(${this.expression("any", scope, 1)})`);
        return scope;
      case "record":
        this.emit(`${this.name("record", scope)}.${random.pick(FIELDS)} = keep(${this.expression("any", scope, 1)})`);
        return scope;
      case "object": {
        const object = this.expression("object", scope, 0);
        if (random.chance(50) && /^\w+$/.test(object))
          this.emit(`${object}.${random.pick(FIELDS)} = keep(${this.expression("any", scope, 1)})`);
        else this.emit(`local ${this.fresh("r")} = ${object}:${random.pick(METHODS)}(${this.expression("any", scope, 1)})`);
        return scope;
      }
      case "counter":
        this.emit(`counter = counter + ${random.pick(["1", "0.5", "2^30"])}`, "if counter > 2^40 then counter = 0 end");
        return scope;
      case "if":
        return this.branches(scope, depth, 40, () => this.condition(scope));
      case "loop":
        return this.loop(scope, depth);
      case "closure":
        return this.closure(scope, depth);
      case "try": {
        const [ok, e] = [this.fresh("ok"), this.fresh("e")];
        this.block(
          `local ${ok}, ${e} = pcall(function()`,
          () => this.functionBody(() => this.statements(scope, 1 + random.next(2), depth - 1)),
          "end)",
        );
        return [...scope, { name: e, kind: "any", assignable: true }];
      }
      case "fail":
        this.emit(
          `if ${this.condition(scope)} then error(${random.pick([this.name("any", scope), '"failed"', '"plain", 0', this.expression("object", scope, 0)])}) end`,
        );
        return scope;
      default:
        this.emit(`if ${this.condition(scope)} then return ${this.results(scope)} end`);
        return scope;
    }
  }

  private functionBody(body: () => Scope): void {
    this.inner(() => this.emit(`return ${this.expression("any", body(), 1)}`));
  }

  /** What is written inside another function than the current one: it sees no varargs, and does not yield, which PUC Lua refuses there. */
  private inner<Result>(write: () => Result): Result {
    const { inVarargs, inCoroutine } = this;
    this.inVarargs = false;
    this.inCoroutine = false;
    const result = write();
    this.inVarargs = inVarargs;
    this.inCoroutine = inCoroutine;
    return result;
  }

  private local(scope: Scope): Scope {
    const { random } = this;
    const kind = random.pick(["any", "any", "any", "number", "number", "list", "record", "object"] as const);
    const name = this.fresh("v");
    if (kind === "any" && random.chance(20)) {
      const other = this.fresh("v");
      this.emit(`local ${name}, ${other} = ${random.chance(50) ? this.call(scope) : this.inVarargs ? "..." : this.results(scope)}`);
      return [...scope, { name, kind, assignable: true }, { name: other, kind, assignable: true }];
    }
    this.emit(`local ${name} = ${this.expression(kind, scope, 2)}`);
    return [...scope, { name, kind, assignable: kind === "any" }];
  }

  private loop(scope: Scope, depth: number): Scope {
    const { random } = this;
    if (!this.mayLoop) return this.local(scope);
    const [i, v] = [this.fresh("i"), this.fresh("e")];
    const number: Variable = { name: i, kind: "number", assignable: false };
    const value: Variable = { name: v, kind: "any", assignable: true };
    const body = (...variables: Variable[]): void =>
      this.inLoop(() => {
        const after = this.statements([...scope, ...variables], 1 + random.next(2), depth - 1);
        if (random.chance(25)) this.emit(`if ${this.condition(after)} then break end`);
      });
    const kind = random.next(5);
    if (kind === 0)
      this.block(`for ${i} = ${random.pick(["1", "0", "-2", "0.5"])}, ${random.pick(["4", "7", "2.5"])} do`, () => body(number));
    else if (kind === 1) this.block(`for ${i}, ${v} in ipairs(${this.name("list", scope)}) do`, () => body(number, value));
    else if (kind === 2)
      this.block(
        `for ${i}, ${v} in function(s, c) if c < s then return c + 1, ${this.inner(() => this.expression("any", scope, 1))} end end, ${1 + random.next(6)}, 0 do`,
        () => body(number, value),
      );
    else if (kind === 3)
      this.block(
        `for ${v} in coroutine.wrap(function() for k = 1, ${1 + random.next(6)} do coroutine.yield(${random.pick(["k", "k / 2", '"k" .. k', "k % 2 == 0"])}) end end) do`,
        () => body(value),
      );
    else {
      this.emit(`local ${i} = 0`);
      this.block(`while ${i} < ${2 + random.next(6)} do ${i} = ${i} + 1`, () => body(number));
    }
    return scope;
  }

  private closure(scope: Scope, depth: number): Scope {
    const { random } = this;
    const [name, parameter] = [this.fresh("c"), this.fresh("p")];
    const shared = this.variable(scope, (variable) => variable.assignable && variable.kind === "any");
    const inner: Scope = [...scope, { name: parameter, kind: "any", assignable: true }];
    if (shared !== undefined && random.chance(60)) {
      const update = random.pick([
        `${shared} = keep(num(${shared}) + num(${parameter}))`,
        `${shared} = ${parameter}`,
        `${shared} = keep(${shared} + 1)`,
      ]);
      this.emit(`local function ${name}(${parameter}) ${update} return ${random.pick([shared, parameter])} end`);
    } else
      this.block(`local function ${name}(${parameter})`, () => this.functionBody(() => this.statements(inner, 1, Math.min(depth - 1, 1))));
    return [...scope, { name, kind: "closure", assignable: false }];
  }

  // ---- expressions

  private variable(scope: Scope, accepts: (variable: Variable) => boolean): string | undefined {
    return this.latest(scope, 4, accepts)?.name;
  }

  private name(kind: Kind, scope: Scope): string {
    const found = this.variable(scope, (variable) => variable.kind === kind);
    return found ?? this.expression(kind, scope, 0);
  }

  private constant(): string {
    const { random } = this;
    if (random.chance(20) && this.classes.length > 0) return `new_${random.pick(this.classes)}(${random.pick(NUMBERS)})`;
    return random.chance(75) ? random.pick(NUMBERS) : random.pick(ODD_VALUES);
  }

  private index(scope: Scope): string {
    const { random } = this;
    return random.chance(60) ? `${1 + random.next(6)}` : `num(${this.name("number", scope)}) % 6 + 1`;
  }

  private results(scope: Scope): string {
    const { random } = this;
    if (this.inVarargs && random.chance(30))
      return random.pick(["...", `${this.expression("any", scope, 1)}, ...`, 'select("#", ...)', "(...)"]);
    if (random.chance(25)) return this.call(scope);
    return this.times(1 + random.next(2), () => this.expression("any", scope, 2)).join(", ");
  }

  private condition(scope: Scope): string {
    const { random } = this;
    const side = (): string => (random.chance(75) ? this.number(scope, 1) : this.any(scope, 1));
    const [a, b] = [side(), side()];
    switch (random.next(8)) {
      case 0:
        return `${a} == ${b}`;
      case 1:
        return `${a} ~= ${b}`;
      case 2:
        return a;
      case 3:
        return `not ${a}`;
      case 4:
        return `type(${this.name("any", scope)}) == "${random.pick(["number", "string", "table", "nil"])}"`;
      case 5:
        return `num(${a}) % ${2 + random.next(4)} == 1`;
      default:
        return `${a} ${random.pick(["<", "<=", ">", ">="])} ${b}`;
    }
  }

  private call(scope: Scope): string {
    const { random } = this;
    const closure = this.variable(scope, (variable) => variable.kind === "closure");
    if (closure !== undefined && random.chance(60)) return `${closure}(${this.expression("any", scope, 0)})`;
    if (this.functions.length > 0 && this.mayLoop && random.chance(60)) {
      const { name, parameters } = random.pick(this.functions);
      return `${name}(${parameters.map((kind) => this.expression(kind, scope, 0)).join(", ")})`;
    }
    if (this.inCoroutine && random.chance(30)) return `coroutine.yield(${this.expression("any", scope, 0)})`;
    return `${this.expression("object", scope, 0).replace(/^(new.*)$/, "($1)")}:${random.pick(METHODS)}(${this.expression("any", scope, 0)})`;
  }

  private expression(kind: Kind, scope: Scope, depth: number): string {
    const { random } = this;
    switch (kind) {
      case "number":
        return this.number(scope, depth);
      case "list":
        return this.variableOr(
          "list",
          scope,
          () => `{ ${this.times(6, () => (depth > 0 ? this.expression("any", scope, 0) : random.pick(NUMBERS))).join(", ")} }`,
        );
      case "record":
        return this.variableOr(
          "record",
          scope,
          () =>
            `{ ${FIELDS.slice(0, 1 + random.next(4))
              .map((field) => `${field} = ${random.pick(NUMBERS)}`)
              .join(", ")} }`,
        );
      case "object":
        return this.variableOr("object", scope, () => `new_${random.pick(this.classes)}(${random.pick(NUMBERS)})`);
      case "closure":
        return this.variableOr("closure", scope, () => "keep");
      default:
        return this.any(scope, depth);
    }
  }

  private variableOr(kind: Kind, scope: Scope, make: () => string): string {
    const found = this.variable(scope, (variable) => variable.kind === kind);
    return found !== undefined && this.random.chance(70) ? found : make();
  }

  private number(scope: Scope, depth: number): string {
    const { random } = this;
    if (depth <= 0 || random.chance(30)) return this.variableOr("number", scope, () => random.pick(NUMBERS));
    const operand = (): string => this.number(scope, depth - 1);
    switch (random.next(6)) {
      case 0:
        return `(${operand()} % ${random.pick(["3", "-7", "0.75", "16"])})`;
      case 1:
        return `num(${this.expression("any", scope, depth - 1)})`;
      case 2:
        return `select("#", unpack(${this.name("list", scope)}, 1, 3))`;
      case 3:
        return `math.floor(${operand()})`;
      default:
        return `(${operand()} ${random.pick(["+", "-", "*"])} ${operand()})`;
    }
  }

  private any(scope: Scope, depth: number): string {
    const { random } = this;
    const simple = (): string =>
      random.pick([
        () => this.variableOr("any", scope, () => this.constant()),
        () => this.variableOr("any", scope, () => this.constant()),
        () => this.number(scope, 0),
        () => `${this.name("list", scope)}[${this.index(scope)}]`,
        () => `${this.name("record", scope)}.${random.pick(FIELDS)}`,
        () => this.expression("object", scope, 0),
      ])();
    if (depth <= 0 || random.chance(20)) return simple();
    const operand = (): string => this.any(scope, depth - 1);
    // Most operations succeed: what fails at once computes nothing.
    const fitting = (): string => (random.chance(75) ? this.number(scope, depth - 1) : operand());
    switch (random.next(14)) {
      case 0:
      case 1:
      case 2:
        return `(${fitting()} ${random.pick(["+", "-", "*", "+", "/", "%", "^"])} ${fitting()})`.replace(/\^ .*\)$/, "^ 2)");
      case 3:
        return `(${fitting()} .. ${fitting()})`;
      case 4:
        return `(-${random.chance(80) ? this.number(scope, 0) : simple()})`.replace("--", "- -");
      case 5:
        return `(${operand()} ${random.pick(["and", "or"])} ${operand()})`;
      case 6:
        return `(${fitting()} ${random.pick(["==", "<", "<=", ">"])} ${fitting()})`;
      case 7:
        return `not ${simple()}`;
      case 8:
      case 9:
        return `(${this.call(scope)})`;
      case 10:
        return `${(random.chance(75) ? this.name("object", scope) : this.variableOr("any", scope, () => this.name("object", scope))).replace(/^([^a-z_].*|new.*)$/, "($1)")}.${random.pick(FIELDS)}`.replace(
          /^(nil|true|false)\./,
          "($1).",
        );
      case 11:
        return random.chance(75) ? `#tostring(${simple()})` : `#${this.variableOr("any", scope, () => '"abc"').replace(/^new.*$/, "($&)")}`;
      case 12:
        return random.pick([
          `tostring(${operand()})`,
          `tonumber(${this.name("any", scope)})`,
          `type(${operand()})`,
          `select(2, ${operand()}, ${operand()})`,
        ]);
      default:
        return this.inVarargs ? random.pick(["(...)", 'select("#", ...)']) : simple();
    }
  }
}
