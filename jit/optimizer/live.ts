// SPDX-License-Identifier: MIT
/** Which registers a frame state has to mention. */
import type { Instruction, Proto } from "../../lang/bytecode.js";
import { defs } from "../../lang/liveness.js";

export const liveBefore = (proto: Proto, pc: number): readonly number[] => proto.liveIn[pc] as readonly number[];

const cache = new WeakMap<Proto, Map<number, readonly number[]>>();

/** Live once the call at `pc` has returned, without its results: those arrive with the return. */
export function liveAfterCall(proto: Proto, pc: number): readonly number[] {
  let byPc = cache.get(proto);
  if (byPc === undefined) {
    byPc = new Map();
    cache.set(proto, byPc);
  }
  let live = byPc.get(pc);
  if (live === undefined) {
    const call = proto.code[pc] as Instruction;
    const results = new Set(defs(call));
    // Nothing comes after a tail call.
    const next = call.op === "TAILCALL" ? [] : (proto.liveIn[pc + 1] as readonly number[]);
    live = next.filter((register) => !results.has(register));
    byPc.set(pc, live);
  }
  return live;
}

const CALLS: ReadonlySet<string> = new Set(["CALL", "TAILCALL", "TFORCALL"]);

/**
 * What an interpreter frame has to keep for as long as `pc` executes. A call has been given its arguments, so that they live no longer than
 * the callee wants.
 */
export const liveDuring = (proto: Proto, pc: number): readonly number[] =>
  CALLS.has((proto.code[pc] as Instruction).op) ? liveAfterCall(proto, pc) : liveBefore(proto, pc);
