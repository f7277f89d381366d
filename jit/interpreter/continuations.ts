// SPDX-License-Identifier: MIT
/**
 * Frames that the runtime pushes below a call that a helper asks for; each gets the call's {first, count} and does the rest of the
 * helper's work (native/language/metatable.h, continuation.h).
 */
import type { Ir } from "../ir.js";
import { isFalsyWord } from "../semantics/values.js";
import { type Csids, GeneratedBuiltin } from "./generated-builtin.js";

/** `yl_negate(payload, first, count)`: `a <= b` as `not (b < a)`. */
function emitNegate(ir: Ir): void {
  ir.defineFunction("yl_negate", ir.functionType(ir.pair, [ir.i64, ir.i64, ir.i64]), "nounwind");
  ir.at(ir.block("entry"));
  ir.returnPair(ir.select(isFalsyWord(ir, ir.argument(1)), ir.word(ir.layout.true), ir.word(ir.layout.false)), ir.word(1));
}

/** `name(payload, first, count)`: the helper goes on with the payload, whose first word is the coroutine, and the results. */
function emitContinue(ir: Ir, csids: Csids, name: string, helper: string): void {
  ir.defineFunction(name, ir.functionType(ir.pair, [ir.i64, ir.i64, ir.i64]), "nounwind");
  ir.at(ir.block("entry"));
  const [payload, first, count] = [ir.argument(0), ir.argument(1), ir.argument(2)];
  const m = new GeneratedBuiltin(ir, csids, ir.load(ir.i64, payload, "payload"));
  const pair = m.hostCall(helper, [m.co, payload, first, count]);
  ir.returnPair(ir.extract(pair, 0), ir.extract(pair, 1));
}

export function emitContinuations(ir: Ir, csids: Csids): void {
  emitNegate(ir);
  emitContinue(ir, csids, "yl_concat_continue", "yl_concat_rest");
  emitContinue(ir, csids, "yl_continue_frame", "yl_continue");
}
