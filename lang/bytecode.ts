// SPDX-License-Identifier: MIT
/**
 * The register bytecode: the contract between `lang/` (which produces it), `jit/` (which gives it meaning) and `native/language`
 * (which stores it).
 *
 * An instruction is one 64-bit little-endian word of four 16-bit fields:
 *
 *     bits  0..15   op    index into OPCODES
 *     bits 16..31   A
 *     bits 32..47   B
 *     bits 48..63   C
 *
 * An operand of kind `rk` is a register, or a constant when CONSTANT_FLAG is set. Jump targets are absolute instruction indexes.
 * A frame's registers hold locals first and temporaries above them; parameters are registers 0..parameterCount-1.
 *
 * Captured variables: one that is never assigned after its initialization is copied into the closure (`value` capture); one that is
 * assigned lives in a heap cell from its declaration on (`cell`), so that no closure ever points into a frame and frames can be
 * popped and rebuilt freely.
 */

export const CONSTANT_FLAG = 0x8000;
/** Set in the argument count of CALL, TAILCALL, RETURN and SETLIST: the results of the preceding multi-result CALL or VARARG follow the fixed values. */
export const PLUS_MULTIPLE = 0x8000;
/** As CALL's or VARARG's result count: keep all results, in the coroutine's result buffer, for the next instruction. */
export const ALL_RESULTS = 0xffff;
/** The most registers that a function has; lua5.1's limit is the same. */
export const MAX_REGISTERS = 250;

/** What a field of an instruction means; `def` is a register that is written, `use` one that is read. */
export type OperandKind =
  | "none"
  | "def" // register, written
  | "use" // register, read
  | "rk" // register or constant, read
  | "constant" // index into Proto.constants
  | "global" // index into Proto.globals
  | "upvalue" // index into the closure's captures
  | "proto" // index into Proto.protos
  | "target" // instruction index
  | "count" // a plain number
  | "base"; // first register of a range; the range is described at the opcode

export interface OpcodeInfo {
  readonly name: string;
  readonly a: OperandKind;
  readonly b: OperandKind;
  readonly c: OperandKind;
}

const op = (name: string, a: OperandKind = "none", b: OperandKind = "none", c: OperandKind = "none"): OpcodeInfo => ({ name, a, b, c });

/** The order is the encoding. Adding an instruction: one line here, one definition in `jit/semantics/`. */
export const OPCODES = [
  /** R[A] = RK[B] */
  op("MOVE", "def", "rk"),
  /** R[A] = globals[B];  globals[A] = RK[B] */
  op("GETGLOBAL", "def", "global"),
  op("SETGLOBAL", "global", "rk"),
  /** R[A] = captures[B], a value capture */
  op("GETUPVAL", "def", "upvalue"),
  /** R[A] = captures[B].cell.value;  captures[A].cell.value = RK[B] */
  op("GETUPCELL", "def", "upvalue"),
  op("SETUPCELL", "upvalue", "rk"),
  /** R[A] = new cell holding RK[B];  R[A] = R[B].cell.value;  R[A].cell.value = RK[B] */
  op("NEWCELL", "def", "rk"),
  op("GETCELL", "def", "use"),
  op("SETCELL", "use", "rk"),
  /** R[A] = new table, with room for B array elements and C fields */
  op("NEWTABLE", "def", "count", "count"),
  /** R[A] = R[B][RK[C]];  R[A][RK[B]] = RK[C] */
  op("GETINDEX", "def", "use", "rk"),
  op("SETINDEX", "use", "rk", "rk"),
  /** R[A] = R[B][K[C]];  R[A][K[B]] = RK[C]; the key is a string constant */
  op("GETFIELD", "def", "use", "constant"),
  op("SETFIELD", "use", "constant", "rk"),
  /** R[A][C + i] = R[A + 1 + i] for 0 <= i < (B & 0x7fff), then the multiple results if B has PLUS_MULTIPLE */
  op("SETLIST", "base", "count", "count"),
  /** R[A] = RK[B] op RK[C] */
  op("ADD", "def", "rk", "rk"),
  op("SUB", "def", "rk", "rk"),
  op("MUL", "def", "rk", "rk"),
  op("DIV", "def", "rk", "rk"),
  op("MOD", "def", "rk", "rk"),
  op("POW", "def", "rk", "rk"),
  /** R[A] = op RK[B] */
  op("UNM", "def", "rk"),
  op("NOT", "def", "rk"),
  op("LEN", "def", "rk"),
  /** R[A] = R[B] .. R[B+1] .. … .. R[B+C-1], C >= 2 */
  op("CONCAT", "def", "base", "count"),
  /** continue at C */
  op("JMP", "none", "none", "target"),
  /** continue at C, which is a loop header at or before this instruction: the place where loops get hot */
  op("LOOP", "none", "none", "target"),
  /** if RK[A] is truthy (falsy) continue at C */
  op("JIF", "rk", "none", "target"),
  op("JIFNOT", "rk", "none", "target"),
  /** if (not) RK[A] cmp RK[B] continue at C. `a > b` is compiled as `b < a`; JNLT is not JGE because of NaN. */
  op("JEQ", "rk", "rk", "target"),
  op("JNE", "rk", "rk", "target"),
  op("JLT", "rk", "rk", "target"),
  op("JNLT", "rk", "rk", "target"),
  op("JLE", "rk", "rk", "target"),
  op("JNLE", "rk", "rk", "target"),
  /**
   * Numeric for. R[A] index, R[A+1] limit, R[A+2] step; R[A+3] is the program's variable.
   * FORPREP checks and normalizes the three; if the loop runs at least once, R[A+3] = R[A] and fall through, else continue at C.
   * FORLOOP: R[A] += R[A+2]; if the limit is not passed, R[A+3] = R[A] and continue at C (the instruction after FORPREP: the loop header).
   */
  op("FORPREP", "base", "none", "target"),
  op("FORLOOP", "base", "none", "target"),
  /**
   * Generic for. R[A] iterator, R[A+1] state, R[A+2] control.
   * TFORCALL: R[A+3 .. A+2+B] = R[A](R[A+1], R[A+2]), B >= 1.  TFORLOOP: if R[A+3] ~= nil then R[A+2] = R[A+3] and continue at C (the loop header).
   */
  op("TFORCALL", "base", "count"),
  op("TFORLOOP", "base", "none", "target"),
  /** R[A .. A+C-1] = R[A](R[A+1 .. A+(B & 0x7fff)], multiple results if B has PLUS_MULTIPLE); C may be ALL_RESULTS */
  op("CALL", "base", "count", "count"),
  /** return R[A .. A+(B & 0x7fff)-1], then the multiple results if B has PLUS_MULTIPLE */
  op("RETURN", "base", "count"),
  /** return R[A](R[A+1 .. A+(B & 0x7fff)], multiple results if B has PLUS_MULTIPLE), the callee's frame in place of this one */
  op("TAILCALL", "base", "count"),
  /** R[A .. A+B-1] = the function's extra arguments; all of them as multiple results if B is ALL_RESULTS */
  op("VARARG", "base", "count"),
  /** R[A] = new closure of protos[B], captures as described by that proto */
  op("CLOSURE", "def", "proto"),
] as const satisfies readonly OpcodeInfo[];

export type OpcodeName = (typeof OPCODES)[number]["name"] & string;

export const opcodeIndex: ReadonlyMap<string, number> = new Map(OPCODES.map((info, index) => [info.name, index]));

/** Strings of the language are byte strings: here each character is one byte (code 0..255). */
export type Constant = null | boolean | number | { readonly string: string };

/** Where a closure finds a captured variable when it is created. */
export interface Capture {
  /** `local`: register `index` of the creating frame (a value or a cell); `upvalue`: the creating closure's capture `index`; `self`: the new closure itself. */
  readonly from: "local" | "upvalue" | "self";
  readonly index: number;
  readonly name: string;
  /** Whether what is captured is a cell (the variable is assigned somewhere after its initialization). */
  readonly cell: boolean;
}

export interface Instruction {
  readonly op: OpcodeName;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** How an error message names an operand: lua5.1's "local 'x'", "global 'x'", "field 'x'", "upvalue 'x'", "method 'x'". */
export interface OperandName {
  readonly pc: number;
  /** Which field of the instruction: A, B or C; for CONCAT and CALL, the register number is `register`. */
  readonly register: number;
  readonly kind: "local" | "global" | "field" | "upvalue" | "method";
  readonly name: string;
}

/** From when to when a register is a named variable, as lua5.1's debug information has it: start ≤ pc < end. */
export interface LocalRange {
  readonly register: number;
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface Proto {
  /** For people: "main chunk", "fib", "Account.deposit", "function at line 12". */
  readonly name: string;
  readonly source: string;
  readonly line: number;
  readonly parameterCount: number;
  /** Whether it reads `...`: its frames keep the arguments behind the parameters. */
  readonly usesVarargs: boolean;
  /** Registers the frame needs, parameters included; at most 250. */
  readonly registerCount: number;
  readonly code: readonly Instruction[];
  readonly constants: readonly Constant[];
  readonly globals: readonly string[];
  readonly protos: readonly Proto[];
  readonly captures: readonly Capture[];
  /** 1-based source line and column of each instruction. */
  readonly lines: Uint32Array;
  readonly columns: Uint32Array;
  readonly operandNames: readonly OperandName[];
  /** The local variables, in the order of their declarations. Two of them may be in the same register, one after the other. */
  readonly locals: readonly LocalRange[];
  /** Instruction indexes of loop headers (targets of LOOP, FORLOOP, TFORLOOP), ascending. */
  readonly loopHeaders: readonly number[];
  /**
   * liveIn[pc]: the registers that some path from `pc` (before it executes) may still read, ascending. Registers not listed hold
   * nothing the program can observe.
   */
  readonly liveIn: readonly (readonly number[])[];
}

/** A function, or the file that it is in, with the line on which it begins, for people. A main chunk begins on none. */
export const withLine = (what: string, line: number): string => (line === 0 ? what : `${what}:${line}`);
