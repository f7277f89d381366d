// SPDX-License-Identifier: MIT
/**
 * A stack that is an object: functions are pushed on it, it is resumed, pauses, is walked and changed, and is resumed again.
 *
 *     const stack = new Stack();
 *     stack.push(code.address("generator"));      // the stack: [generator, not begun]
 *     stack.resume(1n);                           // runs generator(1) until it swaps to Stack.host, or returns
 *     for (const frame of stack) console.log(frame.csid, frame.keepAlives);
 *     stack.resume(2n);                           // its swap returns 2
 *
 * The values that pass are 64-bit words (see words.ts). Compiled code is given `stack.address` and `Stack.host`, and pauses its stack with
 * `yg_stack_swap(stack, host, value)`.
 *
 * Whatever JavaScript does wrong is an Error. A stack that is freed, or collected because nothing refers to it any more, leaves a tombstone
 * at its address: compiled code that swaps to it makes `resume` throw. Compiled code itself is trusted, as machine code has to be.
 */
import { type CoreStack, loadYugong } from "../native.js";
import { Cursor, type Frame } from "./cursor.js";
import { toWord, type WordLike } from "./words.js";

/** What a new Stack can be told. */
export interface StackOptions {
  /** At least; rounded up to a power of two. Default: 65536. */
  sizeBytes?: number;
}

const SMALLEST = 16384;
const LARGEST = 2 ** 40;

/** By what the addon hands to host functions. */
const stacks = new WeakMap<CoreStack, Stack>();
/** Those that may have frames, for Code.dispose. */
const all = new Set<WeakRef<Stack>>();
const forget = new FinalizationRegistry<WeakRef<Stack>>((reference) => all.delete(reference));

/** A stack on which compiled code runs; iterating walks its frames from the top. */
export class Stack implements Iterable<Frame> {
  readonly #core: CoreStack;
  readonly #address: bigint;

  /** The address of the stack that JavaScript itself runs on: what compiled code swaps to in order to return from `resume`. */
  static get host(): bigint {
    return loadYugong().coreHostAddress;
  }

  /** Throws a TypeError or RangeError for a size that is none, an Error with code YG_ERROR_MEMORY when there is no memory. */
  constructor({ sizeBytes = 65536 }: StackOptions = {}) {
    if (!Number.isSafeInteger(sizeBytes)) throw new TypeError("sizeBytes must be an integer");
    if (sizeBytes < SMALLEST || sizeBytes > LARGEST) throw new RangeError(`sizeBytes must be from ${SMALLEST} to ${LARGEST}`);
    const { CoreStack } = loadYugong();
    this.#core = new CoreStack(sizeBytes);
    this.#address = this.#core.address();
    stacks.set(this.#core, this);
    const reference = new WeakRef(this);
    all.add(reference);
    forget.register(this, reference);
  }

  /** For compiled code, as its `yg_stack *`. */
  get address(): bigint {
    return this.#address;
  }

  /** Of its memory, without the guard page. */
  get sizeBytes(): number {
    return this.#core.sizeBytes();
  }

  /**
   * - `paused`: can be walked, changed and resumed. So can a stack without frames, except that there is nothing to resume.
   * - `host-call`: it has called a host function, which has not returned: it can be walked and changed, not resumed.
   * - `running`: it is what calls us, or what calls that.
   */
  get state(): "paused" | "running" | "host-call" | "freed" {
    return this.#core.state();
  }

  /** Whether there is no frame on it. */
  get isEmpty(): boolean {
    return this.cursor().frame.kind === "bottom";
  }

  /**
   * Go on where the stack is paused. Returns what its code passes when it swaps to the host, or what its first function returns, after
   * which the stack is empty. Throws what a host function throws, and then the stack is paused in the call of that function.
   */
  resume(value?: WordLike): bigint {
    return this.#core.resume(toWord(value, "value"), 0n)[0];
  }

  /** The same with two words each way. */
  resumePair(first: WordLike, second: WordLike): [first: bigint, second: bigint] {
    return this.#core.resume(toWord(first, "first"), toWord(second, "second"));
  }

  /** At the top frame, which is the bottom when the stack is empty. */
  cursor(): Cursor {
    return new Cursor(this, this.#core);
  }

  /** Push a frame at the top: see Cursor.push. */
  push(functionAddress: bigint, payload?: Uint8Array): bigint {
    return this.cursor().push(functionAddress, payload);
  }

  /** From the top frame towards the bottom, which is not among them. */
  *[Symbol.iterator](): Generator<Frame, void, void> {
    const cursor = this.cursor();
    while (cursor.frame.kind !== "bottom") {
      yield cursor.frame;
      cursor.step();
    }
  }

  /** Give the memory back now. Frames on it are dropped. */
  free(): void {
    this.#core.free();
  }

  /** The Stack that a host function has been called from. @internal */
  static ofCore(core: CoreStack): Stack {
    return stacks.get(core)!;
  }

  /** All that have not been collected. */
  static *all(): Generator<Stack, void, void> {
    for (const reference of all) {
      const stack = reference.deref();
      if (stack !== undefined) yield stack;
    }
  }
}
