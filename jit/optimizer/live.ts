// SPDX-License-Identifier: MIT
/** Which registers a frame state has to mention. */
import type { Instruction, Proto } from "../../lang/bytecode.js";
import { successorsOf } from "../../lang/cfg.js";
import { defs } from "../../lang/liveness.js";

export const liveBefore = (proto: Proto, pc: number): readonly number[] => proto.liveIn[pc] as readonly number[];

const cache = new WeakMap<Proto, Map<number, readonly number[]>>();

/** Live once the instruction at `pc`, a call or another, is completed by what arrives: without the registers that it goes to. */
export function liveAfter(proto: Proto, pc: number): readonly number[] {
  let byPc = cache.get(proto);
  if (byPc === undefined) {
    byPc = new Map();
    cache.set(proto, byPc);
  }
  let live = byPc.get(pc);
  if (live === undefined) {
    const results = new Set(defs(proto.code[pc] as Instruction));
    const next = new Set(successorsOf(proto.code, pc).flatMap((successor) => proto.liveIn[successor] as readonly number[]));
    live = [...next].filter((register) => !results.has(register)).sort((a, b) => a - b);
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
  CALLS.has((proto.code[pc] as Instruction).op) ? liveAfter(proto, pc) : liveBefore(proto, pc);
