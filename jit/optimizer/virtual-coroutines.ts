// SPDX-License-Identifier: MIT
/**
 * Virtual coroutines: `for x in coroutine.wrap(body) do … end`, where nobody else can see what coroutine.wrap has made, runs without a stack
 * of its own, and without swaps. A call of the iterator walks the body in place, from where it was suspended to its next yield:
 *
 *     for x in wrap(function()                 first call        i = 1, and if 1 <= n, as far as the yield: the loop is entered with x = i
 *       for i = 1, n do yield(i * i) end       in the loop       from behind the yield: i = i + 1, and if i <= n, as far as the yield
 *     end) do sum = sum + x end                at the end        the body returns, and the loop ends
 *
 * What is suspended is a virtual object (objects.ts): the yield where it is, and the registers that are live behind it. So a loop has phis for
 * those that change; also for the yield, if that is one of several (coroutine-states.ts).
 *
 * While it runs, its activations lie above its resumer's, which waits in the call. Where the frame is left meanwhile, the deoptimizer makes the
 * coroutine with its stack, and pushes the body's frames there (native/language/deoptimizer.cc). So do helpers and builtins that raise an error
 * or call a handler (`leave_bodies`). Nothing else that is called from a body can tell that it has no stack: a call that stays a call,
 * but of a builtin that does not ask who runs, means that the coroutine is made where the program makes it (`runsForReal`).
 */

import type { Instruction } from "../../lang/bytecode.js";
import { jumpTarget } from "../../lang/cfg.js";
import type { IrValue } from "../ir.js";
import { nilValue, PathEnds } from "../semantics/machine.js";
import { nilWord, storeTransfer } from "../semantics/transfer.js";
import { boxedValue, Type, type Value } from "../semantics/values.js";
import { liveAfter as liveAfterCall } from "./callees.js";
import { type Call, placeValues, resultsOf, worthInlining } from "./calls.js";
import type { ProtoInfo } from "./context.js";
import { selector, suspendedValues, yieldsOf } from "./coroutine-states.js";
import { type Activation, Environment } from "./environment.js";
import { liveAfter } from "./live.js";
import { Unsettled } from "./loop-tables.js";
import { type Edge, mergeEdges } from "./merge.js";
import { addVirtual, reaches, type VirtualCoroutine, virtualOf } from "./objects.js";
import type { SpeculatingMachine } from "./speculating-machine.js";
import type { Walk } from "./walk.js";
import type { Walker } from "./walker.js";

/** The coroutine whose body an activation is. */
export interface InlinedCoroutine {
  readonly identity: object;
  /** As it is while it runs. */
  readonly object: VirtualCoroutine;
  /** Where it has yielded to, its resumer's state behind the call. */
  readonly yields: Edge[];
}

/** More registers than this, and a coroutine had better be suspended on a stack. */
const mostRegisters = 24;

/** Builtins to which it is all the same which coroutine runs. If they call something, they leave the body first. */
const indifferent: ReadonlySet<string> = new Set(
  [
    "assert getmetatable ipairs next pairs rawequal rawget rawset select setmetatable tonumber tostring type unpack",
    "string.byte string.char string.find string.format string.len string.lower string.match string.rep string.reverse string.sub string.upper",
    "table.concat table.insert table.remove table.maxn math.random math.fmod math.modf math.floor math.max math.min os.clock os.time os.date",
  ].flatMap((names) => names.split(" ")),
);

/** Helpers that allocate, and do nothing else that can be seen. */
const allocating: ReadonlySet<string> = new Set(
  "new_table new_cell new_closure reserve_slots set_list new_wrapped".split(" ").map((name) => `yl_${name}`),
);

export const onlyAllocates = (helper: string): boolean => allocating.has(helper);

/** The activation of a virtual coroutine's body that `activation` runs in: itself, or one that it is inlined in. */
export function coroutineBody(activation: Activation): Activation | undefined {
  for (let at: Activation | undefined = activation; at !== undefined; at = at.parent) if (at.coroutine !== undefined) return at;
  return undefined;
}

/** coroutine.wrap(body) as a virtual object; undefined when it had better be made at once. */
export function wrapVirtually(w: Walker, name: string, { args, multiple, tail }: Call): Value | undefined {
  const [body] = args;
  if (name !== "coroutine.wrap" || body === undefined || multiple || (tail !== undefined && !w.inlinedHere)) return undefined;
  const info = bodyOf(w, body);
  const place = `${w.activation.path}@${w.pc}`;
  if (info === undefined || info.proto.usesVarargs || w.headers.isMade(place) || !worthInlining(w, info)) return undefined;
  return addVirtual(w, { kind: "coroutine", info, at: "start", parts: [body], place });
}

function bodyOf(w: Walker, value: Value): ProtoInfo | undefined {
  const object = virtualOf(w.environment, value);
  if (object !== undefined) return object.kind === "closure" ? object.info : undefined;
  const callee = value.constant === undefined ? undefined : w.context.callee(value.constant);
  return callee?.kind === "proto" ? w.context.proto(callee.proto) : undefined;
}

/** From here on its coroutines have stacks: this walk was in vain, and the next one makes them where the program does. */
function runsForReal(w: SpeculatingMachine, ...places: readonly string[]): never {
  for (const place of places) w.headers.mustMake(place);
  if (w.states !== undefined) throw new Unsettled("a coroutine has to have its stack");
  throw new PathEnds("a coroutine has to have its stack");
}

/** Something is called that might see that a coroutine which runs here has no stack. */
export function needsStack(w: SpeculatingMachine): void {
  const places: string[] = [];
  for (let at: Activation | undefined = w.activation; at !== undefined; at = at.parent)
    if (at.coroutine !== undefined) places.push(at.coroutine.object.place);
  if (places.length > 0) runsForReal(w, ...places);
}

/** A helper may raise an error or call a handler. Where it has done that too often, the coroutine has a stack. */
export function mayNeedStack(w: SpeculatingMachine, helper: string): void {
  if (coroutineBody(w.activation) !== undefined && !allocating.has(helper) && w.context.givenUp(w.info.id, w.pc)) needsStack(w);
}

/** A builtin is called. */
export function callsBuiltin(w: SpeculatingMachine, name: string): void {
  if (!indifferent.has(name) || w.context.givenUp(w.info.id, w.pc)) needsStack(w);
}

/** A virtual coroutine's function is called. False when it is to be made, and called like others. */
export function* resumeVirtual(w: Walker, what: Call, object: VirtualCoroutine): Walk<boolean> {
  const { environment: caller, pc, activation: parent } = w;
  if (w.instruction.op !== "TFORCALL" || object.at === "end" || object.at === "running") return false;
  if (!worthInlining(w, object.info)) {
    if (object.at === "start") return false;
    return runsForReal(w, object.place);
  }
  const { info } = object;
  const identity = what.callee.identity as object;
  const running: VirtualCoroutine = { kind: "coroutine", info, at: "running", parts: [], place: object.place };
  const coroutine: InlinedCoroutine = { identity, object: running, yields: [] };
  const which = object.at === "several" ? selector(w, object) : undefined;
  w.inlined.add(info.id);
  caller.multiple = undefined;
  caller.virtuals.set(identity, running);
  const returns: Edge[] = [];
  const ways = object.at === "start" ? ["start" as const] : yieldsOf(object);
  for (const [index, at] of ways.entries()) {
    const other = which !== undefined && index < ways.length - 1 ? w.ir.block("other-yield") : undefined;
    w.environment = other === undefined ? caller : caller.copy();
    if (other !== undefined) w.require(w.ir.compare("eq", which as IrValue, w.ir.int32(at as number)), other);
    yield* walkBody(w, what, object, coroutine, at, returns);
    if (other !== undefined) w.ir.at(other);
  }
  w.environment = caller;
  endLoop(w, what, coroutine, returns);
  const { yields } = coroutine;
  if (yields.length === 0) w.endPath();
  else w.environment = mergeEdges(w, yields, liveAfterCall({ activation: parent, pc }, yields), pc + 1);
  return true;
}

/** The body from one yield on, or from its beginning, in the current environment. */
function* walkBody(
  w: Walker,
  { args }: Call,
  object: VirtualCoroutine,
  coroutine: InlinedCoroutine,
  at: "start" | number,
  returns: Edge[],
): Walk {
  const { environment: caller, pc, activation: parent } = w;
  const { info } = object;
  const path = `${parent.path}@${pc}/${info.id}${at === "start" ? "" : `^${at}`}`;
  const closure = object.parts[0] as Value;
  const activation: Activation = { info, closure, parent, callPc: pc, depth: parent.depth + 1, path, coroutine };
  w.inlinedInstructions += info.proto.code.length;
  const registers: (Value | undefined)[] = [];
  w.environment = new Environment(activation, registers, caller);
  if (at === "start") {
    for (let index = 0; index < info.proto.parameterCount; index++) registers[index] = args[index] ?? nilValue(w.ir);
    return yield* w.walk(0, returns);
  }
  const values = suspendedValues(object);
  for (const register of liveAfter(info.proto, at)) registers[register] = values.get(register);
  placeValues(w, resultsOf(info.proto.code[at] as Instruction), args);
  yield* w.walk(at + 1, returns);
}

/** Where the body has returned, and nothing, the loop that calls it ends. */
function endLoop(w: Walker, { target }: Call, { identity, object }: InlinedCoroutine, returns: readonly Edge[]): void {
  const next = w.info.proto.code[w.pc + 1] as Instruction;
  const end = next.op === "TFORLOOP" ? w.pc + 2 : (jumpTarget(next) as number);
  for (const edge of returns) {
    if (edge.environment.registers[target]?.constant !== w.ir.layout.nil) runsForReal(w, object.place);
    edge.environment.virtuals.set(identity, { ...object, at: "end" });
    w.continueAt(end, edge);
  }
}

/** coroutine.yield(…) in the body of a virtual coroutine. False when this is no such body. */
export function yieldVirtually(w: Walker, { args, multiple, tail }: Call): boolean {
  const { environment, activation, pc } = w;
  const { coroutine, info, closure } = activation;
  const caller = environment.parent;
  if (coroutineBody(activation) === undefined) return false;
  if (coroutine === undefined || caller === undefined || multiple || tail !== undefined) {
    needsStack(w);
    return false;
  }
  const { identity, object, yields } = coroutine;
  const live = liveAfter(info.proto, pc);
  const parts = [environment.resolve(closure), ...live.map((register) => environment.get(register))];
  if (live.length > mostRegisters || parts.some((part) => reaches(environment, part, identity))) needsStack(w);
  environment.virtuals.set(identity, { ...object, at: pc, parts });
  placeValues(w, resultsOf(caller.activation.info.proto.code[activation.callPc] as Instruction), args, caller);
  yields.push({ block: w.ir.current(), environment: caller });
  w.endPath();
  return true;
}

/** In place of a pc, as yl_new_wrapped has it. */
const states = { start: -1, end: -2 } as const;

/** The function, with its coroutine on a stack. */
export function makeCoroutine(w: Walker, coroutine: VirtualCoroutine): Value {
  const { at, parts, place } = coroutine;
  if (at === "running") return runsForReal(w, place);
  const { ir, environment } = w;
  const words: (IrValue | undefined)[] = [];
  const closure = parts[0] && w.boxed(environment.resolve(parts[0]));
  for (const [register, value] of suspendedValues(coroutine)) words[register] = w.boxed(environment.resolve(value));
  for (let register = 0; register < words.length; register++)
    storeTransfer(w, "arguments", ir.word(register), words[register] ?? nilWord(w));
  const pc = at === "several" ? ir.zeroExtend(selector(w, coroutine)) : ir.word(typeof at === "number" ? at : states[at]);
  return boxedValue(w.hostCall("yl_new_wrapped", [w.co, closure ?? nilWord(w), pc, ir.word(words.length)]), Type.Function);
}
