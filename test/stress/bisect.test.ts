// SPDX-License-Identifier: MIT
/** Finding the guard to blame: in a run that is told wrong on purpose, since there is no guard that is. */
import { describe, expect, it } from "vitest";
import { bisect, describeGuard, firstFailing, irOf } from "../../runtime/bisect.js";
import { type ChildResult, runInChild } from "../../runtime/child.js";

const run = (stress: string): ChildResult => runInChild("programs/fib.lua", { args: ["12"], mode: "eager", stress });

/** The guards that a run made fail, by number: from a deopt-at, or a deopt-from with its until. */
function range(stress: string): [from: number, to: number] {
  const [, how, first, until] = /^(deopt-at|deopt-from):(\d+)(?:,until:(\d+))?$/.exec(stress) ?? [];
  return [Number(first), how === "deopt-at" ? Number(first) : Number(until ?? Number.POSITIVE_INFINITY)];
}

describe("bisecting", () => {
  it("finds the first number", () => {
    for (const wanted of [1, 2, 37, 63, 64]) expect(firstFailing(64, (until) => until >= wanted)).toBe(wanted);
  });

  it("says which guard it is, where, and whether it is enough alone", { timeout: 120_000 }, () => {
    let last = "";
    const remembered = (stress: string): ChildResult => {
      last = stress;
      return run(stress);
    };
    const blame = (guilty: number, accomplice: number) => (): boolean => {
      const [from, to] = range(last);
      return !(from <= accomplice && to >= guilty);
    };
    const alone = bisect({ run: remembered, isRight: blame(57, 57) }, "deopt-from:1");
    expect(alone).toMatchObject({ kind: "guard", guard: 57, alone: true });
    expect(alone.kind === "guard" && describeGuard(alone.result)).toMatch(
      /^fib, line \d+, column \d+: a guard against ".+" in f\d+_\d+\nguard, reason \d+\n {2}proto \d+ (after the call )?at \d+, closure/,
    );
    const together = bisect({ run: remembered, isRight: blame(57, 20) }, "deopt-from:1");
    expect(together).toMatchObject({ kind: "guard", guard: 57, alone: false });
    expect(together.kind === "guard" && describeGuard(together.result)).toMatch(/^fib, line/);
  });

  it("knows a program that is right, and one that is wrong anyway", () => {
    expect(bisect({ run, isRight: () => true }, "deopt:3")).toMatchObject({ kind: "right" });
    expect(bisect({ run, isRight: () => false }, "deopt:3")).toMatchObject({ kind: "without-stress" });
  });

  it("cuts a unit out of the IR that is dumped", () => {
    const dump = "; f1_0: fib\nfirst\n; ---- after\n\n; f2_1: main chunk, loop at 3\nsecond\n";
    expect(irOf(dump, "f2_1")).toBe("; f2_1: main chunk, loop at 3\nsecond\n");
    expect(irOf(dump, "f7_7")).toBe("");
  });
});
