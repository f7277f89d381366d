// SPDX-License-Identifier: MIT
/** The showcases do what their comments say: not only the output counts but how the engine got there. */
import { beforeAll, describe, expect, it } from "vitest";
import { type ChildResult, runInChild } from "../../runtime/child.js";
import type { EventOf } from "../../runtime/events.js";
import { expectEvents, expectSuccess } from "../support/expectations.js";

/** Runs a showcase before the tests of the surrounding `describe`, which get its result by calling what this returns. */
function showcase(name: string): () => ChildResult {
  let result: ChildResult;
  beforeAll(() => {
    result = runInChild(`programs/${name}.lua`);
    expectSuccess(result);
  });
  return () => result;
}

const deoptsOf = (result: ChildResult): EventOf<"deopt">[] => result.events.filter((event) => event.kind === "deopt");

describe("osr-integer-overflow", () => {
  const result = showcase("osr-integer-overflow");
  for (const name of ["sum_up_to", "sum_of_squares", "count_down"]) {
    it(`${name}: enters int32 code, leaves it by overflow, enters double code`, () => {
      expectEvents(result().events, [
        { kind: "compile", function: name, unit: "loop" },
        { kind: "osr-entry", function: name },
        { kind: "deopt", function: name, reason: /overflow/, frames: 1 },
        { kind: "compile", function: name, unit: "loop" },
        { kind: "osr-entry", function: name },
      ]);
      // The overflow, and as many failures at the entry of the int32 code as it takes to give it up.
      const deopts = deoptsOf(result()).filter((event) => event.function === name);
      expect(deopts.length).toBeLessThan(10);
    });
  }
});

describe("osr-type-change", () => {
  const result = showcase("osr-type-change");
  it("is compiled for integers first, and fails guards when fractions and strings come", () => {
    expectEvents(result().events, [{ kind: "compile" }, { kind: "deopt" }, { kind: "compile" }, { kind: "deopt" }]);
  });
  it("learns: a million calls of another type cost a handful of deopts", () => {
    expect(deoptsOf(result()).length).toBeLessThan(60);
  });
});

describe("osr-inlined-guard", () => {
  const result = showcase("osr-inlined-guard");
  it("rebuilds the caller and three inlined frames from one", () => {
    expectEvents(result().events, [
      { kind: "osr-entry", function: "run" },
      { kind: "deopt", function: "inner", frames: 4 },
      { kind: "osr-entry", function: "run" },
    ]);
  });
});

describe("osr-reentry", () => {
  const result = showcase("osr-reentry");
  it("enters the running loop three times and is thrown out twice", () => {
    expectEvents(result().events, [
      { kind: "osr-entry", function: "total" },
      { kind: "deopt", function: "total" },
      { kind: "osr-entry", function: "total" },
      { kind: "deopt", function: "total" },
      { kind: "osr-entry", function: "total" },
    ]);
  });
});

describe("osr-suspended-coroutine", () => {
  const result = showcase("osr-suspended-coroutine");
  it("invalidates code that coroutines are suspended in, and moves them out of it", () => {
    expectEvents(result().events, [{ kind: "osr-entry" }, { kind: "deopt" }]);
    expect(result().events.some((event) => event.kind === "invalidate" && event.suspended > 0)).toBe(true);
    expect(result().events.filter((event) => event.kind === "suspended-deopt").length).toBeGreaterThan(0);
  });
});

describe("osr-redefined-global", () => {
  const result = showcase("osr-redefined-global");
  it("leaves each frame of the invalid code when control returns into it", () => {
    expectEvents(result().events, [
      { kind: "compile", function: "visit" },
      { kind: "invalidate", function: "visit", reason: /global 'weight' was assigned/, waiting: (count: unknown) => Number(count) > 5 },
      { kind: "lazy-deopt", function: "visit", frames: (count: unknown) => Number(count) > 1 },
    ]);
    const waiting = result().events.reduce((sum, event) => sum + (event.kind === "invalidate" ? event.waiting : 0), 0);
    expect(result().events.filter((event) => event.kind === "lazy-deopt")).toHaveLength(waiting);
  });
  it("had no guard for the callee", () => {
    expect(deoptsOf(result()).filter((event) => event.reason === "other callee")).toEqual([]);
  });
});

describe("every deopt", () => {
  const results = [showcase("osr-inlined-guard"), showcase("osr-reentry")];
  it("says where, why, how many frames and how long", () => {
    for (const event of results.flatMap((result) => deoptsOf(result()))) {
      expect(event.function).not.toBe("?");
      expect(event.line).toBeGreaterThan(0);
      expect(event.column).toBeGreaterThan(0);
      expect(event.reason).not.toBe("unknown");
      expect(event.frames).toBeGreaterThan(0);
      expect(event.nanoseconds).toBeGreaterThan(0);
    }
  });
});

describe("coroutines", () => {
  it("count their swaps: two for every resume", () => {
    const result = runInChild("programs/producer-consumer.lua", { args: ["1000"] });
    expectSuccess(result);
    const swaps = result.events.find((event) => event.kind === "swaps");
    expect(swaps?.coroutines).toBe(2);
    expect(swaps?.swaps).toBeGreaterThan(2 * 1000);
  });
});
