// SPDX-License-Identifier: MIT
/**
 * Where metatables come into table accesses: only absent keys ask for them, so that what is present costs one comparison at most.
 * A handler that is a function, and gets the operands, is called like any function. All else is left to the run-time system
 * (native/language/metatable.h), which may call something, too; here such a slow path simply has a result.
 */
import type { IrValue } from "../ir.js";
import type { Machine } from "./machine.js";
import { loadTransfer, nilWord } from "./transfer.js";
import { isNilWord, pointerOf } from "./values.js";

/** The metatable's address, 0 when there is none. */
export const loadMetatable = (m: Machine, table: IrValue): IrValue =>
  m.ir.load(m.ir.i64, m.ir.address(table, m.ir.layout.offset("Table", "metatable")), "metatable");

/** The first result of the handler that the leaf helper `find` finds for the operands of an instruction; `slow` if it finds none. */
export function callHandler(m: Machine, find: () => IrValue, operands: readonly IrValue[], slow: () => IrValue): IrValue {
  return m.callsHandlers ? callIfFound(m, find(), operands, slow) : slow();
}

/** The same of __index and __newindex, which may be found in another object than the first operand; the handler gets that one. */
export function callIndexHandler(m: Machine, find: () => IrValue, operands: readonly IrValue[], slow: () => IrValue): IrValue {
  if (!m.callsHandlers) return slow();
  const found = find();
  return callIfFound(m, m.ir.extract(found, 0), [m.ir.extract(found, 1), ...operands.slice(1)], slow);
}

function callIfFound(m: Machine, handler: IrValue, operands: readonly IrValue[], slow: () => IrValue): IrValue {
  const { ir } = m;
  return m.either(ir.compare("eq", handler, ir.word(ir.layout.notFound)), slow, () => {
    const code = ir.load(ir.i64, ir.address(pointerOf(ir, handler), ir.layout.offset("Function", "code")), "code");
    const entry = ir.load(ir.i64, ir.address(code, ir.layout.offset("Code", "entry")), "entry");
    const registers = [0, 1, 2].map((index) => operands[index] ?? nilWord(m));
    return ir.extract(m.callEntry(entry, [m.co, handler, ir.word(operands.length), ...registers]), 0);
  });
}

/** object[key] where a helper is needed: of a field access if there is `feedback`. */
export function indexSlowly(m: Machine, object: IrValue, key: IrValue, feedback?: IrValue): IrValue {
  return callIndexHandler(
    m,
    () => m.leaf("yl_leaf_index_handler", [m.co, feedback ?? m.ir.word(0), object, key]),
    [object, key],
    () =>
      feedback === undefined ? m.hostCall("yl_index", [m.co, object, key]) : m.hostCall("yl_get_field", [m.co, feedback, object, key]),
  );
}

/** object[key] = value where a helper is needed, which is `slow`. */
export function setIndexSlowly(m: Machine, object: IrValue, key: IrValue, value: IrValue, slow: () => void): void {
  callIndexHandler(
    m,
    () => m.leaf("yl_leaf_new_index_handler", [m.co, object, key]),
    [object, key, value],
    () => {
      slow();
      return m.ir.word(0);
    },
  );
}

/** The concatenation of so many values in the arguments' buffer where a helper is needed. */
export function concatSlowly(m: Machine, count: IrValue): IrValue {
  const { ir } = m;
  const slow = (): IrValue => m.hostCall("yl_concat", [m.co, count]);
  // Of more than two, those on the right come first.
  const pair = (): IrValue => {
    const operands = [0, 1].map((index) => loadTransfer(m, "arguments", ir.word(index)));
    return callHandler(m, () => m.leaf("yl_leaf_concat_handler", [m.co, ...operands]), operands, slow);
  };
  return m.either(ir.compare("eq", count, ir.word(2)), pair, slow);
}

/** What a lookup in `table` has given, or what its metatable has instead of nil; `bit` is recorded then. */
export function orFromMetatable(m: Machine, table: IrValue, key: IrValue, found: IrValue, slow: () => IrValue, bit = 0): IrValue {
  const { ir } = m;
  return m.either(
    isNilWord(ir, found, "unlikely.nil"),
    () =>
      m.either(
        ir.compare("eq", loadMetatable(m, table), ir.word(0), "likely.plain"),
        () => found,
        () => {
          if (bit !== 0) m.record(bit);
          return indexThroughTables(m, table, key, slow);
        },
      ),
    () => found,
  );
}

/** table[key] through the tables that __index names; `slow` when a handler has to be called. */
export function indexThroughTables(m: Machine, table: IrValue, key: IrValue, slow: () => IrValue): IrValue {
  const { ir } = m;
  const word = m.leaf("yl_leaf_index", [m.co, table, key]);
  return m.either(ir.compare("eq", word, ir.word(ir.layout.notFound), "unlikely.handler"), slow, () => word);
}

/** Whether what was found is all there is: not nil, or there is no metatable to ask. */
export function isPresentOrPlain(m: Machine, table: IrValue, found: IrValue): IrValue {
  const { ir } = m;
  return m.either(
    isNilWord(ir, found, "unlikely.nil"),
    () => ir.compare("eq", loadMetatable(m, table), ir.word(0)),
    () => ir.bit(true),
    ir.i1,
  );
}

/** In the optimizer, where a metatable has never been asked: go on only if it need not be asked now. */
export const guardNotAbsent = (m: Machine, table: IrValue, found: IrValue): void => m.guard(isPresentOrPlain(m, table, found), "metatable");

/**
 * Whether a store over `old` needs no handler: the table has no metatable, or the key is present. That there is one is recorded as `bit`,
 * if that is given; as long as there has been none, a guard asks for that instead, which a loop passes once.
 */
export function storesPlainly(m: Machine, table: IrValue, old: () => IrValue, bit?: number): IrValue {
  const { ir } = m;
  const plain = ir.compare("eq", loadMetatable(m, table), ir.word(0), "likely.plain");
  if (bit !== undefined && !m.recording && (m.seen & bit) === 0) {
    m.guard(plain, "metatable");
    return ir.bit(true);
  }
  return m.either(
    plain,
    () => ir.bit(true),
    () => {
      if (bit !== undefined) m.record(bit);
      return ir.not(isNilWord(ir, old()));
    },
    ir.i1,
  );
}
