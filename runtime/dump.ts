// SPDX-License-Identifier: MIT
/** `yugong dump`: a program's bytecode. */
import { CHUNK_ID_BYTES, CompileError, chunkId, compileSource, dumpProto } from "../lang/index.js";
import { chunkName } from "./engine.js";
import { readProgram } from "./given-files.js";
import { EXIT } from "./run-options.js";

/** Returns the exit code. */
export function dumpFile(path: string): number {
  const { source, name } = readProgram(path);
  try {
    process.stdout.write(
      Buffer.from(
        `${dumpProto(compileSource(source, chunkId(chunkName(name), CHUNK_ID_BYTES.running)), { source }).trimEnd()}\n`,
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
