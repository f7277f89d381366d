// SPDX-License-Identifier: MIT
/**
 * Who is called: what is known of a call's callee before the call is made, and how it is told apart.
 *
 * A callee may be a constant (a method found through a known shape), one of several constants, or what feedback has seen. Of several,
 * each gets its own way with its own inlined body; the ways meet after the call.
 */
import type { IrBlock, IrValue } from "../ir.js";
import { SeenCall } from "../semantics/feedback.js";
import { PathEnds } from "../semantics/machine.js";
import { pointerOf, Type, testType, type Value } from "../semantics/values.js";
import type { Callee, ProtoInfo } from "./context.js";
import type { Activation, Environment } from "./environment.js";
import { liveBefore } from "./live.js";
import { type Edge, mergeEdges } from "./merge.js";
import type { Walk } from "./walk.js";
import { liveAcross, type Walker } from "./walker.js";

/** One of the things a call may call. */
export interface Target {
  /** Undefined when it is no function: the call finds out what to do. */
  readonly callee: Callee | undefined;
  /** The function value, where it is always the same one. */
  readonly constant?: bigint;
  /** Else the code of its closures. */
  readonly code?: bigint;
}

/** What else the callee may be: nothing; something that nobody has seen yet; something that has been seen, but is not among the targets. */
type Others = "none" | "unseen" | "seen";

export interface Targets {
  readonly targets: readonly Target[];
  readonly others: Others;
}

export function targetsOf(w: Walker, callee: Value): Targets | undefined {
  const { context } = w;
  const { bits, reference } = w.info.feedback(w.pc);
  const others: Others = context.givenUp(w.info.id, w.pc) || bits & SeenCall.Generic ? "seen" : "unseen";
  const exactly = (constant: bigint): Target => ({ constant, callee: context.callee(constant) });
  if (callee.constant !== undefined) return { targets: [exactly(callee.constant)], others: "none" };
  if (callee.oneOf !== undefined) return { targets: callee.oneOf.map(exactly), others: "none" };
  if (bits & SeenCall.Megamorphic) return undefined;
  if (bits & SeenCall.Polymorphic) {
    const called = context.calledCode(w.info.id, w.pc);
    return called.length === 0
      ? undefined
      : { targets: called.map(({ address, callee: what }) => ({ code: address, callee: what })), others };
  }
  const target = context.callee(reference);
  if (target === undefined) return undefined;
  // What coroutine.wrap and string.gmatch make is another function each time, with the same code; of the former that is all there is to know.
  const sameCode = bits & SeenCall.SameCode || (target.kind === "builtin" && resumesWrapped(target));
  if (!sameCode) return { targets: [{ constant: reference, callee: target }], others };
  if (target.kind === "proto") return { targets: [{ code: context.protoAddress(target.proto), callee: target }], others };
  return resumesWrapped(target) ? { targets: [{ code: target.code, callee: target }], others } : undefined;
}

const resumesWrapped = (callee: Callee): boolean => callee.kind === "builtin" && callee.name === "coroutine.wrapped";

export const codeOf = (w: Walker, closure: IrValue): IrValue =>
  w.ir.load(w.ir.i64, w.ir.address(pointerOf(w.ir, closure), w.ir.layout.offset("Function", "code")), "code");

function matches(w: Walker, callee: Value, target: Target): IrValue {
  const { ir } = w;
  if (target.constant !== undefined) return ir.compare("eq", w.boxed(callee), w.boxed(w.known(target.constant)));
  return ir.compare("eq", codeOf(w, w.boxed(callee)), ir.word(target.code as bigint));
}

/** The callee as the value that it is for this target. */
const narrowed = (w: Walker, callee: Value, { constant }: Target): Value => (constant === undefined ? callee : w.known(constant));

/** `each` for the target that it is, with the callee narrowed to it. What has not been seen deoptimizes. */
export function* dispatch(w: Walker, callee: Value, { targets, others }: Targets, each: (target: Target, callee: Value) => Walk): Walk {
  const [only] = targets;
  if (targets.length === 1 && only !== undefined && others !== "seen") {
    const checked = only.code === undefined ? callee : w.guardType(callee, Type.Function, "other callee");
    if (others === "unseen") w.guard(matches(w, checked, only), "other callee");
    const known = narrowed(w, checked, only);
    if (known !== checked) w.refine(checked, known);
    return yield* each(only, known);
  }
  const any = others === "seen" ? w.ir.block("any-callee") : undefined;
  const check = (condition: IrValue): void => (any === undefined ? w.guard(condition, "other callee") : w.require(condition, any));
  if (targets.some(({ code }) => code !== undefined) && callee.type !== Type.Function) check(testType(w.ir, callee, Type.Function));
  const edges: Edge[] = [];
  const { environment: before } = w;
  function* way(target: Target): Walk {
    w.environment = before.copy();
    const edge = yield* endOfWalk(w, each(target, narrowed(w, callee, target)));
    if (edge !== undefined) edges.push(edge);
    w.environment = before;
  }
  for (const [index, target] of targets.entries()) {
    const other = index < targets.length - 1 ? w.ir.block("other-callee") : undefined;
    if (other !== undefined) w.require(matches(w, callee, target), other);
    else if (others !== "none") check(matches(w, callee, target));
    yield* way(target);
    if (other !== undefined) w.ir.at(other);
  }
  if (any !== undefined) {
    w.ir.at(any);
    yield* way({ callee: undefined });
  }
  if (edges.length === 0) throw new PathEnds("no callee returns");
  w.environment = mergeEdges(w, edges, liveAfter(w, edges), w.pc + 1);
}

/** Where the path goes on after `emit`; undefined when it does not. */
export function endOf(w: Walker, emit: () => void): Edge | undefined {
  try {
    emit();
  } catch (error) {
    if (!(error instanceof PathEnds)) throw error;
    return undefined;
  }
  return currentEdge(w);
}

function* endOfWalk(w: Walker, walk: Walk): Walk<Edge | undefined> {
  try {
    yield* walk;
  } catch (error) {
    if (!(error instanceof PathEnds)) throw error;
    return undefined;
  }
  return currentEdge(w);
}

function currentEdge(w: Walker): Edge | undefined {
  if (w.hasEnded) {
    w.resumePath();
    return undefined;
  }
  return { block: w.ir.current() as IrBlock, environment: w.environment };
}

/** The registers that are needed after the call at `pc`, of the caller and of what it is inlined in. */
export function liveAfter(
  { activation, pc }: { activation: Activation; pc: number },
  edges: readonly Edge[],
): (environment: Environment) => readonly number[] {
  const live = liveBefore(activation.info.proto, pc + 1);
  return (environment) => (environment.activation === activation ? live : liveAcross(environment, edges));
}

/** How many activations of a function there are around the current point. */
export function recursionDepth(w: Walker, info: ProtoInfo): number {
  let count = 0;
  for (let at: Activation | undefined = w.activation; at !== undefined; at = at.parent) if (at.info === info) count++;
  return count;
}
