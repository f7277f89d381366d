// SPDX-License-Identifier: MIT
/**
 * Random programs with strings in hot code: pieces cut out and put together byte by byte, the library as methods and as functions held in
 * locals, searches, captures, formats, comparisons, conversions from and to numbers; closures that collect text. Some rounds bring other types, and
 * sometimes a function of the library is replaced in between.
 */
import { StatementGrammar, type Typed } from "./statement-grammar.js";

type Kind = "text" | "number" | "list";

interface Variable extends Typed<Kind> {
  readonly assignable: boolean;
}

type Scope = readonly Variable[];

const PRELUDE = [
  'local words = { "alpha", "be ta", "", "x=1,y=22", "%d+", "10", "0x1F", "-7", "A\\0B", "\\255z", "longer text with, commas; and 123 numbers" }',
  "local sub, byte, char, find, format, rep = string.sub, string.byte, string.char, string.find, string.format, string.rep",
  "local function cut(s)",
  '  if type(s) == "string" and #s > 40 then return s:sub(1, 20) .. s:sub(-12) end',
  "  return s",
  "end",
  "local function num(n)",
  '  if type(n) ~= "number" or n ~= n or n > 1e6 or n < -1e6 then return 3 end',
  "  return n",
  "end",
  "local function head(s) return s:sub(1, 1) end",
  "local function tail(s) return sub(s, 2) end",
  'local function join(a, b) return cut(a .. "/" .. b) end',
];

/** Patterns with captures, of positions too, and anchors. */
const PATTERNS = ['"%a+"', '"(%a)(%d?)"', '"()%d+()"', '"^%s*(.-)%s*$"', '"[^,;]+"', '"."', '"%f[%w]%w+"', '"(%w)="', '"l"', '""'];
/** Those with one result, which is text: for gmatch and gsub. */
const PIECES = ['"%a+"', '"[^,;]+"', '"."', '"%d"', '"%w+"', '"(%a)%w"'];

export class StringGrammar extends StatementGrammar<Variable> {
  protected write(): void {
    const { random } = this;
    this.emit(...PRELUDE);
    const functions = this.times(1 + random.next(2), () => this.function());
    const odd = random.pick(["2.5", "nil", "true", '"7"', "-1", "{}", "1e15"]);
    const inputs = `local inputs = { 1, 2, 3, ${random.next(9)}, ${random.chance(50) ? odd : 4}, -2, 7 }`;
    const change = (): void => {
      if (random.chance(25)) this.emit(`if i == ${10 + random.next(20)} then words[${1 + random.next(11)}] = ${odd} end`);
      if (!random.chance(20)) return;
      const replaced = random.pick(["upper", "sub", "len", "byte"]);
      this.emit(
        `if i == ${10 + random.next(20)} then local old = string.${replaced} string.${replaced} = function(...) return old(...) end end`,
      );
    };
    this.drive(functions, odd, inputs, change, (name) => `${name}, words[i % 11 + 1], i, inputs[i % 7 + 1]`);
  }

  private function(): string {
    const { random } = this;
    const name = this.fresh("f");
    const collects = random.chance(40);
    if (collects) {
      this.emit('local collected = ""', "local function collect(s) collected = cut(collected .. s) return #collected end");
      this.emit("local function last() return collected end");
    }
    this.block(`local function ${name}(s, i, a)`, () => {
      const scope = this.statements(
        [
          { name: "s", kind: "text", assignable: true },
          { name: "i", kind: "number", assignable: false },
          { name: "a", kind: "number", assignable: true },
        ],
        3 + random.next(4),
        2,
      );
      if (collects) this.emit(`local n = collect(${this.text(scope, 1)})`);
      const parts = scope.slice(-5).map((variable) => (variable.kind === "list" ? `#${variable.name}` : variable.name));
      this.emit(`return ${[...parts, ...(collects ? ["n, last()"] : [])].join(", ")}`);
    });
    return name;
  }

  // ---- statements

  protected statement(scope: Scope, depth: number): Scope {
    const { random } = this;
    const kinds = ["local", "local", "local", "assign", "assign", "append", "find", "list"];
    if (depth > 0) kinds.push("if", "if", "bytes", "pieces", "count", "build", "closure");
    switch (random.pick(kinds)) {
      case "assign": {
        const target = this.variable(scope, ({ assignable, kind }) => assignable && kind !== "list");
        if (target === undefined) return this.local(scope);
        this.emit(`${target.name} = ${this.expression(target.kind, scope, 2)}`);
        return scope;
      }
      case "append": {
        const target = this.variable(scope, ({ assignable, kind }) => assignable && kind === "text");
        if (target === undefined) return this.local(scope);
        this.emit(`${target.name} = cut(${target.name} .. ${this.any(scope)}${random.chance(40) ? ` .. ${this.any(scope)}` : ""})`);
        return scope;
      }
      case "find": {
        const names = [this.fresh("v"), this.fresh("v"), this.fresh("v")];
        const call = random.pick([
          `${this.subject(scope)}:find(${random.pick(PATTERNS)})`,
          `find(${this.text(scope, 0)}, ${this.text(scope, 0)}, ${this.number(scope, 0)}, true)`,
          `${this.subject(scope)}:match(${random.pick(PATTERNS)})`,
          `${this.subject(scope)}:byte(${this.number(scope, 0)}, ${random.pick(["-1", "3", "i"])})`,
          `${this.subject(scope)}:gsub(${random.pick(PIECES)}, ${this.replacement(scope)})`,
        ]);
        this.emit(`local ${names.join(", ")} = ${call}`);
        return [...scope, ...names.map((name): Variable => ({ name, kind: random.pick(["text", "number"]), assignable: true }))];
      }
      case "list": {
        const name = this.fresh("t");
        this.emit(`local ${name} = { ${this.text(scope, 1)}, ${this.text(scope, 1)} }`);
        return [...scope, { name, kind: "list", assignable: false }];
      }
      case "if":
        return this.branches(scope, depth, 40, () => this.condition(scope));
      case "bytes":
      case "pieces":
      case "count":
      case "build":
        return this.loop(scope, depth);
      case "closure":
        return this.closure(scope);
      default:
        return this.local(scope);
    }
  }

  private local(scope: Scope): Scope {
    const kind = this.random.pick(["text", "text", "number"] as const);
    const name = this.fresh("v");
    this.emit(`local ${name} = ${this.expression(kind, scope, 2)}`);
    return [...scope, { name, kind, assignable: true }];
  }

  private loop(scope: Scope, depth: number): Scope {
    const { random } = this;
    if (!this.mayLoop) return this.local(scope);
    const [k, c, out] = [this.fresh("k"), this.fresh("c"), this.fresh("o")];
    const counter: Variable = { name: k, kind: "number", assignable: false };
    const piece: Variable = { name: c, kind: "text", assignable: true };
    const result: Variable = { name: out, kind: "text", assignable: true };
    const subject = this.subject(scope);
    const body = (...variables: Variable[]): void => {
      const after = this.statements([...scope, ...variables], 1 + random.next(2), depth - 1);
      if (random.chance(25)) this.emit(`if ${this.condition(after)} then break end`);
    };
    this.emit(`local ${out} = ""`);
    switch (random.next(5)) {
      case 0:
        this.loopOf(`for ${k} = 1, #${subject} do`, () => {
          this.emit(
            `local ${c} = ${random.pick([`${subject}:sub(${k}, ${k})`, `sub(${subject}, ${k}, ${k})`, `char(${subject}:byte(${k}))`])}`,
          );
          body(counter, piece, result);
          this.emit(`${out} = ${random.chance(50) ? `${out} .. ${c}` : `${c} .. ${out}`}`);
        });
        break;
      case 1:
        this.loopOf(`for ${c} in ${subject}:gmatch(${random.pick(PIECES)}) do`, () => {
          body(piece, result);
          this.emit(`${out} = cut(${out} .. ${c})`);
        });
        break;
      case 2:
        this.emit(`local ${c} = {}`);
        this.loopOf(`for ${k} = #${subject}, 1, -1 do`, () => {
          body(counter, result);
          this.emit(`local b = ${subject}:byte(${k})`, `${c}[b] = (${c}[b] or 0) + 1`);
          this.emit(`if ${c}[b] ${random.pick(["== 1", "> 1", "<= 2"])} then ${out} = ${out} .. b end`);
        });
        break;
      case 3:
        this.emit(`local ${c} = {}`);
        this.loopOf(`for ${k} = 1, ${2 + random.next(6)} do`, () => {
          body(counter, result);
          this.emit(`${c}[#${c} + 1] = ${this.text([...scope, counter], 1)}`);
        });
        this.emit(`${out} = cut(table.concat(${c}, ${random.pick(['","', '""', '" and "'])}))`);
        break;
      default:
        this.emit(`local ${c} = ${subject}`);
        this.loopOf(`while ${c} ~= "" do`, () => {
          this.emit(`local h = ${random.pick([`head(${c})`, `${c}:sub(1, 2)`])}`);
          this.emit(`if h ${random.pick(["<", ">=", "=="])} ${this.text(scope, 0)} then ${out} = cut(${out} .. h) end`);
          this.emit(`${c} = tail(${c})`);
          if (random.chance(50)) body(result);
        });
    }
    return [...scope, result];
  }

  private closure(scope: Scope): Scope {
    const { random } = this;
    const captured = this.variable(scope, ({ kind, assignable }) => kind === "text" && assignable);
    if (captured === undefined) return this.local(scope);
    const [name, result] = [this.fresh("c"), this.fresh("v")];
    const update = random.pick([
      `${captured.name} = cut(${captured.name} .. x)`,
      `${captured.name} = x`,
      `${captured.name} = ${captured.name}:upper()`,
    ]);
    this.emit(`local function ${name}(x) ${update} return ${random.pick([captured.name, `#${captured.name}`, "x"])} end`);
    this.emit(`local ${result} = ${name}(${this.text(scope, 1)})`);
    return [...scope, { name: result, kind: "text", assignable: true }];
  }

  // ---- expressions

  private variable(scope: Scope, accepts: (variable: Variable) => boolean): Variable | undefined {
    return this.latest(scope, 5, accepts);
  }

  private expression(kind: Kind, scope: Scope, depth: number): string {
    return kind === "number" ? this.number(scope, depth) : this.text(scope, depth);
  }

  /** The name of a text, whose methods can be called. */
  private subject(scope: Scope): string {
    return this.variable(scope, ({ kind }) => kind === "text")?.name ?? "s";
  }

  private any(scope: Scope): string {
    return this.random.chance(70) ? this.text(scope, 1) : this.number(scope, 1).replace(/^-/, "- ");
  }

  private replacement(scope: Scope): string {
    return this.random.pick([
      '"<%0>"',
      '"%1"',
      '""',
      "string.upper",
      '{ a = "1", l = true, b = false, ["1"] = "one" }',
      `function(x) return ${this.text([...scope, { name: "x", kind: "text", assignable: false }], 1)} end`,
      "function(x) if x > 'b' then return x .. x end end",
    ]);
  }

  private text(scope: Scope, depth: number): string {
    const { random } = this;
    if (depth <= 0 || random.chance(25))
      return random.chance(80) ? this.subject(scope) : random.pick(['"a"', '"l"', '"10"', '"x"', '""', "words[i % 11 + 1]"]);
    const s = (): string => this.text(scope, depth - 1);
    const n = (): string => this.number(scope, depth - 1);
    const subject = this.subject(scope);
    switch (random.next(15)) {
      case 0:
        return `${subject}:sub(${n()}, ${n()})`;
      case 1:
        return `sub(${s()}, ${n()})`;
      case 2:
        return `cut(${this.times(2 + random.next(3), () => this.any(scope)).join(" .. ")})`;
      case 3:
        return `char(${n()} % 256, ${random.pick(["65", "48", "0", "i"])})`;
      case 4:
        return `format(${random.pick(['"%d:%s"', '"%5.1f|%s"', '"%x%s"', '"%-6d%q"', '"%g;%.3s"'])}, ${n()}, ${s()})`;
      case 5:
        return `cut(${subject}:rep(${n()} % 4))`;
      case 6:
        return `${subject}:${random.pick(["upper()", "lower()", "reverse()"])}`;
      case 7:
        return `tostring(${random.chance(70) ? n() : s()})`;
      case 8:
        return `(${subject}:match(${random.pick(PIECES)}) or ${s()})`;
      case 9:
        return `(${subject}:gsub(${random.pick(PIECES)}, ${this.replacement(scope)}))`;
      case 10:
        return `(${this.condition(scope)} and ${s()} or ${s()})`;
      case 11:
        return `join(${s()}, ${this.any(scope)})`;
      case 12:
        return random.pick([`head(${s()})`, `tail(${s()})`]);
      case 13: {
        const list = this.variable(scope, ({ kind }) => kind === "list")?.name;
        return list === undefined ? s() : random.pick([`${list}[1]`, `(${list}[#${list}])`, `cut(table.concat(${list}, "-"))`]);
      }
      default:
        return `(${s()} .. ${this.any(scope)})`;
    }
  }

  private number(scope: Scope, depth: number): string {
    const { random } = this;
    if (depth <= 0 || random.chance(25)) {
      const found = this.variable(scope, ({ kind }) => kind === "number");
      return found !== undefined && random.chance(60) ? found.name : random.pick(["1", "2", "-1", "-2", "0", "3", "5", "100", "2.5", "65"]);
    }
    const s = (): string => this.text(scope, depth - 1);
    const n = (): string => this.number(scope, depth - 1);
    switch (random.next(8)) {
      case 0:
        return `#${this.subject(scope)}`;
      case 1:
        return `(${this.subject(scope)}:byte(${n()}) or 0)`;
      case 2:
        return `(byte(${s()}) or ${n()})`;
      case 3:
        return `(tonumber(${s()}) or ${n()})`;
      case 4:
        return `(find(${s()}, ${random.pick(PATTERNS)}) or 0)`;
      case 5:
        return `(${s()}):len()`.replace(/^\((\w+)\)/, "$1");
      case 6:
        // Text that looks like a number is one to arithmetic.
        return `num(${random.pick([n(), '"10"', '"0x10"'])} ${random.pick(["+", "-", "*"])} ${n().replace(/^-/, "- ")})`;
      default:
        return `num(${n()} ${random.pick(["+", "-", "%"])} ${random.pick(["1", "3", "7"])})`;
    }
  }

  private condition(scope: Scope): string {
    const { random } = this;
    const s = (): string => this.text(scope, 1);
    switch (random.next(8)) {
      case 0:
        return `${s()} == ${s()}`;
      case 1:
        return `${s()} ~= ${random.pick(['"a"', '""', '"10"'])}`;
      case 2:
        return `${s()} ${random.pick(["<", "<=", ">", ">="])} ${s()}`;
      case 3:
        return `find(${s()}, ${random.pick(PATTERNS)})`;
      case 4:
        return `type(${this.variable(scope, () => true)?.name ?? "s"}) == "${random.pick(["string", "number", "nil"])}"`;
      case 5:
        return `i % ${2 + random.next(5)} == ${random.next(2)}`;
      default:
        return `${this.number(scope, 1)} ${random.pick(["<", ">=", "=="])} ${this.number(scope, 0)}`;
    }
  }
}
