// SPDX-License-Identifier: MIT
/**
 * Safepoints: where a program notices that something is asked of it (native/language/requests.h). Every loop and every function passes
 * one: a back-edge reads the engine's word of requests, an entry compares with a stack limit that a request raises to the maximum.
 */
import type { IrValue } from "../ir.js";
import type { Machine } from "./machine.js";

/** At a back-edge, before the instruction has any effect: optimized code leaves, and the interpreter, which executes it again, serves. */
export function safepoint(m: Machine): void {
  const { ir } = m;
  const requests = ir.load(ir.i32, m.engineField("requests"), "volatile");
  const none = ir.compare("eq", requests, ir.int32(0), "likely.none");
  if (!m.recording) return m.guard(none, "requested");
  const [serve, onward] = [ir.block("serve"), ir.block("onward")];
  ir.branch(none, onward, serve);
  ir.at(serve);
  m.hostCall("yl_serve", [m.co]);
  ir.jump(onward);
  ir.at(onward);
}

/**
 * At a function's entry, whose frame will begin at `lowest`: nothing lies there yet. A coroutine whose first stack has no room gives up this frame
 * and begins the function again, on an extension (native/language/stack-extension.h).
 */
export function enterCall(m: Machine, lowest: IrValue): void {
  const { ir } = m;
  const [limit, enter] = [ir.block("stack-limit"), ir.block("enter")];
  const limitWord = ir.load(ir.i64, m.engineField("stack_limit"), "volatile");
  ir.branch(ir.compare("uge", lowest, limitWord, "likely.stack"), enter, limit);
  ir.at(limit);
  m.hostCall(
    "yl_stack_limit",
    [0, 1, 2, 3, 4, 5].map((index) => ir.argument(index)),
  );
  ir.jump(enter);
  ir.at(enter);
}

/** A coroutine with this stack limit is what runs from here on. The order matters, see native/language/requests.h. */
export function setCurrent(m: Machine, stackLimit: IrValue): void {
  const { ir } = m;
  const address = m.engineField("stack_limit");
  ir.store(ir.i64, stackLimit, address, "volatile");
  const requests = ir.load(ir.i32, m.engineField("requests"), "volatile");
  const [raise, onward] = [ir.block("raise-limit"), ir.block("onward")];
  ir.branch(ir.compare("eq", requests, ir.int32(0), "likely.none"), onward, raise);
  ir.at(raise);
  ir.store(ir.i64, ir.word(-1), address, "volatile");
  ir.jump(onward);
  ir.at(onward);
}
