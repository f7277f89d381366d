// SPDX-License-Identifier: MIT
/**
 * How arguments and results travel. An entry is `{first, count} entry(co, callee, argc, a0, a1, a2)`:
 *
 *   arguments 0..2   in registers, nil when missing     arguments 3..   co->arguments[i]
 *   result 0         in the pair, nil when count is 0   results 1..     co->results[i]
 *
 * After a CALL that keeps all results, co->results[0 .. co->result_count) holds them for the next instruction.
 */
import type { IrValue } from "../ir.js";
import type { Machine } from "./machine.js";

const bufferSlot = (m: Machine, buffer: "arguments" | "results", index: IrValue): IrValue =>
  m.ir.element(m.coroutineWord(buffer), index, 8);

export const loadTransfer = (m: Machine, buffer: "arguments" | "results", index: IrValue): IrValue =>
  m.ir.load(m.ir.i64, bufferSlot(m, buffer, index), "transfer");

export const storeTransfer = (m: Machine, buffer: "arguments" | "results", index: IrValue, word: IrValue): void =>
  m.ir.store(m.ir.i64, word, bufferSlot(m, buffer, index), "transfer");

export const resultCount = (m: Machine): IrValue => m.coroutineWord("result_count");

export function setResultCount(m: Machine, count: IrValue): void {
  m.ir.store(m.ir.i64, count, m.ir.address(m.co, m.ir.layout.offset("Coroutine", "result_count")), "coroutine");
}

export const nilWord = (m: Machine): IrValue => m.ir.word(BigInt.asIntN(64, m.ir.layout.nil));

/** body(i) for first <= i < end, counting up (step 1) or, from end - 1 down to first (step -1). */
export function forEachIndex(m: Machine, first: IrValue, end: IrValue, body: (index: IrValue) => void, step: 1 | -1 = 1): void {
  const { ir } = m;
  const header = ir.block("each");
  const inside = ir.block("each-body");
  const done = ir.block("each-done");
  const before = ir.current();
  ir.jump(header);
  ir.at(header);
  const counter = ir.phi(ir.i64);
  ir.incoming(counter, step === 1 ? first : end, before);
  ir.branch(step === 1 ? ir.compare("slt", counter, end) : ir.compare("sgt", counter, first), inside, done);
  ir.at(inside);
  const index = step === 1 ? counter : ir.sub(counter, ir.word(1));
  body(index);
  ir.incoming(counter, step === 1 ? ir.add(counter, ir.word(1)) : index, ir.current());
  ir.jump(header);
  ir.at(done);
}

/** Argument `index` of a call with `argc` arguments that are all in the buffer; nil when there are fewer. */
export function bufferedArgument(m: Machine, index: number, argc: IrValue): IrValue {
  const { ir } = m;
  return ir.select(ir.compare("sgt", argc, ir.word(index)), loadTransfer(m, "arguments", ir.word(index)), nilWord(m));
}

/** Result `index` >= 1 of a call that returned `count` results; nil when there are fewer. */
export function resultAt(m: Machine, index: IrValue, count: IrValue): IrValue {
  const { ir } = m;
  return ir.select(ir.compare("slt", index, count), loadTransfer(m, "results", index), nilWord(m));
}

/** The kept results become arguments fixed.. ; the new number of arguments. */
export function appendResultsToArguments(m: Machine, fixed: IrValue): IrValue {
  const { ir } = m;
  const count = resultCount(m);
  const total = ir.add(fixed, count);
  checkCapacity(m, total);
  forEachIndex(m, ir.word(0), count, (index) => storeTransfer(m, "arguments", ir.add(fixed, index), loadTransfer(m, "results", index)));
  return total;
}

/** Make room for `fixed` results before the kept ones; the new number of results. */
export function shiftResults(m: Machine, fixed: IrValue): IrValue {
  const { ir } = m;
  const count = resultCount(m);
  const total = ir.add(fixed, count);
  checkCapacity(m, total);
  forEachIndex(m, ir.word(0), count, (index) => storeTransfer(m, "results", ir.add(fixed, index), loadTransfer(m, "results", index)), -1);
  return total;
}

function checkCapacity(m: Machine, count: IrValue): void {
  const { ir } = m;
  const tooMany = ir.block("too-many");
  const fits = ir.block("fits");
  ir.branch(ir.compare("sle", count, ir.word(ir.layout.transferCapacity)), fits, tooMany);
  ir.at(tooMany);
  m.hostCall("yl_too_many_values", [m.co]);
  ir.unreachable();
  ir.at(fits);
}
