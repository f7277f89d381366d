// SPDX-License-Identifier: MIT
/** Prototypes as lang/ makes them, turned into the words and buffers that the native side takes. */
import { liveDuring } from "../jit/optimizer/live.js";
import { type Constant, PLUS_MULTIPLE, type Proto } from "../lang/bytecode.js";
import type { CompiledFunction } from "./compiled-chunk.js";
import type { NativeProto } from "./native.js";
import { bytesOf, CAPTURE_ORIGINS, encodeInstruction, OPERAND_KINDS } from "./proto-words.js";

/** Instructions whose B says whether the results of the one before belong to them. */
const TAKES_MULTIPLE: ReadonlySet<string> = new Set(["CALL", "TAILCALL", "RETURN", "SETLIST"]);

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

/** @param nested the nested prototypes' indexes in the chunk, in the order of `proto.protos`. */
function toNativeProto(proto: Proto, nested: readonly number[]): NativeProto {
  const names = new Map<string, number>();
  const operandNames = new Uint32Array(proto.operandNames.length * 4);
  proto.operandNames.forEach(({ pc, register, kind, name }, i) => {
    const index = names.get(name) ?? names.size;
    names.set(name, index);
    operandNames.set([pc, register, OPERAND_KINDS.indexOf(kind), index], i * 4);
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
    captures: Uint16Array.from(proto.captures.flatMap(({ from, index, cell }) => [CAPTURE_ORIGINS.indexOf(from), index, cell ? 1 : 0])),
    lines: proto.lines,
    liveness: encodeLiveness(proto),
    operandNames,
    nameStrings: [...names.keys()].map(bytesOf),
  };
}

/** A prototype and all nested ones, children first. */
export function toCompiledChunk(main: Proto): CompiledFunction[] {
  const chunk: CompiledFunction[] = [];
  const append = (proto: Proto): number => {
    const nested = proto.protos.map(append);
    return chunk.push({ proto, native: toNativeProto(proto, nested) }) - 1;
  };
  append(main);
  return chunk;
}
