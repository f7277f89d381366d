// SPDX-License-Identifier: MIT
/** Frame states read back from the words that frame-states.ts has written, for people and tools. */
import { Encoding, type Mode, modes, noResults, varargsInMemory } from "./frame-states.js";

/** Where a deopt finds a value: the site's keep-alive, the unit's constant or the state's virtual table of that index. */
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

/** A table that the code has not made, and that a deopt makes. */
export interface VirtualObject {
  /** Index of the constant that is its shape's address. */
  readonly shape: number;
  readonly metatable: ValueSource;
  readonly elements: readonly ValueSource[];
  readonly slots: readonly ValueSource[];
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
    const shape = next();
    at += 2; // room, which matters to nobody who only reads
    const metatable = source();
    const [elementCount, slotCount] = [next(), next()];
    return { shape, metatable, elements: sources(elementCount), slots: sources(slotCount) };
  });
  return { frames, objects, results: sources(resultCount === noResults ? 0 : resultCount) };
}
