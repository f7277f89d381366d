// SPDX-License-Identifier: MIT
/**
 * A program that works on one kind of data and then for good on another. Feedback used to be kept for ever, so that the second phase ran
 * code for both: with twice the type tests, and values boxed where the two meet. Now it gets the code that it would have alone.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runInChild } from "../../runtime/child.js";
import { runPeer } from "../support/peers.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-phases-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Phases {
  readonly body: string;
  /** What the function is given in the first phase and in the second. */
  readonly values: readonly [string, string];
}

const cases: Readonly<Record<string, Phases>> = {
  "ints, then doubles": { body: "return (x + y) * x - y * 2", values: ["i % 7, 3", "i + 0.5, 0.25"] },
  "doubles, then ints": { body: "return (x + y) * x - y * 2", values: ["i + 0.5, 0.25", "i % 7, 3"] },
  "one shape, then another": {
    body: "return x.a + x.b + y",
    values: ["{ a = i, b = 2 }, 1", "{ b = i, a = 2, c = 3 }, 1"],
  },
  "one function, then another": {
    body: "return x(y) + 1",
    values: ["function(v) return v + i end, 1", "math.abs, -i"],
  },
  "tables, then strings": { body: "return #x + y", values: ["{ 1, 2, i }, 1", "'abc', i"] },
};

const program = (body: string, phases: readonly string[]): string => `
local function f(x, y) ${body} end
local sum = 0
${phases.map((values) => `for i = 1, 6000 do local _, value = pcall(f, ${values}) sum = sum + value end`).join("\n")}
print(sum)
`;

/** IR instructions of each compile of f, after checking what the program prints. */
function compiles(name: string, source: string): number[] {
  const file = join(folder, `${name.replaceAll(/\W+/g, "-")}.lua`);
  writeFileSync(file, source);
  const result = runInChild(file);
  expect(result.stdout.toString()).toBe(runPeer(file).stdout.toString());
  return result.events.flatMap((event) => (event.kind === "compile" && event.function === "f" ? [event.irInstructions] : []));
}

describe("after a phase change", () => {
  for (const [name, { body, values }] of Object.entries(cases)) {
    it(`${name}: the code is that of a program with the second phase only`, { timeout: 60_000 }, () => {
      const changed = compiles(name, program(body, values));
      const alone = compiles(`${name} alone`, program(body, [values[1]]));
      expect(changed.length).toBe(2);
      expect(alone.length).toBe(1);
      expect(changed[1]).toBe(alone[0]);
    });
  }
});
