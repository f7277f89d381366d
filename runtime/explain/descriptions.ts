// SPDX-License-Identifier: MIT
/** Bits, numbers and registers as words: what feedback has seen, which types a value has, where it lives. */
import { Seen, SeenCall, SeenFor, SeenGlobal, SeenIndex, SeenLength } from "../../jit/semantics/feedback.js";
import { type Representation, Type } from "../../jit/semantics/values.js";
import type { OpcodeName, Proto } from "../../lang/bytecode.js";
import type { RecordedFeedback } from "../code-record.js";
import type { StackmapValue } from "../native.js";

type Words = readonly (readonly [bits: number, word: string])[];

const ARITHMETIC: Words = [
  [Seen.IntInt, "int int"],
  [Seen.DoubleDouble, "double double"],
  [Seen.IntDouble, "int double"],
  [Seen.DoubleInt, "double int"],
  [Seen.Overflow, "overflow"],
  [Seen.Generic, "other types"],
];
const INDEX: Words = [
  [SeenIndex.Array, "array[int]"],
  [SeenIndex.Append, "append"],
  [SeenIndex.OutOfBounds, "out of bounds"],
  [SeenIndex.DoubleKey, "double key"],
  [SeenIndex.DoubleOutside, "double out of bounds"],
  [SeenIndex.OtherKey, "other key"],
  [SeenIndex.Generic, "not a table"],
  [SeenIndex.Metatable, "metatable"],
  [SeenIndex.WithMetatable, "table with metatable"],
];
const CALL: Words = [
  [SeenCall.SameCode, "several closures"],
  [SeenCall.Polymorphic, "polymorphic"],
  [SeenCall.Generic, "not a function"],
  [SeenCall.Megamorphic, "megamorphic"],
];
const LENGTH: Words = [
  [SeenLength.Table, "table"],
  [SeenLength.String, "string"],
  [SeenLength.Generic, "other types"],
];
const FOR: Words = [
  [SeenFor.Int, "int"],
  [SeenFor.Double, "double"],
  [SeenFor.Generic, "other types"],
  [SeenFor.Beyond, "no round"],
];

const FAMILIES: Partial<Record<OpcodeName, Words>> = {
  GETINDEX: INDEX,
  SETINDEX: INDEX,
  CALL,
  TAILCALL: CALL,
  TFORCALL: CALL,
  LEN: LENGTH,
  FORPREP: FOR,
  GETGLOBAL: [[SeenGlobal.Metatable, "metatable"]],
  SETGLOBAL: [[SeenGlobal.Metatable, "metatable"]],
};
for (const op of ["ADD", "SUB", "MUL", "DIV", "MOD", "POW", "UNM", "JEQ", "JNE", "JLT", "JNLT", "JLE", "JNLE"] as const)
  FAMILIES[op] = ARITHMETIC;
/** They work alike on everything, so nothing is noted. */
const WITHOUT: ReadonlySet<OpcodeName> = new Set(
  "MOVE GETUPVAL GETUPCELL SETUPCELL NEWCELL GETCELL SETCELL NEWTABLE SETLIST NOT CONCAT JMP LOOP JIF JIFNOT FORLOOP TFORLOOP RETURN VARARG CLOSURE".split(
    " ",
  ) as OpcodeName[],
);

const wordsOf = (words: Words, bits: number): string[] => words.filter(([bit]) => bits & bit).map(([, word]) => word);

/** "int int, overflow"; "never" when the instruction has not run, "" when nothing is ever noted of it. */
export function feedbackText(op: OpcodeName, { bits, callees, shapes, fields }: RecordedFeedback): string {
  if (bits === 0) return WITHOUT.has(op) || op === "GETGLOBAL" || op === "SETGLOBAL" ? "" : "never";
  const words = [...wordsOf(FAMILIES[op] ?? [], bits), ...fields];
  if (shapes > 0) words.unshift(shapes === 1 ? "1 shape" : `${shapes} shapes`);
  if (callees.length > 0) words.unshift(callees.join(" | "));
  return words.join(", ");
}

const TYPES: Words = [
  [Type.Number, "number"],
  [Type.Int, "int"],
  [Type.Double, "double"],
  [Type.Nil, "nil"],
  [Type.Boolean, "boolean"],
  [Type.String, "string"],
  [Type.Table, "table"],
  [Type.Function, "function"],
  [Type.Other, "other"],
];

/** "int | nil", "any". */
export function typeText(type: number): string {
  if (type === Type.Any) return "any";
  let rest = type;
  const words: string[] = [];
  for (const [bits, word] of TYPES) {
    if ((rest & bits) !== bits) continue;
    words.push(word);
    rest &= ~bits;
  }
  return words.join(" | ") || "nothing";
}

/** How a value of a type is held: "int32", "double", "boxed table". */
export function valueText(representation: Representation, type: number): string {
  if (representation === "boxed") return type === Type.Any ? "boxed" : `boxed ${typeText(type)}`;
  const virtual = type === Type.Table ? "virtual table" : type === Type.Function ? "virtual function" : "virtual cell";
  return { int: "int32", double: "double", bool: "bit", virtual }[representation];
}

/** By DWARF number, x86-64. */
const REGISTERS = "rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rip".split(" ");

export function registerName(dwarf: number): string {
  if (dwarf >= 17 && dwarf <= 32) return `xmm${dwarf - 17}`;
  return REGISTERS[dwarf] ?? `register ${dwarf}`;
}

/** "rbx", "[rsp+16]", "7". */
export function locationText({ kind, register = 0, offset = 0, constant = 0n }: StackmapValue): string {
  const sum = offset === 0 ? "" : offset < 0 ? `${offset}` : `+${offset}`;
  switch (kind) {
    case "register":
      return registerName(register);
    case "address":
      return `${registerName(register)}${sum}`;
    case "memory":
      return `[${registerName(register)}${sum}]`;
    case "constant":
      return `${BigInt.asIntN(64, constant)}`;
  }
}

/** What the program calls a register at an instruction; "" for a temporary. */
export function variableName({ locals }: Proto, register: number, pc: number): string {
  return locals.findLast((local) => local.register === register && local.start <= pc && pc < local.end)?.name ?? "";
}

/** Text of programs holds a character a byte. */
export const utf8 = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");
