// SPDX-License-Identifier: MIT
/**
 * The state of the program in the middle of optimized code: for the compiled function and each function inlined at this point, which
 * value each register has. It is what a deoptimization has to rebuild.
 */
import type { IrValue } from "../ir.js";
import type { TableFacts } from "../semantics/machine.js";
import type { Value } from "../semantics/values.js";
import type { ProtoInfo } from "./context.js";
import { replacePart, type VirtualObject } from "./objects.js";
import type { Multiple } from "./results.js";
import type { InlinedCoroutine } from "./virtual-coroutines.js";

/** What `...` stands for: an inlined function's are known one by one, others lie in memory that does not move. */
export type Varargs =
  | { readonly kind: "list"; readonly values: readonly Value[] }
  | { readonly kind: "memory"; readonly address: IrValue; readonly count: IrValue };

/** One activation in the inlining tree; the same for the whole walk of its body. */
export interface Activation {
  readonly info: ProtoInfo;
  readonly closure: Value;
  readonly parent: Activation | undefined;
  /** The parent's call instruction. */
  readonly callPc: number;
  readonly depth: number;
  /** Names the activation across walks: "fib", "fib@12/fib". */
  readonly path: string;
  /** Of the body of a coroutine that has no stack: the call is of what coroutine.wrap has made. */
  readonly coroutine?: InlinedCoroutine;
  /** Undefined in a function that does not use them. */
  varargs?: Varargs;
}

export class Environment {
  /** What is known of tables, by Value.identity: one map for all activations, as the next two. */
  readonly tables: Map<object, TableFacts>;
  /** Tables, closures and cells that have not been made. */
  readonly virtuals: Map<object, VirtualObject>;
  /** What has become of those that have. */
  readonly made: Map<object, Value>;

  constructor(
    readonly activation: Activation,
    readonly registers: (Value | undefined)[],
    readonly parent: Environment | undefined,
    /** After a call that keeps all results, until the instruction that takes them. */
    public multiple?: Multiple,
  ) {
    this.tables = parent?.tables ?? new Map();
    this.virtuals = parent?.virtuals ?? new Map();
    this.made = parent?.made ?? new Map();
  }

  copy(): Environment {
    const copy = new Environment(this.activation, this.registers.slice(), this.parent?.copy(), this.multiple);
    if (this.parent !== undefined) return copy;
    for (const [identity, facts] of this.tables) copy.tables.set(identity, facts);
    for (const [identity, table] of this.virtuals) copy.virtuals.set(identity, table);
    for (const [identity, value] of this.made) copy.made.set(identity, value);
    return copy;
  }

  /** The registers (and virtual tables' fields) that hold `value` hold `refined` from here on. */
  replace(value: Value, refined: Value): void {
    const { registers } = this;
    for (let index = 0; index < registers.length; index++) if (registers[index] === value) registers[index] = refined;
    if (this.parent !== undefined) return this.parent.replace(value, refined);
    for (const [identity, table] of this.virtuals) {
      const replaced = replacePart(table, value, refined);
      if (replaced !== table) this.virtuals.set(identity, replaced);
    }
  }

  /** The value as it is by now: a virtual object may have been made since the value was read. */
  resolve(value: Value): Value {
    const { identity } = value;
    if (value.representation !== "virtual" || identity === undefined || this.virtuals.has(identity)) return value;
    const made = this.made.get(identity);
    if (made === undefined) throw new Error(`a virtual object that is not known in ${this.activation.path}`);
    return made;
  }

  /** Anything may have happened to tables. */
  forget(): void {
    this.tables.clear();
  }

  /** No table is known to have `shape` any more. */
  forgetShape(shape: bigint): void {
    const { tables } = this;
    for (const [identity, facts] of tables) if (facts.shape === shape) tables.delete(identity);
  }

  get(register: number): Value {
    const value = this.registers[register];
    if (value === undefined) throw new Error(`register ${register} of ${this.activation.path} is read before it is written`);
    return this.resolve(value);
  }
}
