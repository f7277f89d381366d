// SPDX-License-Identifier: MIT
/**
 * Files of many small programs. A line `-- case: NAME` begins a program; what is before the first one belongs to none. A program keeps its
 * line numbers: messages point into the file.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Program } from "./outcome.js";

export interface Case extends Program {
  readonly name: string;
  readonly line: number;
}

const HEADER = /^-- case: (.*)$/;

/** @throws RangeError when two cases have one name, or a name has no program */
export function readCases(path: string): Case[] {
  const file = basename(path);
  const lines = readFileSync(path, "latin1").split("\n");
  const starts = lines.flatMap((line, index) => (HEADER.test(line) ? [index] : []));
  const cases = starts.map((start, index) => {
    const body = lines.slice(start + 1, starts[index + 1] ?? lines.length);
    const name = HEADER.exec(lines[start]!)![1]!;
    if (body.join("").trim() === "") throw new RangeError(`${path}:${start + 1}: '${name}' has no program`);
    return { file, name, line: start + 1, source: "\n".repeat(start + 1) + body.join("\n") };
  });
  const twice = cases.find(({ name }, index) => cases.findIndex((other) => other.name === name) !== index);
  if (twice) throw new RangeError(`${path}:${twice.line}: there are two cases '${twice.name}'`);
  return cases;
}
