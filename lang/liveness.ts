// SPDX-License-Identifier: MIT
/** Which registers each instruction reads and writes, and which ones hold something that may still be read. */
import { ALL_RESULTS, CONSTANT_FLAG, type Instruction, OPCODES, type OpcodeInfo, type Proto } from "./bytecode.js";
import { buildControlFlowGraph, type ControlFlowGraph } from "./cfg.js";

const FIXED_COUNT = 0x7fff;

/** What `uses` needs of a proto: CLOSURE reads the registers that the new closure captures. */
type Children = Pick<Proto, "protos">;

const FIELDS = ["a", "b", "c"] as const;
/** Opcode → the fields that are single registers, read or written. */
const readFields = new Map<string, readonly (typeof FIELDS)[number][]>();
const writtenFields = new Map<string, readonly (typeof FIELDS)[number][]>();
for (const info of OPCODES as readonly OpcodeInfo[]) {
  readFields.set(
    info.name,
    FIELDS.filter((field) => info[field] === "use" || info[field] === "rk"),
  );
  writtenFields.set(
    info.name,
    FIELDS.filter((field) => info[field] === "def"),
  );
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** The registers that an instruction may read. */
export function uses(instruction: Instruction, proto: Children): number[] {
  const { op, a, b, c } = instruction;
  switch (op) {
    case "SETLIST":
      return range(a, 1 + (b & FIXED_COUNT));
    case "CONCAT":
      return range(b, c);
    case "FORPREP":
    case "FORLOOP":
    case "TFORCALL":
      return range(a, 3);
    case "TFORLOOP":
      return [a + 3];
    case "CALL":
    case "TAILCALL":
      return range(a, 1 + (b & FIXED_COUNT));
    case "RETURN":
      return range(a, b & FIXED_COUNT);
    case "CLOSURE": {
      const captures = proto.protos[b]?.captures ?? [];
      return captures.filter((capture) => capture.from === "local").map((capture) => capture.index);
    }
    default:
      return (readFields.get(op) ?? []).map((field) => instruction[field]).filter((register) => register < CONSTANT_FLAG);
  }
}

/**
 * The registers that an instruction writes. Two are only written if control continues at the loop's body, and are dead otherwise:
 * R[A+3] of FORPREP and FORLOOP, R[A+2] of TFORLOOP.
 */
export function defs(instruction: Instruction): number[] {
  const { op, a, b, c } = instruction;
  switch (op) {
    case "FORPREP":
      return range(a, 4);
    case "FORLOOP":
      return [a, a + 3];
    case "TFORCALL":
      return range(a + 3, b);
    case "TFORLOOP":
      return [a + 2];
    case "CALL":
      return c === ALL_RESULTS ? [] : range(a, c);
    case "VARARG":
      return b === ALL_RESULTS ? [] : range(a, b);
    default:
      return (writtenFields.get(op) ?? []).map((field) => instruction[field]);
  }
}

/** A set of registers, 32 to a word. */
class RegisterSet {
  constructor(readonly words: Uint32Array) {}

  add(register: number): void {
    this.words[register >>> 5] = (this.words[register >>> 5] as number) | (1 << (register & 31));
  }

  delete(register: number): void {
    this.words[register >>> 5] = (this.words[register >>> 5] as number) & ~(1 << (register & 31));
  }

  /** Returns whether this set has grown. */
  addAll(other: RegisterSet): boolean {
    let grown = false;
    for (let index = 0; index < this.words.length; index++) {
      const before = this.words[index] as number;
      const after = (before | (other.words[index] as number)) >>> 0;
      if (after !== before) grown = true;
      this.words[index] = after;
    }
    return grown;
  }

  toArray(): number[] {
    const registers: number[] = [];
    for (const [index, word] of this.words.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) registers.push(index * 32 + (31 - Math.clz32(rest & -rest)));
    }
    return registers;
  }
}

/**
 * Computes Proto.liveIn.
 *
 * @param graph the code's control flow, if the caller has it already
 */
export function computeLiveness(
  code: readonly Instruction[],
  proto: Children,
  registerCount: number,
  graph: ControlFlowGraph = buildControlFlowGraph(code),
): (readonly number[])[] {
  const wordCount = (registerCount + 31) >>> 5;
  const emptySet = (): RegisterSet => new RegisterSet(new Uint32Array(wordCount));
  const read = code.map((instruction) => uses(instruction, proto));
  const written = code.map(defs);
  const liveAtStart = graph.blocks.map(emptySet);

  const liveAtEnd = (successors: readonly number[]): RegisterSet => {
    const live = emptySet();
    for (const successor of successors) live.addAll(liveAtStart[successor] as RegisterSet);
    return live;
  };
  const stepBack = (live: RegisterSet, pc: number): void => {
    for (const register of written[pc] as number[]) live.delete(register);
    for (const register of read[pc] as number[]) live.add(register);
  };

  // Backwards to a fixed point; a block is looked at again when a successor's set has grown.
  const pending = graph.blocks.map((block) => block.index);
  const isPending = new Uint8Array(graph.blocks.length).fill(1);
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    isPending[index] = 0;
    const block = graph.blocks[index] as ControlFlowGraph["blocks"][number];
    const live = liveAtEnd(block.successors);
    for (let pc = block.end - 1; pc >= block.start; pc--) stepBack(live, pc);
    if (!(liveAtStart[index] as RegisterSet).addAll(live)) continue;
    for (const predecessor of block.predecessors) {
      if (isPending[predecessor]) continue;
      isPending[predecessor] = 1;
      pending.push(predecessor);
    }
  }

  const liveIn: (readonly number[])[] = new Array(code.length);
  for (const block of graph.blocks) {
    const live = liveAtEnd(block.successors);
    for (let pc = block.end - 1; pc >= block.start; pc--) {
      stepBack(live, pc);
      liveIn[pc] = live.toArray();
    }
  }
  return liveIn;
}
