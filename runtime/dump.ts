// SPDX-License-Identifier: MIT
/** `yugong dump`: a program's bytecode. */
import { CHUNK_ID_BYTES, CompileError, chunkId, compileSource, dumpProto } from "../lang/index.js";
import { chunkName, readSource } from "./engine.js";
import { EXIT } from "./run-options.js";

/** Returns the exit code. */
export function dumpFile(path: string): number {
  let source: string;
  try {
    source = readSource(path);
  } catch {
    process.stderr.write(`yugong: cannot open ${path}\n`);
    return EXIT.usage;
  }
  try {
    process.stdout.write(
      Buffer.from(
        `${dumpProto(compileSource(source, chunkId(chunkName(path), CHUNK_ID_BYTES.running)), { source }).trimEnd()}\n`,
        "latin1",
      ),
    );
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    process.stderr.write(Buffer.from(`yugong: ${error.render(source)}\n`, "latin1"));
    return EXIT.programError;
  }
}
