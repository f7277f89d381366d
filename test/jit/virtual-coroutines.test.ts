// SPDX-License-Identifier: MIT
/** Bodies of coroutines in place: jit/optimizer/virtual-coroutines.ts. */
import { describe, expect, it } from "vitest";
import { readFrameState } from "../../jit/optimizer/frame-state-reader.js";
import { noRegister } from "../../jit/optimizer/frame-states.js";
import { SeenCall } from "../../jit/semantics/feedback.js";
import { ImaginedProgram } from "./support.js";

/** Calls in `f` are of coroutine.wrap; those in other functions of coroutine.yield or, where they want a result, of print. */
const compile = (source: string, givenUp?: (protoId: number, pc: number) => boolean) => {
  const [wrap, yields, wrapped] = [0x5000n, 0x6000n, 0x7000n];
  const names = new Map([
    [wrap, "coroutine.wrap"],
    [yields, "coroutine.yield"],
    [wrapped, "coroutine.wrapped"],
  ]);
  const program = new ImaginedProgram(source, {
    feedback: ({ op, c }, _pc, proto) => {
      if (op === "TFORCALL") return { bits: SeenCall.Seen | SeenCall.SameCode, reference: wrapped };
      if (op !== "CALL" && op !== "TAILCALL") return {};
      return { bits: SeenCall.Seen, reference: proto.name === "f" ? wrap : op === "CALL" && c > 0 ? 0x8000n : yields };
    },
    callee: (value) => ({ kind: "builtin", name: names.get(value) ?? "print", code: value + 0x700n }),
    ...(givenUp && { givenUp }),
  });
  const { text, unit } = program.compile("f");
  const states = unit.sites.map((site, index) => ({
    ...site,
    state: readFrameState(unit.frameStates, unit.frameStateOffsets[index] as number),
  }));
  return { text, unit, states };
};

const sum = (body: string) =>
  `function f(wrap, yield, n, g) local s = 0 for x in wrap(function() ${body} end) do s = s + x end return s end`;
const stays = /_yg_stack_switch|call \{ i64, i64 \} %/;
const loop = "for i = 1, n do yield(i) end";

describe("a coroutine that nobody else sees", () => {
  it("is not made, and its body is in the loop that calls it", () => {
    const { text, unit } = compile(sum(loop));
    expect(unit.inlined).toHaveLength(1);
    expect(text).not.toMatch(stays);
    expect(text).not.toContain("yl_new_wrapped");
    expect(text).not.toContain("tbaa.allocation");
    expect(unit.sites.some(({ reason, frames }) => reason === "requested" && frames === 2)).toBe(true);
  });

  it("runs, in the frame states of its body: its resumer waits, and has it in a register", () => {
    const { states } = compile(sum(loop));
    for (const { state } of states.filter(({ frames }) => frames === 2)) {
      expect(state.frames.map(({ mode }) => mode)).toEqual(["complete-wrapped", "execute"]);
      const [running] = state.objects.filter(({ coroutine }) => coroutine?.state === "running");
      expect(running).toMatchObject({ coroutine: { at: 1 }, slots: [] });
    }
  });

  it("is suspended in its yield, in those of the loop, with the registers that it needs then", () => {
    const { states } = compile(sum(loop));
    const overflow = states.find(({ reason, frames }) => reason === "overflow" && frames === 1);
    const suspended = overflow?.state.objects.find(({ kind }) => kind === "coroutine");
    expect(suspended?.coroutine?.state).toBe("suspended");
    expect(suspended?.slots.map(({ representation }) => representation)).toEqual(["int", "int", "constant"]);
  });

  it("is one of several, which run one in the other", () => {
    const pipeline = `function f(wrap, yield, n) local s = 0
      local source = wrap(function() ${loop} end)
      for x in wrap(function() for y in source do yield(y * 2) end end) do s = s + x end return s end`;
    const { text, states } = compile(pipeline);
    expect(text).not.toMatch(stays);
    expect(states.map(({ frames }) => frames)).toContain(3);
  });

  it("may be suspended in one of several yields: which one is a value, as its registers are", () => {
    const { text, states } = compile(sum(`${loop} for j = 1, n do yield(j * 2) end`));
    expect(text).not.toMatch(stays);
    const described = states.flatMap(({ state }) => state.objects.filter(({ coroutine }) => coroutine?.state === "several"));
    const [one] = described;
    expect(one?.slots[0]).toMatchObject({ register: noRegister, representation: "int" });
    expect(one?.slots.length).toBeGreaterThan(3);
  });

  it("is made, suspended or ended, where the loop is left, if it is still wanted", () => {
    const { text } = compile(
      `function f(wrap, yield, n) local g = wrap(function() ${loop} end) for x in g do if x > 9 then break end end return g end`,
    );
    const made = [...text.matchAll(/call i64 @yl_new_wrapped\(i64 \S+, i64 \S+, i64 (-?\d+)/g)].map(([, at]) => Number(at));
    expect(made).toContain(-2);
    expect(made.some((at) => at > 0)).toBe(true);
    expect(text).not.toMatch(stays);
  });
});

describe("a coroutine has a stack from the outset", () => {
  it.each([
    ["whose body calls what stays a call", sum("for i = 1, n do yield((g(i))) end")],
    ["whose body returns a value", sum(`${loop} return 1`)],
    ["which yields in more than four places", sum(Array(5).fill(loop).join(" "))],
    ["which yields in a tail call", sum(`${loop} return yield(1)`)],
  ])("%s", (_, source) => {
    expect(compile(source).text).toMatch(stays);
  });

  it("where a helper may be called that sees it, and guards do not hold", () => {
    const source = sum("for i = 1, n do yield(i + n) end");
    const { text, unit } = compile(source);
    expect(text).not.toMatch(stays);
    expect(unit.sites.some(({ reason }) => reason === "coroutine")).toBe(false);
    expect(compile(source, (protoId) => protoId === 0).text).toMatch(stays);
  });
});
