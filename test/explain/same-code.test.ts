// SPDX-License-Identifier: MIT
/** Looking at code must not change it: debug information and notes are along for the ride. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Seen, SeenCall, SeenFor, SeenIndex } from "../../jit/semantics/feedback.js";
import { Engine } from "../../runtime/engine.js";
import { EventStream } from "../../runtime/events.js";
import { projectRoot } from "../../runtime/native.js";
import { ImaginedProgram, layout } from "../jit/support.js";
import { addon } from "../yugong-llvm/support.js";

const PROGRAMS = {
  f: "function f(a, n) local s = 0 for i = 1, n do if a[i] < 10 then s = s + a[i] * 2 else s = s - 1 end end return s end",
  g: "local function h(x) return x * x + 1 end function g(n) local s = 0.5 while n > 0 do s = s + h(n) n = n - 1 end return s end",
  k: "function k(t, name) t.x = t.x + 1 t[name] = { t.x, name, function() return t end } return #t, t.x .. name end",
};
const FEEDBACK: Readonly<Record<string, number>> = {
  GETINDEX: SeenIndex.Array,
  SETINDEX: SeenIndex.OtherKey,
  FORPREP: SeenFor.Int,
  CALL: SeenCall.Generic,
  LEN: 1,
};

/** The instructions that a unit becomes, jumps relative to its start. */
function instructionsOf(source: string, name: string, annotate: boolean): string[] {
  const program = new ImaginedProgram(source, { feedback: ({ op }) => ({ bits: FEEDBACK[op] ?? Seen.IntInt }) });
  const { ir } = program.compile(name, { annotate });
  const session = new addon.Session();
  session.define(Object.fromEntries([...layout.helpers.keys()].map((helper, index) => [helper, 0x1000_0000n + 16n * BigInt(index)])));
  const added = session.add(Buffer.from(ir.print(), "latin1"), { listing: true });
  const { codeStart, codeSize } = added;
  // Helpers are far away here, so that calls go by stubs; neither these nor constants lie in an order that means anything.
  return (added.listing ?? []).map(({ text, target = 0n }) => {
    if (text.startsWith("callq 0x")) return "callq helper";
    const isInside = target >= codeStart && target < codeStart + BigInt(codeSize);
    return isInside ? text.replace(/0x[0-9a-f]+$/, `+${target - codeStart}`) : text.replace(/-?\d+\(%rip\)/, "constant");
  });
}

describe("code that is looked at", () => {
  for (const [name, source] of Object.entries(PROGRAMS)) {
    it(`is the same, instruction by instruction: ${name}`, () => {
      const plain = instructionsOf(source, name, false);
      expect(plain.length).toBeGreaterThan(40);
      expect(instructionsOf(source, name, true)).toEqual(plain);
    });
  }

  for (const [program, size] of [
    ["osr-inlined-guard", "20000"],
    ["osr-integer-overflow", "70000"],
    ["osr-suspended-coroutine", "20000"],
  ] as const) {
    it(`is of the same size in every unit of ${program}.lua`, async () => {
      const sizes = async (onCode?: () => void): Promise<number[]> => {
        const events = new EventStream(10_000);
        const engine = await Engine.create({
          events,
          stdout: "capture",
          compile: "blocking",
          compileShare: Number.POSITIVE_INFINITY,
          ...(onCode && { onCode }),
        });
        expect(engine.runFile(join(projectRoot, "programs", `${program}.lua`), [size]).ok).toBe(true);
        return events.of("compile").map(({ codeBytes }) => codeBytes);
      };
      const plain = await sizes();
      expect(plain.length).toBeGreaterThan(0);
      let records = 0;
      expect(await sizes(() => records++)).toEqual(plain);
      expect(records).toBe(plain.length);
    });
  }
});
