// SPDX-License-Identifier: MIT
/**
 * Where a virtual coroutine is suspended: in one yield, or in one of several, where ways meet that come from different ones.
 *
 *     if i % 2 == 0 then yield(i) else yield(-i) end        behind the call, and so at the header of the loop that calls: one of both
 *
 * Then which one is a value as others are, the pc of the yield, and each register that is live behind any of them is one, too; on a way that
 * comes from another yield it has a number that nobody reads.
 */
import type { Ir, IrValue } from "../ir.js";
import { constantValue, type Value } from "../semantics/values.js";
import type { Environment } from "./environment.js";
import { liveAfter } from "./live.js";
import type { VirtualCoroutine, VirtualObject } from "./objects.js";
import type { Walker } from "./walker.js";

/** More yields than this, and a coroutine has a stack: a call of it has a body for each. */
const mostYields = 4;

/** The pcs of the yields in one of which it is suspended. */
export const yieldsOf = ({ at, several }: VirtualCoroutine): readonly number[] => (typeof at === "number" ? [at] : (several ?? []));

/** The registers of its body that it has values for, in the order of these. */
export function suspendedRegisters(coroutine: VirtualCoroutine): readonly number[] {
  const live = new Set(yieldsOf(coroutine).flatMap((pc) => liveAfter(coroutine.info.proto, pc)));
  return [...live].sort((a, b) => a - b);
}

/** The values of registers, by their numbers. */
export function suspendedValues(coroutine: VirtualCoroutine): ReadonlyMap<number, Value> {
  const values = coroutine.parts.slice(coroutine.at === "several" ? 2 : 1);
  return new Map(suspendedRegisters(coroutine).map((register, index) => [register, values[index] as Value]));
}

/** The pc of the yield, where it is in one of several. */
export function selector(w: Walker, { parts }: VirtualCoroutine): IrValue {
  return w.asInt(w.environment.resolve(parts[1] as Value)).ir;
}

const number = (ir: Ir, value: number): Value => constantValue(ir, ir.layout.tags.int | BigInt(value));

/** The same coroutine as one that may be suspended in any of `pcs`, which are more than one. */
function asOneOf(ir: Ir, coroutine: VirtualCoroutine, pcs: readonly number[]): VirtualCoroutine {
  const which = coroutine.at === "several" ? (coroutine.parts[1] as Value) : number(ir, coroutine.at as number);
  const known = suspendedValues(coroutine);
  const described: VirtualCoroutine = { ...coroutine, at: "several", several: pcs };
  const values = suspendedRegisters(described).map((register) => known.get(register) ?? number(ir, 0));
  return { ...described, parts: [coroutine.parts[0] as Value, which, ...values] };
}

/** All the yields of coroutines of one function that are suspended; undefined if they are not, or in too many. */
export function allYields(objects: readonly (VirtualObject | undefined)[], more: readonly number[] = []): readonly number[] | undefined {
  const [first] = objects;
  const pcs = new Set(more);
  for (const object of objects) {
    if (first?.kind !== "coroutine" || object?.kind !== "coroutine" || object.info.id !== first.info.id) return undefined;
    const own = yieldsOf(object);
    if (own.length === 0) return undefined;
    for (const pc of own) pcs.add(pc);
  }
  return pcs.size > mostYields ? undefined : [...pcs].sort((a, b) => a - b);
}

/** From here on, where it is suspended is one of `pcs`, as far as is known. */
export function widen(ir: Ir, environment: Environment, identity: object, pcs: readonly number[]): void {
  const object = environment.virtuals.get(identity);
  if (object?.kind === "coroutine" && pcs.length > 1) environment.virtuals.set(identity, asOneOf(ir, object, pcs));
}
