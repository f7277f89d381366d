// SPDX-License-Identifier: MIT
/**
 * From source text to bytecode. Each stage has its file:
 *
 *     source ─ lexer ─► tokens ─ parser ─► syntax tree (ast) ─ resolver ─► names resolved
 *            ─ compiler ─► code ─ liveness, operand-names ─► Proto (bytecode)
 */
import type { Proto } from "./bytecode.js";
import { compileProgram } from "./compiler.js";
import { CompileError, ErrorReporter } from "./errors.js";
import { tokenize } from "./lexer.js";
import { providedFields, providedGlobals } from "./library-names.js";
import { parse } from "./parser.js";
import { type LibraryNames, resolve } from "./resolver.js";
import { endOf, positionAfter } from "./syntax-errors.js";
import { SYNTAX_LEVELS } from "./syntax-levels.js";

export * from "./bytecode.js";
export * from "./cfg.js";
export { CHUNK_ID_BYTES, chunkId } from "./chunk-id.js";
export { dumpProto, instructionText } from "./dump.js";
export { CompileError } from "./errors.js";
export * from "./library-names.js";
export { computeLiveness, defs, uses } from "./liveness.js";
export type { LibraryNames } from "./resolver.js";
export { SYNTAX_LEVELS } from "./syntax-levels.js";
export { verifyProto } from "./verify.js";

export interface CompileOptions extends Partial<LibraryNames> {
  /** What compile errors call the chunk, if not as it is called when it runs. */
  readonly reportName?: string;
  /** How deep blocks and expressions may be nested: lua5.1's 200 C calls, less those that are going on where it compiles. */
  readonly levels?: number;
}

/**
 * Compiles a program.
 *
 * @param sourceBytes the text, each character one byte (read files as "latin1")
 * @param chunkName the file's name, for messages
 * @throws CompileError if it isn't a program of the subset
 */
export function compileSource(sourceBytes: string, chunkName: string, options: CompileOptions = {}): Proto {
  const report = new ErrorReporter(options.reportName ?? chunkName);
  try {
    const tokens = tokenize(sourceBytes);
    const source = { tokens, end: endOf(sourceBytes), length: sourceBytes.length, levels: options.levels ?? SYNTAX_LEVELS.program, report };
    const main = parse(source);
    const names = { knownGlobals: options.knownGlobals ?? providedGlobals, knownFields: options.knownFields ?? providedFields };
    resolve(main, names, report, (position) => positionAfter(position, tokens, sourceBytes));
    return compileProgram(main, chunkName, report);
  } catch (error) {
    // All stages recur over nested constructs: running out of stack means too deep a nesting, as it does for lua5.1.
    if (error instanceof RangeError) {
      throw new CompileError({ file: report.file, position: { line: 1, column: 1 }, message: "chunk has too many syntax levels" });
    }
    throw error;
  }
}
