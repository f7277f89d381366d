// SPDX-License-Identifier: MIT
/**
 * Prototypes as lang/ makes them, turned into the words and buffers that the native side takes.
 *
 *     {op: "ADD", a: 2, b: 0, c: 0x8001}   →   0x8001_0000_0002_000f   (C B A op)
 */
import { liveDuring } from "../jit/optimizer/live.js";
import type { Capture, Constant, Instruction, OperandName, Proto } from "../lang/bytecode.js";
import { opcodeIndex, PLUS_MULTIPLE } from "../lang/bytecode.js";
import type { NativeProto } from "./native.js";

const CAPTURE_FROM: Readonly<Record<Capture["from"], number>> = { local: 0, upvalue: 1, self: 2 };
/** Instructions whose B says whether the results of the one before belong to them. */
const TAKES_MULTIPLE: ReadonlySet<string> = new Set(["CALL", "TAILCALL", "RETURN", "SETLIST"]);
const OPERAND_KIND: Readonly<Record<OperandName["kind"], number>> = { local: 0, global: 1, field: 2, upvalue: 3, method: 4 };

/** One instruction as its 64-bit word. */
export function encodeInstruction(instruction: Instruction): bigint {
  const op = opcodeIndex.get(instruction.op);
  if (op === undefined) throw new RangeError(`no opcode named ${instruction.op}`);
  const low = (instruction.a & 0xffff) * 0x10000 + op;
  const high = (instruction.c & 0xffff) * 0x10000 + (instruction.b & 0xffff);
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Language strings hold one byte a character. */
export const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");

const encodeConstant = (constant: Constant): NativeProto["constants"][number] =>
  typeof constant === "object" && constant !== null ? bytesOf(constant.string) : constant;

/** Registers before the words of an instruction in NativeProto.liveness are full, which has one more bit. */
const liveWords = (registerCount: number): number => Math.floor(registerCount / 32) + 1;

/**
 * For each instruction the registers that a frame needs while it executes, as bits; and behind them one for whether it takes all results of the
 * instruction before.
 */
function encodeLiveness(proto: Proto): Uint32Array {
  const { code, registerCount } = proto;
  const stride = liveWords(registerCount);
  const words = new Uint32Array(code.length * stride);
  for (const [pc, { op, b }] of code.entries()) {
    const bits = [...liveDuring(proto, pc)];
    if (TAKES_MULTIPLE.has(op) && b & PLUS_MULTIPLE) bits.push(registerCount);
    for (const bit of bits) words[pc * stride + (bit >>> 5)]! |= 1 << (bit & 31);
  }
  return words;
}

/** @param nested the ids under which the nested prototypes have been added, in the order of `proto.protos`. */
export function toNativeProto(proto: Proto, nested: readonly number[]): NativeProto {
  const names = new Map<string, number>();
  const operandNames = new Uint32Array(proto.operandNames.length * 4);
  proto.operandNames.forEach(({ pc, register, kind, name }, i) => {
    const index = names.get(name) ?? names.size;
    names.set(name, index);
    operandNames.set([pc, register, OPERAND_KIND[kind], index], i * 4);
  });
  return {
    name: proto.name,
    source: bytesOf(proto.source),
    line: proto.line,
    parameterCount: proto.parameterCount,
    usesVarargs: proto.usesVarargs,
    registerCount: proto.registerCount,
    code: BigUint64Array.from(proto.code, encodeInstruction),
    constants: proto.constants.map(encodeConstant),
    globals: proto.globals.map(bytesOf),
    protos: [...nested],
    captures: Uint16Array.from(proto.captures.flatMap(({ from, index, cell }) => [CAPTURE_FROM[from], index, cell ? 1 : 0])),
    lines: proto.lines,
    liveness: encodeLiveness(proto),
    operandNames,
    nameStrings: [...names.keys()].map(bytesOf),
  };
}

/** Adds a prototype and all nested ones, children first. Calls `added` for each with its id; returns the outermost's id. */
export function addProtos(proto: Proto, add: (native: NativeProto) => number, added?: (id: number, proto: Proto) => void): number {
  const nested = proto.protos.map((child) => addProtos(child, add, added));
  const id = add(toNativeProto(proto, nested));
  added?.(id, proto);
  return id;
}
