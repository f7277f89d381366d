// SPDX-License-Identifier: MIT
/**
 * The functions that swap stacks: coroutine.resume, coroutine.yield, what coroutine.wrap returns, and the bottom of every coroutine.
 * They are generated so that compiled code swaps directly, with no C++ frame on a language stack.
 *
 *     resumer's stack                       coroutine's stack
 *     … → coroutine.resume ── swap2 ──►     yl_coroutine_main → body → … → coroutine.yield
 *                          ◄── swap2 ──
 *
 * Values travel as {first, count} in RAX:RDX; values 1.. are put into the *receiver's* results buffer before the swap. So yield
 * returns exactly what the swap returns: its frame adds nothing, and may be popped to deoptimize a suspended coroutine.
 */
import type { Ir, IrValue } from "../ir.js";
import { setCurrent } from "../semantics/safepoint.js";
import { forEachIndex, loadTransfer, resultAt, storeTransfer } from "../semantics/transfer.js";
import { hasTag, pointerOf } from "../semantics/values.js";
import { type Csids, GeneratedBuiltin } from "./generated-builtin.js";

/** What the functions here do to coroutines. */
class CoroutineBuiltin extends GeneratedBuiltin {
  field(co: IrValue, name: string): IrValue {
    return this.ir.address(co, this.ir.layout.offset("Coroutine", name));
  }

  get(co: IrValue, name: string): IrValue {
    return this.ir.load(this.ir.i64, this.field(co, name), "coroutine");
  }

  set(co: IrValue, name: string, value: IrValue): void {
    this.ir.store(this.ir.i64, value, this.field(co, name), "coroutine");
  }

  setStatus(co: IrValue, status: "suspended" | "running" | "normal" | "dead"): void {
    this.ir.store(this.ir.i32, this.ir.int32(this.ir.layout.statuses[status]), this.field(co, "status"), "coroutine");
  }

  isSuspended(co: IrValue): IrValue {
    const status = this.ir.load(this.ir.i32, this.field(co, "status"), "coroutine");
    return this.ir.compare("eq", status, this.ir.int32(this.ir.layout.statuses.suspended));
  }

  swap(next: IrValue, first: IrValue, count: IrValue): IrValue {
    const { ir } = this;
    setCurrent(this, this.get(next, "stack_limit"));
    const counter = this.engineField("swap_count");
    ir.store(ir.i64, ir.add(ir.load(ir.i64, counter, "coroutine"), ir.word(1)), counter, "coroutine");
    this.recordSwitch(next);
    this.mark();
    return ir.call(ir.external("yg_stack_swap2", ir.pair, new Array(4).fill(ir.i64)), [this.co, next, first, count]);
  }

  /** For a trace: off, it costs a load and a branch. */
  private recordSwitch(next: IrValue): void {
    const { ir } = this;
    const [record, onward] = [ir.block("record"), ir.block("onward")];
    const off = ir.compare("eq", ir.load(ir.i32, this.engineField("record_switches"), "coroutine"), ir.int32(0), "likely.off");
    ir.branch(off, onward, record);
    ir.at(record);
    this.leaf("yl_leaf_record_switch", [next]);
    ir.jump(onward);
    ir.at(onward);
  }

  /** Values `from`.. of the running coroutine's arguments become results `from - shift`.. of `receiver`. */
  deliver(receiver: IrValue, values: IrValue[], argc: IrValue, shift: number): void {
    const { ir } = this;
    const buffer = this.get(receiver, "results");
    for (const [index, value] of values.entries()) ir.store(ir.i64, value, ir.address(buffer, 8 * (index + 1)), "transfer");
    forEachIndex(this, ir.word(3), argc, (index) => {
      ir.store(ir.i64, loadTransfer(this, "arguments", index), ir.element(buffer, ir.sub(index, ir.word(shift)), 8), "transfer");
    });
  }

  /** Swap to a suspended coroutine; {first, count} of what it yields or returns. */
  resume(target: IrValue, first: IrValue, count: IrValue): IrValue {
    this.setStatus(target, "running");
    this.setStatus(this.co, "normal");
    this.set(target, "resumer", this.co);
    this.set(target, "stack_host", this.get(this.co, "stack_host"));
    return this.swap(target, first, count);
  }
}

/** coroutine.resume(target, …) */
function emitResume(ir: Ir, csids: Csids): void {
  ir.defineFunction("yl_builtin_coroutine_resume", ir.entryType, "nounwind");
  ir.at(ir.block("entry"));
  const m = new CoroutineBuiltin(ir, csids, ir.argument(0));
  const bad = ir.block("cannot-resume");
  const failed = ir.block("failed");
  const { argc, thread, a1, a2 } = { argc: ir.argument(2), thread: ir.argument(3), a1: ir.argument(4), a2: ir.argument(5) };
  m.require(hasTag(ir, thread, "thread"), bad);
  const target = pointerOf(ir, thread);
  m.require(m.isSuspended(target), bad);
  m.deliver(target, [a2], argc, 1);
  const pair = m.resume(target, a1, ir.sub(argc, ir.word(1)));
  const first = ir.extract(pair, 0);
  const count = ir.extract(pair, 1);
  m.require(ir.compare("ne", count, ir.word(ir.layout.failed), "likely.alive"), failed);
  forEachIndex(
    m,
    ir.word(1),
    count,
    (index) => storeTransfer(m, "results", ir.add(index, ir.word(1)), loadTransfer(m, "results", index)),
    -1,
  );
  storeTransfer(m, "results", ir.word(1), first);
  ir.returnPair(ir.word(ir.layout.true), ir.add(count, ir.word(1)));

  ir.at(failed);
  storeTransfer(m, "results", ir.word(1), first);
  ir.returnPair(ir.word(ir.layout.false), ir.word(2));

  ir.at(bad);
  storeTransfer(m, "results", ir.word(1), m.hostCall("yl_coroutine_bad_resume", [m.co, thread]));
  ir.returnPair(ir.word(ir.layout.false), ir.word(2));
}

/** What coroutine.wrap returns: capture 0 is the coroutine. */
function emitWrapped(ir: Ir, csids: Csids): void {
  ir.defineFunction("yl_builtin_coroutine_wrapped", ir.entryType, "nounwind");
  ir.at(ir.block("entry"));
  const m = new CoroutineBuiltin(ir, csids, ir.argument(0));
  const bad = ir.block("cannot-resume");
  const failed = ir.block("failed");
  const [argc, a0, a1, a2] = [ir.argument(2), ir.argument(3), ir.argument(4), ir.argument(5)] as const;
  const captures = ir.address(pointerOf(ir, ir.argument(1)), ir.layout.offset("Function", "captures"));
  const thread = ir.load(ir.i64, captures, "capture");
  const target = pointerOf(ir, thread);
  m.require(m.isSuspended(target), bad);
  m.deliver(target, [a1, a2], argc, 0);
  const pair = m.resume(target, a0, argc);
  m.require(ir.compare("ne", ir.extract(pair, 1), ir.word(ir.layout.failed), "likely.alive"), failed);
  ir.returnPair(ir.extract(pair, 0), ir.extract(pair, 1));

  ir.at(failed);
  m.hostCall("yl_rethrow", [m.co, ir.extract(pair, 0)]);
  ir.unreachable();
  ir.at(bad);
  const message = m.hostCall("yl_coroutine_bad_resume", [m.co, thread]);
  m.hostCall("yl_rethrow", [m.co, message]);
  ir.unreachable();
}

/** coroutine.yield(…) */
function emitYield(ir: Ir, csids: Csids): void {
  ir.defineFunction("yl_builtin_coroutine_yield", ir.entryType, "nounwind");
  ir.at(ir.block("entry"));
  const m = new CoroutineBuiltin(ir, csids, ir.argument(0));
  const outside = ir.block("outside");
  const [argc, a0, a1, a2] = [ir.argument(2), ir.argument(3), ir.argument(4), ir.argument(5)] as const;
  const resumer = m.get(m.co, "resumer");
  m.require(ir.compare("ne", resumer, ir.word(0), "likely.inside"), outside);
  m.deliver(resumer, [a1, a2], argc, 0);
  m.setStatus(m.co, "suspended");
  m.set(m.co, "resumer", ir.word(0));
  m.setStatus(resumer, "running");
  const pair = m.swap(resumer, a0, argc);
  ir.returnPair(ir.extract(pair, 0), ir.extract(pair, 1));
  ir.at(outside);
  m.hostCall("yl_coroutine_bad_yield", [m.co]);
  ir.unreachable();
}

/** The bottom of a coroutine's stack: `yl_coroutine_main(payload, first, count)`, the payload's first word being the coroutine. */
function emitMain(ir: Ir, csids: Csids): void {
  ir.defineFunction("yl_coroutine_main", ir.functionType(ir.void, [ir.i64, ir.i64, ir.i64]), "nounwind noreturn");
  ir.at(ir.block("entry"));
  const m = new CoroutineBuiltin(ir, csids, ir.load(ir.i64, ir.argument(0), "payload"));
  const [first, count] = [ir.argument(1), ir.argument(2)] as const;
  forEachIndex(m, ir.word(3), count, (index) => storeTransfer(m, "arguments", index, loadTransfer(m, "results", index)));
  const body = m.get(m.co, "function");
  const code = ir.load(ir.i64, ir.address(pointerOf(ir, body), ir.layout.offset("Function", "code")), "code");
  const entry = ir.load(ir.i64, ir.address(code, ir.layout.offset("Code", "entry")), "entry");
  const args = [1, 2].map((index) => resultAt(m, ir.word(index), count));
  m.mark();
  const pair = ir.callEntry(entry, [m.co, body, count, first, ...args]);
  const resumer = m.get(m.co, "resumer");
  const results = m.get(resumer, "results");
  forEachIndex(m, ir.word(1), ir.extract(pair, 1), (index) => {
    ir.store(ir.i64, loadTransfer(m, "results", index), ir.element(results, index, 8), "transfer");
  });
  m.setStatus(m.co, "dead");
  m.set(m.co, "resumer", ir.word(0));
  m.setStatus(resumer, "running");
  m.swap(resumer, ir.extract(pair, 0), ir.extract(pair, 1));
  ir.unreachable();
}

export function emitCoroutineBuiltins(ir: Ir, csids: Csids): void {
  for (const emit of [emitResume, emitWrapped, emitYield, emitMain]) emit(ir, csids);
}
