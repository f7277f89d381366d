// SPDX-License-Identifier: MIT
/**
 * Arithmetic on tables: what a metatable's handler does, called like any function that is known, and inlined.
 *
 *     velocity + pull        Vector.__add(velocity, pull)
 *
 * A virtual table's metatable is known. Of other operands, feedback has the metatable whose handler was called, and in which operand it
 * was; a guard compares. That the handler is still the one that the metatable had when this was compiled is an assumption where others
 * look up keys in the metatable (a class that is its own `__index`), else another guard.
 */
import type { Instruction, OpcodeName } from "../../lang/bytecode.js";
import { Seen } from "../semantics/feedback.js";
import { asTable, loadShape, loadSlot } from "../semantics/fields.js";
import { loadMetatable } from "../semantics/metatables.js";
import { pointerOf, Type, type Value } from "../semantics/values.js";
import { callTarget } from "./calls.js";
import type { Handler } from "./context.js";
import { tableOf } from "./objects.js";
import type { Walk } from "./walk.js";
import type { Walker } from "./walker.js";

const events: Partial<Record<OpcodeName, string>> = {
  ADD: "__add",
  SUB: "__sub",
  MUL: "__mul",
  DIV: "__div",
  MOD: "__mod",
  POW: "__pow",
  UNM: "__unm",
};

/** The call that the instruction becomes, if it does. */
export function callOfHandler(w: Walker, { op, a }: Instruction): Walk | undefined {
  const event = events[op];
  if (event === undefined) return undefined;
  const x = w.rk("b");
  const operands = op === "UNM" ? [x, x] : [x, w.rk("c")];
  if (!operands.some(({ type }) => type & Type.Table)) return undefined;
  if (w.seen === 0) w.deoptimize("not seen yet");
  const handler = handlerOf(w, event, operands);
  if (handler === undefined) return undefined;
  const callee = w.known(handler.handler);
  return callTarget(
    w,
    { callee, args: operands.map((value) => w.environment.resolve(value)), multiple: false, target: a, wanted: 1 },
    {
      constant: handler.handler,
      callee: w.context.callee(handler.handler),
    },
  );
}

/**
 * The function that is called in place of a table that the code knows, such as a class whose metatable has `__call`, behind the guards that say so;
 * it gets the table as its first argument.
 */
export function calledInPlaceOf(w: Walker, callee: Value): Value | undefined {
  const { context } = w;
  if (callee.type !== Type.Table || callee.constant === undefined || context.givenUp(w.info.id, w.pc)) return undefined;
  const metatable = context.metatable(callee.constant);
  const handler = metatable === undefined ? undefined : context.handler(metatable, "__call");
  if (metatable === undefined || handler === undefined || context.callee(handler.handler) === undefined) return undefined;
  expectMetatable(w, callee, metatable);
  return w.known(expectHandler(w, metatable, handler).handler);
}

/** The handler that is called, behind the guards that say so. The first operand that has one counts. */
function handlerOf(w: Walker, event: string, operands: readonly Value[]): Handler | undefined {
  const { metatable: called } = w.ir.layout.fieldFeedback;
  const { bits, index, reference } = w.info.feedback(w.pc);
  const onlyHandler = (bits & called) !== 0 && (bits & ~(called | Seen.Generic)) === 0;
  const isUsable = onlyHandler && reference !== 0n && !w.context.givenUp(w.info.id, w.pc);
  for (const [number, operand] of operands.entries()) {
    if (isNumber(operand)) continue;
    const virtual = tableOf(w.environment, operand);
    if (virtual !== undefined) {
      const metatable = virtual.metatable?.constant;
      if (virtual.metatable !== undefined && metatable === undefined) return undefined;
      const handler = metatable === undefined ? undefined : w.context.handler(metatable, event);
      if (handler === undefined) continue;
      return expectHandler(w, metatable as bigint, handler);
    }
    if (!isUsable) return undefined;
    if (number !== index) {
      // The other operand's handler was called; this one has always been a number, one hopes.
      if (!(operand.type & Type.Number)) return undefined;
      w.guardType(operand, Type.Number, "not a number");
      continue;
    }
    const handler = w.context.handler(reference, event);
    if (handler === undefined) return undefined;
    expectMetatable(w, operand, reference);
    return expectHandler(w, reference, handler);
  }
  return undefined;
}

const isNumber = ({ type }: Value): boolean => (type & ~Type.Number) === 0;

function expectMetatable(w: Walker, operand: Value, metatable: bigint): void {
  const { ir } = w;
  const table = asTable(w, operand);
  const facts = w.factsOf(table);
  if (facts?.metatable === metatable) return;
  const found = loadMetatable(w, pointerOf(ir, w.boxed(table)));
  w.guard(ir.compare("eq", found, pointerOf(ir, w.boxed(w.known(metatable)))), "metatable");
  if (facts !== undefined) w.knowTable(table, { ...facts, metatable });
}

function expectHandler(w: Walker, metatable: bigint, handler: Handler): Handler {
  if (handler.assumption !== 0n) {
    w.assume(handler.assumption);
    return handler;
  }
  const { ir } = w;
  const table = pointerOf(ir, w.boxed(w.known(metatable)));
  w.guard(ir.compare("eq", loadShape(w, table), ir.word(handler.shape)), "metatable");
  w.guard(ir.compare("eq", loadSlot(w, table, ir.word(handler.slot)), w.boxed(w.known(handler.handler))), "metatable");
  return handler;
}
