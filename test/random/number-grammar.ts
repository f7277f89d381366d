// SPDX-License-Identifier: MIT
/**
 * Random programs with numbers: functions that call each other in hot loops with numbers at the int32 and double edges,
 * tables whose elements change type in mid-run, closures over assigned variables, coroutines. They end, and raise no error, so that
 * everything they compute is printed.
 */
import { Writer } from "./writer.js";

const CONSTANTS = [
  "0",
  "1",
  "2",
  "3",
  "7",
  "10",
  "100",
  "-1",
  "-3",
  "0.5",
  "0.25",
  "1.5",
  "-0.5",
  "2147483647",
  "-2147483648",
  "2147483646",
  "65536",
  "1e15",
];
const SMALL = ["1", "2", "3", "5", "7", "16"];

interface Scope {
  /** Variables that hold numbers. */
  readonly numbers: string[];
  /** Variables that may be assigned. */
  readonly assignable: string[];
  /** Arrays of numbers, at least 8 long. */
  readonly arrays: string[];
  /** Tables with number fields x, y, z. */
  readonly records: string[];
}

interface Callable {
  readonly name: string;
  readonly parameters: number;
}

export class NumberGrammar extends Writer {
  private loops = 0;
  private readonly functions: Callable[] = [];

  protected write(): void {
    const { random } = this;
    this.emit("local function list(n, step) local t = {} for i = 1, n do t[i] = i * step end return t end");
    this.emit("local function record(a, b, c) return { x = a, y = b, z = c } end");
    this.emit("local function keep(n) if n ~= n then return 0 end if n > 1e6 or n < -1e6 then return n % 1000003 end return n end");
    this.functions.push({ name: "keep", parameters: 1 });
    const count = 1 + random.next(3);
    for (let index = 0; index < count; index++) this.function();
    if (random.chance(60)) this.generatorFunction();
    const scope: Scope = { numbers: ["g"], assignable: ["g"], arrays: ["a", "b"], records: ["r"] };
    this.emit("g = 1");
    this.emit(`local a, b, r = list(12, ${random.pick(["1", "0.5", "1000000"])}), list(9, 2), record(1, 2.5, -1)`);
    const phases = 1 + random.next(3);
    for (let phase = 0; phase < phases; phase++) this.phase(scope, phase);
    this.emit("local s = 0 for i = 1, #a do s = s + a[i] end for i = 1, #b do s = s + b[i] end");
    this.emit('print("end", s, g, r.x, r.y, r.z)');
  }

  private function(): void {
    const { random } = this;
    const name = this.fresh("f");
    const parameters = Array.from({ length: 1 + random.next(4) }, () => this.fresh("p"));
    const upvalue = random.chance(30) ? this.fresh("u") : undefined;
    if (upvalue !== undefined) this.emit(`local ${upvalue} = ${random.pick(CONSTANTS)}`);
    const head = random.chance(70) ? `local function ${name}` : `function ${name}`;
    this.block(`${head}(${parameters.join(", ")}, a, r)`, () => {
      const scope: Scope = {
        numbers: [...parameters, ...(upvalue === undefined ? [] : [upvalue])],
        assignable: [...parameters, ...(upvalue === undefined ? [] : [upvalue])],
        arrays: ["a"],
        records: ["r"],
      };
      this.statements(scope, 2 + random.next(4), 2);
      const results = random.chance(20) ? `, ${this.expression(scope, 1)}` : "";
      this.emit(`return keep(${this.expression(scope, 2)})${results}`);
    });
    this.functions.push({ name, parameters: parameters.length });
  }

  /** A coroutine that yields numbers for ever. */
  private generatorFunction(): void {
    const name = this.fresh("gen");
    this.block(`local function ${name}(n)`, () => {
      this.block(
        "local co = coroutine.wrap(function(q)",
        () => {
          this.emit("local v, a, r = n, list(8, 1), record(1, 2, 3)");
          this.block("while true do", () => {
            const scope: Scope = { numbers: ["v", "n", "q"], assignable: ["v"], arrays: ["a"], records: ["r"] };
            this.statements(scope, 1 + this.random.next(2), 1);
            this.emit("q = coroutine.yield(keep(v)) or q");
            this.emit("v = keep(v + q)");
          });
        },
        "end)",
      );
      this.emit("local s = 0");
      this.emit("for i = 1, 30 do s = keep(s + co(i)) end");
      this.emit("return s");
    });
    this.generators.push(name);
  }
  private readonly generators: string[] = [];

  private phase(scope: Scope, phase: number): void {
    const { random } = this;
    const variable = this.fresh("i");
    const start = random.pick(["1", "1", "0", "-5", "0.5", "2147483600"]);
    this.block(`for ${variable} = ${start}, ${start} + ${20 + random.next(150)}${random.chance(20) ? ", 1.5" : ""} do`, () => {
      this.loops++;
      const inner: Scope = { ...scope, numbers: [...scope.numbers, variable] };
      this.statements(inner, 2, 1);
      this.emit(`g = keep(g + ${this.call(inner)})`);
      if (this.generators.length > 0 && random.chance(20))
        this.emit(`if ${variable} % 50 == 0 then g = keep(g + ${random.pick(this.generators)}(${this.expression(inner, 1)})) end`);
      this.loops--;
    });
    this.emit(`print("phase ${phase}", g)`);
    if (random.chance(50)) this.emit(`for i = 1, #a do a[i] = a[i] ${random.pick(["+ 0.5", "* 65536", "- 1", "/ 4"])} end`);
  }

  private statements(scope: Scope, count: number, depth: number): void {
    for (let index = 0; index < count; index++) this.statement(scope, depth);
  }

  private statement(scope: Scope, depth: number): void {
    const { random } = this;
    const kind = random.next(depth > 0 ? 12 : 7);
    if (kind < 2) {
      const name = this.fresh("v");
      this.emit(`local ${name} = ${this.expression(scope, 2)}`);
      scope.numbers.push(name);
      scope.assignable.push(name);
    } else if (kind < 4) this.emit(`${random.pick(scope.assignable)} = keep(${this.expression(scope, 2)})`);
    else if (kind === 4) this.emit(`${random.pick(scope.arrays)}[${this.index(scope)}] = keep(${this.expression(scope, 1)})`);
    else if (kind === 5) this.emit(`${random.pick(scope.records)}.${random.pick(["x", "y", "z"])} = keep(${this.expression(scope, 1)})`);
    else if (kind === 6) {
      const one = random.pick(scope.assignable);
      const two = random.pick(scope.assignable.filter((name) => name !== one));
      if (two === undefined) return this.emit(`${one} = ${this.expression(scope, 1)}`);
      this.emit(`${one}, ${two} = ${this.expression(scope, 1)}, keep(${this.expression(scope, 1)})`);
    } else if (kind < 9) {
      this.alternatives(
        `if ${this.condition(scope)} then`,
        () => this.statements(this.inside(scope), 1 + random.next(2), depth - 1),
        () => this.statements(this.inside(scope), 1, depth - 1),
      );
    } else if (this.loops < 2) this.loop(scope, depth);
    else this.emit(`${random.pick(scope.assignable)} = ${this.call(scope)}`);
  }

  private loop(scope: Scope, depth: number): void {
    const { random } = this;
    this.loops++;
    const variable = this.fresh("i");
    const body = (extra: string): void => {
      const inner = this.inside(scope);
      inner.numbers.push(extra);
      this.statements(inner, 1 + random.next(3), depth - 1);
      if (random.chance(20)) this.emit(`if ${this.condition(inner)} then break end`);
    };
    const kind = random.next(5);
    if (kind < 2)
      this.block(
        `for ${variable} = ${random.pick(["1", "10", "0"])}, ${random.pick(["6", "12", "3.5"])}${random.chance(25) ? `, ${random.pick(["2", "-1", "0.5"])}` : ""} do`,
        () => body(variable),
      );
    else if (kind === 2) {
      this.emit(`local ${variable} = 0`);
      // On one line: a loop that has lost its step while it was made smaller would not end.
      const step = `${variable} = ${variable} + ${random.pick(["1", "0.5", "2"])}`;
      this.block(`while ${variable} < ${random.pick(["5", "9", "4.5"])} do ${step}`, () => body(variable));
    } else if (kind === 3) {
      const value = this.fresh("e");
      this.block(`for ${variable}, ${value} in ipairs(${random.pick(scope.arrays)}) do`, () => body(random.chance(50) ? variable : value));
    } else {
      const value = this.fresh("e");
      this.emit(`local ${variable} = 0`);
      this.block(`for _, ${value} in pairs(${random.pick(scope.records)}) do`, () => this.emit(`${variable} = ${variable} + ${value}`));
      scope.numbers.push(variable);
    }
    this.loops--;
  }

  private inside(scope: Scope): Scope {
    return { numbers: [...scope.numbers], assignable: [...scope.assignable], arrays: scope.arrays, records: scope.records };
  }

  private index(scope: Scope): string {
    return this.random.chance(70) ? this.random.pick(SMALL.slice(0, 5)) : `math.floor(${this.random.pick(scope.numbers)}) % 8 + 1`;
  }

  private condition(scope: Scope): string {
    const { random } = this;
    const compare = `${this.expression(scope, 1)} ${random.pick(["<", "<=", ">", ">=", "==", "~="])} ${this.expression(scope, 1)}`;
    if (random.chance(20)) return `not (${compare})`;
    return random.chance(20) ? `${compare} ${random.pick(["and", "or"])} ${this.expression(scope, 0)} ~= 0` : compare;
  }

  private call(scope: Scope): string {
    const { random } = this;
    const callee = random.pick(this.functions);
    if (callee.name === "keep") return `keep(${this.expression(scope, 1)})`;
    const args = Array.from({ length: callee.parameters }, () => this.expression(scope, 1));
    return `(${callee.name}(${[...args, random.pick(scope.arrays), random.pick(scope.records)].join(", ")}))`;
  }

  private expression(scope: Scope, depth: number): string {
    const { random } = this;
    if (depth <= 0 || random.chance(25)) {
      const kind = random.next(8);
      if (kind < 4) return random.pick(scope.numbers);
      if (kind < 6) return random.pick(CONSTANTS);
      if (kind === 6) return `${random.pick(scope.arrays)}[${this.index(scope)}]`;
      return `${random.pick(scope.records)}.${random.pick(["x", "y", "z"])}`;
    }
    const kind = random.next(14);
    const operand = (): string => this.expression(scope, depth - 1);
    if (kind < 8) return `(${operand()} ${random.pick(["+", "-", "*", "+", "-"])} ${operand()})`;
    if (kind === 8) return `(${operand()} / ${random.pick(SMALL)})`;
    if (kind === 9) return `(${operand()} % ${random.pick([...SMALL, "-7", "0.75"])})`;
    if (kind === 10) return `(-${operand()})`.replace("--", "- -");
    if (kind === 11) return `math.floor(${operand()})`;
    if (kind === 12) return `(${this.condition(scope)} and ${operand()} or ${operand()})`;
    return this.loops < 2 && this.functions.length > 0 ? this.call(scope) : operand();
  }
}
