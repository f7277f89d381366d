// SPDX-License-Identifier: MIT
/**
 * An Ir that builds nothing: the optimizer walks a function with it to infer types, so that inference and emission are one piece of code (see
 * optimizer/walker.ts).
 */
import type { Ir, IrValue, OverflowResult } from "./ir.js";
import type { Layout } from "./layout.js";

const createNothing = (): IrValue => {
  const nothing: IrValue = new Proxy(() => undefined, {
    get: (_target, property) => (property === Symbol.toPrimitive ? () => 0 : nothing),
    apply: () => nothing,
  }) as unknown as IrValue;
  return nothing;
};
const nothing = createNothing();
const dryYes = createNothing();
const dryNo = createNothing();

/** Has every method of Ir and builds nothing. Known conditions stay known, so that a dry walk takes the ways that the real one will. */
export function createDryIr(layout: Layout): Ir {
  const methods: Record<string, unknown> = {
    layout,
    bit: (value: boolean) => (value ? dryYes : dryNo),
    not: (a: IrValue) => (a === dryYes ? dryNo : a === dryNo ? dryYes : nothing),
    overflowing: (): OverflowResult => ({ result: nothing, overflow: nothing }),
    external: () => ({ fn: nothing, type: nothing }),
  };
  for (const property of ["i1", "i8", "i16", "i32", "i64", "f64", "void", "pair", "function", "builder"]) methods[property] = nothing;
  const ignored = (): IrValue => nothing;
  return new Proxy({} as Ir, { get: (_target, property) => methods[property as string] ?? ignored });
}
