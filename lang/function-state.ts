// SPDX-License-Identifier: MIT
/** One function while it is compiled: its code, constants, registers and jumps. Knows the bytecode, but not the syntax tree. */
import { CONSTANT_FLAG, type Constant, type Instruction, type LocalRange, MAX_REGISTERS, type OpcodeName, type Proto } from "./bytecode.js";
import type { ErrorReporter, Position } from "./errors.js";

const MAX_INSTRUCTIONS = 65535;
/** Constants are operands of 15 bits. */
const MAX_CONSTANTS = CONSTANT_FLAG;
const MAX_INDEX = 65535;

/**
 * An operand that is evaluated but not yet used:
 * - 0 ≤ operand < CONSTANT_FLAG: a register;
 * - CONSTANT_FLAG ≤ operand: a constant;
 * - operand < 0: the cell in register ~operand. lua5.1 has such a variable in the register itself and reads it when the operation
 *   happens, after the other operands' side effects; so the read of the cell is put off until then.
 */
export type Operand = number;

/** The indexes of jumps whose target isn't known yet. Unreachable jumps are never in it. */
export type JumpList = number[];

/** A LocalRange whose end is not known yet. */
type OpenRange = LocalRange & { end: number };

type MutableInstruction = { -readonly [Field in keyof Instruction]: Instruction[Field] };

/** The pc that emitting unreachable code gives. */
const NOWHERE = -1;

export class FunctionState {
  readonly code: MutableInstruction[] = [];
  readonly lines: number[] = [];
  readonly columns: number[] = [];
  readonly constants: Constant[] = [];
  readonly globals: string[] = [];
  readonly protos: Proto[] = [];
  readonly localRanges: OpenRange[] = [];
  /** Where statements start, ascending: temporaries never live longer than one statement. */
  readonly statementStarts: number[] = [];
  /** GETFIELDs that look up the method of a method call. */
  readonly methodLookups = new Set<number>();

  /** The jumps out of the loops that are being compiled, innermost last. */
  readonly breaks: JumpList[] = [];

  /** The token read last, in lua5.1's order of reading: emitted instructions belong to it. */
  position: Position;
  /** The next free register. Registers below `activeRegisters` hold variables. */
  free = 0;
  activeRegisters = 0;
  registerCount = 0;
  /** False just after a jump, until some jump arrives: nothing is emitted meanwhile. */
  private reachable = true;

  private readonly constantIndexes = new Map<string, number>();
  private readonly globalIndexes = new Map<string, number>();

  constructor(
    start: Position,
    readonly source: string,
    readonly report: ErrorReporter,
  ) {
    this.position = start;
  }

  // Code

  /** Appends an instruction; returns its index, or a negative number if it couldn't be reached. */
  emit(op: OpcodeName, a = 0, b = 0, c = 0): number {
    if (!this.reachable) return NOWHERE;
    return this.append(op, a, b, c);
  }

  private append(op: OpcodeName, a: number, b: number, c: number): number {
    if (this.code.length >= MAX_INSTRUCTIONS) throw this.tooComplex(`more than ${MAX_INSTRUCTIONS} instructions`);
    this.lines.push(this.position.line);
    this.columns.push(this.position.column);
    return this.code.push({ op, a, b, c }) - 1;
  }

  private tooComplex(what: string): Error {
    return this.report.error(this.position, `function or expression too complex (${what})`, "split it into several functions");
  }

  patch(pc: number, fields: Partial<Pick<MutableInstruction, "a" | "b" | "c">>): void {
    const instruction = this.code[pc];
    if (instruction) Object.assign(instruction, fields);
  }

  /** Attributes an instruction to another position than the token read last. */
  setPosition(pc: number, position: Position): void {
    if (pc < 0) return;
    this.lines[pc] = position.line;
    this.columns[pc] = position.column;
  }

  /** The final RETURN: also there if it can't be reached, so that no function runs off its end. */
  finish(): void {
    if (this.reachable || this.code.at(-1)?.op !== "RETURN") this.append("RETURN", 0, 0, 0);
  }

  emitReturn(first: number, count: number): void {
    this.emit("RETURN", first, count);
    this.reachable = false;
  }

  /** The call at `pc`, the last instruction, becomes the function's result. */
  makeTailCall(pc: number): void {
    const call = this.code[pc];
    if (call) Object.assign(call, { op: "TAILCALL", c: 0 });
    this.reachable = false;
  }

  // Jumps

  /** A conditional jump to a target that comes later. */
  jumpIf(op: OpcodeName, a: number, b: number, list: JumpList): void {
    const pc = this.emit(op, a, b);
    if (pc >= 0) list.push(pc);
  }

  jump(list: JumpList): void {
    this.jumpIf("JMP", 0, 0, list);
    this.reachable = false;
  }

  /** The jumps arrive at the next instruction. */
  land(list: JumpList): void {
    for (const pc of list) this.patch(pc, { c: this.code.length });
    if (list.length > 0) this.reachable = true;
    list.length = 0;
  }

  /** Where a backward jump can go: the next instruction. */
  get here(): number {
    return this.code.length;
  }

  /** The unconditional back edge of a loop. */
  loopTo(header: number): void {
    this.emit("LOOP", 0, 0, header);
    this.reachable = false;
  }

  // Constants

  constant(value: Constant): number {
    // As in lua5.1, 0 and -0 are one constant, whose sign is that of the first: String(-0) is "0".
    const key = value === null ? "nil" : typeof value === "object" ? `s${value.string}` : String(value);
    const index = indexIn(this.constantIndexes, this.constants, key, value);
    if (index >= MAX_CONSTANTS) throw this.tooComplex(`more than ${MAX_CONSTANTS} constants`);
    return index;
  }

  constantOperand(value: Constant): Operand {
    return this.constant(value) | CONSTANT_FLAG;
  }

  global(name: string): number {
    const index = indexIn(this.globalIndexes, this.globals, name, name);
    if (index > MAX_INDEX) throw this.tooComplex(`more than ${MAX_INDEX + 1} globals`);
    return index;
  }

  // Registers

  /** Takes the next `count` registers; returns the first. */
  reserve(count: number): number {
    const first = this.free;
    this.free += count;
    if (this.free >= MAX_REGISTERS) throw this.tooComplex(`more than ${MAX_REGISTERS - 1} registers`);
    if (this.free > this.registerCount) this.registerCount = this.free;
    return first;
  }

  /** Gives a temporary back; registers of variables, constants and cells are left alone. Temporaries are a stack. */
  release(operand: Operand): void {
    if (operand < this.activeRegisters || operand >= CONSTANT_FLAG) return;
    this.free--;
    if (operand !== this.free) throw new Error(`register ${operand} released out of order, ${this.free} expected`);
  }

  releaseBoth(first: Operand, second: Operand): void {
    this.release(Math.max(first, second));
    this.release(Math.min(first, second));
  }

  /**
   * Calls `body` with the operands as an instruction can have them: cells are read into temporaries, which are free again after.
   */
  withValues<Result>(operands: readonly Operand[], body: (...values: number[]) => Result): Result {
    const { free } = this;
    const values = operands.map((operand) => {
      if (operand >= 0) return operand;
      const register = this.reserve(1);
      this.emit("GETCELL", register, ~operand);
      return register;
    });
    const result = body(...values);
    this.free = free;
    return result;
  }

  // Variables

  /** The registers from `activeRegisters` on become variables with these names. */
  activate(names: readonly string[]): void {
    for (const name of names) {
      this.localRanges.push({ register: this.activeRegisters++, name, start: this.code.length, end: Number.POSITIVE_INFINITY });
    }
  }

  /** Leaves a scope: only `count` registers still hold variables. */
  deactivate(count: number): void {
    for (let index = this.localRanges.length - 1; index >= 0; index--) {
      const range = this.localRanges[index] as OpenRange;
      if (range.register >= count && range.end === Number.POSITIVE_INFINITY) range.end = this.code.length;
      else if (range.end === Number.POSITIVE_INFINITY) break;
    }
    this.activeRegisters = count;
    this.free = count;
  }
}

function indexIn<Value>(indexes: Map<string, number>, list: Value[], key: string, value: Value): number {
  const known = indexes.get(key);
  if (known !== undefined) return known;
  indexes.set(key, list.length);
  return list.push(value) - 1;
}
