// SPDX-License-Identifier: MIT
/**
 * Random programs with loops over coroutine.wrap: generators that yield in conditions, loops, functions and protected calls, generators of
 * generators, with what loops pass to them; loops that are left, nested, go on with what another one has begun; and coroutines that are
 * asked for, escape, fail, change what they rely on, or call what changes. All arithmetic is modulo 1009; some rounds bring doubles, strings or nil.
 */
import { StatementGrammar, type Typed } from "./statement-grammar.js";

type Kind = "number" | "generator" | "table" | "fixed";
type Variable = Typed<Kind>;
type Scope = readonly Variable[];

const PRELUDE = [
  "local wrap, yield, running, status = coroutine.wrap, coroutine.yield, coroutine.running, coroutine.status",
  "function factor(x) return (x * 3) % 1009 end",
  "local shared, kept, H = 1, nil, {}",
  "H.__add = function(a, b) return ((type(a) == 'table' and a[1] or a) + (type(b) == 'table' and b[1] or b)) % 1009 end",
  "H.__index = function(t, k) return running() and 7 or 3 end",
  "local function give(x) yield(x) return x end",
  "local function walk(n) if n > 0 then walk(n - 1) yield(n) end end",
  "local function range(n, s) return wrap(function() for k = 1, n, s or 1 do yield(k) end end) end",
  "local function map(g, f) return wrap(function() for x in g do yield(f(x)) end end) end",
  "local function filter(g, m) return wrap(function() for x in g do if x % 3 ~= m then yield(x) end end end) end",
  "local function both(g, h) return wrap(function() for x in g do yield(x, h()) end end) end",
  "local function numbered(list) return wrap(function() for k, v in ipairs(list) do yield(v, k) end end) end",
];

export class CoroutineGrammar extends StatementGrammar<Variable> {
  /** Whether what is written is in a generator's body. */
  private inBody = false;

  protected write(): void {
    const { random } = this;
    this.emit(...PRELUDE, `local going = range(${50 + random.next(200)})`);
    const functions = this.times(1 + random.next(2), () => this.function());
    const odd = random.pick(["2.5", "1e10", '"7"', "nil", "-0.5", "setmetatable({ 5 }, H)"]);
    const inputs = `local inputs = { 1, 2, 3, ${random.next(9)}, ${random.chance(50) ? odd : 5}, 6, 7 }`;
    const change = (): void => {
      if (random.chance(25)) this.emit(`if i == ${10 + random.next(20)} then ${this.change()} end`);
    };
    this.drive(functions, odd, inputs, change, (name) => `${name}, i % 11, inputs[i % 7 + 1]`);
    this.emit("print(shared, pcall(going), kept and pcall(kept))");
  }

  /** What the code may have relied on. */
  private change(): string {
    return this.random.pick([
      "function factor(x) return (x + 5) % 1009 end",
      "going = range(5)",
      "give = function(x) return x end",
      "H.__index = nil",
      "kept = nil",
    ]);
  }

  private function(): string {
    const name = this.fresh("f");
    this.block(`local function ${name}(i, a)`, () => {
      const scope = this.statements([this.variableOf("i", "fixed"), this.variableOf("a", "number")], 2 + this.random.next(3), 3);
      const digest = scope.filter(({ kind }) => kind === "number" || kind === "fixed").slice(-6);
      this.emit(`return ${[...digest.map((variable) => variable.name), "shared"].join(", ")}`);
    });
    return name;
  }

  private variableOf(name: string, kind: Kind): Variable {
    return { name, kind };
  }

  // ---- statements

  protected statement(scope: Scope, depth: number): Scope {
    const { random } = this;
    const kinds = ["local", "assign", "assign", "table", "generator"];
    if (this.inBody) kinds.push("yield", "yield", "yield", "seen");
    if (depth > 0) kinds.push("if", "loop", "each", "each", "each", "each");
    if (depth > 0 && !this.inBody) kinds.push("try", "escape");
    switch (random.pick(kinds)) {
      case "assign": {
        const target = this.named(scope, "number") ?? "shared";
        this.emit(`${target} = ${this.number(scope, 2)}`);
        return scope;
      }
      case "table": {
        const name = this.fresh("t");
        const fields = `{ ${this.number(scope, 1)}, i }`;
        this.emit(`local ${name} = ${random.chance(30) ? fields : `setmetatable(${fields}, H)`}`);
        return [...scope, this.variableOf(name, "table")];
      }
      case "generator": {
        const name = this.fresh("g");
        this.emit(`local ${name} = ${this.generator(scope, 2)}`);
        return [...scope, this.variableOf(name, "generator")];
      }
      case "yield":
        return this.yields(scope);
      case "seen":
        this.emit(
          random.pick(["shared = shared + #status(running())", "if i == 9 then kept = going end", "if a == 7 then error('seven') end"]),
        );
        return scope;
      case "if":
        return this.branches(scope, depth, 40, () => this.condition(scope));
      case "loop": {
        if (!this.mayLoop) return this.local(scope);
        const k = this.fresh("k");
        this.loopOf(`for ${k} = 1, ${random.pick(["3", "4", "i", "i % 4"])} do`, () =>
          this.statements([...scope, this.variableOf(k, "fixed")], 1 + random.next(2), depth - 1),
        );
        return scope;
      }
      case "each":
        return this.mayLoop ? this.each(scope, depth) : this.local(scope);
      case "try":
        this.block("do", () => {
          this.block("local ok, problem = pcall(function()", () => this.statements(scope, 1 + random.next(2), depth - 1), "end)");
          this.emit("shared = (shared + (ok and 1 or #tostring(problem))) % 1009");
        });
        return scope;
      case "escape": {
        const name = this.named(scope, "generator");
        this.emit(name === undefined ? "shared = shared + 1" : `if i == 5 then kept = ${name} end`);
        return scope;
      }
      default:
        return this.local(scope);
    }
  }

  private local(scope: Scope): Scope {
    const name = this.fresh("v");
    this.emit(`local ${name} = ${this.number(scope, 2)}`);
    return [...scope, this.variableOf(name, "number")];
  }

  private yields(scope: Scope): Scope {
    const values = this.times(1 + this.random.next(2), () => this.number(scope, 1)).join(", ");
    switch (this.random.next(6)) {
      case 0: {
        const name = this.fresh("r");
        this.emit(`local _, ${name} = yield(${values})`, `${name} = tonumber(${name}) or 0`);
        return [...scope, this.variableOf(name, "number")];
      }
      case 1:
        this.emit(`give(${values})`);
        return scope;
      default:
        this.emit(`yield(${values})`);
        return scope;
    }
  }

  /** A loop over a generator. */
  private each(scope: Scope, depth: number): Scope {
    const { random } = this;
    const [x, y] = [this.fresh("x"), this.fresh("y")];
    const rest = random.chance(20) ? `, ${this.number(scope, 0)}, 2` : "";
    const own = random.chance(60);
    const body = (): void => {
      this.inLoop(() => {
        const inner = [...scope, this.variableOf(x, "fixed")];
        this.emit(`local ${y} = (tonumber(${y}0) or 1) % 7`);
        this.statements([...inner, this.variableOf(y, "number")], 1 + random.next(2), depth - 1);
        this.emit(`shared = (shared + (tonumber(${x}) or 2)) % 1009`);
        if (random.chance(25)) this.emit(`if ${this.condition(inner)} then break end`);
      });
    };
    if (own && !this.inBody) {
      this.block("do", () => {
        this.body(scope, depth, `local source = wrap(function(s, c)`, "end)");
        this.block(`for ${x}, ${y}0 in source${rest} do`, body);
        if (random.chance(30)) this.emit("shared = (shared + (tonumber(select(2, pcall(source))) or 3)) % 1009");
      });
    } else if (own) this.block(`for ${x}, ${y}0 in wrap(function() yield(i) end)${rest} do`, body);
    else this.block(`for ${x}, ${y}0 in ${this.generator(scope, 2)}${rest} do`, body);
    return scope;
  }

  /** The body of a generator, which ends by what it yields most. */
  private body(scope: Scope, depth: number, open: string, close: string): void {
    const { random } = this;
    this.block(
      open,
      () => {
        const before = this.inBody;
        this.inBody = true;
        const k = this.fresh("k");
        if (random.chance(20)) this.statements(scope, 1, 0);
        this.loopOf(`for ${k} = 1, ${random.pick(["i", "5", "i + 1", "a % 9", "9"])} do`, () => {
          const inner = [...scope, this.variableOf(k, "fixed")];
          this.statements(inner, 1 + random.next(2), depth - 1);
          if (random.chance(70)) this.yields(inner);
        });
        if (random.chance(10)) this.emit(random.pick(["return 5", "yield(i)", "return give(i)"]));
        this.inBody = before;
      },
      close,
    );
  }

  // ---- expressions

  private named(scope: Scope, ...kinds: readonly Kind[]): string | undefined {
    return this.latest(scope, 4, ({ kind }) => kinds.includes(kind))?.name;
  }

  private generator(scope: Scope, depth: number): string {
    const { random } = this;
    const found = this.named(scope, "generator");
    if (found !== undefined && random.chance(25)) return found;
    const of = (): string => this.generator(scope, depth - 1);
    switch (depth <= 0 ? random.next(4) : random.next(9)) {
      case 0:
      case 1:
        return `range(${random.pick(["i", "6", "a % 8", "i + 2"])}${random.chance(30) ? ", 2" : ""})`;
      case 2:
        return `numbered({ ${this.number(scope, 0)}, i, 5 })`;
      case 3:
        return random.pick(["wrap(function() walk(i % 5) end)", "wrap(function() for k = 1, i do yield(give(k)) end end)", "going"]);
      case 4:
        return `filter(${of()}, ${random.next(3)})`;
      case 5:
        return `both(${of()}, ${of()})`;
      default:
        return `map(${of()}, ${random.pick(["factor", "function(x) return (x + i) % 1009 end", "function(x) shared = shared + 1 return x end"])})`;
    }
  }

  private condition(scope: Scope): string {
    return `${this.number(scope, 1)} ${this.random.pick(["<", ">", "==", "~="])} ${this.number(scope, 0)}`;
  }

  private number(scope: Scope, depth: number): string {
    const { random } = this;
    const found = this.named(scope, "number", "fixed");
    if (depth <= 0 || random.chance(30)) return found !== undefined && random.chance(70) ? found : `${random.next(10)}`;
    const of = (): string => this.number(scope, depth - 1);
    switch (random.next(8)) {
      case 0:
      case 1:
        return `((${of()} ${random.pick(["+", "-", "*"])} ${of()}) % 1009)`;
      case 2:
        return `factor(${of()})`;
      case 3: {
        const table = this.named(scope, "table");
        return table === undefined ? of() : random.pick([`(${table} + ${of()})`, `${table}[1]`, `${table}.missing`, `#${table}`]);
      }
      case 4: {
        const generator = this.named(scope, "generator");
        return generator === undefined || random.chance(50) ? "shared" : `(tonumber((${generator}())) or 0)`;
      }
      case 5:
        return `#(${of()} .. "")`;
      default:
        return random.pick(["0.5", "2", "-1", "shared", "i"]);
    }
  }
}
