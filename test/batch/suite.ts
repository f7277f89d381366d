// SPDX-License-Identifier: MIT
/** All programs that say what the language is: the cases of test/suite, one program for a part of the language, regressions, and those of programs/. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../runtime/native.js";
import { readCases } from "./cases.js";
import type { Program } from "./outcome.js";
import { STRESSED } from "./sizes.js";

export interface TestProgram extends Program {
  /** Where it is: a file, with a line if there are several programs in it. */
  readonly where: string;
}

const CASES = "test/suite";
/** Without what reads or writes files of its own. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  "test/lang/programs": [],
  "test/library/programs": ["io.lua", "os.lua", "require.lua"],
  "test/programs/language": [],
  "test/regressions": [],
  programs: [],
};

const luaFiles = (folder: string): string[] => readdirSync(join(projectRoot, folder)).filter((name) => name.endsWith(".lua"));

function casesOf(file: string): TestProgram[] {
  const path = join(CASES, file);
  return readCases(join(projectRoot, path)).map((program) => ({ ...program, where: `${path}:${program.line}` }));
}

function programOf(folder: string, file: string): TestProgram {
  const args = STRESSED[file] ?? [];
  const source = readFileSync(join(projectRoot, folder, file), "latin1");
  return { where: join(folder, file), file, source, args };
}

/** The programs, those of programs/ at sizes for stress. */
export function readSuite(): TestProgram[] {
  return [
    ...luaFiles(CASES).flatMap(casesOf),
    ...Object.entries(FOLDERS).flatMap(([folder, without]) =>
      luaFiles(folder)
        .filter((file) => !without.includes(file))
        .map((file) => programOf(folder, file)),
    ),
  ];
}
