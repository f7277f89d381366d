// SPDX-License-Identifier: MIT
/** setmetatable in optimized code: constructors use it for each object. */
import type { IrValue } from "../ir.js";
import { asTable } from "../semantics/fields.js";
import { loadMetatable } from "../semantics/metatables.js";
import { pointerOf, Type, type Value } from "../semantics/values.js";
import type { Inliner } from "./builtins.js";
import type { MetatableChange } from "./context.js";
import { materialize, tableOf, type VirtualTable } from "./objects.js";
import type { Walker } from "./walker.js";

const tableField = ({ ir }: Walker, of: IrValue, name: string): IrValue => ir.address(of, ir.layout.offset("Table", name));

export const setmetatable: Inliner = (w, [object, metatable]) => {
  if (object === undefined || metatable === undefined || !(object.type & metatable.type & Type.Table)) return undefined;
  const handlers = asTable(w, materialize(w, metatable));
  const resolved = w.environment.resolve(object);
  const virtual = tableOf(w.environment, resolved);
  if (virtual !== undefined && changeVirtual(w, resolved, virtual, handlers)) return [resolved];
  return change(w, asTable(w, materialize(w, resolved)), handlers);
};

/** A table that nobody has seen gets a metatable; false when it is not known what that makes of it. */
function changeVirtual(w: Walker, object: Value, table: VirtualTable, metatable: Value): boolean {
  const { ir } = w;
  const change = table.metatable === undefined ? changeOf(w, table.shape, metatable) : undefined;
  if (change === undefined) return false;
  w.assume(change.assumption);
  // The assumption is only told of changes of what is marked as a metatable.
  if (!change.isMarked) ir.store(ir.i32, ir.int32(1), tableField(w, pointerOf(ir, w.boxed(metatable)), "is_metatable"), "metatable");
  w.environment.virtuals.set(object.identity as object, { ...table, shape: change.next, metatable });
  return true;
}

/** Three stores when it is known what the table's shape becomes; else a leaf call. */
function change(w: Walker, table: Value, handlers: Value): readonly Value[] {
  const { ir } = w;
  const [tableWord, handlersWord] = [table, handlers].map((value) => pointerOf(ir, w.boxed(value))) as [IrValue, IrValue];
  const field = (of: IrValue, name: string): IrValue => tableField(w, of, name);
  const before = w.shapeOf(table);
  const change = before === undefined ? undefined : changeOf(w, before, handlers);
  if (before === undefined || change === undefined) {
    // What has one may be protected, and what others delegate to breaks assumptions.
    w.guard(ir.compare("eq", loadMetatable(w, tableWord), ir.word(0)), "metatable");
    const shape = ir.load(ir.i64, field(tableWord, "shape"), "shape");
    const delegate = ir.load(ir.i64, ir.address(shape, ir.layout.offset("Shape", "delegate")), "instruction");
    w.guard(ir.compare("eq", delegate, ir.word(0)), "metatable");
    w.leaf("yl_leaf_set_metatable", [w.co, tableWord, handlersWord]);
    w.shapesChange();
    return [table];
  }
  w.assume(change.assumption);
  if (!change.isMarked) ir.store(ir.i32, ir.int32(1), field(handlersWord, "is_metatable"), "metatable");
  ir.store(ir.i64, handlersWord, field(tableWord, "metatable"), "metatable");
  ir.store(ir.i64, ir.word(change.next), field(tableWord, "shape"), "shape");
  w.shapesChange(before);
  const { constant } = handlers;
  w.knowTable(table, { shape: change.next, ...(constant === undefined ? {} : { metatable: constant }) });
  return [table];
}

/** From a metatable that is known itself, or one of which only what matters is known: it has just been made. */
function changeOf(w: Walker, shape: bigint, metatable: Value): MetatableChange | undefined {
  if (metatable.constant !== undefined) return w.context.metatableChange(shape, metatable.constant);
  const facts = w.factsOf(metatable);
  return facts?.index === undefined ? undefined : w.context.metatableChangeByIndex(shape, facts.shape, facts.index);
}
