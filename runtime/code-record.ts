// SPDX-License-Identifier: MIT
/**
 * A compiled unit with all that can be seen of it. Made when somebody asks (EngineOptions.onCode): `yugong run --dump` prints them, and
 * `yugong explain` shows them beside the source.
 */
import type { CompiledUnit, OptimizerContext, Site } from "../jit/optimizer/context.js";
import { type FrameState, readFrameState } from "../jit/optimizer/frame-state-reader.js";
import type { UnitNotes, ValueNote } from "../jit/optimizer/unit-notes.js";
import type { Proto } from "../lang/bytecode.js";
import type { AddedModule, ListedInstruction } from "../native/yugong-llvm/yugong-llvm.js";
import type { StackmapValue } from "./native.js";
import type { EngineContext } from "./tiering-policy.js";

/** A function that is in the unit: the compiled one (number 0), or an inlined one. */
export interface RecordedActivation {
  readonly proto: Proto;
  readonly protoId: number;
  /** Number of the activation that it was inlined into, and the call there; -1 for the compiled function. */
  readonly parent: number;
  readonly callPc: number;
}

/** What the interpreter had noted of an instruction when the unit was compiled. */
export interface RecordedFeedback {
  readonly bits: number;
  /** Of a call: what it has called, by name. */
  readonly callees: readonly string[];
  /** Of a field access: how many shapes it has seen. */
  readonly shapes: number;
  /** Of a field access: what else, by the names of Layout.fieldFeedback. */
  readonly fields: readonly string[];
}

/** A note, with a constant as text. */
export type RecordedValue = Omit<ValueNote, "constant"> & { readonly constant?: string };

/** A call site: its frame state, and its record in LLVM's stackmap. */
export interface RecordedSite extends Site {
  readonly frameState: FrameState;
  /** Of each table that the code has not made, the keys of its slots. */
  readonly objectKeys: readonly (readonly string[])[];
  /** Undefined when LLVM found that it is never reached. */
  readonly record?: { readonly returnAddress: bigint; readonly values: readonly StackmapValue[] };
}

export interface CodeRecord {
  readonly symbol: string;
  readonly proto: Proto;
  readonly protoId: number;
  /** The loop header, or -1 for the whole function. */
  readonly pc: number;
  /** Milliseconds from the engine's start to its being ready, and how many of them compiling took. */
  readonly time: number;
  readonly milliseconds: number;
  readonly address: bigint;
  readonly codeBytes: number;
  readonly activations: readonly RecordedActivation[];
  readonly values: readonly RecordedValue[];
  /** By activation and instruction. */
  readonly feedback: ReadonlyMap<number, readonly RecordedFeedback[]>;
  /** Type bits that each parameter has had. */
  readonly parameterTypes: readonly number[];
  /** As the optimizer has built it, with markers (native/yugong-llvm/src/fold.h). */
  readonly irBuilt: string;
  /** LLVM's text, after folding and before the passes, and after them. */
  readonly irBefore: string;
  readonly irAfter: string;
  readonly listing: readonly ListedInstruction[];
  readonly sites: readonly RecordedSite[];
  /** Boxed words that frame states refer to, as text. */
  readonly constants: readonly string[];
  /** Names of addresses that the code calls. */
  readonly symbols: ReadonlyMap<bigint, string>;
  /** Why it was taken out of use; undefined while it is in use. */
  discarded?: string;
}

/** What to ask of LLVM for a record. */
export const recordOptions = { irBefore: true, irAfter: true, listing: true } as const;

/** What a unit was made from, noted when its IR was built: the program goes on while LLVM compiles. */
export interface CodeInputs extends Pick<CodeRecord, "activations" | "feedback" | "parameterTypes" | "irBuilt"> {
  readonly unit: CompiledUnit;
  readonly values: CodeRecord["values"];
  readonly constants: CodeRecord["constants"];
  readonly objectKeys: readonly RecordedSite["objectKeys"][];
  readonly frameStates: readonly FrameState[];
}

export function noteInputs(
  engine: EngineContext,
  optimizer: OptimizerContext,
  { unit, irBuilt, notes }: { readonly unit: CompiledUnit; readonly irBuilt: string; readonly notes: UnitNotes },
): CodeInputs {
  const activations = notes.activations.map((note) => ({ ...note, proto: engine.proto(note.protoId) }));
  // Now, while what is embedded in the code is alive.
  const textOf = (word: bigint): string => engine.native.textOf(BigInt.asUintN(64, word)).toString("utf8");
  const frameStates = unit.sites.map((_, index) => readFrameState(unit.frameStates, unit.frameStateOffsets[index] as number));
  const { proto, parameterTypes } = optimizer.proto(unit.protoId);
  return {
    unit,
    irBuilt,
    activations,
    values: notes.values.map(({ constant, ...note }) => ({ ...note, ...(constant !== undefined && { constant: textOf(constant) }) })),
    feedback: new Map(activations.map(({ protoId }) => [protoId, feedbackOf(engine, optimizer, protoId)])),
    parameterTypes: Array.from({ length: proto.parameterCount }, (_, index) => parameterTypes(index)),
    constants: Array.from(unit.constants, textOf),
    frameStates,
    objectKeys: frameStates.map(({ objects }) =>
      objects.map(({ kind, subject }) =>
        kind === "table" ? engine.native.shapeKeys(unit.constants[subject] as bigint).map((key) => key.toString("latin1")) : [],
      ),
    ),
  };
}

/** The record of what LLVM has made of them. */
export function recordCode(engine: EngineContext, inputs: CodeInputs, added: AddedModule, milliseconds: number): CodeRecord {
  const { unit, frameStates, objectKeys, ...noted } = inputs;
  const records = new Map(engine.stackmapRecords(added.stackmapAddress, added.stackmapSize).map((record) => [record.csid, record]));
  return {
    ...noted,
    symbol: unit.symbol,
    proto: engine.proto(unit.protoId),
    protoId: unit.protoId,
    pc: unit.pc,
    time: engine.now(),
    milliseconds,
    address: added.codeStart,
    codeBytes: added.codeSize,
    irBefore: added.irBefore ?? "",
    irAfter: added.irAfter ?? "",
    listing: added.listing ?? [],
    sites: unit.sites.map((site, index) => {
      const record = records.get(site.csid);
      return { ...site, frameState: frameStates[index] as FrameState, objectKeys: objectKeys[index] ?? [], ...(record && { record }) };
    }),
    symbols: new Map(Object.entries(engine.native.helpers()).map(([name, address]) => [address, name])),
  };
}

function feedbackOf(engine: EngineContext, optimizer: OptimizerContext, protoId: number): RecordedFeedback[] {
  const info = optimizer.proto(protoId);
  const fieldBits = Object.entries(optimizer.layout.fieldFeedback).filter(([name]) => name !== "seen");
  return info.proto.code.map(({ op }, pc) => {
    const { bits } = info.feedback(pc);
    const isCall = op === "CALL" || op === "TAILCALL" || op === "TFORCALL";
    const isField = op === "GETFIELD" || op === "SETFIELD";
    return {
      bits,
      callees: isCall && bits !== 0 ? calleesOf(engine, optimizer, protoId, pc) : [],
      shapes: isField && bits !== 0 ? optimizer.shapesSeen(protoId, pc).length : 0,
      fields: isField ? fieldBits.filter(([, bit]) => bits & bit).map(([name]) => name) : [],
    };
  });
}

function calleesOf(engine: EngineContext, optimizer: OptimizerContext, protoId: number, pc: number): string[] {
  const last = optimizer.callee(optimizer.proto(protoId).feedback(pc).reference);
  const many = optimizer.calledCode(protoId, pc).map(({ callee }) => callee);
  const callees = many.length > 0 ? many : last === undefined ? [] : [last];
  return callees.map((callee) => (callee.kind === "builtin" ? callee.name : engine.proto(callee.proto).name));
}
