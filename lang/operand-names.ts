// SPDX-License-Identifier: MIT
/**
 * How error messages name the operand that is to blame: "attempt to index local 'a' (a nil value)".
 *
 * lua5.1 finds the name when the error happens (ldebug.c, getobjname): the register is a variable at that instruction; or else it
 * looks for the instruction that wrote the register last, walking the code from its start and taking every forward jump that
 * doesn't pass the failing instruction. That walk doesn't follow conditions, so names are sometimes wrong: `(a and 1 or b).x` always blames `b`.
 * We find the same names, in advance.
 */
import { type Capture, CONSTANT_FLAG, type Constant, type Instruction, type OperandName } from "./bytecode.js";
import { jumpTarget } from "./cfg.js";
import type { FunctionState } from "./function-state.js";
import { defs } from "./liveness.js";

type Name = Pick<OperandName, "kind" | "name">;

/** The registers that an instruction can find unfit. */
function blamable({ op, a, b, c }: Instruction): number[] {
  switch (op) {
    case "GETINDEX":
    case "GETFIELD":
      return [b];
    case "SETINDEX":
    case "SETFIELD":
    case "CALL":
    case "TAILCALL":
      return [a];
    case "ADD":
    case "SUB":
    case "MUL":
    case "DIV":
    case "MOD":
    case "POW":
      return b === c ? [b] : [b, c];
    case "UNM":
    case "LEN":
      return [b];
    case "CONCAT":
      return Array.from({ length: c }, (_, index) => b + index);
    default:
      return [];
  }
}

class NameFinder {
  private readonly code: readonly Instruction[];
  private readonly isJumpTarget: Uint8Array;
  /** Register → its variables' ranges, in order. */
  private readonly ranges: FunctionState["localRanges"][] = [];

  constructor(
    private readonly f: FunctionState,
    private readonly captures: readonly Capture[],
  ) {
    this.code = f.code;
    this.isJumpTarget = new Uint8Array(f.code.length + 1);
    for (const instruction of f.code) {
      const target = jumpTarget(instruction);
      if (target !== undefined) this.isJumpTarget[target] = 1;
    }
    for (const range of f.localRanges) {
      this.ranges[range.register] ??= [];
      this.ranges[range.register]?.push(range);
    }
  }

  nameOf(register: number, pc: number): Name | undefined {
    const variable = this.variableAt(register, pc);
    if (variable !== undefined) return { kind: "local", name: variable };
    const setter = this.lastWrite(register, pc);
    return setter === undefined ? undefined : this.nameFrom(setter, register, pc);
  }

  private nameFrom(setter: number, register: number, pc: number): Name | undefined {
    const { op, b, c } = this.code[setter] as Instruction;
    switch (op) {
      case "GETGLOBAL":
        return { kind: "global", name: this.f.globals[b] as string };
      case "GETUPVAL":
      case "GETUPCELL":
        return { kind: "upvalue", name: this.captures[b]?.name as string };
      case "GETFIELD":
        return { kind: this.f.methodLookups.has(setter) ? "method" : "field", name: this.stringConstant(c) };
      case "GETINDEX":
        return { kind: "field", name: "?" };
      case "MOVE":
      case "GETCELL":
        return b < register ? this.nameOf(b, pc) : undefined;
      default:
        return undefined;
    }
  }

  private stringConstant(index: number): string {
    const constant = this.f.constants[index] as Exclude<Constant, null | boolean | number>;
    return constant.string;
  }

  private variableAt(register: number, pc: number): string | undefined {
    const ranges = this.ranges[register];
    if (ranges === undefined) return undefined;
    // The last range that starts at or before pc; a register's ranges don't overlap.
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[middle]?.start as number) <= pc) low = middle + 1;
      else high = middle;
    }
    const range = ranges[low - 1];
    return range !== undefined && pc < range.end ? range.name : undefined;
  }

  private writes(pc: number, register: number): boolean {
    const instruction = this.code[pc] as Instruction;
    // A call uses all registers above its own; so does an iterator's.
    if (instruction.op === "CALL" || instruction.op === "TAILCALL") return register >= instruction.a;
    if (instruction.op === "TFORCALL") return register >= instruction.a + 2;
    // lua5.1's TEST and TESTSET: the walk takes both for writes, so the result of `a or b` has no name.
    if (instruction.op === "JIF" || instruction.op === "JIFNOT") return register === instruction.a;
    return defs(instruction).includes(register);
  }

  /** The last instruction before `end` that writes the register, as lua5.1's walk finds it. */
  private lastWrite(register: number, end: number): number | undefined {
    // Without jumps in between, the walk can't miss the closest write.
    for (let pc = end - 1; pc >= 0 && !this.isJumpTarget[pc + 1]; pc--) {
      if (this.writes(pc, register)) return pc;
    }
    let last: number | undefined;
    for (let pc = this.statementStart(end); pc < end; pc++) {
      if (this.writes(pc, register)) last = pc;
      const target = jumpTarget(this.code[pc] as Instruction);
      if (target !== undefined && target > pc && target <= end) pc = target - 1;
    }
    return last === undefined ? undefined : (this.laterBoolean(register, last, end) ?? last);
  }

  /**
   * In `x <= y or z`, lua5.1 loads the comparison's boolean at the end of the whole expression, so that is the write its walk finds;
   * we load it where the comparison is: `JNLE x y else; MOVE r true; JMP end`.
   */
  private laterBoolean(register: number, last: number, end: number): number | undefined {
    for (let pc = this.statementStart(end) + 1; pc < last; pc++) {
      const [compare, move, jump] = [this.code[pc - 1], this.code[pc], this.code[pc + 1]] as [Instruction, Instruction, Instruction];
      const isBoolean = move.op === "MOVE" && move.b >= CONSTANT_FLAG && typeof this.f.constants[move.b - CONSTANT_FLAG] === "boolean";
      const isValue = isBoolean && move.a === register && jump.op === "JMP" && jump.c > last && jump.c <= end;
      if (isValue && /^J(EQ|NE|N?LT|N?LE)$/.test(compare.op) && compare.c === pc + 2) return pc;
    }
    return undefined;
  }

  private statementStart(pc: number): number {
    const starts = this.f.statementStarts;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= pc) low = middle + 1;
      else high = middle;
    }
    return starts[low - 1] ?? 0;
  }
}

/** The names of all operands that have one and can be to blame. */
export function findOperandNames(f: FunctionState, captures: readonly Capture[]): OperandName[] {
  const finder = new NameFinder(f, captures);
  const names: OperandName[] = [];
  for (const [pc, instruction] of f.code.entries()) {
    for (const register of blamable(instruction)) {
      if (register >= CONSTANT_FLAG) continue;
      const name = finder.nameOf(register, pc);
      if (name) names.push({ pc, register, ...name });
    }
  }
  return names;
}
