// SPDX-License-Identifier: MIT
/**
 * Which results of arithmetic on ints are wanted as doubles, and nothing else: they are computed as such. That takes no test for overflow or -0,
 * and no conversion of the result, but of operands that are ints; those are often loop indices, or have been converted before.
 *
 *     1 / (ij * (ij - 1) * 0.5 + i)          the division wants a double, hence the sum, the products and ij - 1
 *
 * No program can tell (jit/semantics/values.ts): the double operation is the language's definition.
 */
import type { Instruction, OpcodeName } from "../../lang/bytecode.js";
import { jumpTarget } from "../../lang/cfg.js";
import { defs, uses } from "../../lang/liveness.js";
import { operandTypes } from "../semantics/arithmetic.js";
import { Seen } from "../semantics/feedback.js";
import { Type } from "../semantics/values.js";
import type { ProtoInfo } from "./context.js";
import { liveBefore } from "./live.js";

/** What works on ints if its operands are ints and its result is one. MOD is not among them: of doubles it is a division, a floor and a product. */
const onEither: ReadonlySet<OpcodeName> = new Set(["ADD", "SUB", "MUL", "DIV"]);

/** How far ahead one looks, and how many operations a value goes through. */
const mostInstructions = 24;
const mostOperations = 4;

/** Whether what the instruction at `pc` puts into its register is wanted as a double, by all that may ever use it. */
export function isWantedAsDouble(info: ProtoInfo, pc: number, operations = mostOperations): boolean {
  const { proto } = info;
  const register = (proto.code[pc] as Instruction).a;
  let wanted = false;
  for (let at = pc + 1; at < pc + mostInstructions && at < proto.code.length; at++) {
    if (!liveBefore(proto, at).includes(register)) return wanted;
    const instruction = proto.code[at] as Instruction;
    if (uses(instruction, proto).includes(register)) {
      if (!takesDouble(info, at, operations)) return false;
      wanted = true;
    }
    if (defs(instruction).includes(register)) return wanted;
    // Elsewhere it may be used in another way.
    if (jumpTarget(instruction) !== undefined) return false;
  }
  return false;
}

/** Whether the instruction at `pc` makes doubles of its operands. */
function takesDouble(info: ProtoInfo, pc: number, operations: number): boolean {
  const { op } = info.proto.code[pc] as Instruction;
  const seen = info.feedback(pc).bits;
  if (seen === 0 || seen & Seen.Generic) return false;
  if (op === "POW") return true;
  if (!onEither.has(op)) return false;
  const { x, y } = operandTypes(seen);
  if (x !== Type.Int || y !== Type.Int || (seen & Seen.Overflow) !== 0) return true;
  // Quotients have been exact: (a - b) / 2 of a loop over ints is one.
  return op !== "DIV" && operations > 0 && isWantedAsDouble(info, pc, operations - 1);
}
