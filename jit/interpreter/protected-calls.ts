// SPDX-License-Identifier: MIT
/**
 * pcall, xpcall and the frame that runs xpcall's handler. Raising an error is surgery (native/language/error.h): it finds the nearest
 * of the calls below by its call-site id, pops the frames above it, and the call returns {error value, failed}.
 *
 *     │ caller            │             │ caller            │
 *     │ pcall             │ ◄─ csid     │ pcall             │ ◄─ resumed with {error, failed}
 *     │ f                 │
 *     │ paused in a helper│
 *
 * So what a caller sees of pcall is an ordinary call, in whichever tier it runs, and coroutines may yield inside.
 */
import type { Ir, IrValue } from "../ir.js";
import { enterCall } from "../semantics/safepoint.js";
import { forEachIndex, loadTransfer, nilWord, storeTransfer } from "../semantics/transfer.js";
import { type Csids, GeneratedBuiltin } from "./generated-builtin.js";

/** Go on if there are at least `needed` arguments. */
function requireArguments(m: GeneratedBuiltin, needed: number): void {
  const { ir } = m;
  const missing = ir.block("missing");
  const enough = ir.block("enough");
  ir.branch(ir.compare("sge", ir.argument(2), ir.word(needed), "likely.enough"), enough, missing);
  ir.at(missing);
  m.hostCall("yl_missing_argument", [m.co, ir.word(needed)]);
  ir.unreachable();
  ir.at(enough);
}

/** pcall(f, …) */
function emitPcall(ir: Ir, csids: Csids): void {
  ir.defineFunction("yl_builtin_pcall", ir.entryType, "nounwind");
  ir.at(ir.block("entry"));
  const m = new GeneratedBuiltin(ir, csids, ir.argument(0));
  enterCall(m, ir.returnAddressSlot()); // pcall(pcall, pcall, …)
  requireArguments(m, 1);
  const [argc, callee, a1, a2] = [ir.argument(2), ir.argument(3), ir.argument(4), ir.argument(5)] as const;
  const third = m.either(
    ir.compare("sgt", argc, ir.word(3)),
    () => loadTransfer(m, "arguments", ir.word(3)),
    () => nilWord(m),
  );
  forEachIndex(m, ir.word(4), argc, (index) =>
    storeTransfer(m, "arguments", ir.sub(index, ir.word(1)), loadTransfer(m, "arguments", index)),
  );
  const entry = m.entryOfAnything(callee);
  ir.stackmap(ir.layout.csids.pcall, []);
  m.returnOutcome(ir.callEntry(entry, [m.co, callee, ir.sub(argc, ir.word(1)), a1, a2, third]));
}

/** xpcall(f, handler): the handler is the call's keep-alive, where raise finds it. */
function emitXpcall(ir: Ir, csids: Csids): void {
  ir.defineFunction("yl_builtin_xpcall", ir.entryType, "nounwind");
  ir.at(ir.block("entry"));
  const m = new GeneratedBuiltin(ir, csids, ir.argument(0));
  enterCall(m, ir.returnAddressSlot());
  requireArguments(m, 2);
  const [callee, handler] = [ir.argument(3), ir.argument(4)] as const;
  const entry = m.entryOfAnything(callee);
  ir.stackmap(ir.layout.csids.xpcall, [handler]);
  m.returnOutcome(ir.callEntry(entry, [m.co, callee, ir.word(0), nilWord(m), nilWord(m), nilWord(m)]));
}

/** `yl_run_handler(payload)`, pushed above the frame that raised: calls xpcall's handler, then unwinds with its result. */
function emitRunHandler(ir: Ir, csids: Csids): void {
  ir.defineFunction("yl_run_handler", ir.functionType(ir.void, [ir.i64, ir.i64, ir.i64]), "nounwind noreturn");
  ir.at(ir.block("entry"));
  const word = (index: number): IrValue => ir.load(ir.i64, ir.address(ir.argument(0), 8 * index), "payload");
  const [co, handler, error] = [word(0), word(1), word(2)];
  const m = new GeneratedBuiltin(ir, csids, co);
  const entry = m.entryOfAnything(handler);
  ir.stackmap(ir.layout.csids.handler, []);
  const pair = ir.callEntry(entry, [co, handler, ir.word(1), error, nilWord(m), nilWord(m)]);
  m.hostCall("yl_unwind", [co, ir.extract(pair, 0)]);
  ir.unreachable();
}

export function emitProtectedCalls(ir: Ir, csids: Csids): void {
  for (const emit of [emitPcall, emitXpcall, emitRunHandler]) emit(ir, csids);
}
