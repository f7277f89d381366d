// SPDX-License-Identifier: MIT
/**
 * The step of a numeric `for` is mostly a constant, which the instruction before FORPREP loads. Code that is entered within the loop finds
 * it in a register, and still knows it: nothing else writes that register.
 */
import { CONSTANT_FLAG, type Instruction, type Proto } from "../../lang/bytecode.js";

/** Of the numeric loops around `pc`: the register of the step, and the number of its constant. */
export function constantSteps({ code }: Proto, pc: number): ReadonlyMap<number, number> {
  const steps = new Map<number, number>();
  for (let at = 1; at < pc; at++) {
    const { op, a, c: end } = code[at] as Instruction;
    const before = code[at - 1] as Instruction;
    if (op !== "FORPREP" || pc >= end || before.op !== "MOVE" || before.a !== a + 2) continue;
    if (before.b & CONSTANT_FLAG) steps.set(a + 2, before.b & ~CONSTANT_FLAG);
  }
  return steps;
}
