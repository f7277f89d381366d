// SPDX-License-Identifier: MIT
/** Calls, returns, closures and constructors in the interpreter, where the number of operands is known only at run time. */
import { ALL_RESULTS, type OpcodeName, PLUS_MULTIPLE } from "../../lang/bytecode.js";
import type { IrValue } from "../ir.js";
import { SeenCall } from "../semantics/feedback.js";
import { Join } from "../semantics/machine.js";
import { appendList } from "../semantics/tables.js";
import {
  appendResultsToArguments,
  bufferedArgument,
  forEachIndex,
  loadTransfer,
  nilWord,
  resultAt,
  setResultCount,
  shiftResults,
  storeTransfer,
} from "../semantics/transfer.js";
import { hasTag, pointerOf, Type } from "../semantics/values.js";
import { captureAddress, isLanguageFunction, newClosure, storeCapture } from "../semantics/variables.js";
import type { InterpreterMachine } from "./interpreter.js";

export const callHandlers = new Map<OpcodeName, (m: InterpreterMachine) => void>();

/** At function entry: parameters from the argument registers and the buffer. */
export function enterArguments(m: InterpreterMachine): void {
  const { ir } = m;
  for (let index = 0; index < 3; index++) m.storeRegister(ir.word(index), ir.argument(3 + index));
  const argc = ir.argument(2);
  forEachIndex(m, ir.word(3), m.protoCount("parameter_count"), (index) => {
    const passed = ir.compare("slt", index, argc);
    m.storeRegister(index, ir.select(passed, loadTransfer(m, "arguments", index), nilWord(m)));
  });
  const varargs = ir.block("varargs");
  const entered = ir.block("entered");
  ir.branch(ir.compare("eq", m.varargCount, ir.word(0)), entered, varargs);
  ir.at(varargs);
  for (let index = 0; index < 3; index++) storeTransfer(m, "arguments", ir.word(index), ir.argument(3 + index));
  const first = m.protoCount("parameter_count");
  forEachIndex(m, ir.word(0), m.varargCount, (index) =>
    m.storeRegister(m.varargRegister(index), loadTransfer(m, "arguments", ir.add(first, index))),
  );
  ir.jump(entered);
  ir.at(entered);
}

/** R[first ..] = the results of a call, `wanted` of them (or all, into the buffer). */
export function placeResults(m: InterpreterMachine, first: IrValue, wanted: IrValue, result: IrValue, count: IrValue): void {
  const { ir } = m;
  const done = ir.block("placed");
  const one = ir.block("one-result");
  const other = ir.block("other-results");
  const all = ir.block("all-results");
  const some = ir.block("some-results");
  const more = ir.block("more-results");
  ir.branch(ir.compare("eq", wanted, ir.word(1)), one, other);
  ir.at(one);
  m.storeRegister(first, result);
  ir.jump(done);
  ir.at(other);
  ir.branch(ir.compare("eq", wanted, ir.word(ALL_RESULTS)), all, some);
  ir.at(all);
  storeTransfer(m, "results", ir.word(0), result);
  setResultCount(m, count);
  ir.jump(done);
  ir.at(some);
  ir.branch(ir.compare("eq", wanted, ir.word(0)), done, more);
  ir.at(more);
  m.storeRegister(first, result);
  forEachIndex(m, ir.word(1), wanted, (index) => m.storeRegister(ir.add(first, index), resultAt(m, index, count)));
  ir.jump(done);
  ir.at(done);
}

/** The entry to call for any value: its code's, or the helper that raises "attempt to call …" (it has the same signature). */
function entryOf(m: InterpreterMachine, callee: IrValue): IrValue {
  const { ir } = m;
  const join = new Join(m);
  const notFunction = ir.block("not-function");
  m.require(hasTag(ir, callee, "function"), notFunction);
  const code = ir.load(ir.i64, ir.address(pointerOf(ir, callee), ir.layout.offset("Function", "code")), "code");
  recordCallee(m, callee);
  join.arrive(ir.load(ir.i64, ir.address(code, ir.layout.offset("Code", "entry")), "entry"));
  ir.at(notFunction);
  m.record(SeenCall.Generic);
  join.arrive(ir.builder.CreatePtrToInt(m.helper("yl_call_error").fn, ir.i64));
  return join.finish();
}

/** Keep the callee in the instruction's feedback; note when it changes. */
function recordCallee(m: InterpreterMachine, callee: IrValue): void {
  const { ir } = m;
  const address = ir.address(m.feedbackAddress(), ir.layout.offset("Feedback", "reference"));
  const last = ir.load(ir.i64, address, "feedback");
  const changed = ir.block("callee-changed");
  const done = ir.block("callee-recorded");
  ir.branch(ir.compare("eq", last, callee), done, changed);
  ir.at(changed);
  m.leaf("yl_leaf_record_callee", [m.co, m.feedbackAddress(), callee]);
  ir.jump(done);
  ir.at(done);
}

const fixedCount = (m: InterpreterMachine, count: IrValue): IrValue => m.ir.and(count, m.ir.word(PLUS_MULTIPLE - 1));
const hasMultiple = (m: InterpreterMachine, count: IrValue): IrValue => m.ir.compare("uge", count, m.ir.word(PLUS_MULTIPLE));

/** What the entry of a CALL's or TAILCALL's callee is called with. */
function callArguments(m: InterpreterMachine, callee: IrValue): IrValue[] {
  const { ir } = m;
  const count = m.operand("b");
  const base = ir.add(m.operand("a"), ir.word(1));
  const fixed = fixedCount(m, count);
  const few = ir.block("few-arguments");
  const many = ir.block("many-arguments");
  const call = ir.block("call");
  ir.branch(ir.compare("ule", count, ir.word(3)), few, many);

  ir.at(few);
  const direct = [0, 1, 2].map((index) => ir.select(ir.compare("ugt", count, ir.word(index)), m.loadRegister(base, index), nilWord(m)));
  const fromFew = ir.current();
  ir.jump(call);

  ir.at(many);
  forEachIndex(m, ir.word(0), fixed, (index) => storeTransfer(m, "arguments", index, m.loadRegister(ir.add(base, index))));
  const total = m.either(
    hasMultiple(m, count),
    () => appendResultsToArguments(m, fixed),
    () => fixed,
  );
  const buffered = [0, 1, 2].map((index) => bufferedArgument(m, index, total));
  const fromMany = ir.current();
  ir.jump(call);

  ir.at(call);
  const merged = [count, ...direct].map((value, index) => {
    const phi = ir.phi(ir.i64);
    ir.incoming(phi, value, fromFew);
    ir.incoming(phi, index === 0 ? total : (buffered[index - 1] as IrValue), fromMany);
    return phi;
  });
  return [m.co, callee, ...merged];
}

callHandlers.set("CALL", (m) => {
  const { ir } = m;
  const callee = m.register("a").ir;
  const entry = entryOf(m, callee);
  const pair = m.callEntry(entry, callArguments(m, callee));
  placeResults(m, m.operand("a"), m.operand("c"), ir.extract(pair, 0), ir.extract(pair, 1));
});

/**
 * The callee's frame takes the place of this one. As in lua5.1, a builtin is called as any other function. A frame that was rebuilt has
 * its payload beneath, which only surgery can remove.
 */
callHandlers.set("TAILCALL", (m) => {
  const { ir } = m;
  const callee = m.register("a").ir;
  const entry = entryOf(m, callee);
  const args = callArguments(m, callee);
  const [tail, rebuilt, plain] = [ir.block("tail"), ir.block("tail-rebuilt"), ir.block("no-tail")];
  m.require(isLanguageFunction(m, callee), plain);
  ir.branch(m.resumes, rebuilt, tail);
  ir.at(tail);
  ir.tailCallEntry(entry, args);
  ir.at(rebuilt);
  m.hostCall("yl_tail_call", args);
  ir.unreachable();
  ir.at(plain);
  const pair = m.callEntry(entry, args);
  ir.returnPair(ir.extract(pair, 0), ir.extract(pair, 1));
  m.finish();
});

callHandlers.set("TFORCALL", (m) => {
  const { ir } = m;
  const iterator = m.register("a").ir;
  const pair = m.callEntry(entryOf(m, iterator), [m.co, iterator, ir.word(2), m.register("a", 1).ir, m.register("a", 2).ir, nilWord(m)]);
  placeResults(m, ir.add(m.operand("a"), ir.word(3)), m.operand("b"), ir.extract(pair, 0), ir.extract(pair, 1));
});

callHandlers.set("VARARG", (m) => {
  const { ir } = m;
  const wanted = m.operand("b");
  const count = m.varargCount;
  const [all, some, done] = [ir.block("all-varargs"), ir.block("some-varargs"), ir.block("varargs-done")];
  ir.branch(ir.compare("eq", wanted, ir.word(ALL_RESULTS)), all, some);
  ir.at(all);
  forEachIndex(m, ir.word(0), count, (index) => storeTransfer(m, "results", index, m.loadRegister(m.varargRegister(index))));
  setResultCount(m, count);
  ir.jump(done);
  ir.at(some);
  const first = m.operand("a");
  forEachIndex(m, ir.word(0), wanted, (index) => {
    const exists = ir.compare("slt", index, count);
    // Where there is none, any register is read instead.
    const word = m.loadRegister(ir.select(exists, m.varargRegister(index), ir.word(0)));
    m.storeRegister(ir.add(first, index), ir.select(exists, word, nilWord(m)));
  });
  ir.jump(done);
  ir.at(done);
});

callHandlers.set("RETURN", (m) => {
  const { ir } = m;
  const count = m.operand("b");
  const base = m.operand("a");
  const one = ir.block("return-one");
  const other = ir.block("return-other");
  const none = ir.block("return-none");
  const some = ir.block("return-some");
  ir.branch(ir.compare("eq", count, ir.word(1)), one, other);
  ir.at(one);
  ir.returnPair(m.loadRegister(base), ir.word(1));
  ir.at(other);
  ir.branch(ir.compare("eq", count, ir.word(0)), none, some);
  ir.at(none);
  ir.returnPair(nilWord(m), ir.word(0));
  ir.at(some);
  const fixed = fixedCount(m, count);
  const total = m.either(
    hasMultiple(m, count),
    () => shiftResults(m, fixed),
    () => fixed,
  );
  forEachIndex(m, ir.word(0), fixed, (index) => storeTransfer(m, "results", index, m.loadRegister(ir.add(base, index))));
  const first = ir.select(ir.compare("eq", total, ir.word(0)), nilWord(m), loadTransfer(m, "results", ir.word(0)));
  ir.returnPair(first, total);
  m.finish();
});

callHandlers.set("SETLIST", (m) => {
  const { ir } = m;
  const count = m.operand("b");
  const fixed = fixedCount(m, count);
  const base = ir.add(m.operand("a"), ir.word(1));
  const [host, done] = [ir.block("host"), ir.block("done")];
  const value = (index: IrValue): IrValue => m.loadRegister(ir.add(base, index));
  const table = pointerOf(ir, m.register("a").ir);
  m.require(ir.not(hasMultiple(m, count)), host);
  appendList(
    m,
    table,
    m.operand("c"),
    fixed,
    () => value(ir.sub(fixed, ir.word(1))),
    host,
    (store) => forEachIndex(m, ir.word(0), fixed, (index) => store(index, value(index))),
  );
  ir.jump(done);
  ir.at(host);
  forEachIndex(m, ir.word(0), fixed, (index) => storeTransfer(m, "arguments", index, value(index)));
  const total = m.either(
    hasMultiple(m, count),
    () => appendResultsToArguments(m, fixed),
    () => fixed,
  );
  m.hostCall("yl_set_list", [m.co, m.register("a").ir, m.operand("c"), total]);
  ir.jump(done);
  ir.at(done);
});

callHandlers.set("CLOSURE", (m) => {
  const { ir } = m;
  const { layout } = ir;
  const proto = ir.load(ir.i64, ir.element(m.protoWord("protos"), m.operand("b"), 8), "instruction");
  const protoField = (field: string): IrValue => ir.address(proto, layout.offset("Proto", field));
  const sources = ir.load(ir.i64, protoField("capture_sources"), "instruction");
  const count = ir.zeroExtend(ir.load(ir.i32, protoField("capture_count"), "instruction"));
  const closure = newClosure(m, proto, count).ir;
  const sourceSize = layout.size("CaptureSource");
  m.forEach(count, (index) => {
    const source = ir.add(sources, ir.builder.CreateMul(index, ir.word(sourceSize)));
    const half = (field: string): IrValue =>
      ir.zeroExtend(ir.load(ir.i16, ir.address(source, layout.offset("CaptureSource", field)), "instruction"));
    const from = half("from");
    const where = half("index");
    const word = m.either(
      ir.compare("eq", from, ir.word(layout.captureFrom.local)),
      () => m.loadRegister(where),
      () =>
        m.either(
          ir.compare("eq", from, ir.word(layout.captureFrom.self)),
          () => closure,
          () => ir.load(ir.i64, captureAddress(m, m.closure, where), "capture"),
        ),
    );
    storeCapture(m, closure, index, word);
  });
  m.set("a", { representation: "boxed", type: Type.Function, ir: closure });
});
