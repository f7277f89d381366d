// SPDX-License-Identifier: MIT
/** Programs that print what they print under lua5.1; each file is named for a behaviour. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { expectAsLua, runWithLua } from "./oracle.js";

for (const folder of ["programs", "error-programs"]) {
  describe(folder, () => {
    const directory = new URL(`${folder}/`, import.meta.url);
    for (const file of readdirSync(directory)) {
      const source = readFileSync(new URL(file, directory), "latin1");
      test(file, () => {
        expect(runWithLua(source)).toMatchObject({ error: undefined });
        expectAsLua(source);
      });
    }
  });
}
