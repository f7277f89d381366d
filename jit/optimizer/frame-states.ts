// SPDX-License-Identifier: MIT
/**
 * Frame states: for each call site of optimized code, how to rebuild the interpreter frames that it stands for.
 *
 * The words are laid out as native/language/frame-state.h reads them:
 *
 *     kind (0 guard, 1 call), reason, number of frames, number of virtual objects, number of results of the call before that the
 *     innermost frame's instruction takes (0xFFFFFFFF: none, or they are in the buffer), then for each frame from the outermost to the innermost
 *       protoId, pc, mode (see Mode), closure (2 words), number of values, number of varargs,
 *       then two words a value: register | representation << 16, index
 *     then for each virtual object: kind, subject (a constant: shape or prototype), room for elements and slots, metatable (2 words), number of
 *       elements, number of slots, then two words a value; of a coroutine, in place of the rooms, its state and a pc, or which of the frames
 *       is its first, in place of the metatable the closure, and registers for slots; before these, if its state is "several", the pc of its yield
 *     then the results, two words each
 *
 * The index counts the site's keep-alive values (the operands of its deopt bundle), the unit's constants, or the state's virtual objects.
 */
import type { Ir, IrValue } from "../ir.js";
import { type Reason, reasons } from "../semantics/machine.js";
import { boxedValue, type Value } from "../semantics/values.js";
import type { Site } from "./context.js";
import { suspendedRegisters } from "./coroutine-states.js";
import type { Environment } from "./environment.js";
import { liveAfter, liveBefore } from "./live.js";
import { captureOf, type VirtualCoroutine, type VirtualObject } from "./objects.js";
import { waitingResults } from "./results.js";
import type { InlinedCoroutine } from "./virtual-coroutines.js";

export const Encoding = { boxed: 0, int: 1, double: 2, bool: 3, constant: 4, nil: 5, virtual: 6 } as const;
/** By number, as in VirtualKind of frame-state.h. */
export const objectKinds = ["table", "closure", "cell", "coroutine"] as const satisfies readonly VirtualObject["kind"][];
/** Of a coroutine, by number, as in CoroutineState of frame-state.h. */
export const coroutineStates = ["start", "suspended", "running", "end", "several"] as const;
/** In place of a register's number: the pc of the yield, where a coroutine is suspended in one of several. */
export const noRegister = 0xffff;
/** In place of a number of varargs. */
export const varargsInMemory = 0xffffffff;
/** In place of a number of results. */
export const noResults = 0xffffffff;
/**
 * How the interpreter goes on: by executing the instruction (again), or by completing it with the results that arrive; those of a
 * coroutine.resume, or of a function that coroutine.wrap has made, are made of what the swap delivers first. In the order of FrameMode in
 * frame-state.h.
 */
export const modes = ["execute", "complete", "complete-resume", "complete-wrapped"] as const;
export type Mode = (typeof modes)[number];

/** Reasons by number, as frame states hold them. */
const numbered: readonly (Reason | "call")[] = ["call", ...reasons];

/** What one state is made of. */
class State {
  readonly operands: IrValue[] = [];
  private readonly numbers = new Map<object, number>();
  readonly objects: VirtualObject[] = [];
  /** By what they run, the frames of bodies of coroutines that run. */
  readonly bodies = new Map<VirtualObject, number>();

  /** All activations share what is known of virtual tables. */
  constructor(readonly environment: Environment) {}

  /** The number of a virtual object. However many refer to it, it is one. */
  object({ identity }: Value): number {
    const key = identity as object;
    return this.numbers.get(key) ?? this.add(key, this.environment.virtuals.get(key) as VirtualObject);
  }

  /** A coroutine runs, and `frame` is the first one of its body. That is why it exists, whoever else refers to it. */
  runs({ identity, object }: InlinedCoroutine, frame: number): void {
    this.add(identity, object);
    this.bodies.set(object, frame);
  }

  private add(identity: object, object: VirtualObject): number {
    const number = this.objects.push(object) - 1;
    this.numbers.set(identity, number);
    return number;
  }
}

export class FrameStates {
  readonly sites: Site[] = [];
  private readonly words: number[] = [];
  private readonly offsets: number[] = [];
  private readonly constants = new Map<bigint, number>();

  constructor(
    private readonly ir: Ir,
    private readonly newCsid: () => number,
  ) {}

  /**
   * Describe the state and emit the marker for the call that follows. `blamed` is the instruction whose speculation it is, should it fail:
   * not `pc`, which the interpreter goes on with, where a load is guarded for what comes after it.
   */
  mark(environment: Environment, pc: number, mode: Mode, reason: Reason | "call", blamed = pc): void {
    const { words } = this;
    const state = new State(environment);
    const csid = this.newCsid();
    this.offsets.push(words.length);
    const frames: { environment: Environment; pc: number; mode: Mode }[] = [];
    for (let at: Environment | undefined = environment, where = pc, how = mode; at !== undefined; at = at.parent) {
      frames.unshift({ environment: at, pc: where, mode: how });
      [where, how] = [at.activation.callPc, at.activation.coroutine === undefined ? "complete" : "complete-wrapped"];
    }
    const results = mode === "execute" ? waitingResults(environment, pc)?.map((value) => environment.resolve(value)) : undefined;
    words.push(reason === "call" ? 1 : 0, numbered.indexOf(reason), frames.length);
    const objectCountAt = words.push(0, results?.length ?? noResults) - 2;
    for (const [index, frame] of frames.entries()) {
      const { coroutine } = frame.environment.activation;
      if (coroutine !== undefined) state.runs(coroutine, index);
    }
    for (const frame of frames) this.frame(frame.environment, frame.pc, frame.mode, state);
    // They come last, and may be tables, which come before.
    for (const value of results ?? []) if (value.representation === "virtual") state.object(value);
    for (let number = 0; number < state.objects.length; number++) this.object(number, state);
    words[objectCountAt] = state.objects.length;
    for (const value of results ?? []) this.value(value, 0, state);
    this.sites.push({
      csid,
      kind: reason === "call" ? "call" : "guard",
      reason,
      protoId: environment.activation.info.id,
      pc: blamed,
      frames: frames.length,
      liveValues: state.operands.length,
      virtualObjects: state.objects.length,
    });
    this.ir.stackmap(csid, state.operands);
  }

  private frame(environment: Environment, pc: number, mode: Mode, state: State): void {
    const { words } = this;
    const { info, closure } = environment.activation;
    const live = mode === "execute" ? liveBefore(info.proto, pc) : liveAfter(info.proto, pc);
    words.push(info.id, pc, modes.indexOf(mode));
    this.value(environment.resolve(closure), 0, state);
    const { varargs } = environment.activation;
    const inMemory = varargs?.kind === "memory";
    const countAt = words.push(0, inMemory ? varargsInMemory : (varargs?.values.length ?? 0)) - 2;
    for (const register of live) {
      const value = environment.registers[register];
      if (value === undefined) throw new Error(`live register ${register} has no value at ${environment.activation.path}:${pc}`);
      this.value(environment.resolve(value), register, state);
    }
    words[countAt] = live.length;
    if (inMemory) for (const word of [varargs.address, varargs.count]) this.value(boxedValue(word), 0, state);
    else for (const value of varargs?.values ?? []) this.value(value, 0, state);
  }

  private object(number: number, state: State): void {
    const { words } = this;
    const object = state.objects[number] as VirtualObject;
    words.push(objectKinds.indexOf(object.kind));
    const resolved = (value: Value): void => this.value(state.environment.resolve(value), 0, state);
    if (object.kind === "table") {
      const { shape, room, metatable, elements, slots } = object;
      words.push(this.constant(shape), Math.max(room.elements, elements.length), Math.max(room.fields, slots.length));
      if (metatable === undefined) words.push(Encoding.nil << 16, 0);
      else this.value(metatable, 0, state);
      words.push(elements.length, slots.length);
      for (const value of [...elements, ...slots]) resolved(value);
    } else if (object.kind === "closure") {
      const { address, proto } = object.info;
      const count = proto.captures.length;
      words.push(this.constant(address), 0, count, Encoding.nil << 16, 0, 0, count);
      for (const index of proto.captures.keys()) {
        const captured = captureOf(object, index);
        if (captured === undefined) words.push(Encoding.virtual << 16, number);
        else resolved(captured);
      }
    } else if (object.kind === "cell") {
      words.push(0, 0, 1, Encoding.nil << 16, 0, 0, 1);
      object.content.forEach(resolved);
    } else this.coroutine(object, state);
  }

  private coroutine(object: VirtualCoroutine, state: State): void {
    const { words } = this;
    const { info, at, parts } = object;
    const [closure, ...rest] = parts.map((part) => state.environment.resolve(part));
    const where = at === "running" ? (state.bodies.get(object) as number) : typeof at === "number" ? at : 0;
    words.push(this.constant(info.address), coroutineStates.indexOf(typeof at === "number" ? "suspended" : at), where);
    if (closure === undefined) words.push(Encoding.nil << 16, 0);
    else this.value(closure, 0, state);
    words.push(0, rest.length);
    const places = [...(at === "several" ? [noRegister] : []), ...suspendedRegisters(object)];
    for (const [index, value] of rest.entries()) this.value(value, places[index] as number, state);
  }

  private value(value: Value, register: number, state: State): void {
    if (value.constant !== undefined) {
      if (value.constant === this.ir.layout.nil) this.words.push(register | (Encoding.nil << 16), 0);
      else this.words.push(register | (Encoding.constant << 16), this.constant(value.constant));
      return;
    }
    const { operands } = state;
    const index = value.representation === "virtual" ? state.object(value) : operands.length;
    this.words.push(register | (Encoding[value.representation] << 16), index);
    if (value.representation !== "virtual") operands.push(this.wordOf(value));
  }

  /**
   * What the call site keeps. Not a double itself: no call keeps vector registers, and to have it in one up to the exit of a guard, the
   * register allocator spills others in the loop (n-body took half as long again).
   */
  private wordOf({ representation, ir }: Value): IrValue {
    if (representation === "bool") return this.ir.zeroExtend(ir);
    return representation === "double" ? this.ir.doubleToBits(ir) : ir;
  }

  private constant(word: bigint): number {
    let index = this.constants.get(word);
    if (index === undefined) {
      index = this.constants.size;
      this.constants.set(word, index);
    }
    return index;
  }

  /** The tables to register with the code; all objects that the code refers to are among its constants. */
  tables(): { csids: Float64Array; frameStateOffsets: Uint32Array; frameStates: Uint32Array; constants: BigUint64Array } {
    for (const reference of this.ir.embedded) this.constant(reference);
    return {
      csids: Float64Array.from(this.sites, (site) => site.csid),
      frameStateOffsets: Uint32Array.from(this.offsets),
      frameStates: Uint32Array.from(this.words),
      constants: BigUint64Array.from(this.constants.keys(), (word) => BigInt.asUintN(64, word)),
    };
  }
}
