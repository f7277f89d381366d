// SPDX-License-Identifier: MIT
/**
 * Making objects without a call: in the next free cell of their size (native/language/heap.h). When the run of cells is used up, a helper
 * makes the object, and collects if it is time; so nothing may happen between the cell and what initializes it.
 */
import type { IrValue } from "../ir.js";
import { Join, type Machine } from "./machine.js";
import { signedTag } from "./values.js";

type ObjectKind = "table" | "function" | "cell";

export interface NewObject {
  readonly kind: ObjectKind;
  /** In bytes; rounded up to whole cells here. */
  readonly size: IrValue;
  /** Object.flags, if not 0. */
  readonly flags?: IrValue;
  /** Whether it may be made here at all; sizes beyond the largest cell may not. */
  readonly when?: IrValue;
  readonly initialize: (address: IrValue) => void;
  /** The helper's: the object's word. */
  readonly slow: () => IrValue;
}

/** The object's word. */
export function allocate(m: Machine, { kind, size, flags, when, initialize, slow }: NewObject): IrValue {
  const { ir } = m;
  const { layout } = ir;
  const join = new Join(m);
  const usedUp = ir.block("used-up");
  const cellBytes = layout.size("cell");
  const bytes = ir.and(ir.add(size, ir.word(cellBytes - 1)), ir.word(-cellBytes));
  if (when !== undefined) m.require(when, usedUp);
  // One FreeCells of 16 bytes for each multiple of 16.
  const free = ir.add(m.engineField("free_cells"), ir.sub(bytes, ir.word(cellBytes)));
  const endAddress = ir.address(free, layout.size("FreeCells") / 2);
  const address = ir.load(ir.i64, free, "allocation");
  m.require(ir.compare("ne", address, ir.load(ir.i64, endAddress, "allocation"), "likely.room"), usedUp);
  ir.store(ir.i64, ir.add(address, bytes), free, "allocation");
  const start = ir.or(ir.word(layout.kinds[kind]), ir.shl(bytes, 32));
  ir.store(ir.i64, flags === undefined ? start : ir.or(start, ir.shl(flags, 16)), address, "code");
  // Read as memory of another class: for LLVM this is another store, whichever of the two comes first.
  if (flags !== undefined) ir.store(ir.i16, ir.truncate(flags, ir.i16), ir.address(address, layout.offset("Object", "flags")), "capacity");
  initialize(address);
  join.arrive(ir.or(address, ir.word(signedTag(layout.tags[kind]))));
  ir.at(usedUp);
  join.arrive(slow());
  return join.finish();
}
