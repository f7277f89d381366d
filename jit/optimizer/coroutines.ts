// SPDX-License-Identifier: MIT
/**
 * Resuming and yielding in place: optimized code does what the generated builtins do (jit/interpreter/coroutines.ts), down to the swap.
 *
 *     resumer's stack                       coroutine's stack
 *     … → optimized code ──── swap2 ──►     … → optimized code
 *                        ◄─── swap2 ──
 *
 * It is not only that two calls fewer are made. A swap comes back by a jump, so the `ret` of a builtin that has swapped is predicted to
 * go where the other stack's last call came from, and each costs more than all else together.
 *
 * A frame that waits in the swap of a yield gets what the call's result is. One that waits in a resume gets what the coroutine has
 * yielded, or the error that it has died of; should it be left meanwhile, a frame that makes results of it lies above those that take its
 * place (Mode, yl_resume_rest).
 *
 * Nothing here speculates on a coroutine's status: what cannot be resumed, or yield, takes the way that raises the error.
 */
import { ALL_RESULTS } from "../../lang/bytecode.js";
import type { IrBlock, IrValue } from "../ir.js";
import { beginResume, beginYield, canYieldTo, isAlive, isSuspended, resumerOf } from "../semantics/coroutines.js";
import { nilWord, resultAt, storeTransfer } from "../semantics/transfer.js";
import { boolValue, boxedValue, hasTag, pointerOf, type Value } from "../semantics/values.js";
import type { Mode } from "./frame-states.js";
import type { Walker } from "./walker.js";

/** {first, count} of a call of coroutine.yield or of what coroutine.wrap has made. */
export function swapInPlace(w: Walker, name: string, callee: Value, args: readonly Value[]): IrValue | undefined {
  if (name === "coroutine.yield") return yieldInPlace(w, args);
  return name === "coroutine.wrapped" ? resumeWrapped(w, callee, args) : undefined;
}

/** The results of coroutine.resume, one by one; undefined when all are wanted. */
export function resumeInPlace(w: Walker, name: string, args: readonly Value[], wanted: number): readonly Value[] | undefined {
  const [thread, ...passed] = args;
  if (name !== "coroutine.resume" || wanted === ALL_RESULTS || thread === undefined) return undefined;
  const { ir } = w;
  const word = w.boxed(thread);
  w.mayBeDisturbed();
  const bad = ir.block("cannot-resume");
  w.require(hasTag(ir, word, "thread", "likely.thread"), bad);
  const [first, count] = swapOrFail(w, word, passed, bad, "complete-resume");
  const alive = isAlive(w, count);
  return Array.from({ length: wanted }, (_, index) =>
    index === 0 ? boolValue(alive) : boxedValue(index === 1 ? first : resultAt(w, ir.word(index - 1), count)),
  );
}

function yieldInPlace(w: Walker, args: readonly Value[]): IrValue {
  const { ir } = w;
  w.mayBeDisturbed();
  const [outside, inside] = [ir.block("outside"), ir.block("inside")];
  const resumer = resumerOf(w);
  ir.branch(canYieldTo(w, resumer), inside, outside);
  ir.at(outside);
  w.hostCall("yl_coroutine_bad_yield", [w.co]);
  ir.unreachable();
  ir.at(inside);
  const first = deliver(w, args);
  beginYield(w, resumer);
  return w.swap(resumer, first, ir.word(args.length), "complete");
}

function resumeWrapped(w: Walker, callee: Value, args: readonly Value[]): IrValue {
  const { ir } = w;
  w.resumesOwn ||= w.isLoopUnit && w.activation.depth === 0 && iteratesOverCall(w);
  w.mayBeDisturbed();
  // Loaded once for all rounds of a loop. All that follows a swap waits for where it goes to, through loads that depend on each other. The
  // processor guesses what they deliver; with this one among them it went wrong as often as not, then in every round: 11 ns instead of 5.
  const captures = ir.address(pointerOf(ir, w.boxed(callee)), ir.layout.offset("Function", "captures"));
  const [first, count] = swapOrFail(w, ir.load(ir.i64, captures, "target"), args, ir.block("cannot-resume"), "complete-wrapped");
  const [alive, failed] = [ir.block("alive"), ir.block("failed")];
  ir.branch(isAlive(w, count), alive, failed);
  ir.at(failed);
  // What the instruction has read may be gone: while the frame waited in the swap, only what comes after was kept.
  w.hostCall("yl_rethrow", [w.co, first], "complete");
  ir.unreachable();
  ir.at(alive);
  return ir.pairOf(first, count);
}

/** Whether the current instruction is of a loop over what a call in the same function has returned. */
function iteratesOverCall({ info, pc, instruction }: Walker): boolean {
  const { op, a } = instruction;
  return op === "TFORCALL" && info.proto.code.slice(0, pc).some((before) => before.op === "CALL" && before.a === a && before.c === 3);
}

/** What the coroutine yields or returns, as {first, count}; {message, failed} when it is not suspended, and at `bad`. */
function swapOrFail(w: Walker, thread: IrValue, args: readonly Value[], bad: IrBlock, mode: Mode): [IrValue, IrValue] {
  const { ir } = w;
  const target = pointerOf(ir, thread);
  const done = ir.block("resumed");
  w.require(isSuspended(w, target), bad);
  const first = deliver(w, args);
  beginResume(w, target);
  const pair = w.swap(target, first, ir.word(args.length), mode);
  const delivered = [ir.extract(pair, 0), ir.extract(pair, 1)] as const;
  const swapped = ir.current();
  ir.jump(done);
  ir.at(bad);
  const refused = [w.hostCall("yl_coroutine_bad_resume", [w.co, thread]), ir.word(ir.layout.failed)] as const;
  const failed = ir.current();
  ir.jump(done);
  ir.at(done);
  const [value, count] = [ir.phi(ir.i64), ir.phi(ir.i64)];
  for (const [index, phi] of [value, count].entries()) {
    ir.incoming(phi, delivered[index] as IrValue, swapped);
    ir.incoming(phi, refused[index] as IrValue, failed);
  }
  return [value, count];
}

/** All but the first value go into the buffer where the other side looks for them. */
function deliver(w: Walker, values: readonly Value[]): IrValue {
  const words = values.map((value) => w.boxed(value));
  for (const [index, word] of words.entries()) if (index > 0) storeTransfer(w, "results", w.ir.word(index), word);
  return words[0] ?? nilWord(w);
}
