// SPDX-License-Identifier: MIT
/** Code that nothing runs any more is freed: a program may compile as often as it likes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildResult, runInChild } from "../../runtime/child.js";
import { expectSuccess } from "../support/expectations.js";
import { runPeer } from "../support/peers.js";

/** Each round compiles a new function for the value of a new global, and assigns that: within the function, or after it. */
const rounds = 250;
const program = `
local waiting = {}
local function round(k)
  local source = "local assign = ... return function(n) local s = 0 for i = 1, n do s = s + g" .. k .. "(i) assign(i) end return s end"
  _G["g" .. k] = function(i) return i end
  local run = assert(loadstring(source))(function(i) if i == 60 and k % 2 == 0 then _G["g" .. k] = function() return 1 end end end)
  local sum = run(70)
  _G["g" .. k] = nil
  -- Some stay asleep in their code.
  if k % 50 == 0 then
    _G["h" .. k] = function(i) return i end
    local sleeper = assert(loadstring("return function(n) for i = 1, n do coroutine.yield(h" .. k .. "(i)) end end"))()
    waiting[#waiting + 1] = coroutine.wrap(function() sleeper(100) return "over" end)
    for _ = 1, 50 do waiting[#waiting]() end
    _G["h" .. k] = function(i) return -i end
  end
  return sum
end
local sum = 0
for k = 1, ${rounds} do sum = sum + round(k) end
print(sum)
for _, resume in ipairs(waiting) do print(resume(), resume()) end
`;

describe("the code of a program that compiles again and again", () => {
  let folder = "";
  let file = "";
  let result: ChildResult;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "yugong-"));
    file = join(folder, "again.lua");
    writeFileSync(file, program);
    result = runInChild(file, { mode: "eager", timeoutMs: 120_000 });
  }, 150_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it("gives what lua5.1 gives", () => {
    expectSuccess(result);
    expect(result.stdout.toString()).toBe(runPeer(file).stdout.toString());
  });

  it("stays bounded", () => {
    const compiles = result.events.filter((event) => event.kind === "compile").length;
    expect(compiles).toBeGreaterThan(rounds);
    const frees = result.events.filter((event) => event.kind === "free");
    expect(frees.length).toBeGreaterThan(5);
    const freed = frees.reduce((sum, event) => sum + event.freed, 0);
    expect(freed).toBeGreaterThan(0.8 * rounds);
    // What grows with the program is the code that is still valid; the invalid part is at most what one search leaves and its double.
    for (const { kept } of frees) expect(kept).toBeLessThan(16);
    const valid = compiles - result.events.filter((event) => event.kind === "invalidate").length;
    const pages = (frees.at(-1)?.bytes ?? 0) / 4096;
    expect(pages).toBeLessThan(4 * (valid + 32));
  });
});

/**
 * The policy was told of one unit after the other, and freed code at the sixteenth: that of the others, too, which it went on entering. Found by
 * random programs.
 */
it("code that much other code goes with is not entered any more", () => {
  const folder = mkdtempSync(join(tmpdir(), "yugong-"));
  const file = join(folder, "many.lua");
  writeFileSync(
    file,
    `local functions = {}
function step(i) return i end
for k = 1, 40 do
  functions[k] = assert(loadstring("local n = ... local s = " .. k .. " for i = 1, n do s = s + step(i) end return s"))
end
local function all()
  local sum = 0
  for _, f in ipairs(functions) do sum = sum + f(100) end
  return sum
end
print(all())
function step(i) return -i end
print(all(), all())`,
  );
  const result = runInChild(file, { mode: "eager" });
  expectSuccess(result);
  expect(result.stdout.toString()).toBe(runPeer(file).stdout.toString());
  const frees = result.events.filter((event) => event.kind === "free");
  expect(frees.length).toBeGreaterThan(0);
  for (const { kept } of frees) expect(kept).toBeGreaterThanOrEqual(0);
  rmSync(folder, { recursive: true });
});
