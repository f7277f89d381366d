// SPDX-License-Identifier: MIT
/**
 * Where metatables come into table accesses: only absent keys ask for them, so that what is present costs one comparison at most.
 * Handlers are called by the run-time system (native/language/metatable.h); here a slow path simply has a result.
 */
import type { IrValue } from "../ir.js";
import type { Machine } from "./machine.js";
import { isNilWord } from "./values.js";

/** The metatable's address, 0 when there is none. */
export const loadMetatable = (m: Machine, table: IrValue): IrValue =>
  m.ir.load(m.ir.i64, m.ir.address(table, m.ir.layout.offset("Table", "metatable")), "metatable");

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
