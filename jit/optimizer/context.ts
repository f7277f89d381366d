// SPDX-License-Identifier: MIT
/** What the optimizer needs to know of the running program; the engine provides it. */
import type { Proto } from "../../lang/bytecode.js";
import type { Layout } from "../layout.js";
import type { FieldLoad, FieldStore } from "../semantics/fields.js";

export interface Feedback {
  readonly bits: number;
  readonly index: number;
  readonly reference: bigint;
}

export interface ProtoInfo {
  readonly id: number;
  readonly proto: Proto;
  /** Where it lives natively; the word there is the entry that callers call. */
  readonly address: bigint;
  /** Boxed constants. */
  readonly constants: readonly bigint[];
  /** Addresses of its globals' values. */
  readonly globals: readonly bigint[];
  /** Ids of nested prototypes. */
  readonly protos: readonly number[];
  feedback(pc: number): Feedback;
  /** Type bits that parameter `index` has had. */
  parameterTypes(index: number): number;
  /** For how many elements, beyond what it says, the tables that an instruction makes had better have room; see table-room.ts. */
  tableRoom(pc: number): number;
}

export type Callee =
  | { readonly kind: "proto"; readonly proto: number }
  /** `code`: Function.code of all functions of it. */
  | { readonly kind: "builtin"; readonly name: string; readonly code: bigint };

export interface CalledCode {
  /** Function.code of all closures of it. */
  readonly address: bigint;
  readonly callee: Callee;
}

/** The shape that setmetatable gives to tables of one shape, while an assumption holds. */
export interface MetatableChange {
  readonly next: bigint;
  readonly assumption: bigint;
  /** Whether the metatable is known to be one already. */
  readonly isMarked: boolean;
}

/** A metatable's handler, boxed. It stays so while the assumption holds; with 0n, while the metatable has the shape, and this in the slot. */
export interface Handler {
  readonly handler: bigint;
  readonly assumption: bigint;
  readonly shape: bigint;
  readonly slot: number;
}

export interface OptimizerContext {
  readonly layout: Layout;
  /** A walk begins: what has been assumed so far is not relied on, nor what a dry walk will assume. */
  beginWalk?(isDry: boolean): void;
  /**
   * Asked between two instructions of a walk: whether the program goes on now for a while. What the context has told of stays alive meanwhile, but
   * need not be so any more.
   */
  isSliceOver?(): boolean;
  proto(id: number): ProtoInfo;
  protoAddress(id: number): bigint;
  /** What a function value runs. */
  callee(value: bigint): Callee | undefined;
  /** What a call has called, when that was more than one function: addresses of code. */
  calledCode(protoId: number, pc: number): readonly CalledCode[];
  /** The shapes that a field access has seen. */
  shapesSeen(protoId: number, pc: number): readonly bigint[];
  /** What reading (writing) a field of tables of a shape does; undefined when that depends on the table. The key is boxed. */
  fieldLoad(shape: bigint, key: bigint): FieldLoad | undefined;
  fieldStore(shape: bigint, key: bigint): FieldStore | undefined;
  metatableChange(shape: bigint, metatable: bigint): MetatableChange | undefined;
  /** The same for any metatable of the shape `metatable` whose `__index` is `index`. */
  metatableChangeByIndex(shape: bigint, metatable: bigint, index: bigint): MetatableChange | undefined;
  /** What a metatable has under a name such as "__add". */
  handler(metatable: bigint, event: string): Handler | undefined;
  /** What a table has at present; boxed values. */
  metatable(table: bigint): bigint | undefined;
  /** What a closure, a boxed value, has captured. */
  capture(closure: bigint, index: number): bigint | undefined;
  /** Of new tables. */
  readonly emptyShape: bigint;
  /** What strings have under a key is what tables of this shape have. */
  readonly stringShape: bigint;
  /** The code is to be invalidated once the assumption at this address is broken. */
  assume(assumption: bigint): void;
  /** This instruction's speculation failed too often: compile it without. */
  givenUp(protoId: number, pc: number): boolean;
  /** The value of the global variable with this cell, if the unit that is being compiled may rely on it. */
  constantGlobal?(cell: bigint): bigint | undefined;
  /** The function that a loop over `ipairs(t)` or `pairs(t)` calls, boxed. */
  iterator(of: "ipairs" | "pairs"): bigint;
  /** Address of the strings of one byte, boxed, by their byte. */
  readonly characters: bigint;
  /** A string of the program, boxed. */
  string(text: string): bigint;
  newCsid(): number;
  /** How deep calls are inlined, if not as deep as usual. */
  readonly inlineDepth?: number | undefined;
  /** Switches of coroutines are recorded. */
  readonly recordsSwitches?: boolean;
  /** Under stress: guards count themselves, and fail when Engine.failing_guard says so. */
  readonly countsGuards?: boolean;
  /** Under stress: the same for calls, at which waiting frames lose their code. */
  readonly countsCalls?: boolean;
}

/** A call site of compiled code, for people and for policy. */
export interface Site {
  readonly csid: number;
  readonly kind: "guard" | "call";
  readonly reason: string;
  /** The function and instruction where it is, which for inlined code is not the compiled function. */
  readonly protoId: number;
  readonly pc: number;
  /** Interpreter frames that a deopt here builds. */
  readonly frames: number;
  readonly liveValues: number;
  /** Tables that have not been made, and are when the frame is left here. */
  readonly virtualObjects: number;
}

export interface CompiledUnit {
  readonly symbol: string;
  readonly protoId: number;
  /** The loop header, or -1 for the function entry. */
  readonly pc: number;
  readonly sites: readonly Site[];
  readonly csids: Float64Array;
  readonly frameStateOffsets: Uint32Array;
  readonly frameStates: Uint32Array;
  readonly constants: BigUint64Array;
  readonly inlined: readonly number[];
  /** Of a loop: that the whole function's code could do without a coroutine which this has to resume. */
  readonly isBetterWhole: boolean;
  /** For a loop: the types that registers must have for the frame to get in, as [register, type bits]. */
  readonly entryTypes: readonly (readonly [register: number, types: number])[];
}
