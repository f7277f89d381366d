// SPDX-License-Identifier: MIT
/** The files that the command line is given: programs to read, and reports to write. */
import { closeSync, openSync, writeFileSync } from "node:fs";
import { readSource } from "./read-source.js";
import { EXIT, STDIN } from "./run-options.js";

/** A file cannot be used; the message says which, and why, in lua5.1's words. */
export class FileError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EISDIR: "Is a directory",
  ENOTDIR: "Not a directory",
  ENOSPC: "No space left on device",
};

/** Why the system has refused something. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}

/** A program's text, a character a byte, and what messages call it. */
export interface ProgramText {
  readonly source: string;
  readonly name: string;
}

/** What a compiled chunk of PUC Lua begins with. */
const COMPILED = "\x1bLua";

/** Read a program from a file, or from standard input for `-`. */
export function readProgram(file: string): ProgramText {
  const program = file === "-" ? { source: read(STDIN, "stdin"), name: "=stdin" } : { source: read(file, file), name: file };
  if (program.source.startsWith(COMPILED))
    throw new FileError(`cannot load ${file}: it is compiled for another Lua; programs are run from their source`, EXIT.programError);
  return program;
}

function read(file: string | number, name: string): string {
  try {
    return readSource(file);
  } catch (error) {
    const what = (error as NodeJS.ErrnoException).code === "EISDIR" ? "read" : "open";
    throw new FileError(`cannot ${what} ${name}: ${reasonOf(error)}`, EXIT.programError);
  }
}

/** A file for a report, opened before the program runs of which it is to be: who cannot have it should not have to wait. */
export class Report {
  private readonly descriptor: number;

  constructor(private readonly file: string) {
    this.descriptor = this.orFileError(() => openSync(file, "w"));
  }

  /** Adds to it. */
  write(text: string): void {
    this.orFileError(() => writeFileSync(this.descriptor, text));
  }

  close(): void {
    this.orFileError(() => closeSync(this.descriptor));
  }

  private orFileError<T>(operation: () => T): T {
    try {
      return operation();
    } catch (error) {
      throw new FileError(`cannot write ${this.file}: ${reasonOf(error)}`, EXIT.usage);
    }
  }
}

/** That of an option, if it is given. */
export const openReport = (file: string | undefined): Report | undefined => (file === undefined ? undefined : new Report(file));
