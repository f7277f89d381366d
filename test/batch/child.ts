// SPDX-License-Identifier: MIT
/**
 * Runs a batch in one process, an engine for each program: `node child.js FOLDER FROM`. FOLDER holds batch.json (a Job); what a program
 * prints is appended to the file that standard output is, and how it ended becomes a line of JSON in the file `ends`. A program without
 * such a line is the one that killed the process.
 */
import { appendFileSync, fstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CompileError } from "../../lang/errors.js";
import { Engine } from "../../runtime/engine.js";
import type { EngineMode, Program } from "./outcome.js";

export interface Job {
  readonly mode: EngineMode;
  readonly programs: readonly Program[];
}

export interface End {
  /** Size of standard output after the program. */
  readonly size: number;
  readonly error?: string;
}

/** The message that ends a program, or nothing. */
function run(engine: Engine, { source, file, args }: Program): string | undefined {
  try {
    const result = engine.runSource(source, file, args);
    return result.ok ? undefined : result.message.toString("latin1");
  } catch (error) {
    if (error instanceof CompileError) return `${error.file}:${error.line}: ${error.message}`;
    throw error;
  }
}

const [folder = ".", from = "0"] = process.argv.slice(2);
const { mode, programs } = JSON.parse(readFileSync(join(folder, "batch.json"), "utf8")) as Job;
for (const program of programs.slice(Number(from))) {
  const engine = await Engine.create(mode);
  let error: string | undefined;
  try {
    error = run(engine, program);
  } finally {
    engine.dispose();
  }
  const end: End = { size: fstatSync(1).size, ...(error === undefined ? {} : { error }) };
  appendFileSync(join(folder, "ends"), `${JSON.stringify(end)}\n`);
}
