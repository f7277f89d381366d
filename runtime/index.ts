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

export type { CompileErrorDetails, Position } from "../lang/errors.js";
export { CompileError } from "../lang/errors.js";
export type { CompileOptions, Module, SessionOptions, TargetOptions } from "../native/yugong-llvm/yugong-llvm.js";
export { CallSite, Code, type CodeDescription, type CodeFunction, type CodeOptions, type PublishTarget } from "./core/code.js";
export { Cursor, Frame, type FrameKind } from "./core/cursor.js";
export { type HostCallback, HostFunction } from "./core/host-function.js";
export { ModuleBuilder } from "./core/module-builder.js";
export { Session } from "./core/session.js";
export { Stack, type StackOptions } from "./core/stack.js";
export { fromDouble, toDouble, toSigned, type WordLike } from "./core/words.js";
export type { Strings } from "./embedding/bridge.js";
export type { PlainValue } from "./embedding/copy.js";
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
export { Engine } from "./engine.js";
export type {
  CompileMode,
  EngineOptions,
  FileAccess,
  Mode,
  OutputSink,
  Program,
  ProgramFile,
  RunOptions,
  RunResult,
} from "./engine-options.js";
export * from "./events.js";
export type { InspectedFrame, InspectedFunction, InspectedStack, InspectedValue, Inspection } from "./inspection.js";
export type { Counters, Injection } from "./native.js";
export type { Phase, ProbeKind, ProbeRecord } from "./probes.js";
export type { Statistics } from "./statistics.js";
export type { Stress } from "./stress.js";
export type { InvalidatedUnit } from "./tiering-policy.js";

/** Ends the run in progress of an engine, of any thread (Engine.interruptToken). False when the engine is gone. */
export function interrupt(token: number): boolean {
  return loadYugong().interruptEngine(token);
}
