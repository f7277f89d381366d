// SPDX-License-Identifier: MIT
/**
 * The package's main export.
 *
 * `Engine` runs programs and is run by them: README.md, "Embedding".
 *
 * The rest is the core: stacks as objects, for compiled code that is built with llvm-bindings. programs/patterns/README.md leads through
 * it, one short program at a time.
 */
import { loadYugong } from "./native.js";

export { CompileError } from "../lang/index.js";
export { CallSite, Code, type CodeDescription, type CodeOptions, type PublishTarget } from "./core/code.js";
export { Cursor, Frame, type FrameKind } from "./core/cursor.js";
export { type HostCallback, HostFunction } from "./core/host-function.js";
export { ModuleBuilder } from "./core/module-builder.js";
export { Session } from "./core/session.js";
export { Stack, type StackOptions } from "./core/stack.js";
export { fromDouble, toDouble, toSigned, type WordLike } from "./core/words.js";
export { ExitError, InterruptError, LuaError } from "./embedding/errors.js";
export {
  Handle,
  type HostFunction as LanguageHostFunction,
  LuaCoroutine,
  LuaFile,
  LuaFunction,
  type LuaInput,
  LuaTable,
  type LuaValue,
  Multi,
  multi,
} from "./embedding/values.js";
export { Engine, type EngineOptions, type Mode, type Program, type RunOptions } from "./engine.js";
export { type EngineEvent, EventStream } from "./events.js";

/** Ends the run in progress of an engine, of any thread (Engine.interruptToken). False when the engine is gone. */
export function interrupt(token: number): boolean {
  return loadYugong().interruptEngine(token);
}
