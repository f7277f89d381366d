// SPDX-License-Identifier: MIT
/** Checks that bytecode keeps the contract of bytecode.ts. For tests; and for whoever changes the compiler. */
import {
  ALL_RESULTS,
  CONSTANT_FLAG,
  type Instruction,
  MAX_REGISTERS,
  OPCODES,
  type OperandKind,
  opcodeIndex,
  PLUS_MULTIPLE,
  type Proto,
} from "./bytecode.js";
import { buildControlFlowGraph, findLoopHeaders, isBackEdge, jumpTarget } from "./cfg.js";
import { computeLiveness, defs, uses } from "./liveness.js";

/** Returns what is wrong with the function and the functions in it; nothing, usually. */
export function verifyProto(proto: Proto): string[] {
  const problems: string[] = [];
  const complain = (pc: number, problem: string): void => {
    problems.push(`${proto.name}, pc ${pc} (line ${proto.lines[pc]}), ${proto.code[pc]?.op}: ${problem}`);
  };
  if (proto.registerCount > MAX_REGISTERS) problems.push(`${proto.name}: ${proto.registerCount} registers`);
  if (proto.code.length === 0 || !["RETURN", "LOOP"].includes(proto.code.at(-1)?.op ?? ""))
    problems.push(`${proto.name}: runs off its end`);
  if (proto.lines.length !== proto.code.length || proto.columns.length !== proto.code.length || proto.liveIn.length !== proto.code.length) {
    problems.push(`${proto.name}: tables of different lengths`);
  }
  for (const [pc, instruction] of proto.code.entries()) {
    checkOperands(proto, instruction, (problem) => complain(pc, problem));
    checkMultiple(proto, pc, (problem) => complain(pc, problem));
  }
  if (problems.length === 0) checkFlow(proto, complain);
  if (String(findLoopHeaders(proto.code)) !== String(proto.loopHeaders)) problems.push(`${proto.name}: wrong loop headers`);
  return [...problems, ...proto.protos.flatMap(verifyProto)];
}

function checkOperands(proto: Proto, instruction: Instruction, complain: (problem: string) => void): void {
  const info = OPCODES[opcodeIndex.get(instruction.op) as number];
  const limits: Partial<Record<OperandKind, number>> = {
    def: proto.registerCount,
    use: proto.registerCount,
    base: proto.registerCount + 1,
    constant: proto.constants.length,
    global: proto.globals.length,
    upvalue: proto.captures.length,
    proto: proto.protos.length,
    target: proto.code.length,
    count: ALL_RESULTS + 1,
    none: 1,
  };
  for (const field of ["a", "b", "c"] as const) {
    const kind: OperandKind | undefined = info?.[field];
    const value = instruction[field];
    const constant = kind === "rk" && (value & CONSTANT_FLAG) !== 0;
    const limit = constant ? CONSTANT_FLAG + proto.constants.length : kind === "rk" ? proto.registerCount : limits[kind as OperandKind];
    if (!(Number.isInteger(value) && value >= 0 && value < (limit as number))) complain(`operand ${field} = ${value} is no ${kind}`);
  }
  if (instruction.op === "CONCAT" && instruction.c < 2) complain("fewer than two operands");
  if (instruction.op === "VARARG" && !proto.usesVarargs) complain("the function keeps no varargs");
  if (instruction.op === "TFORCALL" && instruction.b < 1) complain("no results");
  for (const register of [...uses(instruction, proto), ...defs(instruction)]) {
    if (register >= proto.registerCount) complain(`register ${register} of ${proto.registerCount}`);
  }
}

/** Multiple results must be taken by the very next instruction, which must not be reachable otherwise. */
function checkMultiple(proto: Proto, pc: number, complain: (problem: string) => void): void {
  const { op, b } = proto.code[pc] as Instruction;
  const previous = proto.code[pc - 1];
  const takes = (op === "CALL" || op === "TAILCALL" || op === "RETURN" || op === "SETLIST") && (b & PLUS_MULTIPLE) !== 0;
  const gives = (previous?.op === "CALL" && previous.c === ALL_RESULTS) || (previous?.op === "VARARG" && previous.b === ALL_RESULTS);
  if (takes && !gives) complain("takes multiple results that nothing gives");
  if (!takes && gives) complain("multiple results get lost");
  if (takes && proto.code.some((instruction) => jumpTarget(instruction) === pc)) complain("takes multiple results, but is a jump's target");
}

function checkFlow(proto: Proto, complain: (pc: number, problem: string) => void): void {
  const { code, liveIn } = proto;
  const graph = buildControlFlowGraph(code);
  const recomputed = computeLiveness(code, proto, proto.registerCount, graph);
  for (const [pc, live] of recomputed.entries()) if (String(live) !== String(liveIn[pc])) complain(pc, "wrong liveness");
  for (const register of recomputed[0] ?? [])
    if (register >= proto.parameterCount) complain(0, `register ${register} is read before it is written`);

  for (const [pc, instruction] of code.entries()) {
    const target = jumpTarget(instruction);
    if (target === undefined) continue;
    if (isBackEdge(instruction) ? target > pc : target <= pc) complain(pc, "jumps in the wrong direction");
    const { op, a } = instruction;
    const dead = op === "FORPREP" ? [target, a + 3] : op === "FORLOOP" ? [pc + 1, a + 3] : op === "TFORLOOP" ? [pc + 1, a + 2] : undefined;
    if (dead && liveIn[dead[0] as number]?.includes(dead[1] as number))
      complain(pc, `register ${dead[1]} is only written on the way into the loop`);
  }
  for (const loop of graph.loops) {
    const members = new Set(loop.blocks);
    for (const index of loop.blocks) {
      const block = graph.blocks[index];
      if (index === loop.header || block === undefined) continue;
      if (block.predecessors.some((predecessor) => !members.has(predecessor))) complain(block.start, "enters a loop beside its header");
    }
  }
}
