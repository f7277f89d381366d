// SPDX-License-Identifier: MIT
/** Each pattern in TypeScript prints the lines that its opening comment expects. ctest does the same for those in C++. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const folder = join(projectRoot, "programs/patterns");
const files = readdirSync(folder);
const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");
const expectedOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^(?: \*|\/\/) {5}expect: (.*)$/gm)].map(([, line]) => line as string);

describe("patterns", () => {
  for (const file of files.filter((name) => /^\d\d-.*\.ts$/.test(name))) {
    it.concurrent(`${file} prints what it says`, async ({ expect }) => {
      const program = join(projectRoot, "dist/programs/patterns", file.replace(/\.ts$/, ".js"));
      const { stdout } = await promisify(execFile)(process.execPath, [program]);
      expect(stdout.trimEnd().split("\n")).toEqual(expectedOf(file));
    });
  }

  it("are all in the map", () => {
    const map = textOf("README.md");
    expect(files.filter((file) => /^\d\d-/.test(file) && !map.includes(file))).toEqual([]);
  });
});
