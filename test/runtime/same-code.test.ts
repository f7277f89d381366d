// SPDX-License-Identifier: MIT
/**
 * What is compiled at once does not depend on the process: where objects lie in memory, how iteration over hash tables goes, or how long something
 * takes. Two runs have the same units in the same order, and build the same IR for them, but for addresses.
 *
 * After LLVM's passes there are differences that follow from addresses: alignments of constants, the order of a switch's cases.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-same-code-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each unit's function and place, and its IR as built; addresses are numbered in the order in which they come. */
function unitsOf(options: readonly string[], program: string, args: readonly string[]): readonly string[] {
  const file = join(folder, "ir.txt");
  const command = ["bin/yugong", "run", ...options, "--dump=ir", `--dump-file=${file}`, join("programs", program), ...args];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: projectRoot, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const names = new Map<string, string>();
  const name = (address: string): string => {
    const known = names.get(address) ?? `address ${names.size}`;
    names.set(address, known);
    return known;
  };
  const built = readFileSync(file, "latin1").matchAll(
    /^; (f\d+_\d+: .*), \d+ bytes at .*\n; ---- as built\n([\s\S]*?)^; ---- after the passes$/gm,
  );
  // What is above 2 ^ 20 is an address, or the same in both runs.
  return Array.from(built, ([, unit, ir]) => `${unit}\n${ir?.replace(/(?<![\w.])-?\d{7,}\b/g, name)}`);
}

const PROGRAMS: readonly [program: string, ...args: string[]][] = [
  ["deltablue.lua", "150"],
  ["richards.lua", "1"],
  ["json.lua", "20"],
  ["event-simulation.lua"],
];

describe.each([["--mode=eager"], ["--compile=blocking", "--compile-share=all", "--hot=100"]])(
  "two runs with %s compile the same",
  (...options) => {
    it.each(PROGRAMS)("%s", (program, ...args) => {
      const [first, second] = [unitsOf(options, program, args), unitsOf(options, program, args)];
      expect(first.length).toBeGreaterThan(3);
      const heads = (units: readonly string[]): string[] => units.map((unit) => unit.slice(0, unit.indexOf("\n")));
      expect(heads(second)).toEqual(heads(first));
      const differing = second.findIndex((unit, index) => unit !== first[index]);
      // One unit is enough to look at.
      expect(second[differing]).toBe(first[differing]);
    });
  },
);
