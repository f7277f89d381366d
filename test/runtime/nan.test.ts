// SPDX-License-Identifier: MIT
/** lua5.1 prints the sign of a NaN. LLVM folds 0/0 to a positive one; at run time x86 makes a negative one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runInChild } from "../../runtime/child.js";
import { runPeer } from "../support/peers.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-nan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = `
local function f(a)
  local z = 0
  local x = z / z
  return x, -(z / z), a * 0, (1 / z) - (1 / z), 5 % z, z % 5, -z, a ^ 0.5
end
for i = 1, 3000 do f(-i) end
print(f(-4))
print(f(4))
local h = 1 / 0
print(h, -h, h - h, -(h - h), 0 * h, math.sqrt(-1), math.floor(-0.5), math.floor(0.5), math.floor(h), 3 % -h, -3 % h)
for i = -3, 3 do print(i * 0, i % -2, i % 2, -i * 0, i / 0) end
`;

describe("NaN, infinities and -0", () => {
  for (const mode of ["interpreter", "eager"] as const) {
    it(`print as in lua5.1, mode ${mode}`, () => {
      const file = join(folder, "nan.lua");
      writeFileSync(file, program);
      expect(runInChild(file, { mode }).stdout.toString()).toBe(runPeer(file).stdout.toString());
    });
  }
});
