// SPDX-License-Identifier: MIT
/** What comes out of a call into the language besides results. */
import type { LuaValue } from "./values.js";

/** An error of the program that nobody in it has caught. */
export class LuaError extends Error {
  /**
   * @param value what `error` was given; a message with its place, as "program:3: attempt to …", when the language raised it
   * @param message the value as text
   * @param traceback where it was raised, as lua5.1 prints it: "stack traceback:\n\t…"
   */
  constructor(
    readonly value: LuaValue,
    message: string,
    readonly traceback: string,
  ) {
    super(message);
    this.name = "LuaError";
  }
}

/** The program was ended from outside; the engine can be used again. No `pcall` in the program catches this. */
export class InterruptError extends Error {
  constructor(
    /** `interrupt()` or SIGINT; or the time limit. */
    readonly reason: "interrupt" | "time",
    message: string,
    /** Where the program was, as lua5.1 prints it. */
    readonly traceback: string,
  ) {
    super(message);
    this.name = "InterruptError";
  }
}

/** The program has ended itself, by os.exit. */
export class ExitError extends Error {
  constructor(
    /** What os.exit was given; 0 without an argument. */
    readonly code: number,
  ) {
    super(`the program has called os.exit(${code})`);
    this.name = "ExitError";
  }
}
