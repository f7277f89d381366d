// SPDX-License-Identifier: MIT
/** Control flow of a function's bytecode: basic blocks, edges, natural loops. */
import { type Instruction, OPCODES, type OpcodeInfo, opcodeIndex } from "./bytecode.js";

export interface BasicBlock {
  readonly index: number;
  /** Instructions start ≤ pc < end. */
  readonly start: number;
  readonly end: number;
  /** Indexes of blocks; of a conditional jump, the fall-through comes first. */
  readonly successors: readonly number[];
  readonly predecessors: readonly number[];
}

/** The blocks from which the back edges to a header come, and all blocks between. */
export interface NaturalLoop {
  /** The header's block. */
  readonly header: number;
  /** All blocks of the loop, header included, ascending. */
  readonly blocks: readonly number[];
  /** The blocks that end with a back edge. */
  readonly latches: readonly number[];
  /** The innermost loop around this one, as an index into ControlFlowGraph.loops; -1 for none. */
  readonly parent: number;
}

export interface ControlFlowGraph {
  /** In order of their code; block 0 is the entry. */
  readonly blocks: readonly BasicBlock[];
  /** Instruction index → index of its block. */
  readonly blockOf: Uint32Array;
  /** Outer loops before inner ones, in order of their headers. Loops with the same header are one. */
  readonly loops: readonly NaturalLoop[];
}

function infoOf(instruction: Instruction): OpcodeInfo {
  return OPCODES[opcodeIndex.get(instruction.op) as number] as OpcodeInfo;
}

/** The instruction index that the instruction may jump to, if it is a jump. */
export function jumpTarget(instruction: Instruction): number | undefined {
  return infoOf(instruction).c === "target" ? instruction.c : undefined;
}

/** Whether control may continue at the next instruction. */
export function fallsThrough(instruction: Instruction): boolean {
  return instruction.op !== "JMP" && instruction.op !== "LOOP" && instruction.op !== "RETURN" && instruction.op !== "TAILCALL";
}

/** The instruction is the back edge of a loop. */
export function isBackEdge(instruction: Instruction): boolean {
  return instruction.op === "LOOP" || instruction.op === "FORLOOP" || instruction.op === "TFORLOOP";
}

/** The instructions that may come after the one at `pc`, fall-through first. */
export function successorsOf(code: readonly Instruction[], pc: number): number[] {
  const instruction = code[pc] as Instruction;
  const next = fallsThrough(instruction) ? [pc + 1] : [];
  const target = jumpTarget(instruction);
  if (target !== undefined && target !== next[0]) next.push(target);
  return next;
}

/** Targets of back edges, ascending. */
export function findLoopHeaders(code: readonly Instruction[]): number[] {
  const headers = new Set<number>();
  for (const instruction of code) if (isBackEdge(instruction)) headers.add(instruction.c);
  return [...headers].sort((a, b) => a - b);
}

function findLeaders(code: readonly Instruction[]): number[] {
  const leader = new Uint8Array(code.length + 1);
  leader[0] = 1;
  for (const [pc, instruction] of code.entries()) {
    const target = jumpTarget(instruction);
    if (target !== undefined) leader[target] = 1;
    if (target !== undefined || !fallsThrough(instruction)) leader[pc + 1] = 1;
  }
  const leaders: number[] = [];
  for (let pc = 0; pc < code.length; pc++) if (leader[pc]) leaders.push(pc);
  return leaders;
}

/** Builds the graph of a function's code. */
export function buildControlFlowGraph(code: readonly Instruction[]): ControlFlowGraph {
  const leaders = findLeaders(code);
  const blockOf = new Uint32Array(code.length);
  const blocks = leaders.map((start, index) => {
    const end = leaders[index + 1] ?? code.length;
    blockOf.fill(index, start, end);
    return { index, start, end, successors: [] as number[], predecessors: [] as number[] };
  });
  for (const block of blocks) {
    for (const pc of successorsOf(code, block.end - 1)) {
      const successor = blocks[blockOf[pc] as number];
      block.successors.push(successor?.index as number);
      successor?.predecessors.push(block.index);
    }
  }
  return { blocks, blockOf, loops: findLoops(code, blocks, blockOf) };
}

/** The code is reducible: what reaches a back edge without passing the header is the loop. */
function findLoops(code: readonly Instruction[], blocks: readonly BasicBlock[], blockOf: Uint32Array): NaturalLoop[] {
  const latchesOf = new Map<number, number[]>();
  for (const block of blocks) {
    const last = code[block.end - 1] as Instruction;
    if (!isBackEdge(last)) continue;
    const header = blockOf[last.c] as number;
    latchesOf.set(header, [...(latchesOf.get(header) ?? []), block.index]);
  }
  const found = [...latchesOf].map(([header, latches]) => ({ header, latches, members: loopMembers(blocks, header, latches) }));
  // A loop inside another one has a later header, as headers come first in their loops.
  found.sort((a, b) => a.header - b.header);
  return found.map(({ header, latches, members }, index) => {
    const outer = found.slice(0, index).findLastIndex((other) => other.members.has(header));
    return { header, latches, blocks: [...members].sort((a, b) => a - b), parent: outer };
  });
}

function loopMembers(blocks: readonly BasicBlock[], header: number, latches: readonly number[]): Set<number> {
  const members = new Set([header]);
  const pending = [...latches];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (members.has(block)) continue;
    members.add(block);
    pending.push(...(blocks[block]?.predecessors ?? []));
  }
  return members;
}
