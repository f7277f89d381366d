// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type * as YugongLlvm from "../../native/yugong-llvm/yugong-llvm.js";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
export const addonPath = resolve(root, process.env.YUGONG_LLVM_ADDON ?? "build/Release/yugong-llvm.node");
export const compilerPath = resolve(root, process.env.YUGONG_LLVM_COMPILE ?? "build/Release/yugong-llvm-compile");

export const addon = createRequire(import.meta.url)(addonPath) as typeof YugongLlvm;

const DATA_LAYOUT = 'target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-f80:128-n8:16:32:64-S128"';

/** A module from textual IR, for x86-64. */
export function module(text: string): Buffer {
  return Buffer.from(`${DATA_LAYOUT}\n${text}`);
}

/** The global that carries attribute lines. */
export function attributes(...lines: string[]): string {
  const text = lines.map((line) => `${line}\\0A`).join("");
  const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
  return `@yg.attributes = private constant [${length} x i8] c"${text}"\n`;
}

/** The textual IR after folding. */
export function folded(text: string): string {
  return addon.printModule(addon.fold(module(text)));
}

/** The body of a function in textual IR, one trimmed instruction or label per element. */
export function bodyOf(ir: string, name: string): string[] {
  const lines = ir.split("\n");
  const start = lines.findIndex((line) => line.startsWith("define") && line.includes(`@${name}(`));
  if (start < 0) throw new Error(`no function @${name} in\n${ir}`);
  return lines
    .slice(start + 1, lines.indexOf("}", start))
    .map((line) => line.replace(/;.*/, "").trim())
    .filter((line) => line !== "");
}

/** What `attributes #n` or `!n` at the end of a line stands for. */
export function definitionOf(ir: string, reference: string): string {
  const prefix = reference.startsWith("#") ? `attributes ${reference} = ` : `${reference} = `;
  const line = ir.split("\n").find((candidate) => candidate.startsWith(prefix));
  if (line === undefined) throw new Error(`no definition of ${reference} in\n${ir}`);
  return line.slice(prefix.length);
}

export function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** A folder that lasts as long as `use`. */
export function withFolder<T>(use: (path: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "yugong-llvm-"));
  try {
    return use((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
