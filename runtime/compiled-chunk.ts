// SPDX-License-Identifier: MIT
/** What compiling a chunk gives: for each of its functions, what the native side takes and what the optimizer and messages ask. */
import type { Proto } from "../lang/bytecode.js";
import type { NativeProto } from "./native.js";

export interface CompiledFunction {
  readonly proto: Proto;
  /** Its `protos` are indexes into the chunk. */
  readonly native: NativeProto;
}

/** Each function behind those that it makes closures of; the last one is the chunk itself. */
export type CompiledChunk = readonly CompiledFunction[];

/** The text of a chunk, and how it is compiled. */
export interface ChunkSource {
  /** One character a byte. */
  readonly text: string;
  /** lua5.1's name of it, in bytes: "=text", "@file" or the text. */
  readonly name: string;
  /** How deep it may be nested: CompileOptions.levels. */
  readonly levels: number;
}

/** Adds the functions of a chunk. Calls `added` for each with the id that it has got; returns the chunk's own. */
export function addChunk(chunk: CompiledChunk, add: (native: NativeProto) => number, added?: (id: number, proto: Proto) => void): number {
  const ids: number[] = [];
  for (const { proto, native } of chunk) {
    const id = add({ ...native, protos: native.protos.map((index) => ids[index] as number) });
    ids.push(id);
    added?.(id, proto);
  }
  return ids.at(-1) as number;
}
