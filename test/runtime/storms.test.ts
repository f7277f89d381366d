// SPDX-License-Identifier: MIT
/**
 * Storms: programs that change their minds forty times about what a guard guards. Each time the guard fails; the optimizer has to settle
 * for code that stands both, or leave the function to the interpreter, instead of compiling for the phase that is just over.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reasons } from "../../jit/semantics/machine.js";
import { runInChild } from "../../runtime/child.js";
import { runPeer } from "../support/peers.js";

interface Storm {
  readonly body: string;
  readonly values: readonly [string, string];
  readonly before?: string;
  /** The reason that is met, if it is not what the storm is called by. */
  readonly reason?: string;
}

/** Mostly by the reason that is to be met: a function's body, with `x` alternating between the two values, in a loop over i. */
const storms: Readonly<Record<string, Storm>> = {
  "not an int": { body: "s = s + x * 2", values: ["1", "0.5"] },
  "not a double": { body: "s = s + x / 2", values: ["0.5", "'8'"] },
  "not a number": { body: "s = s + x", values: ["1", "'2'"], reason: "not an int" },
  "not a table": { body: "s = s + #x", values: ["{ 1, 2 }", "'abc'"] },
  "not a string": { body: "s = s + string.byte(x, 1)", values: ["'a'", "7"] },
  "other type": {
    before: "local function first(t) for k in next, t, t.from do return k end end",
    body: "s = s + (pcall(first, x) and 1 or 2)",
    values: ["{ 1, 2 }", "{ 1, 2, from = 9 }"],
  },
  overflow: { body: "s = (s + (i + x) * 1500000) % 1000", values: ["0", "1"] },
  "out of bounds": { body: "s = s + (x[i % 5 + 1] or 1)", values: ["{ 1, 2, 3, 4, 5 }", "{ 1 }"] },
  "other shape": { body: "s = s + x.value", values: ["{ value = 1 }", "{ other = 2, value = 3 }"] },
  metatable: { body: "s = s + (x[3] or 1)", values: ["{ 1 }", "setmetatable({ 1 }, { __index = function() return 5 end })"] },
  "equality of objects": {
    before: "local plain, handled = {}, { __eq = function() return true end } local other = setmetatable({}, handled)",
    body: "s = s + (x == other and 1 or 2)",
    values: ["setmetatable({}, plain)", "setmetatable({}, handled)"],
    reason: "metatable",
  },
  "other callee": { body: "s = s + x(i)", values: ["function(i) return i end", "function(i) return 2 end"] },
  "not seen yet": { body: "if x == 1 then s = s + 1 elseif x == 2 then s = s - i else s = s .. '' s = s + 0 end", values: ["1", "2"] },
  "not integral": { body: "s = s + math.floor(x) % 10", values: ["1.5", "1e300"] },
  assumption: {
    before: "local Class = { other = 0, get = function() return 1 end } Class.__index = Class",
    body: "if i == 100 or i == 1400 then Class[i == 100 and 'other' or 'get'] = function() return 2 end end s = s + x:get()",
    values: ["setmetatable({}, Class)", "setmetatable({}, Class)"],
  },
  // Not a guard: code that relies on the variable is invalidated.
  "assigned global": {
    before: "function current() return 1 end",
    body: "s = s + current() if i == 1400 then current = function() return x end end",
    values: ["1", "2"],
  },
  "loop type": { body: "s = (s + x * 3) % 1000", values: ["1", "2000000000"] },
  // Loads are guarded for what the next instructions want of what they bring.
  "an element that is another number": {
    body: "s = (s + x[i % 5 + 1]) % 1000",
    values: ["{ 1, 2, 3, 4, 5 }", "{ 1.5, 2.5, 3, 4.5, 5 }"],
    reason: "not an int",
  },
  "a field that is another number": {
    body: "s = (s + x.value * 2) % 1000",
    values: ["{ value = 1.5 }", "{ value = 7 }"],
    reason: "not a double",
  },
  "an element that is no table": {
    before: "string.n = 3",
    body: "s = s + x[1].n",
    values: ["{ { n = 4 } }", "{ 'abc' }"],
    reason: "not a table",
  },
  "an element that is nothing to what would want it": {
    before: "local function part(t, between) local v = t[1] between() return v + 1 end local function nothing() end",
    body: "if x == 1 then s = s + part({ 1 }, nothing) else s = s + (pcall(part, { 0.5 }, error) and 1 or 2) end",
    values: ["1", "2"],
    reason: "not an int",
  },
  "a method of a string": {
    before: "local Text = { len = function() return 7 end } Text.__index = Text",
    body: "s = s + x:len()",
    values: ["'abc'", "setmetatable({}, Text)"],
    reason: "not a string",
  },
  "an absolute value": { body: "s = s + math.abs(x - 1) % 7", values: ["-5", "-2147483647"], reason: "overflow" },
};
/** These are not reached by a program's values: no definition gives them now, or only a request from outside does. */
const unreachable = new Set<string>(["wrong branch", "requested", "not a boolean"]);

const program = ({ before = "", body, values: [a, b] }: Storm): string => `
${before}
local function storm(x, n)
  local s = 0
  for i = 1, n do
    ${body}
  end
  return s
end
local first, second = ${a}, ${b}
local sum = 0
for phase = 1, 40 do
  local x = first
  if phase % 2 == 0 then x = second end
  sum = sum + storm(x, 1500)
  for call = 1, 60 do sum = sum + storm(x, 5) end
end
print(string.format("%.14g", sum))
`;

describe("storms", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "yugong-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are there for every reason", () => {
    const missing = reasons.filter((reason) => !unreachable.has(reason) && !(reason in storms));
    expect(missing).toEqual([]);
  });

  for (const [reason, storm] of Object.entries(storms)) {
    it(`${reason}: a handful of compiles, and deopts`, { timeout: 60_000 }, () => {
      const file = join(folder, `${reason.replaceAll(" ", "-")}.lua`);
      writeFileSync(file, program(storm));
      const result = runInChild(file);
      expect(result.stdout.toString()).toBe(runPeer(file).stdout.toString());
      const compiles = result.events.filter((event) => event.kind === "compile" && event.function === "storm").length;
      const deopts = result.events.filter((event) => event.kind === "deopt");
      const met = new Set(result.events.flatMap((event) => (event.kind === "deopt" || event.kind === "invalidate" ? [event.reason] : [])));
      const wanted = storm.reason ?? reason;
      if (reasons.some((known) => known === wanted)) expect([...met]).toContain(wanted);
      // The function and its loop, each once more than it takes to learn.
      expect(compiles).toBeLessThanOrEqual(8);
      expect(deopts.length).toBeLessThanOrEqual(60);
    });
  }
});
