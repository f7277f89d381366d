// SPDX-License-Identifier: MIT
/**
 * What resuming and yielding do to two coroutines around the swap of their stacks, for the builtins and for optimized code, which has
 * it in place.
 *
 * Values travel as {first, count} in RAX:RDX, further ones in the buffer of results, which all coroutines of an engine share. The swap
 * itself is a call with a call-site id, which each tier describes in its way.
 */
import type { IrValue } from "../ir.js";
import type { Machine } from "./machine.js";
import { setCurrent } from "./safepoint.js";

const field = ({ ir }: Machine, co: IrValue, name: string): IrValue => ir.address(co, ir.layout.offset("Coroutine", name));

export const coroutineField = (m: Machine, co: IrValue, name: string): IrValue => m.ir.load(m.ir.i64, field(m, co, name), "coroutine");

function setField(m: Machine, co: IrValue, name: string, value: IrValue): void {
  m.ir.store(m.ir.i64, value, field(m, co, name), "coroutine");
}

/** Whether it can be resumed. */
export const isSuspended = (m: Machine, co: IrValue): IrValue =>
  m.ir.compare("eq", coroutineField(m, co, "resumer"), m.ir.word(m.ir.layout.resumers.none), "likely.suspended");

/** Who gets what the running coroutine yields. */
export const resumerOf = (m: Machine): IrValue => m.coroutineWord("resumer");

/** Whether that is a coroutine. */
export const canYieldTo = ({ ir }: Machine, resumer: IrValue): IrValue =>
  ir.compare("ugt", resumer, ir.word(ir.layout.resumers.host), "likely.inside");

/** The running coroutine is going to swap to `target`, which is suspended. */
export function beginResume(m: Machine, target: IrValue): void {
  setField(m, target, "resumer", m.co);
  beginSwap(m, target);
}

/** The running coroutine is going to swap to its resumer, and will not go on before it is resumed. */
export function beginYield(m: Machine, resumer: IrValue): void {
  setField(m, m.co, "resumer", m.ir.word(m.ir.layout.resumers.none));
  beginSwap(m, resumer);
}

/** The same, and it will never go on: its stack is free. */
export function beginReturn(m: Machine, resumer: IrValue): void {
  const { ir } = m;
  const retired = m.engineField("retired");
  setField(m, m.co, "resumer", ir.word(ir.layout.resumers.dead));
  setField(m, m.co, "next_retired", ir.load(ir.i64, retired, "coroutine"));
  ir.store(ir.i64, m.co, retired, "coroutine");
  beginSwap(m, resumer);
}

function beginSwap(m: Machine, next: IrValue): void {
  const { ir } = m;
  setCurrent(m, coroutineField(m, next, "stack_limit"));
  const counter = m.engineField("swap_count");
  ir.store(ir.i64, ir.add(ir.load(ir.i64, counter, "coroutine"), ir.word(1)), counter, "coroutine");
  recordSwitch(m, next);
}

/** Not known while compiling, it costs a load and a branch. */
function recordSwitch(m: Machine, next: IrValue): void {
  const { ir, recordsSwitches } = m;
  if (recordsSwitches === false) return;
  const [record, onward] = [ir.block("record"), ir.block("onward")];
  const off = ir.compare("eq", ir.load(ir.i32, m.engineField("record_switches"), "coroutine"), ir.int32(0), "likely.off");
  ir.branch(off, onward, record);
  ir.at(record);
  m.leaf("yl_leaf_record_switch", [next]);
  ir.jump(onward);
  ir.at(onward);
}

/** The call that swaps: {first, count} of what the running coroutine is woken with later. The call's marker comes before it. */
export function swapStacks(m: Machine, next: IrValue, first: IrValue, count: IrValue): IrValue {
  const { ir } = m;
  return ir.call(ir.external("yg_stack_swap2", ir.pair, new Array(4).fill(ir.i64)), [m.co, next, first, count]);
}

/** The same from a function without frame pointer: the call keeps no register, which saves most of its instructions. */
export function switchStacks(m: Machine, next: IrValue, first: IrValue, count: IrValue): IrValue {
  const { ir } = m;
  const routine = ir.external("_yg_stack_switch", ir.pair, new Array(5).fill(ir.i64), "nounwind cc=ghc");
  return ir.call(routine, [m.co, ir.undef(ir.i64), next, first, count]);
}

/** Of what a swap has delivered: whether it is the error that the resumed coroutine has died of. */
export const isAlive = ({ ir }: Machine, count: IrValue): IrValue => ir.compare("ne", count, ir.word(ir.layout.failed), "likely.alive");
