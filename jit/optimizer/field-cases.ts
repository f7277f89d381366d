// SPDX-License-Identifier: MIT
/** What an access to a field may find: by the shape that the object is known to have, or else by those that feedback has seen there. */
import { type FieldCases, type FieldLoad, type FieldStore, isInherited, type LoadCases } from "../semantics/fields.js";
import { Type, type Value } from "../semantics/values.js";
import type { Walker } from "./walker.js";

/** Undefined when nothing can be said. */
export function loadCases(w: Walker, object: Value, key: bigint): LoadCases | undefined {
  const { stringShape } = w.context;
  const ask = (shape: bigint): FieldLoad | undefined => w.context.fieldLoad(shape, key);
  if (object.type === Type.String) {
    const strings = ask(stringShape);
    return isInherited(strings) ? { cases: [], open: false, strings } : undefined;
  }
  const known = casesOf(w, object, ask);
  const strings = known?.cases.find(({ shape }) => shape === stringShape);
  return known && { ...known, cases: known.cases.filter((it) => it !== strings), strings: isInherited(strings) ? strings : undefined };
}

/** The same of storing into it. */
export function storeCases(w: Walker, object: Value, key: bigint): FieldCases<FieldStore> | undefined {
  return casesOf(w, object, (shape) => w.context.fieldStore(shape, key));
}

function casesOf<Case>(w: Walker, object: Value, ask: (shape: bigint) => Case | undefined): FieldCases<Case> | undefined {
  const shape = w.shapeOf(object);
  const known = shape === undefined ? undefined : ask(shape);
  if (known !== undefined) return { cases: [known], open: false };
  const { megamorphic, other, dictionary, metatable } = w.ir.layout.fieldFeedback;
  const { bits } = w.info.feedback(w.pc);
  if (bits & megamorphic) return undefined;
  const seen = w.context.shapesSeen(w.info.id, w.pc);
  const cases: Case[] = [];
  for (const it of seen.map(ask)) if (it !== undefined) cases.push(it);
  const open = (bits & (other | dictionary | metatable)) !== 0 || cases.length < seen.length || w.context.givenUp(w.info.id, w.pc);
  return cases.length === 0 ? undefined : { cases, open };
}
