// SPDX-License-Identifier: MIT
/** The project's own source files, and what they import. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { projectRoot } from "../../runtime/native.js";

/** Paths relative to the project of the files below `folder` that match. */
export function filesBelow(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(projectRoot, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|build|dist)\//.test(path))
    .sort();
}

export const textOf = (path: string): string => readFileSync(join(projectRoot, path), "utf8");

export interface Import {
  readonly file: string;
  /** As written: a package, or a path relative to the project for our own files. */
  readonly target: string;
  readonly own: boolean;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

/** Import and export declarations, import() and import types of a TypeScript or JavaScript file. */
export function importsOf(file: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const own = specifier.startsWith(".");
    imports.push({ file, target: own ? normalize(join(dirname(file), specifier)) : specifier, own, typeOnly });
  };
  const text = textOf(file);
  for (const [, clause = "", specifier] of text.matchAll(/^(?:import|export)\b(?:([^;"'()]*?)\bfrom)?\s*["']([^"']+)["']/gm)) {
    add(specifier as string, /^\s+type\b/.test(clause));
  }
  for (const [match, specifier] of text.matchAll(/(?:typeof\s+)?\bimport\(\s*["']([^"']+)["']\s*\)/g))
    add(specifier as string, match.startsWith("typeof"));
  return imports;
}

/** `#include "…"` of a C or C++ file; the names as written. */
export function includesOf(file: string): { quoted: string[]; system: string[] } {
  const text = textOf(file);
  return {
    quoted: [...text.matchAll(/^\s*#\s*include\s*"([^"]+)"/gm)].map(([, name]) => name as string),
    system: [...text.matchAll(/^\s*#\s*include\s*<([^>]+)>/gm)].map(([, name]) => name as string),
  };
}
