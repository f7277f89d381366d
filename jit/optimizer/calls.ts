// SPDX-License-Identifier: MIT
/** Calls, returns, closures and constructors in optimized code: who is called is known from feedback, and small callees are inlined. */
import { ALL_RESULTS, type Instruction, type OpcodeName, PLUS_MULTIPLE } from "../../lang/bytecode.js";
import type { IrValue } from "../ir.js";
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
  setResultCount,
  shiftResults,
  storeTransfer,
} from "../semantics/transfer.js";
import { boxedValue, hasTag, pointerOf, type Value } from "../semantics/values.js";
import { isLanguageFunction, newClosure, storeCapture } from "../semantics/variables.js";
import { inlineBuiltin } from "./builtins.js";
import { codeOf, dispatch, liveAfter, recursionDepth, type Target, targetsOf } from "./callees.js";
import type { ProtoInfo } from "./context.js";
import { type Activation, Environment } from "./environment.js";
import { type Edge, mergeEdges } from "./merge.js";
import { materialize } from "./objects.js";
import type { Walker } from "./walker.js";

export const callDefinitions = new Map<OpcodeName, (w: Walker) => void>();

/** Bounds of inlining, in bytecode instructions. */
const limits = { depth: 5, calleeSize: 80, totalSize: 300, recursion: 2 };

interface Call {
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

callDefinitions.set("CALL", (w) => {
  const { a, b, c } = w.instruction;
  const fixed = b & (PLUS_MULTIPLE - 1);
  const args = Array.from({ length: fixed }, (_, index) => w.environment.get(a + 1 + index));
  call(w, { callee: w.environment.get(a), args, multiple: (b & PLUS_MULTIPLE) !== 0, target: a, wanted: c });
});

callDefinitions.set("TFORCALL", (w) => {
  const { a, b } = w.instruction;
  const [callee, state, control] = [0, 1, 2].map((index) => w.environment.get(a + index)) as [Value, Value, Value];
  call(w, { callee, args: [state, control], multiple: false, target: a + 3, wanted: b });
});

/**
 * An inlined callee's results are returned. Otherwise the callee's frame takes the place of the machine's, if all that is inlined here
 * was called in tail position, too.
 */
callDefinitions.set("TAILCALL", (w) => {
  const { a, b } = w.instruction;
  const fixed = b & (PLUS_MULTIPLE - 1);
  const args = Array.from({ length: fixed }, (_, index) => w.environment.get(a + 1 + index));
  const tail = leavesUnit(w) ? "replaces" : "returns";
  call(w, { callee: w.environment.get(a), args, multiple: (b & PLUS_MULTIPLE) !== 0, target: a, wanted: ALL_RESULTS, tail });
});

function leavesUnit(w: Walker): boolean {
  for (let at = w.activation; at.parent !== undefined; at = at.parent) {
    if (at.parent.info.proto.code[at.callPc]?.op !== "TAILCALL") return false;
  }
  return true;
}

function call(w: Walker, what: Call): void {
  if (w.seen === 0) w.deoptimize("not seen yet");
  const callee = materialize(w, what.callee);
  const targets = targetsOf(w, callee);
  if (targets === undefined) return callAnything(w, { ...what, callee });
  dispatch(w, callee, targets, (target, narrowed) => callTarget(w, { ...what, callee: narrowed }, target));
}

function callTarget(w: Walker, what: Call, { callee: target }: Target): void {
  if (target === undefined) return callAnything(w, what);
  if (target.kind === "builtin") {
    const results = what.multiple ? undefined : inlineBuiltin(w, target.name, what.args, keepsAll(w, what));
    if (results !== undefined) return what.tail === undefined ? placeValues(w, what, results) : returnValues(w, results, false);
    return place(w, what, emitCall(w, what, entryOfCode(w, codeOf(w, w.boxed(what.callee)))));
  }
  const info = w.context.proto(target.proto);
  if (!what.multiple && worthInlining(w, info)) return inline(w, what, info);
  const entry = entryOfCode(w, w.ir.word(info.address));
  if (what.tail === "replaces") return tailCall(w, entry, callArguments(w, what));
  place(w, what, emitCall(w, what, entry));
}

/** Whether the results leave this code, or go to the buffer: there they must exist. */
function keepsAll(w: Walker, { wanted, tail }: Call): boolean {
  if (tail === undefined) return wanted === ALL_RESULTS;
  return !w.inlinedHere || resultsOf(receiver(w).instruction).wanted === ALL_RESULTS;
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
    () => w.ir.builder.CreatePtrToInt(w.helper("yl_call_error").fn, w.ir.i64),
  );
}

function emitCall(w: Walker, what: Call, entry: IrValue): IrValue {
  return w.callEntry(entry, callArguments(w, what));
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
  if (wanted === ALL_RESULTS) storeResults(w, environment, first, count);
  if (tail !== undefined) return returnValues(w, [], true);
  if (wanted === ALL_RESULTS) return;
  for (let index = 0; index < wanted; index++) {
    environment.registers[target + index] = index === 0 ? first : boxedValue(resultAt(w, ir.word(index), count));
  }
}

function storeResults(w: Walker, environment: Environment, first: Value, count: IrValue): void {
  storeTransfer(w, "results", w.ir.word(0), w.boxed(first));
  setResultCount(w, count);
  environment.multiple = { first, count };
}

/** Results that are known one by one. */
function placeValues(
  w: Walker,
  { target, wanted }: { target: number; wanted: number },
  results: readonly Value[],
  environment = w.environment,
): void {
  const values = wanted === ALL_RESULTS ? materializeAll(w, results) : results;
  if (wanted === ALL_RESULTS) {
    for (const [index, value] of values.entries()) if (index > 0) storeTransfer(w, "results", w.ir.word(index), w.boxed(value));
    return storeResults(w, environment, values[0] ?? nilValue(w.ir), w.ir.word(values.length));
  }
  for (let index = 0; index < wanted; index++) environment.registers[target + index] = values[index] ?? nilValue(w.ir);
}

// ---- inlining

function worthInlining(w: Walker, info: ProtoInfo): boolean {
  const size = info.proto.code.length;
  const depth = w.context.inlineDepth ?? limits.depth;
  if (w.activation.depth >= depth || size > limits.calleeSize || w.inlinedInstructions + size > limits.totalSize) return false;
  return recursionDepth(w, info) <= limits.recursion;
}

function inline(w: Walker, what: Call, info: ProtoInfo): void {
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
  w.environment = new Environment(activation, parameters, caller);
  if (what.tail !== undefined) {
    w.walkTail();
    return;
  }
  const returns: Edge[] = [];
  const live = liveAfter({ activation: parent, pc }, returns);
  w.walk(0, returns);
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
  storeResults(w, w.environment, first, count);
});

callDefinitions.set("RETURN", (w) => {
  const { a, b } = w.instruction;
  const fixed = b & (PLUS_MULTIPLE - 1);
  const values = Array.from({ length: fixed }, (_, index) => w.environment.get(a + index));
  returnValues(w, values, (b & PLUS_MULTIPLE) !== 0);
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
    const kept = w.environment.multiple;
    const count = kept?.count ?? resultCount(w);
    const first = kept === undefined ? loadTransfer(w, "results", ir.word(0)) : w.boxed(kept.first);
    return ir.returnPair(ir.select(ir.compare("eq", count, ir.word(0)), nilWord(w), first), count);
  }
  const count = multiple ? shiftResults(w, ir.word(words.length)) : ir.word(words.length);
  for (const [index, word] of words.entries()) if (index > 0) storeTransfer(w, "results", ir.word(index), word);
  ir.returnPair(words[0] ?? nilWord(w), count);
}

/** Each of them, made if need be, when all of them are. */
function materializeAll(w: Walker, values: readonly Value[]): readonly Value[] {
  for (const value of values) materialize(w, value);
  return values.map((value) => w.environment.resolve(value));
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
  const values = multiple || where.wanted === ALL_RESULTS ? materializeAll(w, returned) : returned;
  if (!multiple) placeValues(w, where, values, caller);
  else {
    const count = values.length === 0 ? (environment.multiple?.count ?? resultCount(w)) : shiftResults(w, ir.word(values.length));
    for (const [index, value] of values.entries()) storeTransfer(w, "results", ir.word(index), w.boxed(value));
    const first = values[0] ?? environment.multiple?.first ?? boxedValue(loadTransfer(w, "results", ir.word(0)));
    if (where.wanted === ALL_RESULTS) storeResults(w, caller, first, count);
    else {
      for (let index = 0; index < where.wanted; index++) {
        const dynamic = (): Value => (index === 0 ? first : boxedValue(resultAt(w, ir.word(index), count)));
        caller.registers[where.target + index] = values[index] ?? dynamic();
      }
    }
  }
  w.returnToCaller(caller);
}

function resultsOf({ op, a, b, c }: Instruction): { target: number; wanted: number } {
  return op === "TFORCALL" ? { target: a + 3, wanted: b } : { target: a, wanted: c };
}

// ---- closures and constructors

callDefinitions.set("CLOSURE", (w) => {
  const { a, b } = w.instruction;
  const id = w.info.protos[b] as number;
  const captures = (w.info.proto.protos[b] as ProtoInfo["proto"]).captures;
  const closure = newClosure(w, w.ir.word(w.context.protoAddress(id)), w.ir.word(captures.length));
  for (const [index, capture] of captures.entries()) {
    const word =
      capture.from === "self"
        ? closure.ir
        : w.boxed(capture.from === "local" ? w.environment.get(capture.index) : w.captured(capture.index));
    storeCapture(w, closure.ir, w.ir.word(index), word);
  }
  w.environment.registers[a] = closure;
});

callDefinitions.set("SETLIST", (w) => {
  const { a, b, c } = w.instruction;
  const { ir } = w;
  const table = w.environment.get(a);
  const [host, done] = [ir.block("host"), ir.block("done")];
  if ((b & PLUS_MULTIPLE) === 0 && b > 0) {
    const words = Array.from({ length: b }, (_, index) => w.boxed(w.environment.get(a + 1 + index)));
    appendList(
      w,
      pointerOf(ir, w.boxed(table)),
      ir.word(c),
      ir.word(b),
      () => words[b - 1] as IrValue,
      host,
      (store) => {
        for (const [index, word] of words.entries()) store(ir.word(index), word);
      },
    );
    ir.jump(done);
  } else ir.jump(host);
  ir.at(host);
  let count = w.spill("a", 1, "b");
  if (b & PLUS_MULTIPLE) count = appendResultsToArguments(w, count);
  w.hostCall("yl_set_list", [w.co, w.boxed(table), ir.word(c), count]);
  ir.jump(done);
  ir.at(done);
});
