// SPDX-License-Identifier: MIT
/** Which registers a frame state has to mention. */
import type { Instruction, Proto } from "../../lang/bytecode.js";
import { successorsOf } from "../../lang/cfg.js";
import { defs } from "../../lang/liveness.js";
import type { Value } from "../semantics/values.js";
import type { Environment } from "./environment.js";
import { waitingResults } from "./results.js";

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

/** The closure that an activation runs, if nothing of that existed when it was called: what it has captured is known by it. */
export const virtualClosure = ({ activation: { closure } }: Environment): readonly Value[] =>
  closure.representation === "virtual" ? [closure] : [];

/** The values that are needed when `pc` of the innermost activation is about to be executed, in all activations. */
export function liveRoots(environment: Environment, pc: number): Value[] {
  const roots = liveBefore(environment.activation.info.proto, pc).map((register) => environment.get(register));
  roots.push(...(waitingResults(environment, pc) ?? []).map((value) => environment.resolve(value)));
  for (let at: Environment | undefined = environment; at !== undefined; at = at.parent)
    roots.push(...virtualClosure(at).map((closure) => environment.resolve(closure)));
  for (let { activation, parent } = environment; parent !== undefined; { activation, parent } = parent) {
    const outer = parent;
    roots.push(...liveAfter(outer.activation.info.proto, activation.callPc).map((register) => outer.get(register)));
  }
  return roots;
}
