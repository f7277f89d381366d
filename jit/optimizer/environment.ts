// SPDX-License-Identifier: MIT
/**
 * The state of the program in the middle of optimized code: for the compiled function and each function inlined at this point, which
 * value each register has. It is what a deoptimization has to rebuild.
 */
import type { IrValue } from "../ir.js";
import type { Value } from "../semantics/values.js";
import type { ProtoInfo } from "./context.js";

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
  /** Undefined in a function that does not use them. */
  varargs?: Varargs;
}

export interface Multiple {
  readonly first: Value;
  readonly count: IrValue;
}

export class Environment {
  constructor(
    readonly activation: Activation,
    readonly registers: (Value | undefined)[],
    readonly parent: Environment | undefined,
    /** After a call that keeps all results. */
    public multiple?: Multiple,
  ) {}

  copy(): Environment {
    return new Environment(this.activation, this.registers.slice(), this.parent?.copy(), this.multiple);
  }

  /** The registers that hold `value` hold `refined` from here on. */
  replace(value: Value, refined: Value): void {
    const { registers } = this;
    for (let index = 0; index < registers.length; index++) if (registers[index] === value) registers[index] = refined;
    this.parent?.replace(value, refined);
  }

  get(register: number): Value {
    const value = this.registers[register];
    if (value === undefined) throw new Error(`register ${register} of ${this.activation.path} is read before it is written`);
    return value;
  }
}
