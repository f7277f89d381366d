// SPDX-License-Identifier: MIT
/** Frame states read back from the words that frame-states.ts has written, for people and tools. */
import { coroutineStates, Encoding, type Mode, modes, noResults, objectKinds, varargsInMemory } from "./frame-states.js";

/** Where a deopt finds a value: the site's keep-alive, the unit's constant or the state's virtual object of that index. */
export interface ValueSource {
  readonly register: number;
  readonly representation: keyof typeof Encoding;
  readonly index: number;
}

/** One interpreter frame that a deopt builds. */
export interface VirtualFrame {
  readonly protoId: number;
  readonly pc: number;
  readonly mode: Mode;
  readonly closure: ValueSource;
  readonly values: readonly ValueSource[];
  readonly varargs: readonly ValueSource[];
  /** Whether `varargs` are two sources, the address and the number of them. */
  readonly varargsInMemory: boolean;
}

/** An object that the code has not made, and that a deopt makes. */
export interface VirtualObject {
  readonly kind: (typeof objectKinds)[number];
  /** Index of the constant that is the address of a table's shape, or of a closure's prototype. */
  readonly subject: number;
  readonly metatable: ValueSource;
  readonly elements: readonly ValueSource[];
  /** Or captures, or what a cell holds, or registers of a coroutine. */
  readonly slots: readonly ValueSource[];
  /** Of a coroutine, whose function is in place of the metatable; `at`: the pc of its yield, or its first frame if it runs. */
  readonly coroutine?: { readonly state: (typeof coroutineStates)[number]; readonly at: number };
}

export interface FrameState {
  /** From the outermost to the innermost. */
  readonly frames: readonly VirtualFrame[];
  readonly objects: readonly VirtualObject[];
  /** Of the call before, that the innermost frame's instruction takes. */
  readonly results: readonly ValueSource[];
}

const encodings = Object.keys(Encoding) as (keyof typeof Encoding)[];

/** The frame state that begins at `offset`. */
export function readFrameState(words: Uint32Array, offset: number): FrameState {
  let at = offset + 2;
  const next = (): number => words[at++] as number;
  const source = (): ValueSource => {
    const first = next();
    return { register: first & 0xffff, representation: encodings[first >>> 16] as keyof typeof Encoding, index: next() };
  };
  const sources = (count: number): ValueSource[] => Array.from({ length: count }, source);
  const [frameCount, objectCount, resultCount] = [next(), next(), next()];
  const frames = Array.from({ length: frameCount }, () => {
    const [protoId, pc, mode] = [next(), next(), modes[next()] as Mode];
    const closure = source();
    const [valueCount, varargCount] = [next(), next()];
    const inMemory = varargCount === varargsInMemory;
    return {
      protoId,
      pc,
      mode,
      closure,
      values: sources(valueCount),
      varargs: sources(inMemory ? 2 : varargCount),
      varargsInMemory: inMemory,
    };
  });
  const objects = Array.from({ length: objectCount }, () => {
    const kind = objectKinds[next()] as VirtualObject["kind"];
    const subject = next();
    // Room, which matters to nobody who only reads; or what a coroutine does.
    const [first, second] = [next(), next()];
    const coroutine = kind === "coroutine" && {
      coroutine: { state: coroutineStates[first] as (typeof coroutineStates)[number], at: second },
    };
    const metatable = source();
    const [elementCount, slotCount] = [next(), next()];
    return { kind, subject, metatable, elements: sources(elementCount), slots: sources(slotCount), ...coroutine };
  });
  return { frames, objects, results: sources(resultCount === noResults ? 0 : resultCount) };
}
