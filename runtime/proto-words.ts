// SPDX-License-Identifier: MIT
/**
 * The numbers by which the native side knows what lang/ has names for, in both directions.
 *
 *     {op: "ADD", a: 2, b: 0, c: 0x8001}   ⇄   0x8001_0000_0002_000f   (C B A op)
 */
import { type Capture, type Instruction, OPCODES, type OpcodeName, type OperandName, opcodeIndex } from "../lang/bytecode.js";

/** In the order of native/language/object.h. */
export const CAPTURE_ORIGINS: readonly Capture["from"][] = ["local", "upvalue", "self"];
/** In the order of native/language/proto.h. */
export const OPERAND_KINDS: readonly OperandName["kind"][] = ["local", "global", "field", "upvalue", "method"];

/** One instruction as its 64-bit word. */
export function encodeInstruction(instruction: Instruction): bigint {
  const op = opcodeIndex.get(instruction.op);
  if (op === undefined) throw new RangeError(`no opcode named ${instruction.op}`);
  const low = (instruction.a & 0xffff) * 0x10000 + op;
  const high = (instruction.c & 0xffff) * 0x10000 + (instruction.b & 0xffff);
  return (BigInt(high) << 32n) | BigInt(low);
}

export function decodeInstructions(code: BigUint64Array): Instruction[] {
  const fields = new Uint16Array(code.buffer, code.byteOffset, code.length * 4);
  const field = (index: number): number => fields[index] as number;
  return Array.from(code, (_, pc) => {
    const at = pc * 4;
    return { op: OPCODES[field(at)]?.name as OpcodeName, a: field(at + 1), b: field(at + 2), c: field(at + 3) };
  });
}

/** Language strings hold one byte a character. */
export const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
export const textOf = (bytes: Buffer): string => bytes.toString("latin1");
