// SPDX-License-Identifier: MIT
/**
 * Runs bytecode, slowly: the compiler's tests run programs on it and compare with lua5.1. It also checks the promises that the
 * optimizer relies on, at every step: registers that are not in liveIn are overwritten with POISON, nothing may read that; and
 * instructions read and write no other registers than `uses` and `defs` say.
 */
import { ALL_RESULTS, CONSTANT_FLAG, type Constant, defs, type Instruction, PLUS_MULTIPLE, type Proto, uses } from "../../lang/index.js";
import { createLibrary } from "./reference-library.js";

export type Value = null | boolean | number | string | LuaTable | LuaFunction;

/** Keys are normalized by Map: -0 is 0 there, as in Lua. */
export class LuaTable {
  readonly entries = new Map<Value, Value>();

  get(key: Value): Value {
    return this.entries.get(key) ?? null;
  }

  /** Deleting keeps nothing; `next` during a traversal that clears fields works on a snapshot of keys. */
  set(key: Value, value: Value): void {
    if (value === null) this.entries.delete(key);
    else this.entries.set(key, value);
  }

  length(): number {
    let length = 0;
    while (this.entries.has(length + 1)) length++;
    return length;
  }
}

export class LuaFunction {
  constructor(readonly call: (args: Value[]) => Value[]) {}
}

/** An error that the program raised. */
export class LuaError {
  constructor(readonly value: Value) {}
}

class Cell {
  constructor(public value: Value) {}
}
const POISON = Symbol("a register that nobody may read");
type Register = Value | Cell | typeof POISON;

export function typeName(value: Value): string {
  if (value === null) return "nil";
  if (value instanceof LuaTable) return "table";
  if (value instanceof LuaFunction) return "function";
  return typeof value;
}

/** printf's %.14g */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, exponentText] = value.toExponential(13).split("e") as [string, string];
  const exponent = Number(exponentText);
  const strip = (digits: string): string => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);
  if (exponent >= -4 && exponent < 14) return strip(value.toFixed(Math.max(0, 13 - exponent)));
  return `${strip(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** What arithmetic accepts: numbers, and strings that spell one. */
export function toNumber(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return /^[+-]?(0[xX][0-9a-fA-F]+|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)$/.test(text)
    ? text.startsWith("-")
      ? -Number(text.slice(1))
      : Number(text.replace(/^\+/, ""))
    : undefined;
}

const isTruthy = (value: Value): boolean => value !== null && value !== false;

export interface RunResult {
  /** What `print` wrote. */
  readonly output: string;
  /** The message of the error that ended the program. */
  readonly error: Value | undefined;
}

class Interpreter {
  output = "";
  readonly globals = new Map<string, Value>();
  /** The lines of the calls that are in progress, for `error`'s positions. */
  readonly positions: string[] = [];
  steps = 0;

  constructor(private readonly maxSteps: number) {
    createLibrary(this);
  }

  instantiate(proto: Proto, captures: (Value | Cell)[]): LuaFunction {
    return new LuaFunction((args) => new Frame(this, proto, captures, args).run());
  }

  countStep(): void {
    if (++this.steps > this.maxSteps) throw new Error("the program runs too long");
  }
}
export type Host = Interpreter;

class Frame {
  private readonly registers: Register[];
  private readonly varargs: readonly Value[];
  private multiple: Value[] | undefined;
  private pc = 0;
  private instruction: Instruction;
  private mayRead: readonly number[] = [];
  private mayWrite: readonly number[] = [];

  constructor(
    private readonly host: Interpreter,
    private readonly proto: Proto,
    private readonly captures: (Value | Cell)[],
    args: readonly Value[],
  ) {
    this.varargs = proto.usesVarargs ? args.slice(proto.parameterCount) : [];
    this.registers = new Array(proto.registerCount).fill(POISON);
    for (let index = 0; index < proto.parameterCount; index++) this.registers[index] = args[index] ?? null;
    this.instruction = proto.code[0] as Instruction;
  }

  // Checked access

  private read(register: number): Value | Cell {
    if (!this.mayRead.includes(register)) throw new Error(`${this.where()} reads r${register}, uses() doesn't know`);
    const value = this.registers[register];
    if (value === POISON || value === undefined) throw new Error(`${this.where()} reads r${register}, which is not live`);
    return value;
  }

  private value(register: number): Value {
    const value = this.read(register);
    if (value instanceof Cell) throw new Error(`${this.where()} takes the cell in r${register} for a value`);
    return value;
  }

  private cell(register: number): Cell {
    const value = this.read(register);
    if (!(value instanceof Cell)) throw new Error(`${this.where()} takes the value in r${register} for a cell`);
    return value;
  }

  private rk(operand: number): Value {
    return operand >= CONSTANT_FLAG ? this.constant(operand - CONSTANT_FLAG) : this.value(operand);
  }

  private constant(index: number): Value {
    const constant = this.proto.constants[index] as Constant;
    return typeof constant === "object" && constant !== null ? constant.string : constant;
  }

  private set(register: number, value: Value | Cell): void {
    if (!this.mayWrite.includes(register)) throw new Error(`${this.where()} writes r${register}, defs() doesn't know`);
    this.registers[register] = value;
  }

  private range(first: number, count: number): Value[] {
    return Array.from({ length: count }, (_, index) => this.value(first + index));
  }

  private where(): string {
    return `${this.proto.name}, pc ${this.pc} (line ${this.proto.lines[this.pc]}), ${this.instruction.op}`;
  }

  // Errors

  private position(): string {
    return `${this.proto.source}:${this.proto.lines[this.pc]}:`;
  }

  private fail(message: string): LuaError {
    return new LuaError(`${this.position()} ${message}`);
  }

  private typeError(operation: string, value: Value, register: number): LuaError {
    const name = this.proto.operandNames.find((candidate) => candidate.pc === this.pc && candidate.register === register);
    const what = name ? `${name.kind} '${name.name}' (a ${typeName(value)} value)` : `a ${typeName(value)} value`;
    return this.fail(`attempt to ${operation} ${what}`);
  }

  // Operations

  private index(object: Value, key: Value, register: number): Value {
    if (typeof object === "string") return null; // a field of the string library, which we don't have
    if (!(object instanceof LuaTable)) throw this.typeError("index", object, register);
    return object.get(key);
  }

  private setIndex(object: Value, key: Value, value: Value, register: number): void {
    if (!(object instanceof LuaTable)) throw this.typeError("index", object, register);
    if (key === null) throw this.fail("table index is nil");
    if (Number.isNaN(key)) throw this.fail("table index is NaN");
    object.set(key, value);
  }

  private arithmetic(operation: (a: number, b: number) => number): Value {
    const { b, c } = this.instruction;
    const [left, right] = [this.rk(b), this.rk(c)];
    const [x, y] = [toNumber(left), toNumber(right)];
    if (x === undefined) throw this.typeError("perform arithmetic on", left, b);
    if (y === undefined) throw this.typeError("perform arithmetic on", right, c);
    return operation(x, y);
  }

  private less(left: Value, right: Value, orEqual: boolean): boolean {
    if (typeof left === "number" && typeof right === "number") return orEqual ? left <= right : left < right;
    if (typeof left === "string" && typeof right === "string") return orEqual ? left <= right : left < right;
    const [x, y] = [typeName(left), typeName(right)];
    throw this.fail(x === y ? `attempt to compare two ${x} values` : `attempt to compare ${x} with ${y}`);
  }

  private concat(first: number, count: number): Value {
    let result = this.value(first + count - 1);
    for (let register = first + count - 2; register >= first; register--) {
      const left = this.value(register);
      if (typeof left !== "string" && typeof left !== "number") throw this.typeError("concatenate", left, register);
      if (typeof result !== "string" && typeof result !== "number") throw this.typeError("concatenate", result, register + 1);
      const text = (value: string | number): string => (typeof value === "number" ? formatNumber(value) : value);
      result = text(left) + text(result);
    }
    return result;
  }

  private call(callee: Value, args: Value[], register: number): Value[] {
    if (!(callee instanceof LuaFunction)) throw this.typeError("call", callee, register);
    this.host.positions.push(this.position());
    if (this.host.positions.length > 190) throw this.fail("stack overflow");
    try {
      return callee.call(args);
    } finally {
      this.host.positions.pop();
    }
  }

  private arguments(first: number, count: number): Value[] {
    const fixed = this.range(first, count & ~PLUS_MULTIPLE);
    if ((count & PLUS_MULTIPLE) === 0) return fixed;
    if (this.multiple === undefined) throw new Error(`${this.where()} takes multiple results that aren't there`);
    const all = [...fixed, ...this.multiple];
    this.multiple = undefined;
    return all;
  }

  private forPrepare(base: number): boolean {
    const names = ["initial value", "limit", "step"];
    const [initial, limit, step] = this.range(base, 3).map((value, position) => {
      const number = toNumber(value);
      if (number === undefined) throw this.fail(`'for' ${names[position]} must be a number`);
      return number;
    }) as [number, number, number];
    // lua5.1 subtracts the step first and adds it before every round, which rounds.
    const index = initial - step + step;
    this.set(base, index);
    this.set(base + 1, limit);
    this.set(base + 2, step);
    if (!(step > 0 ? index <= limit : limit <= index)) return false;
    this.set(base + 3, index);
    return true;
  }

  private forStep(base: number): boolean {
    const [index, limit, step] = this.range(base, 3) as [number, number, number];
    const next = index + step;
    this.set(base, next);
    if (!(step > 0 ? next <= limit : limit <= next)) return false;
    this.set(base + 3, next);
    return true;
  }

  private closure(index: number): LuaFunction {
    const proto = this.proto.protos[index] as Proto;
    const captures: (Value | Cell)[] = [];
    const closure = this.host.instantiate(proto, captures);
    for (const capture of proto.captures) {
      const found = {
        local: () => this.read(capture.index),
        upvalue: () => this.captures[capture.index] as Value | Cell,
        self: () => closure,
      };
      const value = found[capture.from]();
      if (value instanceof Cell !== capture.cell)
        throw new Error(`${this.where()}: '${capture.name}' is${capture.cell ? " no" : " a"} cell`);
      captures.push(value);
    }
    return closure;
  }

  private poison(): void {
    const live = this.proto.liveIn[this.pc] as readonly number[];
    for (let register = 0; register < this.registers.length; register++) {
      if (!live.includes(register)) this.registers[register] = POISON;
    }
  }

  run(): Value[] {
    for (;;) {
      this.host.countStep();
      this.instruction = this.proto.code[this.pc] as Instruction;
      this.mayRead = uses(this.instruction, this.proto);
      this.mayWrite = defs(this.instruction);
      this.poison();
      if (this.instruction.op === "TAILCALL") {
        const { a, b } = this.instruction;
        return this.call(this.value(a), this.arguments(a + 1, b), a);
      }
      if (this.instruction.op === "RETURN") return this.arguments(this.instruction.a, this.instruction.b);
      this.pc = this.step() ? this.instruction.c : this.pc + 1;
    }
  }

  /** Returns whether the instruction jumps. */
  private step(): boolean {
    const { op, a, b, c } = this.instruction;
    switch (op) {
      case "MOVE":
        this.set(a, this.rk(b));
        return false;
      case "GETGLOBAL":
        this.set(a, this.host.globals.get(this.proto.globals[b] as string) ?? null);
        return false;
      case "SETGLOBAL":
        this.host.globals.set(this.proto.globals[a] as string, this.rk(b));
        return false;
      case "GETUPVAL":
        this.set(a, this.captures[b] as Value);
        return false;
      case "GETUPCELL":
        this.set(a, (this.captures[b] as Cell).value);
        return false;
      case "SETUPCELL":
        (this.captures[a] as Cell).value = this.rk(b);
        return false;
      case "NEWCELL":
        this.set(a, new Cell(this.rk(b)));
        return false;
      case "GETCELL":
        this.set(a, this.cell(b).value);
        return false;
      case "SETCELL":
        this.cell(a).value = this.rk(b);
        return false;
      case "NEWTABLE":
        this.set(a, new LuaTable());
        return false;
      case "GETINDEX":
        this.set(a, this.index(this.value(b), this.rk(c), b));
        return false;
      case "GETFIELD":
        this.set(a, this.index(this.value(b), this.constant(c), b));
        return false;
      case "SETINDEX":
        this.setIndex(this.value(a), this.rk(b), this.rk(c), a);
        return false;
      case "SETFIELD":
        this.setIndex(this.value(a), this.constant(b), this.rk(c), a);
        return false;
      case "SETLIST": {
        const table = this.value(a) as LuaTable;
        for (const [index, value] of this.arguments(a + 1, b).entries()) table.set(c + index, value);
        return false;
      }
      case "ADD":
        this.set(
          a,
          this.arithmetic((x, y) => x + y),
        );
        return false;
      case "SUB":
        this.set(
          a,
          this.arithmetic((x, y) => x - y),
        );
        return false;
      case "MUL":
        this.set(
          a,
          this.arithmetic((x, y) => x * y),
        );
        return false;
      case "DIV":
        this.set(
          a,
          this.arithmetic((x, y) => x / y),
        );
        return false;
      case "MOD":
        this.set(
          a,
          this.arithmetic((x, y) => x - Math.floor(x / y) * y),
        );
        return false;
      case "POW":
        this.set(
          a,
          this.arithmetic((x, y) => x ** y),
        );
        return false;
      case "UNM": {
        const number = toNumber(this.rk(b));
        if (number === undefined) throw this.typeError("perform arithmetic on", this.rk(b), b);
        this.set(a, -number);
        return false;
      }
      case "NOT":
        this.set(a, !isTruthy(this.rk(b)));
        return false;
      case "LEN": {
        const object = this.rk(b);
        if (object instanceof LuaTable) this.set(a, object.length());
        else if (typeof object === "string") this.set(a, object.length);
        else throw this.typeError("get length of", object, b);
        return false;
      }
      case "CONCAT":
        this.set(a, this.concat(b, c));
        return false;
      case "JMP":
      case "LOOP":
        return true;
      case "JIF":
        return isTruthy(this.rk(a));
      case "JIFNOT":
        return !isTruthy(this.rk(a));
      case "JEQ":
        return this.rk(a) === this.rk(b);
      case "JNE":
        return this.rk(a) !== this.rk(b);
      case "JLT":
        return this.less(this.rk(a), this.rk(b), false);
      case "JNLT":
        return !this.less(this.rk(a), this.rk(b), false);
      case "JLE":
        return this.less(this.rk(a), this.rk(b), true);
      case "JNLE":
        return !this.less(this.rk(a), this.rk(b), true);
      case "FORPREP":
        return !this.forPrepare(a);
      case "FORLOOP":
        return this.forStep(a);
      case "TFORCALL": {
        const results = this.call(this.value(a), [this.value(a + 1), this.value(a + 2)], a + 3);
        for (let index = 0; index < b; index++) this.set(a + 3 + index, results[index] ?? null);
        return false;
      }
      case "TFORLOOP": {
        const control = this.value(a + 3);
        if (control !== null) this.set(a + 2, control);
        return control !== null;
      }
      case "CALL": {
        const results = this.call(this.value(a), this.arguments(a + 1, b), a);
        if (c === ALL_RESULTS) this.multiple = results;
        else for (let index = 0; index < c; index++) this.set(a + index, results[index] ?? null);
        return false;
      }
      case "VARARG":
        if (b === ALL_RESULTS) this.multiple = [...this.varargs];
        else for (let index = 0; index < b; index++) this.set(a + index, this.varargs[index] ?? null);
        return false;
      case "CLOSURE":
        this.set(a, this.closure(b));
        return false;
      default:
        throw new Error(`${op} is not an instruction of the reference interpreter`);
    }
  }
}

/**
 * Runs a program.
 *
 * @param maxSteps the number of instructions after which it is given up
 */
export function runProto(proto: Proto, maxSteps = 2_000_000): RunResult {
  const interpreter = new Interpreter(maxSteps);
  try {
    interpreter.instantiate(proto, []).call([]);
    return { output: interpreter.output, error: undefined };
  } catch (error) {
    if (!(error instanceof LuaError)) throw error;
    return { output: interpreter.output, error: error.value };
  }
}
