// SPDX-License-Identifier: MIT
/**
 * Walking and changing a paused stack.
 *
 *     cursor ─► frame      the top: where the stack goes on
 *               frame      cursor.step() goes here; cursor.pop() drops what lies above
 *               frame
 *               bottom
 */
import { type CoreCursor, type CoreStack, loadYugong } from "../native.js";
import { CallSite, Code } from "./code.js";
import { HostFunction } from "./host-function.js";
import type { Stack } from "./stack.js";
import { toAddress, toDouble } from "./words.js";

/**
 * - `compiled`: registered code, waiting for a call to return
 * - `call`: a pushed function that has not begun
 * - `bottom`: what the stack's first function returns to
 * - `unknown`: code that is not registered; the walk ends here
 */
export type FrameKind = "compiled" | "call" | "bottom" | "unknown";

/** One frame. Reading it throws once the stack has run or was changed. */
export class Frame {
  readonly #core: CoreCursor;

  /** @internal */
  constructor(
    /** The one it is on. */
    readonly stack: Stack,
    core: CoreCursor,
  ) {
    this.#core = core;
  }

  /** What lies there. */
  get kind(): FrameKind {
    return this.#core.kind();
  }

  /** Where it goes on: a return address, or a function that has not begun. */
  get pc(): bigint {
    return this.#core.pc();
  }

  /** The stack pointer right after it has been resumed. */
  get sp(): bigint {
    return this.#core.sp();
  }

  /** The call-site id that the compiler gave to the call it waits for; 0n: none. */
  get csid(): bigint {
    return this.#core.csid();
  }

  /** The call it waits for, when it is one with an id. */
  get callSite(): CallSite | undefined {
    return this.kind === "compiled" ? CallSite.at(this.pc) : undefined;
  }

  /** The registered code that it is a frame of. */
  get code(): Code | undefined {
    return Code.byId(this.#core.code());
  }

  /** The name that its code was registered with. */
  get codeName(): string {
    return this.#core.codeName();
  }

  /** Keep-alive values as 64-bit words, in the order they were given to the compiler. Empty without a call-site id. */
  get keepAlives(): bigint[] {
    return [...this.#core.keepAliveWords()];
  }

  /** A keep-alive value's bytes, as many as its type has. */
  keepAliveBytes(index: number): Buffer {
    if (!Number.isInteger(index) || index < 0) throw new RangeError("index must be an integer, not negative");
    return this.#core.keepAliveBytes(index);
  }

  /** A keep-alive value of type double. */
  keepAliveDouble(index: number): number {
    const word = this.#core.keepAliveWords()[index];
    if (word === undefined) throw new RangeError(`there is no keep-alive ${index}`);
    return toDouble(word);
  }

  /** A copy of what was pushed with a function that has not begun. */
  get payload(): Buffer | undefined {
    return this.#core.payload();
  }

  /** Whether `Cursor.setReturnBarrier` is in force. */
  get hasReturnBarrier(): boolean {
    return this.#core.hasReturnBarrier();
  }

  /** Drop all frames above this one: it becomes the top, and goes on with what `resume` passes as its call's result. */
  popTo(): void {
    const cursor = this.stack.cursor();
    while (cursor.frame.sp !== this.sp) cursor.step();
    cursor.pop();
  }
}

/** Refers to one frame after the other. */
export class Cursor {
  readonly #owner: CoreStack;
  readonly #core: CoreCursor;

  /** Made by Stack.cursor. @internal */
  constructor(
    /** The one it walks. */
    readonly stack: Stack,
    owner: CoreStack,
  ) {
    const { CoreCursor } = loadYugong();
    this.#owner = owner;
    this.#core = new CoreCursor(owner);
  }

  /** The frame it is at. The object stays with that frame when the cursor steps on. */
  get frame(): Frame {
    const { CoreCursor } = loadYugong();
    const core = new CoreCursor(this.#owner);
    core.copyFrom(this.#core);
    return new Frame(this.stack, core);
  }

  /** One frame towards the bottom; an Error with code YG_ERROR_BOTTOM when there is none. */
  step(): void {
    this.#core.step();
  }

  /** Drop all frames above the cursor's, which becomes the top: what `resume` passes next is what its call returns. */
  pop(): void {
    this.#core.pop();
  }

  /**
   * Push a frame at the top, where the cursor must be. When the stack is resumed with `(first, second)` it begins
   * `functionAddress(first, second)`; with a payload, `functionAddress(payload, first, second)`, where `payload` is the address of a copy
   * on the stack that lives until the function returns. Returns that address, 0n without a payload.
   */
  push(functionAddress: bigint, payload?: Uint8Array): bigint {
    const address = toAddress(functionAddress, "functionAddress");
    if (payload === undefined) return this.#core.push(address);
    if (!(payload instanceof Uint8Array)) throw new TypeError("payload must be a Uint8Array");
    return this.#core.push(address, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength));
  }

  /**
   * When control returns into the cursor's frame, first call `barrier(stack, first, second)` with the values that are returned; the frame is
   * then the stack's top, and may be popped. What `barrier` gives goes to whatever is the top afterwards. The barrier is then gone.
   */
  setReturnBarrier(barrier: HostFunction): void {
    if (!(barrier instanceof HostFunction)) throw new TypeError("barrier must be a HostFunction");
    this.#core.setReturnBarrier(HostFunction.coreOf(barrier));
  }

  /** An Error with code YG_ERROR_NO_BARRIER when the frame has none. */
  clearReturnBarrier(): void {
    this.#core.clearReturnBarrier();
  }
}
