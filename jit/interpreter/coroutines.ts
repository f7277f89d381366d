// SPDX-License-Identifier: MIT
/**
 * The functions that swap stacks: coroutine.resume, coroutine.yield, what coroutine.wrap returns, and the bottom of every coroutine.
 * They are generated so that unoptimized code swaps with no C++ frame on a language stack; optimized code does the same in place
 * (jit/optimizer/coroutines.ts).
 *
 *     resumer's stack                       coroutine's stack
 *     … → coroutine.resume ── swap2 ──►     yl_coroutine_main → body → … → coroutine.yield
 *                          ◄── swap2 ──
 *
 * Values travel as {first, count} in RAX:RDX; values 1.. are put into the results buffer before the swap. So yield
 * returns exactly what the swap returns: its frame adds nothing, and may be popped to deoptimize a suspended coroutine.
 */
import type { Ir, IrValue } from "../ir.js";
import { beginResume, beginReturn, beginYield, canYieldTo, isAlive, isSuspended, resumerOf, swapStacks } from "../semantics/coroutines.js";
import { forEachIndex, loadTransfer, resultAt, storeTransfer } from "../semantics/transfer.js";
import { hasTag, pointerOf } from "../semantics/values.js";
import { type Csids, GeneratedBuiltin } from "./generated-builtin.js";

class CoroutineBuiltin extends GeneratedBuiltin {
  swap(next: IrValue, first: IrValue, count: IrValue): IrValue {
    this.mark();
    return swapStacks(this, next, first, count);
  }

  /** `values` become results 1.., and arguments 3.. of the running function, `shift` places lower, those after them. */
  deliver(values: IrValue[], argc: IrValue, shift: number): void {
    const { ir } = this;
    for (const [index, value] of values.entries()) storeTransfer(this, "results", ir.word(index + 1), value);
    forEachIndex(this, ir.word(3), argc, (index) =>
      storeTransfer(this, "results", ir.sub(index, ir.word(shift)), loadTransfer(this, "arguments", index)),
    );
  }

  /** Swap to a suspended coroutine; {first, count} of what it yields or returns. */
  resume(target: IrValue, first: IrValue, count: IrValue): IrValue {
    beginResume(this, target);
    return this.swap(target, first, count);
  }

  /** The results of a function that coroutine.wrap has made, from what the swap has delivered. */
  returnOrRethrow(pair: IrValue): void {
    const { ir } = this;
    const failed = ir.block("failed");
    this.require(isAlive(this, ir.extract(pair, 1)), failed);
    ir.returnPair(ir.extract(pair, 0), ir.extract(pair, 1));
    ir.at(failed);
    this.hostCall("yl_rethrow", [this.co, ir.extract(pair, 0)]);
    ir.unreachable();
  }
}

/** coroutine.resume(target, …) */
function emitResume(ir: Ir, csids: Csids): void {
  ir.defineFunction("yl_builtin_coroutine_resume", ir.entryType, "nounwind");
  ir.at(ir.block("entry"));
  const m = new CoroutineBuiltin(ir, csids, ir.argument(0));
  const bad = ir.block("cannot-resume");
  const { argc, thread, a1, a2 } = { argc: ir.argument(2), thread: ir.argument(3), a1: ir.argument(4), a2: ir.argument(5) };
  m.require(hasTag(ir, thread, "thread"), bad);
  const target = pointerOf(ir, thread);
  m.require(isSuspended(m, target), bad);
  m.deliver([a2], argc, 1);
  m.returnOutcome(m.resume(target, a1, ir.sub(argc, ir.word(1))));

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
  const [argc, a0, a1, a2] = [ir.argument(2), ir.argument(3), ir.argument(4), ir.argument(5)] as const;
  const thread = ir.load(ir.i64, ir.address(pointerOf(ir, ir.argument(1)), ir.layout.offset("Function", "captures")), "capture");
  const target = pointerOf(ir, thread);
  m.require(isSuspended(m, target), bad);
  m.deliver([a1, a2], argc, 0);
  m.returnOrRethrow(m.resume(target, a0, argc));

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
  const resumer = resumerOf(m);
  m.require(canYieldTo(m, resumer), outside);
  m.deliver([a1, a2], argc, 0);
  beginYield(m, resumer);
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
  const body = m.coroutineWord("function");
  const code = ir.load(ir.i64, ir.address(pointerOf(ir, body), ir.layout.offset("Function", "code")), "code");
  const entry = ir.load(ir.i64, ir.address(code, ir.layout.offset("Code", "entry")), "entry");
  const args = [1, 2].map((index) => resultAt(m, ir.word(index), count));
  m.mark();
  end(m, ir.callEntry(entry, [m.co, body, count, first, ...args]));
}

/** The coroutine's function has returned. */
function end(m: CoroutineBuiltin, pair: IrValue): void {
  const { ir } = m;
  const resumer = resumerOf(m);
  beginReturn(m, resumer);
  m.swap(resumer, ir.extract(pair, 0), ir.extract(pair, 1));
  ir.unreachable();
}

/**
 * `name(payload, first, count)`: what is left to do of a resume when the optimized frame that had it in place has been left while it waited:
 * the interpreter's frame below completes the call. Or of a coroutine whose function began before it had a stack. The payload's first word
 * is the coroutine.
 */
function emitRest(ir: Ir, csids: Csids, name: string, rest: (m: CoroutineBuiltin, pair: IrValue) => void): void {
  ir.defineFunction(name, ir.functionType(ir.pair, [ir.i64, ir.i64, ir.i64]), "nounwind");
  ir.at(ir.block("entry"));
  const m = new CoroutineBuiltin(ir, csids, ir.load(ir.i64, ir.argument(0), "payload"));
  rest(m, ir.pairOf(ir.argument(1), ir.argument(2)));
}

export function emitCoroutineBuiltins(ir: Ir, csids: Csids): void {
  for (const emit of [emitResume, emitWrapped, emitYield, emitMain]) emit(ir, csids);
  emitRest(ir, csids, "yl_resume_rest", (m, pair) => m.returnOutcome(pair));
  emitRest(ir, csids, "yl_wrapped_rest", (m, pair) => m.returnOrRethrow(pair));
  emitRest(ir, csids, "yl_coroutine_rest", end);
}
