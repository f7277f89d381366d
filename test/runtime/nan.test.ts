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
-- What only LLVM finds out to be zero: a global that is never assigned, an int after a comparison, what two ways have in common.
counter = 0
local function found(x, y)
  local a, b, c = counter / (counter % 16), 1, 1
  if x == 0 then a = x / x end
  if y == 0 and x == 0 then b = x / y end
  local d = 0.5
  if x > 5 then d = 0.0 else d = 0 end
  c = d / d
  return a, b, c, -(counter / (counter % 16)), -c
end
for i = 1, 3000 do found(i % 3, i % 2) end
print(found(0, 0))
print(found(6, 1))
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
