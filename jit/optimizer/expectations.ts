// SPDX-License-Identifier: MIT
/**
 * What the next instructions want of a value. Loads do not note which types they have brought; arithmetic, comparisons and accesses do, of
 * their operands. So where one of those comes after a load, the load itself is guarded for what it has seen:
 *
 *     R = a[i]          guard: a double. That it is not nil, which would have to be asked of a metatable, need not be tested as well
 *     sum = sum + R     no guard
 */
import type { Instruction, OpcodeName } from "../../lang/bytecode.js";
import { jumpTarget } from "../../lang/cfg.js";
import { defs, uses } from "../../lang/liveness.js";
import type { Layout } from "../layout.js";
import { operandTypes } from "../semantics/arithmetic.js";
import { Seen, SeenIndex } from "../semantics/feedback.js";
import { Type } from "../semantics/values.js";
import type { ProtoInfo } from "./context.js";

export interface Expectation {
  /** Type bits: numbers, or tables. */
  readonly types: number;
  /** The instruction that wants them. */
  readonly pc: number;
}

/** The fields that hold the operands of what works on numbers. */
const numbers: Partial<Record<OpcodeName, readonly ["a" | "b", "b" | "c"]>> = {
  ADD: ["b", "c"],
  SUB: ["b", "c"],
  MUL: ["b", "c"],
  DIV: ["b", "c"],
  MOD: ["b", "c"],
  POW: ["b", "c"],
  JLT: ["a", "b"],
  JNLT: ["a", "b"],
  JLE: ["a", "b"],
  JNLE: ["a", "b"],
};

/** The field that holds the table. */
const tables: Partial<Record<OpcodeName, "a" | "b">> = { GETINDEX: "b", SETINDEX: "a", GETFIELD: "b", SETFIELD: "a" };

/** How far ahead one looks. */
const mostInstructions = 24;

/** What is wanted of the value that the instruction at `pc` puts into `register`, if that will be asked in any case. */
export function expectationOf(info: ProtoInfo, layout: Layout, pc: number, register: number): Expectation | undefined {
  const { proto } = info;
  for (let at = pc + 1; at < pc + mostInstructions; at++) {
    const instruction = proto.code[at] as Instruction;
    if (uses(instruction, proto).includes(register)) {
      const types = wantedTypes(instruction, layout, info.feedback(at).bits, register);
      if (types !== undefined) return types === 0 ? undefined : { types, pc: at };
    }
    if (jumpTarget(instruction) !== undefined || instruction.op === "RETURN" || defs(instruction).includes(register)) return undefined;
  }
  return undefined;
}

/** 0: it could be anything. Undefined: the instruction takes anything there. */
function wantedTypes(instruction: Instruction, layout: Layout, seen: number, register: number): number | undefined {
  const { op } = instruction;
  const operands = numbers[op];
  if (operands !== undefined) {
    if (seen & Seen.Generic) return 0;
    const { x, y } = operandTypes(seen);
    const [left, right] = operands.map((field) => instruction[field] === register);
    return (left ? x : 0) | (right ? y : 0);
  }
  const field = tables[op];
  if (field === undefined || instruction[field] !== register) return undefined;
  const others = op === "GETINDEX" || op === "SETINDEX" ? SeenIndex.Generic : layout.fieldFeedback.other;
  return seen === 0 || seen & others ? 0 : Type.Table;
}
