// SPDX-License-Identifier: MIT
/** What the optimizer needs to know of the running program; the engine provides it. */
import type { Proto } from "../../lang/bytecode.js";
import type { Layout } from "../layout.js";

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
}

export type Callee = { readonly kind: "proto"; readonly proto: number } | { readonly kind: "builtin"; readonly name: string };

export interface OptimizerContext {
  readonly layout: Layout;
  proto(id: number): ProtoInfo;
  protoAddress(id: number): bigint;
  /** What a function value runs. */
  callee(value: bigint): Callee | undefined;
  /** This instruction's speculation failed too often: compile it without. */
  givenUp(protoId: number, pc: number): boolean;
  newCsid(): number;
  /** Under stress: guards count themselves, and fail when Engine.failing_guard says so. */
  readonly countsGuards?: boolean;
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
  /** For a loop: the types that registers must have for the frame to get in, as [register, type bits]. */
  readonly entryTypes: readonly (readonly [register: number, types: number])[];
}
