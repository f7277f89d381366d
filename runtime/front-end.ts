// SPDX-License-Identifier: MIT
/**
 * The compiler as the engine calls it. In the command line's bundle this module is another, which loads the compiler, and Chevrotain with it, when
 * it is first called (bin/setup/bundle.mjs): a program that comes from the bytecode cache needs neither.
 */
import { CHUNK_ID_BYTES, chunkId } from "../lang/chunk-id.js";
import { compileSource } from "../lang/index.js";
import type { ChunkSource, CompiledChunk } from "./compiled-chunk.js";
import { toCompiledChunk } from "./protos.js";

/** Throws CompileError. */
export function compileChunk({ text, name, levels }: ChunkSource): CompiledChunk {
  const reportName = chunkId(name, CHUNK_ID_BYTES.compiling);
  return toCompiledChunk(compileSource(text, chunkId(name, CHUNK_ID_BYTES.running), { reportName, levels }));
}
