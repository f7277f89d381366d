// SPDX-License-Identifier: MIT
/**
 * How deep a recursion without end gets. lua5.1 counts its calls, and has room for 20,000; here it is what fits on the stack as the interpreter's
 * frames, though compiled ones are up to 20 times as small.
 */
import { describe, expect, it } from "vitest";
import { runBatch } from "../batch/run.js";

const endless = "local function endless(n) depth = n return 1 + endless(n + 1) end\n";

async function run(source: string, mode: "interpreter" | "eager"): Promise<string> {
  const [outcome] = await runBatch([{ file: "deep.lua", source: endless + source }], { mode });
  if (outcome?.output === undefined) throw new Error(`deep.lua fails: ${JSON.stringify(outcome)}`);
  return outcome.output;
}

describe("a stack", () => {
  it("has no more than some times as many frames of compiled code as of the interpreter's", { timeout: 60_000 }, async () => {
    const deepest = "pcall(endless, 1) pcall(endless, 1) print(depth)";
    const [interpreted, compiled] = [Number(await run(deepest, "interpreter")), Number(await run(deepest, "eager"))];
    expect(interpreted).toBeGreaterThan(20_000);
    expect(compiled).toBeGreaterThanOrEqual(interpreted);
    expect(compiled).toBeLessThan(6 * interpreted);
  });

  // Where frames are counted must depend on where a call begins: each of these has used up an eighth of the stack before.
  it.each(["interpreter", "eager"] as const)(
    "has room above a pcall that lies deep, time and again: %s",
    { timeout: 60_000 },
    async (mode) => {
      const source = `
      local function deep(n)
        if n > 0 then return 1 + deep(n - 1) end
        for _ = 1, 3 do
          local ok, message = pcall(endless, 1)
          print(ok, (message:gsub("^.-: ", "")), depth > 20000)
        end
        return 0
      end
      print(deep(100000))
      print(xpcall(function() return endless(1) end, function() return (pcall(endless, 1)) end))`;
      expect(await run(source, mode)).toBe(`${"false\tstack overflow\ttrue\n".repeat(3)}100000\nfalse\tfalse\n`);
    },
  );
});
