// SPDX-License-Identifier: MIT
/**
 * A JavaScript function that compiled code can call.
 *
 *     const print = new HostFunction((stack, x) => console.log(x));
 *     session.define({ print: print.address });       // in IR: declare i64 @print(i64 %stack, i64 %x)
 *
 * The first argument of the call is the address of the stack it is made on. While the function runs, that stack is paused, and the function
 * may walk it, pop and push; what is then the top gets the function's result. What the function throws comes out of `Stack.resume`, and the
 * stack stays paused in the call.
 */
import { type CoreHostFunction, loadYugong } from "../native.js";
import { Stack } from "./stack.js";
import { toWord, type WordLike } from "./words.js";

/**
 * Gets up to four words besides the stack; those that the compiled code does not pass have any value. Gives a word, an array of two, or
 * undefined for 0.
 */
export type HostCallback = (stack: Stack, a: bigint, b: bigint, c: bigint, d: bigint) => unknown;

/** Compiled code may call them for as long as the thread lives. */
const all: HostFunction[] = [];

/** A JavaScript function with an address, for compiled code to call; it lives as long as the thread. */
export class HostFunction {
  readonly #core: CoreHostFunction;
  /** What compiled code calls: `word f(yg_stack *, word, word, word, word)`. */
  readonly address: bigint;

  /** Throws a TypeError for what is no function. */
  constructor(callback: HostCallback) {
    if (typeof callback !== "function") throw new TypeError("callback must be a function");
    const { CoreHostFunction } = loadYugong();
    this.#core = new CoreHostFunction((core, a, b, c, d) => {
      const result = callback(Stack.ofCore(core), a, b, c, d);
      if (Array.isArray(result)) return [toWord(result[0], "result"), toWord(result[1], "result")];
      return [toWord(result as WordLike, "result"), 0n];
    });
    this.address = this.#core.address();
    all.push(this);
  }

  /** For return barriers. @internal */
  static coreOf(host: HostFunction): CoreHostFunction {
    return host.#core;
  }
}
