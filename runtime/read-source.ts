// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";

/** The source of a program, a character a byte; a first line that starts with `#` is left empty, as in lua5.1. */
export function readSource(path: string | number): string {
  return readFileSync(path, "latin1").replace(/^#[^\n]*/, "");
}
