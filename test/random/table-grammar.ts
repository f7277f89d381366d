// SPDX-License-Identifier: MIT
/**
 * Random programs with tables that mostly nobody keeps: vectors under a metatable, records, pairs. They are made in inlined constructors, held
 * by several variables and by each other, changed, swapped, carried round loops, passed through calls with several results; and now and
 * then one is kept, compared, captured, thrown or yielded, in a rare branch or in the middle of a loop.
 *
 * All arithmetic is modulo 1009, so that numbers stay exact; some rounds bring doubles, strings or nil, so that guards fail.
 */
import { StatementGrammar, type Typed } from "./statement-grammar.js";

type Kind = "number" | "vector" | "record" | "pair";

type Variable = Typed<Kind>;
type Scope = readonly Variable[];

const KINDS: readonly Kind[] = ["number", "vector", "vector", "record", "record", "pair"];
const TABLES: readonly Kind[] = ["vector", "record"];

const PRELUDE = [
  "local V = {}",
  "V.__index = V",
  "local function vector(x, y) return setmetatable({ x = x, y = y }, V) end",
  "local function record(x, y) return { x = x, y = y } end",
  "local function pair(x, y) return { x, y } end",
  "V.__add = function(a, b) return vector((a.x + b.x) % 1009, (a.y + b.y) % 1009) end",
  "V.__sub = function(a, b) return vector((a.x - b.x) % 1009, (a.y - b.y) % 1009) end",
  "V.__mul = function(a, k)",
  '  if type(a) == "number" then a, k = k, a end',
  "  return vector(a.x * k % 1009, a.y * k % 1009)",
  "end",
  "V.__unm = function(a) return vector(-a.x, -a.y) end",
  "function V:dot(other) return (self.x * other.x + self.y * other.y) % 1009 end",
  "function V:set(x) self.x = x return self end",
  "function V:swapped() return vector(self.y, self.x) end",
  "local function sum(t) return (t.x + t.y) % 1009 end",
  "local function bump(t, n) t.x = (t.x + n) % 1009 return t end",
  "local function two(a, b) return a, b end",
  "local function same(...) return ... end",
  "local function last(a, b) return b or a end",
  "local function pick(c, a, b) if c then return a end return b end",
  "local kept = {}",
  "local function keep(t) kept[#kept + 1] = t return t end",
  // Which border `#` finds is anybody's choice where there are holes, which elements 1 to 3 may be.
  "local function len(t)",
  "  local n = #t",
  "  if (t[1] == nil) == (n < 1) and (t[2] == nil) == (n < 2) and (t[3] == nil) == (n < 3) and (t[4] == nil) == (n < 4) then return n end",
  "  return -1",
  "end",
];

export class TableGrammar extends StatementGrammar<Variable> {
  private inCoroutine = false;
  private inClosure = false;

  protected write(): void {
    const { random } = this;
    this.emit(...PRELUDE);
    if (random.chance(40)) this.emit("V.__eq = function(a, b) return a.x == b.x and a.y == b.y end");
    if (random.chance(20)) this.emit('V.__newindex = function(t, k, v) rawset(t, k, v) rawset(t, "y", 7) end');
    const functions = this.times(1 + random.next(2), () => this.function());
    const odd = random.pick(["2.5", "1e10", '"7"', "nil", "-0.5"]);
    const inputs = `local inputs = { 1, 2, 3, ${random.next(9)}, ${random.chance(50) ? odd : 5}, 6, 7 }`;
    this.drive(
      functions,
      odd,
      inputs,
      () => undefined,
      (name) => `${name}, i, inputs[i % 7 + 1]`,
    );
    if (random.chance(50)) this.coroutine();
    this.emit("for i, t in ipairs(kept) do print(i, t.x, t.y, #t, t.at and t.at.x, getmetatable(t) == V) end");
  }

  private function(): string {
    const name = this.fresh("f");
    this.block(`local function ${name}(i, a)`, () => {
      const scope = this.statements(
        [
          { name: "i", kind: "number" },
          { name: "a", kind: "number" },
        ],
        4 + this.random.next(5),
        2,
      );
      this.emit(`return ${this.digest(scope)}`);
    });
    return name;
  }

  private coroutine(): void {
    this.inCoroutine = true;
    this.block(
      "local resume = coroutine.wrap(function(i, a)",
      () => {
        this.block("while true do", () => {
          const scope = this.statements(
            [
              { name: "i", kind: "number" },
              { name: "a", kind: "number" },
            ],
            4,
            1,
          );
          this.emit(`i, a = coroutine.yield(${this.digest(scope)})`);
        });
      },
      "end)",
    );
    this.inCoroutine = false;
    this.emit(`for i = 1, ${20 + this.random.next(20)} do print(i, pcall(resume, i, inputs[i % 7 + 1])) end`);
  }

  /** What there is to see of all variables. */
  private digest(scope: Scope): string {
    const parts = scope.slice(-6).map(({ name, kind }) => {
      if (kind === "number") return name;
      return kind === "pair" ? `len(${name}), ${name}[1], ${name}[2]` : `${name}.x, ${name}.y, ${name}.at and ${name}.at.x`;
    });
    return parts.join(", ");
  }

  // ---- statements

  protected statement(scope: Scope, depth: number): Scope {
    const { random } = this;
    const kinds = ["local", "local", "local", "assign", "assign", "swap", "field", "field", "element", "hold", "results", "keep"];
    if (depth > 0) kinds.push("if", "if", "loop", "loop", "capture", "throw", "yield", "early");
    switch (random.pick(kinds)) {
      case "assign": {
        const target = this.variable(scope, ...KINDS);
        // Counters are left alone: programs end.
        if (target === undefined || /^(i|k\d+)$/.test(target.name)) return this.local(scope);
        this.emit(`${target.name} = ${this.expression(target.kind, scope, 2)}`);
        return scope;
      }
      case "swap": {
        const [one, other] = [this.variable(scope, "vector"), this.variable(scope, "vector")];
        if (one === undefined || other === undefined) return this.local(scope);
        this.emit(`${one.name}, ${other.name} = ${other.name}, ${random.chance(50) ? one.name : this.expression("vector", scope, 1)}`);
        return scope;
      }
      case "field": {
        const target = this.variable(scope, ...TABLES);
        if (target === undefined) return this.local(scope);
        this.emit(`${target.name}.${random.pick(["x", "y"])} = ${this.expression("number", scope, 2)}`);
        return scope;
      }
      case "element": {
        const target = this.variable(scope, "pair");
        if (target === undefined) return this.local(scope);
        const index = random.pick(["1", "2", "3", `len(${target.name}) + 1`, `len(${target.name})`, "i % 3 + 1"]);
        this.emit(`${target.name}[${index}] = ${random.chance(85) ? this.expression("number", scope, 1) : "nil"}`);
        return scope;
      }
      case "hold": {
        const [target, held] = [this.variable(scope, ...TABLES), this.variable(scope, ...TABLES)];
        if (target === undefined || held === undefined) return this.local(scope);
        this.emit(`${target.name}.at = ${random.pick([held.name, held.name, this.expression("record", scope, 1), "nil"])}`);
        if (random.chance(50))
          this.emit(`do local t = ${target.name}.at or ${target.name} t.x = ${this.expression("number", scope, 1)} end`);
        return scope;
      }
      case "results": {
        const [one, other] = [this.fresh("v"), this.fresh("v")];
        this.emit(`local ${one}, ${other} = ${this.results(scope)}`);
        return [...scope, { name: one, kind: "vector" }, { name: other, kind: "vector" }];
      }
      case "keep":
        this.emit(`if ${this.rare()} then keep(${this.expression(random.pick(TABLES), scope, 1)}) end`);
        return scope;
      case "if":
        return this.branches(scope, depth, 60, () => this.condition(scope));
      case "loop":
        return this.loop(scope, depth);
      case "capture":
        return this.capture(scope);
      case "throw": {
        const [ok, thrown] = [this.fresh("ok"), this.fresh("e")];
        const table = this.expression(random.pick(TABLES), scope, 1);
        this.block(
          `local ${ok}, ${thrown} = pcall(function()`,
          () => {
            this.closed(() => this.statements(scope, 1, 0));
            this.emit(`error(${table})`);
          },
          "end)",
        );
        this.emit(`if type(${thrown}) ~= "table" then ${thrown} = vector(i, 1) end`);
        return [...scope, { name: thrown, kind: "record" }];
      }
      case "yield":
        if (!this.inCoroutine || this.inClosure) return this.local(scope);
        this.emit(`coroutine.yield(${this.expression("number", scope, 2)})`);
        return scope;
      case "early":
        if (this.inCoroutine || this.inClosure) return this.local(scope);
        this.emit(`if ${this.rare()} then return ${this.digest(scope)} end`);
        return scope;
      default:
        return this.local(scope);
    }
  }

  private local(scope: Scope): Scope {
    const kind = this.random.pick(KINDS);
    const name = this.fresh("v");
    this.emit(`local ${name} = ${this.expression(kind, scope, 2)}`);
    return [...scope, { name, kind }];
  }

  private loop(scope: Scope, depth: number): Scope {
    const { random } = this;
    if (!this.mayLoop) return this.local(scope);
    const counter = this.fresh("k");
    const open = random.chance(70) ? `for ${counter} = 1, ${2 + random.next(6)} do` : undefined;
    if (open === undefined) this.emit(`local ${counter} = 0`);
    this.loopOf(open ?? `while ${counter} < ${2 + random.next(5)} do`, () => {
      if (open === undefined) this.emit(`${counter} = ${counter} + 1`);
      const after = this.statements([...scope, { name: counter, kind: "number" }], 2 + random.next(2), depth - 1);
      if (random.chance(30)) this.emit(`if ${this.condition(after)} then break end`);
    });
    return scope;
  }

  private capture(scope: Scope): Scope {
    const captured = this.variable(scope, ...TABLES);
    if (captured === undefined) return this.local(scope);
    const [name, result] = [this.fresh("c"), this.fresh("v")];
    this.block(`local function ${name}(n)`, () =>
      this.closed(() => {
        this.emit(`${captured.name}.x = n`);
        this.statements([...scope, { name: "n", kind: "number" }], 1, 0);
        this.emit(`return sum(${captured.name})`);
      }),
    );
    this.emit(`local ${result} = ${name}(${this.expression("number", scope, 1)})`);
    return [...scope, { name: result, kind: "number" }];
  }

  private closed(body: () => void): void {
    const { inClosure } = this;
    this.inClosure = true;
    body();
    this.inClosure = inClosure;
  }

  // ---- expressions

  private variable(scope: Scope, ...kinds: readonly Kind[]): Variable | undefined {
    return this.latest(scope, 5, ({ kind }) => kinds.includes(kind));
  }

  private expression(kind: Kind, scope: Scope, depth: number): string {
    const found = this.variable(scope, kind);
    if (found !== undefined && (depth === 0 || this.random.chance(30))) return found.name;
    switch (kind) {
      case "number":
        return this.number(scope, depth);
      case "vector":
        return this.vector(scope, depth);
      case "record":
        return this.record(scope, depth);
      case "pair":
        return this.random.chance(50) ? `pair(${this.numbers(scope, depth)})` : `{ ${this.numbers(scope, depth)} }`;
    }
  }

  private numbers(scope: Scope, depth: number): string {
    return this.times(2, () => this.expression("number", scope, depth - 1)).join(", ");
  }

  private number(scope: Scope, depth: number): string {
    const { random } = this;
    const of = (kind: Kind): string => this.expression(kind, scope, depth - 1);
    if (depth <= 0) return `${random.next(10)}`;
    switch (random.next(9)) {
      case 0:
        return `(${of("number")} ${random.pick(["+", "-", "*"])} ${of("number")}) % 1009`;
      case 1:
        return `(${of("vector")}).${random.pick(["x", "y"])}`;
      case 2:
        return `(${of("record")}).${random.pick(["x", "y"])}`;
      case 3:
        return `(${of("vector")}):dot(${of("vector")})`;
      case 4:
        return `sum(${of(random.pick(TABLES))})`;
      case 5:
        return random.chance(50) ? `#{ ${this.results(scope)} }` : `len(${this.variable(scope, "pair")?.name ?? "{}"})`;
      case 6:
        return `(${of("pair")})[${random.pick(["1", "2", "i % 2 + 1"])}]`;
      case 7:
        return `(${this.condition(scope)} and ${of("number")} or 3)`;
      default:
        return `${random.pick(["0.5", "2", "-1", "100"])}`;
    }
  }

  private vector(scope: Scope, depth: number): string {
    const { random } = this;
    if (depth <= 0) return `vector(${random.next(9)}, i)`;
    const of = (kind: Kind): string => this.expression(kind, scope, depth - 1);
    switch (random.next(9)) {
      case 0:
        return `(${of("vector")}) ${random.pick(["+", "-"])} (${of("vector")})`;
      case 1:
        return random.chance(70) ? `(${of("vector")}) * (${of("number")})` : `(${of("number")}) * (${of("vector")})`;
      case 2:
        return `-(${of("vector")})`;
      case 3:
        return `(${of("vector")}):${random.pick(["swapped()", `set(${of("number")})`])}`;
      case 4:
        return `pick(${this.condition(scope)}, ${of("vector")}, ${of("vector")})`;
      case 5:
        return `last(${this.results(scope)})`;
      case 6:
        return `same(${of("vector")})`;
      default:
        return `vector(${this.numbers(scope, depth)})`;
    }
  }

  private record(scope: Scope, depth: number): string {
    const { random } = this;
    const [x, y] = [this.expression("number", scope, depth - 1), this.expression("number", scope, depth - 1)];
    switch (random.next(6)) {
      case 0:
        return `record(${x}, ${y})`;
      case 1:
        return `{ y = ${y}, x = ${x} }`;
      case 2:
        return `bump(${depth > 0 ? this.expression(random.pick(TABLES), scope, depth - 1) : "record(1, i)"}, ${x})`;
      case 3:
        return `{ x = ${x}, y = ${y}, at = ${this.variable(scope, ...TABLES)?.name ?? "nil"} }`;
      default:
        return `{ x = ${x}, y = ${y} }`;
    }
  }

  /** Two vectors. */
  private results(scope: Scope): string {
    const [a, b] = [this.expression("vector", scope, 1), this.expression("vector", scope, 0)];
    return this.random.pick([`two(${a}, ${b})`, `same(${a}, ${b})`, `same(two(${a}, ${b}))`, `two(same(${a}, ${b}))`, `${a}, ${b}`]);
  }

  private rare(): string {
    const { random } = this;
    return `i % ${5 + random.next(9)} == ${random.next(5)}`;
  }

  private condition(scope: Scope): string {
    const { random } = this;
    const table = (): string => this.expression(random.pick(TABLES), scope, 0);
    switch (random.next(6)) {
      case 0:
        return `${table()} ${random.pick(["==", "~="])} ${table()}`;
      case 1:
        return `rawequal(${table()}, ${table()})`;
      case 2:
        return `(${table()}).at ${random.pick(["== nil", "~= nil"])}`;
      case 3:
        return `i % ${2 + random.next(3)} == ${random.next(2)}`;
      default:
        return `${this.expression("number", scope, 1)} ${random.pick(["<", "<=", ">"])} ${this.expression("number", scope, 0)}`;
    }
  }
}
