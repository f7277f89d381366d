// SPDX-License-Identifier: MIT
/** lua5.1 on one side, our compiler and the reference interpreter on the other. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { compileSource, providedGlobals, verifyProto } from "../../lang/index.js";
import { runProto } from "./reference-interpreter.js";

const directory = mkdtempSync(join(tmpdir(), "yugong-lang-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The reference interpreter has some functions that programs can't use yet. */
const knownGlobals = new Set([...providedGlobals, "pcall", "select"]);

const CHUNK = "program.lua";

function runTool(tool: string, args: readonly string[], source: string): { stdout: string; stderr: string } {
  writeFileSync(join(directory, CHUNK), source, "latin1");
  const { stdout, stderr, error } = spawnSync(tool, [...args, CHUNK], { cwd: directory, encoding: "latin1", timeout: 20_000 });
  if (error) throw error;
  return { stdout, stderr };
}

export interface Outcome {
  readonly output: string;
  /** The first line of the message that ended the program. */
  readonly error: string | undefined;
}

export function runWithLua(source: string): Outcome {
  const { stdout, stderr } = runTool("lua5.1", [], source);
  const error = stderr === "" ? undefined : stderr.replace(/^lua5\.1: /, "").split("\n")[0];
  return { output: stdout.replaceAll("-nan", "nan"), error };
}

/** lua5.1's message for a program that it doesn't compile. */
export function syntaxErrorOfLua(source: string): string | undefined {
  const { stderr } = runTool("luac5.1", ["-p"], source);
  return stderr === "" ? undefined : stderr.replace(/^luac5\.1: /, "").trimEnd();
}

export function compile(source: string): ReturnType<typeof compileSource> {
  return compileSource(source, CHUNK, { knownGlobals });
}

export function runWithUs(source: string): Outcome {
  const proto = compile(source);
  expect(verifyProto(proto)).toEqual([]);
  const { output, error } = runProto(proto);
  return { output, error: error === undefined ? undefined : String(error) };
}

/** The program prints, and fails with, the same as under lua5.1. */
export function expectAsLua(source: string): void {
  expect(runWithUs(source)).toEqual(runWithLua(source));
}
