// SPDX-License-Identifier: MIT
/** Errors that are found before a program runs. */

/** A place in a source text; lines and columns count from 1, columns count bytes. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in bytes. */
  readonly column: number;
}

/** What a CompileError is made of. */
export interface CompileErrorDetails {
  /** What stands before the position in a report: the file's name, as the command line gave it. */
  readonly file: string;
  /** Where it was found. */
  readonly position: Position;
  /** In the words of lua5.1 where it reports the same error, e.g. "'=' expected near 'end'". */
  readonly message: string;
  /** What to write instead, or how to mend it. */
  readonly hint?: string | undefined;
}

/** The source is not a program of the subset. */
export class CompileError extends Error {
  /** What stands before the position in a report: the file's name, or a text's first line. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in bytes. */
  readonly column: number;
  /** What to write instead, or how to mend it. */
  readonly hint: string | undefined;

  /** The compiler makes them. */
  constructor(details: CompileErrorDetails) {
    super(details.message);
    this.name = "CompileError";
    this.file = details.file;
    this.line = details.position.line;
    this.column = details.position.column;
    this.hint = details.hint;
  }

  /** Whether the text ends where something must follow, so that more of it could make it a program. lua5.1 tells by the message, too. */
  get isIncomplete(): boolean {
    return this.message.endsWith("near '<eof>'");
  }

  /**
   * The report for people:
   *
   *     account.lua:3:9: 'setmetatable' is not supported yet
   *       return setmetatable({}, Account)
   *              ^
   *     hint: …
   *
   * @param source the text that was compiled; without it, the source line and the caret are left out.
   */
  render(source?: string): string {
    const report = [`${this.file}:${this.line}:${this.column}: ${this.message}`];
    const line = source?.split(/\r\n|\n\r|\n|\r/)[this.line - 1];
    if (line !== undefined) {
      const { before, after } = excerpt(line, this.column - 1);
      // Tabs are kept in the caret's line, so that it lines up whatever their width.
      report.push(`  ${before}${after}`, `  ${before.replace(/[^\t]/g, " ")}^`);
    }
    if (this.hint !== undefined) report.push(`hint: ${this.hint}`);
    return report.join("\n");
  }
}

/** How much of a line is shown on either side of a place. */
const MOST_SHOWN = 100;

/** What stands before and after a place in a line, without what terminals take for commands: the line may be of a file that is no text. */
function excerpt(line: string, place: number): { before: string; after: string } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant.
  const shown = (text: string): string => text.replace(/[\0-\x08\x0b-\x1f\x7f]/g, ".");
  const [before, after] = [shown(line.slice(0, place)), shown(line.slice(place))];
  return {
    before: before.length > MOST_SHOWN ? `...${before.slice(-MOST_SHOWN)}` : before,
    after: after.length > MOST_SHOWN ? `${after.slice(0, MOST_SHOWN)}...` : after,
  };
}

/** Makes the compile errors of one file. */
export class ErrorReporter {
  constructor(readonly file: string) {}

  /** The error to throw; the caller throws it, so that control flow stays visible to the type checker. */
  error(position: Position, message: string, hint?: string): CompileError {
    return new CompileError({ file: this.file, position, message, hint });
  }
}
