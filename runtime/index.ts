// SPDX-License-Identifier: MIT
/**
 * The package's main export: stacks as objects, for compiled code that is built with llvm-bindings. programs/patterns/README.md leads
 * through it, one short program at a time.
 */
export { CallSite, Code, type CodeDescription, type CodeOptions, type PublishTarget } from "./core/code.js";
export { Cursor, Frame, type FrameKind } from "./core/cursor.js";
export { type HostCallback, HostFunction } from "./core/host-function.js";
export { ModuleBuilder } from "./core/module-builder.js";
export { Session } from "./core/session.js";
export { Stack, type StackOptions } from "./core/stack.js";
export { fromDouble, toDouble, toSigned, type WordLike } from "./core/words.js";
