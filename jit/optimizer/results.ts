// SPDX-License-Identifier: MIT
/**
 * All results of a call, for the instruction after it: `f(x, g())`, `return g()`, `{ g() }`.
 *
 * Where they come from an inlined function they are known one by one, and stay so: then the call that takes them has as many arguments as
 * any other, and is inlined too. Others are in the coroutine's buffer (semantics/transfer.ts), where interpreter and deoptimizer want them.
 */
import { type Instruction, type OpcodeName, PLUS_MULTIPLE } from "../../lang/bytecode.js";
import type { IrValue } from "../ir.js";
import { nilValue } from "../semantics/machine.js";
import { setResultCount, storeTransfer } from "../semantics/transfer.js";
import type { Value } from "../semantics/values.js";
import type { Environment } from "./environment.js";
import { materialize } from "./objects.js";
import type { Walker } from "./walker.js";

export type Multiple =
  | { readonly kind: "list"; readonly values: readonly Value[] }
  | { readonly kind: "buffer"; readonly first: Value; readonly count: IrValue };

/** So many are described in a frame state (kMaximumResults in native/language/frame-state.h). */
const mostListed = 200;

/** The results go into the buffer, the first one included. */
export function keepInBuffer(w: Walker, environment: Environment, first: Value, count: IrValue): void {
  storeTransfer(w, "results", w.ir.word(0), w.boxed(first));
  setResultCount(w, count);
  environment.multiple = { kind: "buffer", first, count };
}

export function keepList(w: Walker, environment: Environment, values: readonly Value[]): void {
  if (values.length <= mostListed) environment.multiple = { kind: "list", values };
  else bufferList(w, environment, values);
}

function bufferList(w: Walker, environment: Environment, values: readonly Value[]): void {
  const made = materializeAll(w, values);
  for (const [index, value] of made.entries()) if (index > 0) storeTransfer(w, "results", w.ir.word(index), w.boxed(value));
  keepInBuffer(w, environment, made[0] ?? nilValue(w.ir), w.ir.word(made.length));
}

/** Where results known one by one meet others: they go into the buffer, too. */
export function bufferResults(w: Walker): void {
  const { multiple } = w.environment;
  if (multiple?.kind === "list") bufferList(w, w.environment, multiple.values);
}

/** Each of them, made if need be, when all of them are. */
export function materializeAll(w: Walker, values: readonly Value[]): readonly Value[] {
  for (const value of values) materialize(w, value);
  return values.map((value) => w.environment.resolve(value));
}

/** An instruction's operands with the results of the call before behind them. `multiple`: there are more, in the buffer. */
export interface Taken {
  readonly values: readonly Value[];
  readonly multiple: boolean;
}

/** `count`: the instruction's field that says how many operands there are, from `first` on. */
export function takeResults({ environment }: Walker, first: number, count: number): Taken {
  const values = Array.from({ length: count & (PLUS_MULTIPLE - 1) }, (_, index) => environment.get(first + index));
  const multiple = (count & PLUS_MULTIPLE) !== 0;
  if (!multiple || environment.multiple?.kind !== "list") return { values, multiple };
  return { values: [...values, ...environment.multiple.values.map((value) => environment.resolve(value))], multiple: false };
}

const takers: ReadonlySet<OpcodeName> = new Set(["CALL", "TAILCALL", "RETURN", "SETLIST"]);

/** The results that wait for the instruction at `pc`, if they are known one by one. */
export function waitingResults({ activation, multiple }: Environment, pc: number): readonly Value[] | undefined {
  const { op, b } = activation.info.proto.code[pc] as Instruction;
  return multiple?.kind === "list" && takers.has(op) && b & PLUS_MULTIPLE ? multiple.values : undefined;
}
