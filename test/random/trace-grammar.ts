// SPDX-License-Identifier: MIT
/**
 * Random programs that print a trace of what they evaluate, in which order. They terminate, and mix in what is hard: captured variables
 * that are assigned inside expressions, multiple assignment, and errors.
 */
import { Writer } from "./writer.js";

/** Defines the functions that generated programs call. `say` traces, `bump` changes a captured variable behind the expression's back. */
const PRELUDE = [
  'local function show(v) return type(v) == "table" and "table" or type(v) == "function" and "function" or tostring(v) end',
  'local function say(v) print("say", show(v)) return v end',
];

export class TraceGrammar extends Writer {
  private variables: string[] = ["g1", "g2"];
  private loops = 0;
  private functions = 0;

  /** Some programs run their statements often enough for the optimizer. */
  protected write(): void {
    this.emit(...PRELUDE);
    this.block("local function run()", () => {
      this.emit("g1, g2 = 1, 'two'", "local t = { 10, 20, x = 'fx', y = { z = 5 } }");
      this.variables.push("t");
      for (let count = 0; count < 10; count++) this.statement(3);
      this.print();
    });
    this.emit(`for round = 1, ${this.random.pick([1, 1, 12])} do print("round", round, pcall(run)) end`);
  }

  private name(): string {
    return this.random.pick(this.variables);
  }

  private print(): void {
    const locals = this.variables.slice(-8).map((name) => `show(${name})`);
    this.emit(`print(${["'state'", ...locals].join(", ")})`);
  }

  // Statements

  private statement(depth: number): void {
    const kinds = ["local", "local", "local", "assign", "assign", "multiple", "call", "field", "print"];
    if (depth > 0) kinds.push("if", "if", "while", "for", "generic", "repeat", "do", "function", "closure", "try");
    switch (this.random.pick(kinds)) {
      case "local": {
        const count = 1 + this.random.next(3);
        const names = Array.from({ length: count }, () => this.fresh("v"));
        const values = this.list(this.random.next(4), 2);
        this.emit(`local ${names.join(", ")}${values === "" ? "" : ` = ${values}`}`);
        this.variables.push(...names);
        break;
      }
      case "assign":
        this.emit(`${this.target()} = ${this.expression(3)}`);
        break;
      case "multiple": {
        const targets = Array.from({ length: 2 + this.random.next(2) }, () => this.target());
        this.emit(`${targets.join(", ")} = ${this.list(1 + this.random.next(4), 2)}`);
        break;
      }
      case "call":
        this.emit(`say(${this.expression(3)})`);
        break;
      case "field":
        this.emit(`t[${this.key()}] = ${this.expression(2)}`);
        break;
      case "print":
        this.print();
        break;
      case "if":
        this.emit(`if ${this.expression(3)} then`);
        this.body(depth);
        if (this.random.chance(30)) {
          this.emit(`elseif ${this.expression(2)} then`);
          this.body(depth);
        }
        if (this.random.chance(50)) {
          this.emit("else");
          this.body(depth);
        }
        this.emit("end");
        break;
      case "while":
        this.loop(depth, (n) => `while ${n} < ${1 + this.random.next(3)} and (${this.expression(2)} or true) do`, "end");
        break;
      case "repeat":
        this.repeat(depth);
        break;
      case "for": {
        const variable = this.fresh("v");
        this.emit(
          `for ${variable} = ${this.random.next(4)}, ${this.random.next(5)}${this.random.pick(["", ", 1", ", -1", ", 0.5", ", 2"])} do`,
        );
        this.body(depth, [variable]);
        this.emit("end");
        break;
      }
      case "generic": {
        const [key, value] = [this.fresh("v"), this.fresh("v")];
        this.emit(`for ${key}, ${value} in ipairs({ ${this.list(this.random.next(4), 1)} }) do`);
        this.body(depth, [key, value]);
        this.emit("end");
        break;
      }
      case "do":
        this.emit("do");
        this.body(depth);
        this.emit("end");
        break;
      case "function":
        this.define(depth);
        break;
      case "closure": {
        // A captured variable that is assigned: evaluating a call of the function changes it.
        const [variable, name] = [this.fresh("v"), this.fresh("v")];
        this.emit(`local ${variable} = ${this.random.next(9)}`);
        this.emit(
          `local function ${name}(n) ${variable} = ${this.random.pick([`(tonumber(${variable}) or 0) + 1`, "n", "{ n }"])} return n end`,
        );
        this.variables.push(variable, variable, variable);
        this.emit(`print(show(${variable}), show(pcall and ${variable}), show(${name}(2)), show(${variable}))`);
        this.closures.push(name);
        break;
      }
      case "try": {
        const { loops } = this;
        this.loops = 0;
        this.functions++;
        this.emit("print(pcall(function()");
        this.body(depth);
        this.emit("end))");
        this.functions--;
        this.loops = loops;
        break;
      }
    }
  }
  private closures: string[] = [];

  private body(depth: number, names: readonly string[] = []): void {
    const { closures, variables } = this;
    this.closures = [...closures];
    this.variables = [...variables];
    this.indented(() => {
      this.variables.push(...names);
      for (let count = this.random.next(4); count > 0; count--) this.statement(depth - 1);
      if (this.loops > 0 && this.random.chance(15)) this.emit(this.random.chance(50) ? `if ${this.expression(1)} then break end` : "break");
      else if (this.functions > 0 && this.random.chance(15))
        this.emit(`return ${this.list(this.random.next(3), 2).replace(/\bt\b/g, "t.x")}`);
    });
    this.closures = closures;
    this.variables = variables;
  }

  // A loop's step is on the line that opens it: a loop that has lost it while it was made smaller would not end.
  private loop(depth: number, header: (counter: string) => string, end: string): void {
    const counter = this.fresh("v");
    this.emit(`local ${counter} = 0`);
    this.emit(`${header(counter)} ${counter} = ${counter} + 1`);
    this.loops++;
    this.body(depth);
    this.loops--;
    this.emit(end);
  }

  private repeat(depth: number): void {
    const [counter, inner] = [this.fresh("v"), this.fresh("v")];
    this.emit(`local ${counter} = 0`);
    this.emit(`repeat ${counter} = ${counter} + 1`);
    this.emit(`  local ${inner} = ${counter}`);
    this.loops++;
    this.emit("  do");
    this.body(depth, [inner]);
    this.emit("  end");
    this.loops--;
    this.emit(`until ${counter} > ${this.random.next(3)} or ${inner} and (${this.expression(1)})`);
  }

  private define(depth: number): void {
    const name = this.fresh("v");
    const parameters = Array.from({ length: this.random.next(3) }, () => this.fresh("v"));
    const { loops } = this;
    this.loops = 0;
    this.functions++;
    this.emit(`local function ${name}(${parameters.join(", ")})`);
    this.emit("  do");
    this.body(depth, parameters);
    this.emit("  end");
    const results = this.list(this.random.next(3), 1);
    if (results !== "") this.emit(`  return ${results}`);
    this.emit("end");
    this.functions--;
    this.loops = loops;
    this.closures.push(name);
    this.emit(`say((${name}(${this.list(this.random.next(3), 1)})))`);
  }

  // Expressions

  private target(): string {
    const name = this.name();
    if (this.random.chance(35)) return `t[${this.key()}]`;
    if (this.random.chance(15)) return `t.${this.random.pick(["x", "w"])}`;
    return name === "t" ? "g1" : name;
  }

  private key(): string {
    return this.random.pick(["1", "2", "'x'", "say('x')", "3", `show(${this.simple()})`, `${this.random.next(4)}`]);
  }

  private list(count: number, depth: number): string {
    return Array.from({ length: count }, () => this.expression(depth)).join(", ");
  }

  private simple(): string {
    return this.random.pick([
      this.name(),
      this.name(),
      this.name(),
      String(this.random.next(10)),
      "nil",
      "true",
      "false",
      "'s'",
      "'7'",
      "t.x",
      "t[1]",
      "2.5",
    ]);
  }

  private call(depth: number): string {
    const callee = this.closures.length > 0 && this.random.chance(60) ? this.random.pick(this.closures) : "say";
    return `${callee}(${this.list(this.random.next(3), depth - 1)})`.replace("say()", "say(nil)");
  }

  private number(depth: number): string {
    return `(tonumber((${this.expression(depth)})) or ${this.random.next(5)})`;
  }

  private expression(depth: number): string {
    if (depth <= 0) return this.simple();
    const operand = (): string => this.expression(depth - 1);
    switch (this.random.next(13)) {
      case 0:
        return this.simple();
      case 1:
      case 2:
        return this.call(depth);
      case 3:
        return `${operand()} and ${operand()}`;
      case 4:
        return `${operand()} or ${operand()}`;
      case 5:
        return `not ${this.random.chance(50) ? `(${operand()})` : this.simple()}`;
      case 6:
        return `${this.number(depth - 1)} ${this.random.pick(["+", "-", "*", "<", "<=", ">", ">=", "%"])} ${this.number(depth - 1)}`;
      case 7:
        return `(${operand()}) ${this.random.pick(["==", "~="])} (${operand()})`;
      case 8:
        return `(${operand()})`;
      case 9:
        return `show(${this.simple()}) .. '|' .. show(${operand()})`;
      case 10:
        return this.random.pick([
          `(${this.simple()}) + ${this.call(1)}`,
          `${this.name()} .. ${this.call(1)}`,
          `${this.name()} < ${this.call(1)}`,
        ]);
      case 11:
        return `{ ${this.list(this.random.next(3), depth - 1)} }`;
      default:
        return this.random.pick([`${this.name()}.x`, `${this.name()}[${this.simple()}]`, `-${this.simple()}`, `#show(${this.name()})`]);
    }
  }
}
