// SPDX-License-Identifier: MIT
/** What the resolver finds out about names, for the compiler. */
import type { Position } from "./errors.js";

/** A local variable or parameter. */
export interface Variable {
  readonly name: string;
  readonly position: Position;
  /** Whether an inner function uses it. */
  captured: boolean;
  /** Whether it is assigned after its declaration. */
  assigned: boolean;
  /** The compiler's: where it lives while it is in scope. */
  register: number;
}

/** Captured and assigned: closures and frame share a heap cell. */
export function needsCell(variable: Variable): boolean {
  return variable.captured && variable.assigned;
}

/** How a function gets at a variable of an enclosing one. */
export interface CapturedVariable {
  readonly variable: Variable;
  /** Where the creating function has it: its own variable, the function itself (`local function f` seen from f), or a capture. */
  readonly from: "local" | "self" | { readonly capture: number };
}

export interface FunctionInfo {
  readonly captures: CapturedVariable[];
  /** Whether it reads `...`. */
  readonly usesVarargs: boolean;
}

/** What a name in an expression stands for. */
export type Reference =
  | { readonly kind: "local"; readonly variable: Variable }
  | { readonly kind: "upvalue"; readonly index: number; readonly variable: Variable }
  | { readonly kind: "global" };
