// SPDX-License-Identifier: MIT
/**
 * Random programs with closures and handlers in hot loops: variables that closures share and assign, closures made in each round, kept in
 * lists, composed, replaced; boxes whose metatable has functions for reading, writing, comparing, joining and calling; generators that go on
 * between rounds, and end. All arithmetic is modulo 1009; some rounds bring doubles, strings or nil.
 */
import { StatementGrammar, type Typed } from "./statement-grammar.js";

type Kind = "number" | "closure" | "box" | "generator" | "list";

type Variable = Typed<Kind>;
type Scope = readonly Variable[];

const KINDS: readonly Kind[] = ["number", "number", "closure", "closure", "box", "box", "generator", "list"];

const PRELUDE = [
  "local function counter(n)",
  "  return function(d) n = (n + d) % 1009 return n end, function() return n end",
  "end",
  "local function adder(k) return function(x) return (x + k) % 1009 end end",
  "local function compose(f, g) return function(x) return f(g(x)) end end",
  "local function twice(f, x) return f(f(x)) end",
  "local function each(n, f) local r = 0 for k = 1, n do r = (r + f(k)) % 1009 end return r end",
  "local function generate(n, f) return coroutine.wrap(function() for k = 1, n do coroutine.yield(f(k)) end end) end",
  "local function flags(n, x) if n > 2 then return x end return n, x end",
  "local reads, H = 0, {}",
  "local function box(v) return setmetatable({ v = v }, H) end",
  'H.__index = function(b, k) reads = reads + 1 if k == "w" then return b.v end return H[k] end',
  "H.__lt = function(a, b) return a.v < b.v end",
  'H.__concat = function(a, b) return box(((type(a) == "table" and a.v or a) + (type(b) == "table" and b.v or b)) % 1009) end',
  "H.__call = function(b, x) return (b.v + x) % 1009 end",
  "H.__add = function(a, b) return box((a.v + b.v) % 1009) end",
  "H.__unm = function(a) return box(-a.v) end",
  "function H:get() return self.v end",
  "function H:map(f) return box(f(self.v)) end",
];

export class ClosureGrammar extends StatementGrammar<Variable> {
  protected write(): void {
    const { random } = this;
    this.emit(...PRELUDE);
    if (random.chance(40)) this.emit("H.__le = function(a, b) return a.v <= b.v end");
    if (random.chance(40)) this.emit("H.__eq = function(a, b) return a.v == b.v end");
    if (random.chance(50)) this.emit('H.__newindex = function(b, k, v) rawset(b, k == "z" and "v" or k, v) end');
    this.emit("local up, now = counter(3)", "local shared = 1", `local going = generate(${10 + random.next(200)}, adder(5))`);
    const functions = this.times(1 + random.next(2), () => this.function());
    const odd = random.pick(["2.5", "1e10", '"7"', "nil", "-0.5"]);
    const inputs = `local inputs = { 1, 2, 3, ${random.next(9)}, ${random.chance(50) ? odd : 5}, 6, 7 }`;
    const change = (): void => {
      if (random.chance(25)) this.emit(`if i == ${10 + random.next(20)} then ${this.change()} end`);
    };
    this.drive(functions, odd, inputs, change, (name) => `${name}, i, inputs[i % 7 + 1]`);
    this.emit("print(reads, shared, now())");
  }

  /** What the code may have relied on. */
  private change(): string {
    return this.random.pick([
      "H.__lt = function(a, b) return a.v > b.v end",
      "H.__index = H",
      "function H:get() return -self.v end",
      "up, now = counter(100)",
      'H.__call = function(b, x) return "called" end',
      "going = generate(5, adder(1))",
      "H.__concat = nil",
    ]);
  }

  private function(): string {
    const name = this.fresh("f");
    this.block(`local function ${name}(i, a)`, () => {
      const scope = this.statements(
        [
          { name: "i", kind: "number" },
          { name: "a", kind: "number" },
        ],
        3 + this.random.next(3),
        2,
      );
      this.emit(`return ${this.digest(scope)}`);
    });
    return name;
  }

  private digest(scope: Scope): string {
    const parts = scope.slice(-6).map(({ name, kind }) => {
      if (kind === "box") return `${name}.v`;
      if (kind === "closure") return `${name}(i)`;
      if (kind === "list") return `#${name}`;
      return kind === "generator" ? `${name} and 1` : name;
    });
    return [...parts, "shared"].join(", ");
  }

  // ---- statements

  protected statement(scope: Scope, depth: number): Scope {
    const { random } = this;
    const kinds = ["local", "local", "local", "assign", "assign", "capture", "capture", "field", "shared", "list"];
    if (depth > 0) kinds.push("if", "if", "loop", "loop", "loop", "late", "try", "sort");
    switch (random.pick(kinds)) {
      case "assign": {
        const target = this.variable(scope, ...KINDS);
        // Counters are left alone, and closures may have captured each other: programs end.
        if (target === undefined || /^(i|k\d+)$/.test(target.name) || target.kind === "list") return this.local(scope);
        const value = target.kind === "closure" ? `adder(${this.number(scope, 1)})` : this.expression(target.kind, scope, 2);
        this.emit(`${target.name} = ${value}`);
        return scope;
      }
      case "capture":
        return this.capture(scope);
      case "field": {
        const target = this.variable(scope, "box");
        if (target === undefined) return this.local(scope);
        this.emit(`${target.name}.${random.pick(["v", "v", "z", "y"])} = ${this.number(scope, 2)}`);
        return scope;
      }
      case "shared":
        this.emit(`shared = (shared + ${this.number(scope, 1)}) % 1009`);
        return scope;
      case "list": {
        const name = this.fresh("t");
        this.emit(`local ${name} = { ${this.times(3, () => this.number(scope, 1)).join(", ")} }`);
        return [...scope, { name, kind: "list" }];
      }
      case "if":
        return this.branches(scope, depth, 50, () => this.condition(scope));
      case "loop":
        return this.loop(scope, depth);
      case "late":
        return this.late(scope, depth);
      case "try": {
        const [ok, e] = [this.fresh("ok"), this.fresh("v")];
        this.block(
          `local ${ok}, ${e} = pcall(function(x)`,
          () => {
            const after = this.statements([...scope, { name: "x", kind: "number" }], 1, 0);
            if (random.chance(30)) this.emit(`if ${this.condition(after)} then error(${random.pick(["x", '"no"', "{}"])}) end`);
            this.emit(`return ${this.number(after, 1)}`);
          },
          `end, ${this.number(scope, 1)})`,
        );
        this.emit(`if type(${e}) ~= "number" then ${e} = ${random.next(9)} end`);
        return [...scope, { name: e, kind: "number" }];
      }
      case "sort": {
        const name = this.fresh("t");
        this.emit(`local ${name} = { ${this.times(4, () => this.number(scope, 1)).join(", ")} }`);
        // Equal ones look the same.
        this.emit(`table.sort(${name}, function(x, y) shared = (shared + 1) % 1 return x ${random.pick(["<", ">"])} y end)`);
        const v = this.fresh("v");
        this.emit(`local ${v} = ${name}[1]`);
        return [...scope, { name, kind: "list" }, { name: v, kind: "number" }];
      }
      default:
        return this.local(scope);
    }
  }

  private local(scope: Scope): Scope {
    const kind = this.random.pick(KINDS.slice(0, -1));
    const name = this.fresh("v");
    this.emit(`local ${name} = ${this.expression(kind, scope, 2)}`);
    return [...scope, { name, kind }];
  }

  /** A closure that reads or assigns a variable of the function, a parameter perhaps. */
  private capture(scope: Scope): Scope {
    const { random } = this;
    const name = this.fresh("c");
    const captured = this.variable(scope, "number")?.name ?? "shared";
    const isCounter = /^(i|k\d+)$/.test(captured);
    const inner: Scope = [...scope, { name: "x", kind: "number" }];
    this.block(`local function ${name}(x)`, () => {
      if (!isCounter && random.chance(70)) this.emit(`${captured} = (${captured} + ${this.number(inner, 1)}) % 1009`);
      if (random.chance(40)) this.statements(inner, 1, 0);
      this.emit(`return ${random.chance(40) ? captured : this.number(inner, 1)}`);
    });
    if (random.chance(50)) {
      const v = this.fresh("v");
      this.emit(`local ${v} = ${name}(${this.number(scope, 1)})`);
      return [...scope, { name, kind: "closure" }, { name: v, kind: "number" }];
    }
    return [...scope, { name, kind: "closure" }];
  }

  /** Closures over the variables of a loop, called after it. */
  private late(scope: Scope, depth: number): Scope {
    const { random } = this;
    if (!this.mayLoop) return this.local(scope);
    const [list, k, v, r] = [this.fresh("l"), this.fresh("k"), this.fresh("v"), this.fresh("v")];
    this.emit(`local ${list}, ${r} = {}, 0`);
    this.loopOf(`for ${k} = 1, ${2 + random.next(5)} do`, () => {
      const after = this.statements([...scope, { name: k, kind: "number" }], 1, depth - 1);
      this.emit(`local ${v} = ${this.number(after, 1)}`);
      this.emit(
        `${list}[${k}] = function(x) ${random.pick([`${v} = (${v} + x) % 1009`, `${r} = (${r} + ${v}) % 1009`, `${k} = ${k} + x`])} return (${v} + ${k}) % 1009 end`,
      );
      if (random.chance(30)) this.emit(`if ${this.condition(after)} then break end`);
    });
    this.emit(`for k = 1, #${list} do ${r} = (${r} + ${list}[k](k) + ${list}[1](1)) % 1009 end`);
    return [...scope, { name: r, kind: "number" }];
  }

  private loop(scope: Scope, depth: number): Scope {
    const { random } = this;
    if (!this.mayLoop) return this.local(scope);
    const [k, r] = [this.fresh("k"), this.fresh("v")];
    this.emit(`local ${r} = ${this.number(scope, 0)}`);
    const inner: Scope = [...scope, { name: r, kind: "number" }, { name: k, kind: "number" }];
    const heads = [
      `for ${k} = 1, ${2 + random.next(6)} do`,
      `for ${k} in generate(${2 + random.next(5)}, ${this.closure(scope, 1)}) do`,
      `for _, ${k} in ipairs({ ${this.times(3, () => this.number(scope, 1)).join(", ")} }) do`,
    ];
    this.loopOf(random.pick(heads), () => {
      const after = this.statements(inner, 1 + random.next(2), depth - 1);
      this.emit(`${r} = (${r} + ${this.number(after, 1)}) % 1009`);
      if (random.chance(30)) this.emit(`if ${this.condition(after)} then break end`);
    });
    return [...scope, { name: r, kind: "number" }];
  }

  // ---- expressions

  private variable(scope: Scope, ...kinds: readonly Kind[]): Variable | undefined {
    return this.latest(scope, 4, ({ kind }) => kinds.includes(kind));
  }

  private expression(kind: Kind, scope: Scope, depth: number): string {
    switch (kind) {
      case "closure":
        return this.closure(scope, depth);
      case "box":
        return this.box(scope, depth);
      case "generator":
        return this.random.chance(30) ? "going" : `generate(${2 + this.random.next(9)}, ${this.closure(scope, 1)})`;
      default:
        return this.number(scope, depth);
    }
  }

  private closure(scope: Scope, depth: number): string {
    const { random } = this;
    const found = this.variable(scope, "closure")?.name;
    if (found !== undefined && (depth <= 0 || random.chance(50))) return found;
    if (depth <= 0) return random.pick(["adder(2)", "up"]);
    switch (random.next(5)) {
      case 0:
        return `compose(${this.closure(scope, depth - 1)}, ${this.closure(scope, depth - 1)})`;
      case 1:
        return `function(x) return ${this.number([...scope, { name: "x", kind: "number" }], 1)} end`;
      case 2:
        return `(counter(${this.number(scope, depth - 1)}))`;
      case 3:
        return "up";
      default:
        return `adder(${this.number(scope, depth - 1)})`;
    }
  }

  private box(scope: Scope, depth: number): string {
    const { random } = this;
    const found = this.variable(scope, "box")?.name;
    if (found !== undefined && (depth <= 0 || random.chance(35))) return found;
    if (depth <= 0) return `box(${random.next(9)})`;
    const of = (): string => this.box(scope, depth - 1);
    switch (random.next(7)) {
      case 0:
        return `(${of()} .. ${random.chance(60) ? of() : this.number(scope, 0).replace(/^\d+$/, "($&)")})`;
      case 1:
        return `(${of()} + ${of()})`;
      case 2:
        return `(-${of()})`;
      case 3:
        return `(${of()}):map(${this.closure(scope, 1)})`;
      case 4:
        return `(${this.condition(scope)} and ${of()} or ${of()})`;
      default:
        return `box(${this.number(scope, depth - 1)})`;
    }
  }

  private number(scope: Scope, depth: number): string {
    const { random } = this;
    const found = this.variable(scope, "number")?.name;
    if (depth <= 0 || random.chance(25)) return found !== undefined && random.chance(70) ? found : `${random.next(10)}`;
    const of = (): string => this.number(scope, depth - 1);
    const closure = (): string => this.closure(scope, 0).replace(/^(adder.*)$/, "($1)");
    const box = (): string => `(${this.box(scope, depth - 1)})`;
    switch (random.next(12)) {
      case 0:
        return `((${of()} ${random.pick(["+", "-", "*"])} ${of()}) % 1009)`;
      case 1:
      case 2:
        return `${closure()}(${of()})`;
      case 3:
        return `${box()}${random.pick([".v", ".w", ":get()"])}`;
      case 4:
        return `${box()}(${of()})`;
      case 5:
        return `each(${1 + random.next(5)}, ${this.closure(scope, 1)})`;
      case 6:
        return `twice(${this.closure(scope, 0)}, ${of()})`;
      case 7: {
        const generator = this.variable(scope, "generator")?.name ?? "going";
        return `(${generator}() or 0)`;
      }
      case 8:
        return `(${this.condition(scope)} and ${of()} or ${of()})`;
      case 9: {
        const list = this.variable(scope, "list")?.name;
        return list === undefined ? "now()" : random.pick([`${list}[1]`, `#${list}`]);
      }
      case 10:
        return `(select(${random.pick(['"#"', "1", "-1"])}, flags(${of()}, ${of()})))`;
      default:
        return random.pick(["0.5", "2", "-1", "shared", "now()"]);
    }
  }

  private condition(scope: Scope): string {
    const { random } = this;
    const box = (): string => this.box(scope, 1);
    switch (random.next(6)) {
      case 0:
      case 1:
        return `${box()} ${random.pick(["<", "<=", ">", ">="])} ${box()}`;
      case 2:
        return `${box()} ${random.pick(["==", "~="])} ${box()}`;
      case 3:
        return `${this.closure(scope, 0).replace(/^(adder.*)$/, "($1)")}(i) < ${this.number(scope, 0)}`;
      case 4:
        return `i % ${2 + random.next(5)} == ${random.next(2)}`;
      default:
        return `${this.number(scope, 1)} ${random.pick(["<", ">=", "=="])} ${this.number(scope, 0)}`;
    }
  }
}
