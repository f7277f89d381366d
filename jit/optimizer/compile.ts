// SPDX-License-Identifier: MIT
/**
 * Compile one function, or one of its loops for OSR entry, to LLVM IR.
 *
 * A function is compiled in the calling convention of all functions, so that callers need not know the tier:
 *
 *     {i64, i64} f12_0(co, closure, argc, a0, a1, a2)
 *
 * A loop is entered with the registers of the interpreter frame that it replaces as payload (see InterpreterPayload), and returns
 * to that frame's caller:
 *
 *     {i64, i64} f12_1(payload, first, second)
 */
import { createDryIr } from "../dry-ir.js";
import type { Ir } from "../ir.js";
import { enterCall } from "../semantics/safepoint.js";
import { forEachIndex, loadTransfer, nilWord, storeTransfer } from "../semantics/transfer.js";
import { boxedValue, constantNumber, constantValue, doubleBits, Type, type Value } from "../semantics/values.js";
import { createTextIr } from "../text-ir.js";
import { constantSteps } from "./constant-steps.js";
import type { CompiledUnit, OptimizerContext, ProtoInfo } from "./context.js";
import { type Activation, Environment } from "./environment.js";
import { FrameStates } from "./frame-states.js";
import { Headers } from "./headers.js";
import { liveBefore } from "./live.js";
import { Unsettled } from "./loop-tables.js";
import { UnitNotes } from "./unit-notes.js";
import { finish, type Walk } from "./walk.js";
import { Walker } from "./walker.js";

export interface Request {
  readonly protoId: number;
  /** A loop header, or -1 for the whole function. */
  readonly pc: number;
  /** Type bits of the registers of the frame that waits at the loop header. */
  readonly types?: Uint8Array;
  /** The closure, boxed, when the function has had only one. Each walk asks for it: between two of them, there may be another. */
  closure?(): bigint | undefined;
  readonly symbol: string;
  /** Whether people want to look at it: debug information, and notes. */
  readonly annotate?: boolean;
}

export interface Compilation {
  readonly ir: Ir;
  readonly unit: CompiledUnit;
  readonly dryWalks: number;
  /** Of a request to annotate. */
  readonly notes?: UnitNotes;
}

/** More walks than this, and the remaining changes are accepted with guards at the back-edges. */
const mostDryWalks = 12;

export const compileUnit = (context: OptimizerContext, request: Request): Compilation => finish(buildUnit(context, request));

/**
 * The same in slices, between which the program goes on, and may change what the walks are about. The walks before the last one only find what is
 * best at loop headers, and hand on nothing else; the last one has asked itself for all that it knows and assumes, and guards what comes to a
 * header in another form.
 */
export function* buildUnit(context: OptimizerContext, request: Request): Walk<Compilation> {
  const headers = new Headers();
  const dryWalks = yield* settle(context, request, headers);
  try {
    if (!headers.unsettled) return { ...(yield* emitUnit(context, request, headers)), dryWalks };
  } catch (error) {
    if (!(error instanceof Unsettled)) throw error;
  }
  headers.makeAll();
  const more = yield* settle(context, request, headers);
  return { ...(yield* emitUnit(context, request, headers)), dryWalks: dryWalks + more };
}

/** Walk until nothing changes at loop headers; how often that was. */
function* settle(context: OptimizerContext, request: Request, headers: Headers): Walk<number> {
  const info = context.proto(request.protoId);
  for (let dryWalks = 1; ; dryWalks++) {
    headers.changed = headers.unsettled = false;
    yield* emitBody(createDryIr(context.layout), context, request, info, headers, undefined);
    if (!headers.changed || dryWalks === mostDryWalks) return dryWalks;
  }
}

function* emitUnit(context: OptimizerContext, request: Request, headers: Headers): Walk<Omit<Compilation, "dryWalks">> {
  const info = context.proto(request.protoId);
  const ir = createTextIr(request.symbol, context.layout);
  const states = new FrameStates(ir, () => context.newCsid());
  const notes = request.annotate ? new UnitNotes(ir) : undefined;
  const walker = yield* emitBody(ir, context, request, info, headers, states, notes);
  const unit: CompiledUnit = {
    symbol: request.symbol,
    protoId: request.protoId,
    pc: request.pc,
    sites: states.sites,
    ...states.tables(),
    inlined: [...walker.inlined],
    isBetterWhole: walker.resumesOwn,
    entryTypes: request.pc < 0 ? [] : [...walker.entryTypes],
  };
  return { ir, unit, ...(notes && { notes }) };
}

function* emitBody(
  ir: Ir,
  context: OptimizerContext,
  request: Request,
  info: ProtoInfo,
  headers: Headers,
  states: FrameStates | undefined,
  notes?: UnitNotes,
): Walk<Walker> {
  context.beginWalk?.(states === undefined);
  const isLoop = request.pc >= 0;
  const type = isLoop ? ir.functionType(ir.pair, [ir.i64, ir.i64, ir.i64]) : ir.entryType;
  ir.defineFunction(request.symbol, type, "nounwind");
  ir.at(ir.block("entry"));
  notes?.at({ info, parent: undefined, callPc: -1, path: `${info.id}` }, Math.max(request.pc, 0));
  const payload = ir.argument(0);
  const payloadField = (field: string) => ir.address(payload, ir.layout.offset("InterpreterPayload", field));
  const co = isLoop ? ir.load(ir.i64, payloadField("coroutine"), "payload") : ir.argument(0);
  const walker = new Walker(ir, co, context, headers, states, isLoop);
  walker.notes = notes;
  const closure = boxedValue(isLoop ? ir.load(ir.i64, payloadField("closure"), "payload") : ir.argument(1), Type.Function);
  const activation: Activation = { info, closure, parent: undefined, callPc: -1, depth: 0, path: `${info.id}` };
  const registers: Value[] = [];
  walker.environment = new Environment(activation, registers, undefined);
  if (isLoop) {
    for (const register of liveBefore(info.proto, request.pc)) {
      const word = ir.load(ir.i64, ir.address(payloadField("registers"), 8 * register), "payload");
      const predicted = request.types?.[register];
      registers[register] = predicted === undefined || predicted === 0 ? boxedValue(word) : { ...boxedValue(word), predicted };
    }
    if (info.proto.usesVarargs) {
      const address = ir.address(payloadField("registers"), 8 * info.proto.registerCount);
      activation.varargs = { kind: "memory", address, count: ir.load(ir.i64, payloadField("vararg_count"), "payload") };
    }
  } else enterFunction(walker, info, registers);
  walker.pc = isLoop ? request.pc : 0;
  if (isLoop) expectConstantSteps(walker, request);
  const onlyClosure = request.closure?.();
  if (onlyClosure !== undefined) expectClosure(walker, activation, onlyClosure);
  if (context.isSliceOver?.()) yield;
  yield* walker.walk(walker.pc, undefined);
  return walker;
}

/** A step that is a constant is one here, too: as a double, when the loop counts doubles. */
function expectConstantSteps(walker: Walker, { pc, types }: Request): void {
  const { ir, info, environment } = walker;
  for (const [register, number] of constantSteps(info.proto, pc)) {
    // Of a loop that ends in its first round nobody reads the step.
    if (environment.registers[register] === undefined) continue;
    const type = types?.[register];
    if (type !== Type.Int && type !== Type.Double) continue;
    const constant = info.constants[number] as bigint;
    const step = constantValue(ir, type === Type.Int ? constant : doubleBits(constantNumber(ir.layout, constant)));
    if (step.type !== type) continue;
    walker.guard(ir.compare("eq", walker.boxed(environment.get(register)), walker.boxed(step)), "loop type");
    environment.registers[register] = step;
    walker.entryTypes.set(register, type);
  }
}

/** With the closure, what it has captured is known. */
function expectClosure(walker: Walker, activation: Activation, expected: bigint): void {
  const { ir } = walker;
  const closure = walker.known(expected);
  walker.guard(ir.compare("eq", walker.boxed(activation.closure), walker.boxed(closure)), "other callee");
  walker.environment = new Environment({ ...activation, closure }, walker.environment.registers, undefined);
}

/** Parameters, and the check that the stack has room. */
function enterFunction(walker: Walker, info: ProtoInfo, registers: Value[]): void {
  const { ir } = walker;
  for (let index = 0; index < info.proto.parameterCount; index++) {
    const word =
      index < 3
        ? ir.argument(3 + index)
        : ir.select(ir.compare("sgt", ir.argument(2), ir.word(index)), loadTransfer(walker, "arguments", ir.word(index)), nilWord(walker));
    const predicted = info.parameterTypes(index);
    registers[index] = predicted === 0 ? boxedValue(word) : { ...boxedValue(word), predicted };
  }
  const slot = ir.returnAddressSlot();
  if (!info.proto.usesVarargs) return enterCall(walker, slot);
  const extra = ir.sub(ir.argument(2), ir.word(info.proto.parameterCount));
  const count = ir.select(ir.compare("sgt", extra, ir.word(0)), extra, ir.word(0));
  enterCall(walker, ir.sub(slot, ir.shl(count, 3)));
  // Room in the frame for the arguments behind the parameters.
  const varargs = { kind: "memory" as const, address: ir.frameWords(count, "varargs"), count };
  for (let index = 0; index < 3; index++) storeTransfer(walker, "arguments", ir.word(index), ir.argument(3 + index));
  forEachIndex(walker, ir.word(0), varargs.count, (index) => {
    const word = loadTransfer(walker, "arguments", ir.add(ir.word(info.proto.parameterCount), index));
    ir.store(ir.i64, word, ir.element(varargs.address, index, 8), "payload");
  });
  walker.activation.varargs = varargs;
}
