// SPDX-License-Identifier: MIT
/** Globals, captured variables, cells, closures. */
import type { IrValue } from "../ir.js";
import { allocate } from "./allocation.js";
import { SeenGlobal } from "./feedback.js";
import type { Machine } from "./machine.js";
import { loadMetatable } from "./metatables.js";
import { boxedValue, hasTag, isNilWord, pointerOf, Type, type Value } from "./values.js";

/** Whether _G has no metatable, which would be asked for variables that are nil. */
function globalsArePlain(m: Machine): IrValue {
  const { ir } = m;
  const engine = m.coroutineWord("engine");
  const table = ir.load(ir.i64, ir.address(engine, ir.layout.offset("Engine", "globals_table")), "coroutine");
  return ir.compare("eq", loadMetatable(m, table), ir.word(0));
}

/** A global variable: its cell (GlobalCell in object.h) is at a fixed address. */
export function getGlobal(m: Machine, cell: IrValue): Value {
  const { ir } = m;
  const word = ir.load(ir.i64, cell, "global");
  const isNil = isNilWord(ir, word, "unlikely.nil");
  if (!m.recording && !(m.seen & SeenGlobal.Metatable)) {
    const usable = m.either(
      isNil,
      () => globalsArePlain(m),
      () => ir.bit(true),
      ir.i1,
    );
    m.guard(usable, "metatable");
    return boxedValue(word);
  }
  const throughMetatable = (): IrValue => {
    m.record(SeenGlobal.Metatable);
    const found = m.leaf("yl_leaf_get_global", [m.co, cell]);
    return m.either(
      ir.compare("eq", found, ir.word(ir.layout.notFound), "unlikely.handler"),
      () => m.hostCall("yl_get_global", [m.co, cell]),
      () => found,
    );
  };
  return boxedValue(
    m.either(
      isNil,
      () => m.either(globalsArePlain(m), () => word, throughMetatable),
      () => word,
    ),
  );
}

/** Variables that are nil may be __newindex's, and those with a flag are the run-time system's. */
export function setGlobal(m: Machine, cell: IrValue, value: Value): void {
  const { ir } = m;
  const slow = ir.block("set-global");
  const done = ir.block("global-set");
  const flags = ir.load(ir.i32, ir.address(cell, ir.layout.offset("GlobalCell", "flags")), "global");
  m.require(ir.compare("eq", flags, ir.int32(0), "likely.plain"), slow);
  const plain = m.either(
    isNilWord(ir, ir.load(ir.i64, cell, "global")),
    () => globalsArePlain(m),
    () => ir.bit(true),
    ir.i1,
  );
  m.require(plain, slow);
  ir.store(ir.i64, m.boxed(value), cell, "global");
  ir.jump(done);
  ir.at(slow);
  m.hostCall("yl_set_global", [m.co, cell, m.boxed(value)]);
  ir.jump(done);
  ir.at(done);
}

/** Address of capture `index` (an i64) of a closure. */
export const captureAddress = (m: Machine, closure: IrValue, index: IrValue): IrValue =>
  m.ir.element(m.ir.address(pointerOf(m.ir, closure), m.ir.layout.offset("Function", "captures")), index, 8);

export const getCapture = (m: Machine, closure: IrValue, index: IrValue): Value =>
  boxedValue(m.ir.load(m.ir.i64, captureAddress(m, closure, index), "capture"));

const cellValue = (m: Machine, cell: Value): IrValue => m.ir.address(pointerOf(m.ir, m.boxed(cell)), m.ir.layout.offset("Cell", "value"));

export function newCell(m: Machine, value: Value): Value {
  const { ir } = m;
  const word = m.boxed(value);
  const cell = allocate(m, {
    kind: "cell",
    size: ir.word(ir.layout.size("Cell")),
    initialize: (address) => ir.store(ir.i64, word, ir.address(address, ir.layout.offset("Cell", "value")), "cell"),
    slow: () => m.hostCall("yl_new_cell", [m.co, word]),
  });
  return boxedValue(cell, Type.Other);
}

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

/** A closure whose captures are still to be stored (with storeCapture), all of them, before anything else happens. */
export function newClosure(m: Machine, proto: IrValue, captureCount: IrValue): Value {
  const { ir } = m;
  const { layout } = ir;
  const size = ir.add(ir.shl(captureCount, 3), ir.word(layout.size("Function")));
  const counted = ir.load(ir.i64, ir.address(proto, layout.offset("Proto", "closure_count")), "allocation");
  const isCounted = ir.compare("eq", counted, ir.word(layout.size("countedClosures")));
  const closure = allocate(m, {
    kind: "function",
    size,
    when: ir.and(ir.compare("ule", size, ir.word(layout.size("largestCell"))), isCounted),
    initialize: (address) => {
      ir.store(ir.i64, proto, ir.address(address, layout.offset("Function", "code")), "code");
      ir.store(ir.i32, ir.truncate(captureCount, ir.i32), ir.address(address, layout.offset("Function", "capture_count")), "capture");
    },
    slow: () => m.hostCall("yl_new_closure", [m.co, proto]),
  });
  return boxedValue(closure, Type.Function);
}

export const storeCapture = (m: Machine, closure: IrValue, index: IrValue, word: IrValue): void =>
  m.ir.store(m.ir.i64, word, captureAddress(m, closure, index), "capture");
