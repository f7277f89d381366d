// SPDX-License-Identifier: MIT
/** Globals, captured variables, cells, closures. */
import type { IrValue } from "../ir.js";
import type { Machine } from "./machine.js";
import { boxedValue, hasTag, pointerOf, Type, type Value } from "./values.js";

/** A global's value lives at a fixed address. */
export const getGlobal = (m: Machine, cellAddress: IrValue): Value => boxedValue(m.ir.load(m.ir.i64, cellAddress, "global"));

export const setGlobal = (m: Machine, cellAddress: IrValue, value: Value): void =>
  m.ir.store(m.ir.i64, m.boxed(value), cellAddress, "global");

/** Address of capture `index` (an i64) of a closure. */
export const captureAddress = (m: Machine, closure: IrValue, index: IrValue): IrValue =>
  m.ir.element(m.ir.address(pointerOf(m.ir, closure), m.ir.layout.offset("Function", "captures")), index, 8);

export const getCapture = (m: Machine, closure: IrValue, index: IrValue): Value =>
  boxedValue(m.ir.load(m.ir.i64, captureAddress(m, closure, index), "capture"));

const cellValue = (m: Machine, cell: Value): IrValue => m.ir.address(pointerOf(m.ir, m.boxed(cell)), m.ir.layout.offset("Cell", "value"));

export const newCell = (m: Machine, value: Value): Value => boxedValue(m.hostCall("yl_new_cell", [m.co, m.boxed(value)]), Type.Other);

export const getCell = (m: Machine, cell: Value): Value => boxedValue(m.ir.load(m.ir.i64, cellValue(m, cell), "cell"));

export const setCell = (m: Machine, cell: Value, value: Value): void => m.ir.store(m.ir.i64, m.boxed(value), cellValue(m, cell), "cell");

/** Whether a value is a function that is not a builtin. */
export function isLanguageFunction(m: Machine, callee: IrValue): IrValue {
  const { ir } = m;
  return m.either(
    hasTag(ir, callee, "function"),
    () => {
      const kind = ir.load(ir.i8, ir.address(pointerOf(ir, callee), ir.layout.offset("Object", "kind")), "code");
      return ir.compare("eq", ir.zeroExtend(kind), ir.word(ir.layout.functionKind));
    },
    () => ir.bit(false),
    ir.i1,
  );
}

/** A closure whose captures are still to be stored (with storeCapture). */
export const newClosure = (m: Machine, proto: IrValue): Value => boxedValue(m.hostCall("yl_new_closure", [m.co, proto]), Type.Function);

export const storeCapture = (m: Machine, closure: IrValue, index: IrValue, word: IrValue): void =>
  m.ir.store(m.ir.i64, word, captureAddress(m, closure, index), "capture");
