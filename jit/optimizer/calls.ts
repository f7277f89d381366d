// SPDX-License-Identifier: MIT
/** Calls, returns, closures and constructors in optimized code: who is called is known from feedback, and small callees are inlined. */
import { ALL_RESULTS, type Instruction, type OpcodeName } from "../../lang/bytecode.js";
import type { IrBlock, IrValue } from "../ir.js";
import { nilValue, PathEnds } from "../semantics/machine.js";
import { appendList } from "../semantics/tables.js";
import {
  appendResultsToArguments,
  bufferedArgument,
  forEachIndex,
  loadTransfer,
  nilWord,
  resultAt,
  resultCount,
  shiftResults,
  storeTransfer,
} from "../semantics/transfer.js";
import { boxedValue, hasTag, pointerOf, type Value } from "../semantics/values.js";
import { isLanguageFunction } from "../semantics/variables.js";
import { inlineBuiltin } from "./builtins.js";
import { codeOf, dispatch, endOf, liveAfter, recursionDepth, type Target, targetsOf } from "./callees.js";
import type { ProtoInfo } from "./context.js";
import { resumeInPlace, swapInPlace } from "./coroutines.js";
import { type Activation, Environment } from "./environment.js";
import { calledInPlaceOf } from "./handlers.js";
import { type Edge, mergeEdges } from "./merge.js";
import { addVirtual, makeNow, materialize, materializeParts, type VirtualClosure, virtualOf } from "./objects.js";
import { keepInBuffer, keepList, materializeAll, takeResults } from "./results.js";
import { type Shortcut, shortcutFor } from "./shortcuts.js";
import { resumeVirtual, wrapVirtually, yieldVirtually } from "./virtual-coroutines.js";
import type { Walk } from "./walk.js";
import type { Walker } from "./walker.js";

/** Instructions that may walk what they call in place. */
export const inliningDefinitions = new Map<OpcodeName, (w: Walker) => Walk>();
/** The others of this family. */
export const callDefinitions = new Map<OpcodeName, (w: Walker) => void>();

/** Bounds of inlining, in bytecode instructions. What is called in inner loops is walked late, and runs most often: there is more for it. */
const limits = { depth: 5, calleeSize: 80, totalSize: 150, innerLoops: [0, 0, 60, 120], recursion: 2 };

export interface Call {
  readonly callee: Value;
  readonly args: readonly Value[];
  /** The results of the previous call follow the arguments. */
  readonly multiple: boolean;
  /** Where results go, and how many are wanted (ALL_RESULTS: keep them all). */
  readonly target: number;
  readonly wanted: number;
  /** The results are returned: by a call that takes the place of this frame, if nothing of it is needed any more. */
  readonly tail?: "replaces" | "returns";
}

inliningDefinitions.set("CALL", (w) => {
  const { a, b, c } = w.instruction;
  const { values, multiple } = takeResults(w, a + 1, b);
  return call(w, { callee: w.environment.get(a), args: values, multiple, target: a, wanted: c });
});

inliningDefinitions.set("TFORCALL", (w) => {
  const { a, b } = w.instruction;
  const [callee, state, control] = [0, 1, 2].map((index) => w.environment.get(a + index)) as [Value, Value, Value];
  return call(w, { callee, args: [state, control], multiple: false, target: a + 3, wanted: b });
});

/**
 * An inlined callee's results are returned. Otherwise the callee's frame takes the place of the machine's, if all that is inlined here
 * was called in tail position, too.
 */
inliningDefinitions.set("TAILCALL", (w) => {
  const { a, b } = w.instruction;
  const { values, multiple } = takeResults(w, a + 1, b);
  const tail = leavesUnit(w) ? "replaces" : "returns";
  return call(w, { callee: w.environment.get(a), args: values, multiple, target: a, wanted: ALL_RESULTS, tail });
});

function leavesUnit(w: Walker): boolean {
  for (let at = w.activation; at.parent !== undefined; at = at.parent) {
    if (at.parent.info.proto.code[at.callPc]?.op !== "TAILCALL") return false;
  }
  return true;
}

function* call(w: Walker, what: Call): Walk {
  if (w.seen === 0) w.deoptimize("not seen yet");
  const made = virtualOf(w.environment, what.callee);
  if (made?.kind === "closure") return yield* callVirtual(w, what, made);
  if (made?.kind === "coroutine" && (yield* resumeVirtual(w, what, made))) return;
  const callee = materialize(w, what.callee);
  const handler = calledInPlaceOf(w, callee);
  if (handler !== undefined) {
    const target = { constant: handler.constant as bigint, callee: w.context.callee(handler.constant as bigint) };
    return yield* callTarget(w, { ...what, callee: handler, args: [callee, ...what.args] }, target);
  }
  const targets = targetsOf(w, callee);
  if (targets === undefined) return callAnything(w, { ...what, callee });
  yield* dispatch(w, callee, targets, (target, narrowed) => callTarget(w, { ...what, callee: narrowed }, target));
}

/** A closure that the code has made itself: if it is inlined, it need not exist. */
function* callVirtual(w: Walker, what: Call, { info }: VirtualClosure): Walk {
  if (!what.multiple && worthInlining(w, info)) return yield* inline(w, what, info);
  const callee = materialize(w, what.callee);
  yield* callTarget(
    w,
    { ...what, callee, args: what.args.map((value) => w.environment.resolve(value)) },
    { callee: { kind: "proto", proto: info.id } },
  );
}

export function* callTarget(w: Walker, what: Call, { callee: target }: Target): Walk {
  if (target === undefined) return callAnything(w, what);
  if (target.kind === "builtin") {
    if (target.name === "coroutine.yield" && yieldVirtually(w, what)) return;
    const wrapped = wrapVirtually(w, target.name, what);
    if (wrapped !== undefined) return finish(w, what, [wrapped]);
    if (!what.multiple) {
      const results = callBuiltin(w, what, target.name);
      if (results !== undefined) return finish(w, what, results);
      const args = what.args.map((value) => w.environment.resolve(value));
      const resumed = resumeInPlace(w, target.name, args, what.wanted);
      if (resumed !== undefined) return placeValues(w, what, resumed);
      const pair = swapInPlace(w, target.name, what.callee, args);
      if (pair !== undefined) return place(w, what, pair);
      const shortcut = shortcutFor(target.name, args, what.wanted === ALL_RESULTS ? undefined : what.wanted);
      if (shortcut !== undefined) return callUnless(w, what, shortcut, target.name);
    }
    return place(w, what, emitCall(w, what, entryOfCode(w, codeOf(w, w.boxed(what.callee))), target.name));
  }
  const info = w.context.proto(target.proto);
  if (!what.multiple && worthInlining(w, info)) return yield* inline(w, what, info);
  const entry = entryOfCode(w, w.ir.word(info.address));
  if (what.tail === "replaces") return tailCall(w, entry, callArguments(w, what));
  place(w, what, emitCall(w, what, entry));
}

function callBuiltin(w: Walker, { args, wanted, tail }: Call, name: string): readonly Value[] | undefined {
  if (tail === undefined || w.inlinedHere) return inlineBuiltin(w, name, args, wanted);
  // The results leave this code, so that they must exist. What makes them may not see what the builtin has done: it is called again.
  // Nor may it see what of them has been made since: but for the first argument, whose parts exist, that is nothing.
  for (const [index, value] of args.entries()) {
    if (index === 0) materializeParts(w, value);
    else materialize(w, value);
  }
  const before = w.environment.copy();
  const results = inlineBuiltin(w, name, args, wanted);
  w.from(before, () => materializeAll(w, results ?? []));
  return results?.map((value) => w.environment.resolve(value));
}

/** The results are known one by one. */
function finish(w: Walker, what: Call, results: readonly Value[]): void {
  if (what.tail === undefined) placeValues(w, what, results);
  else returnValues(w, results, false);
}

/** A builtin that is called only where its shortcut does not do. */
function callUnless(w: Walker, what: Call, shortcut: Shortcut, name: string): void {
  const before = w.environment.copy();
  let otherwise: IrBlock | undefined;
  const results = shortcut.emit(w, () => {
    otherwise ??= w.ir.block("otherwise");
    return otherwise;
  });
  if (otherwise === undefined) return finish(w, what, results);
  const short = endOf(w, () => finish(w, what, results));
  w.ir.at(otherwise);
  w.environment = before;
  const long = endOf(w, () => {
    const pair = emitCall(w, what, entryOfCode(w, codeOf(w, w.boxed(what.callee))), name);
    if (shortcut.result === undefined) place(w, what, pair);
    else finish(w, what, [boxedValue(w.ir.extract(pair, 0), shortcut.result)]);
  });
  const edges = [short, long].filter((edge) => edge !== undefined);
  if (edges.length === 0) throw new PathEnds("both ways return");
  w.environment = mergeEdges(w, edges, liveAfter(w, edges), w.pc + 1);
}

function callAnything(w: Walker, what: Call): void {
  if (what.tail === "replaces") tailCallAnything(w, what);
  else place(w, what, emitCall(w, what, entryOfAnything(w, what.callee)));
}

/** A loop's code has its payload beneath, which only surgery can remove. */
function tailCall(w: Walker, entry: IrValue, args: IrValue[]): void {
  if (w.isLoopUnit) {
    w.hostCall("yl_tail_call", args);
    w.ir.unreachable();
  } else w.ir.tailCallEntry(entry, args);
  w.endPath();
}

/** A builtin, or what has a handler for calls, is called as by any other call; then the instruction goes on. */
function tailCallAnything(w: Walker, what: Call): void {
  const { ir } = w;
  const entry = entryOfAnything(w, what.callee);
  const args = callArguments(w, what);
  const [tail, plain] = [ir.block("tail"), ir.block("no-tail")];
  ir.branch(isLanguageFunction(w, w.boxed(what.callee)), tail, plain);
  ir.at(tail);
  tailCall(w, entry, args);
  ir.at(plain);
  w.resumePath();
  place(w, what, w.callEntry(entry, args));
}

// ---- a call that stays a call

const entryOfCode = (w: Walker, code: IrValue): IrValue =>
  w.ir.load(w.ir.i64, w.ir.address(code, w.ir.layout.offset("Code", "entry")), "entry");

/** The entry of any value: what is no function has one that raises "attempt to call …". */
function entryOfAnything(w: Walker, callee: Value): IrValue {
  const word = w.boxed(callee);
  return w.either(
    hasTag(w.ir, word, "function"),
    () => entryOfCode(w, codeOf(w, word)),
    () => w.ir.functionAddress(w.helper("yl_call_error")),
  );
}

function emitCall(w: Walker, what: Call, entry: IrValue, builtin?: string): IrValue {
  return w.callEntry(entry, callArguments(w, what), builtin);
}

function callArguments(w: Walker, { callee, args, multiple }: Call): IrValue[] {
  const { ir } = w;
  for (const value of args) materialize(w, value);
  const words = args.map((value) => w.boxed(w.environment.resolve(value)));
  let argc = ir.word(words.length);
  let registers = [0, 1, 2].map((index) => words[index] ?? nilWord(w));
  if (multiple) {
    for (const [index, word] of words.entries()) storeTransfer(w, "arguments", ir.word(index), word);
    argc = appendResultsToArguments(w, argc);
    registers = registers.map((word, index) => (index < words.length ? word : bufferedArgument(w, index, argc)));
  } else {
    for (const [index, word] of words.entries()) if (index >= 3) storeTransfer(w, "arguments", ir.word(index), word);
  }
  return [w.co, w.boxed(callee), argc, ...registers];
}

function place(w: Walker, { target, wanted, tail }: Call, pair: IrValue): void {
  const { ir, environment } = w;
  const first = boxedValue(ir.extract(pair, 0));
  const count = ir.extract(pair, 1);
  environment.multiple = undefined;
  if (wanted === ALL_RESULTS) keepInBuffer(w, environment, first, count);
  if (tail !== undefined) return returnValues(w, [], true);
  if (wanted === ALL_RESULTS) return;
  for (let index = 0; index < wanted; index++) {
    environment.registers[target + index] = index === 0 ? first : boxedValue(resultAt(w, ir.word(index), count));
  }
}

/** Results that are known one by one. */
export function placeValues(
  w: Walker,
  { target, wanted }: { target: number; wanted: number },
  values: readonly Value[],
  environment = w.environment,
): void {
  environment.multiple = undefined;
  if (wanted === ALL_RESULTS) return keepList(w, environment, values);
  for (let index = 0; index < wanted; index++) environment.registers[target + index] = values[index] ?? nilValue(w.ir);
}

// ---- inlining

export function worthInlining(w: Walker, info: ProtoInfo): boolean {
  const size = info.proto.code.length;
  const depth = w.context.inlineDepth ?? limits.depth;
  const total = limits.totalSize + (limits.innerLoops[Math.min(w.loopDepth, 3)] as number);
  if (w.activation.depth >= depth || size > limits.calleeSize || w.inlinedInstructions + size > total) return false;
  return recursionDepth(w, info) <= limits.recursion;
}

function* inline(w: Walker, what: Call, info: ProtoInfo): Walk {
  const { environment: caller, pc, activation: parent } = w;
  w.inlinedInstructions += info.proto.code.length;
  w.inlined.add(info.id);
  const path = `${parent.path}@${pc}/${info.id}`;
  const activation: Activation = { info, closure: what.callee, parent, callPc: pc, depth: parent.depth + 1, path };
  const parameters = Array.from({ length: info.proto.parameterCount }, (_, index) => what.args[index] ?? nilValue(w.ir));
  // What `...` stands for is the same from here on, for all ways.
  if (info.proto.usesVarargs) {
    const values = what.args.slice(info.proto.parameterCount).map((value) => materialize(w, value));
    activation.varargs = { kind: "list", values };
  }
  caller.multiple = undefined;
  w.environment = new Environment(activation, parameters, caller);
  if (what.tail !== undefined) {
    yield* w.walkTail();
    return;
  }
  const returns: Edge[] = [];
  const live = liveAfter({ activation: parent, pc }, returns);
  yield* w.walk(0, returns);
  if (returns.length === 0) throw new PathEnds("the inlined function never returns");
  w.environment = mergeEdges(w, returns, live, pc + 1);
}

callDefinitions.set("VARARG", (w) => {
  const { a: target, b: wanted } = w.instruction;
  const { ir } = w;
  const { varargs } = w.activation;
  if (varargs === undefined) throw new Error("VARARG in a function without varargs");
  if (varargs.kind === "list") return placeValues(w, { target, wanted }, varargs.values);
  const { address, count } = varargs;
  const load = (index: IrValue): IrValue => ir.load(ir.i64, ir.element(address, index, 8), "payload");
  const at = (index: number): Value =>
    boxedValue(
      w.either(
        ir.compare("sgt", count, ir.word(index)),
        () => load(ir.word(index)),
        () => nilWord(w),
      ),
    );
  if (wanted !== ALL_RESULTS) {
    for (let index = 0; index < wanted; index++) w.environment.registers[target + index] = at(index);
    return;
  }
  const first = at(0);
  forEachIndex(w, ir.word(1), count, (index) => storeTransfer(w, "results", index, load(index)));
  keepInBuffer(w, w.environment, first, count);
});

callDefinitions.set("RETURN", (w) => {
  const { a, b } = w.instruction;
  const { values, multiple } = takeResults(w, a, b);
  returnValues(w, values, multiple);
});

/** These, and if `multiple`, the kept results of the last call behind them. */
function returnValues(w: Walker, values: readonly Value[], multiple: boolean): void {
  if (w.inlinedHere) returnInlined(w, values, multiple);
  else returnToCode(w, values, multiple);
}

function returnToCode(w: Walker, values: readonly Value[], multiple: boolean): void {
  const { ir } = w;
  const words = materializeAll(w, values).map((value) => w.boxed(value));
  w.endPath();
  if (multiple && words.length === 0) {
    const kept = bufferOf(w.environment);
    const count = kept?.count ?? resultCount(w);
    const first = kept === undefined ? loadTransfer(w, "results", ir.word(0)) : w.boxed(kept.first);
    return ir.returnPair(ir.select(ir.compare("eq", count, ir.word(0)), nilWord(w), first), count);
  }
  const count = multiple ? shiftResults(w, ir.word(words.length)) : ir.word(words.length);
  for (const [index, word] of words.entries()) if (index > 0) storeTransfer(w, "results", ir.word(index), word);
  ir.returnPair(words[0] ?? nilWord(w), count);
}

/** Where the results go: to the innermost call around the current function that is no tail call. */
function receiver(w: Walker): { caller: Environment; instruction: Instruction } {
  let { environment } = w;
  for (;;) {
    const caller = environment.parent as Environment;
    const instruction = caller.activation.info.proto.code[environment.activation.callPc];
    if (instruction === undefined) throw new Error("an inlined function without its call");
    if (instruction.op !== "TAILCALL") return { caller, instruction };
    environment = caller;
  }
}

function returnInlined(w: Walker, returned: readonly Value[], multiple: boolean): void {
  const { ir, environment } = w;
  const { caller, instruction } = receiver(w);
  const where = resultsOf(instruction);
  const values = multiple ? materializeAll(w, returned) : returned;
  if (!multiple) placeValues(w, where, values, caller);
  else {
    const kept = bufferOf(environment);
    const count = values.length === 0 ? (kept?.count ?? resultCount(w)) : shiftResults(w, ir.word(values.length));
    for (const [index, value] of values.entries()) storeTransfer(w, "results", ir.word(index), w.boxed(value));
    const first = values[0] ?? kept?.first ?? boxedValue(loadTransfer(w, "results", ir.word(0)));
    if (where.wanted === ALL_RESULTS) keepInBuffer(w, caller, first, count);
    else {
      for (let index = 0; index < where.wanted; index++) {
        const dynamic = (): Value => (index === 0 ? first : boxedValue(resultAt(w, ir.word(index), count)));
        caller.registers[where.target + index] = values[index] ?? dynamic();
      }
    }
  }
  w.returnToCaller(caller);
}

const bufferOf = ({ multiple }: Environment) => (multiple?.kind === "buffer" ? multiple : undefined);

/** Of an instruction that is no call, a handler was called. */
export function resultsOf({ op, a, b, c }: Instruction): { target: number; wanted: number } {
  if (op === "TFORCALL") return { target: a + 3, wanted: b };
  return { target: a, wanted: op === "CALL" ? c : 1 };
}

// ---- closures and constructors

callDefinitions.set("CLOSURE", (w) => {
  const { a, b } = w.instruction;
  const info = w.context.proto(w.info.protos[b] as number);
  const captures: Value[] = [];
  for (const { from, index } of info.proto.captures) {
    if (from !== "self") captures.push(from === "local" ? w.environment.get(index) : w.captured(index));
  }
  const closure: VirtualClosure = { kind: "closure", info, captures };
  w.environment.registers[a] = addVirtual(w, closure) ?? makeNow(w, closure);
});

callDefinitions.set("SETLIST", (w) => {
  const { a, b, c } = w.instruction;
  const { ir } = w;
  const table = w.environment.get(a);
  const taken = takeResults(w, a + 1, b);
  const words = materializeAll(w, taken.values).map((value) => w.boxed(value));
  const [host, done] = [ir.block("host"), ir.block("done")];
  if (!taken.multiple && words.length > 0) {
    appendList(
      w,
      pointerOf(ir, w.boxed(table)),
      ir.word(c),
      ir.word(words.length),
      () => words[words.length - 1] as IrValue,
      host,
      (store) => {
        for (const [index, word] of words.entries()) store(ir.word(index), word);
      },
    );
    ir.jump(done);
  } else ir.jump(host);
  ir.at(host);
  for (const [index, word] of words.entries()) storeTransfer(w, "arguments", ir.word(index), word);
  const count = taken.multiple ? appendResultsToArguments(w, ir.word(words.length)) : ir.word(words.length);
  w.hostCall("yl_set_list", [w.co, w.boxed(table), ir.word(c), count]);
  ir.jump(done);
  ir.at(done);
  w.environment.multiple = undefined;
});
