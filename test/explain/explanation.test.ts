// SPDX-License-Identifier: MIT
/** What `yugong explain` knows of a program, checked against the program and against the stack as it lay in memory. */
import { beforeAll, describe, expect, it } from "vitest";
import type { LuaFunction } from "../../runtime/embedding/values.js";
import { Engine } from "../../runtime/engine.js";
import { ExplainError, explain } from "../../runtime/explain/explain.js";
import type { Explanation, Unit } from "../../runtime/explain/explanation.js";
import { FAILING_INDEX, type Observed, observe, README_PROGRAM, SUM_BEFORE } from "./support.js";

let observed: Observed;
let explanation: Explanation;
/** The unit whose guard failed. */
let unit: Unit;

beforeAll(async () => {
  observed = await observe(README_PROGRAM);
  explanation = observed.explain({ name: "total" });
  unit = explanation.units[explanation.shown] as Unit;
});

const MULTIPLICATION = README_PROGRAM.split("\n").findIndex((line) => line.includes("x * 3")) + 1;
const CALL = README_PROGRAM.split("\n").findIndex((line) => line.includes("scale(list[i])")) + 1;

describe("an explanation", () => {
  it("is JSON", () => {
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });

  it("has the program's text, and knows what was inlined where", () => {
    expect(explanation.sources.map(({ lines }) => lines.join("\n"))).toEqual([README_PROGRAM]);
    expect(unit.activations.map((activation) => activation.function.name)).toEqual(["total", "scale"]);
    expect(unit.activations[1]?.inlinedInto).toMatchObject({ activation: 0, line: CALL });
    // `scale` is inlined, and needs no code of its own.
    expect(explanation.others.map(({ name }) => name)).toContain("main chunk");
  });

  it("has bytecode with what was seen and what the optimizer knew", () => {
    const multiplication = unit.bytecode.find(({ activation, text }) => activation === 1 && text.startsWith("MUL"));
    expect(multiplication).toMatchObject({ line: MULTIPLICATION, feedback: "int int", types: "r1: int32" });
    const loop = unit.bytecode.find(({ header }) => header !== undefined);
    expect(loop?.header).toContain("sum: int32");
    expect(unit.bytecode.find(({ text }) => text.startsWith("CALL"))?.feedback).toBe("scale");
    expect(unit.entry).toEqual(["list: table"]);
  });

  it("gives IR before and after the passes, and instructions, each with its line", () => {
    const at = (list: readonly { text: string; where?: { activation: number; line: number } }[], text: RegExp) =>
      list.filter((line) => text.test(line.text));
    for (const ir of [unit.irBefore, unit.irAfter]) {
      // The first round of the loop may have been peeled off.
      const products = at(ir, /smul\.with\.overflow/).map(({ where }) => where);
      expect(products.length).toBeGreaterThan(0);
      for (const product of products) expect(product).toEqual({ activation: 1, line: MULTIPLICATION, pc: 0 });
      expect(at(ir, /sadd\.with\.overflow/).map(({ where }) => where?.line)).toContain(CALL);
      expect(ir.filter(({ csid }) => csid !== undefined).length).toBeGreaterThan(5);
    }
    expect(unit.irAfter.length).not.toBe(unit.irBefore.length);
    expect(new Set(at(unit.assembly, /^imul/).map(({ where }) => where?.line))).toEqual(new Set([MULTIPLICATION]));
    const { assembly } = unit;
    for (const [index, line] of assembly.slice(1).entries()) expect(line.offset).toBeGreaterThan((assembly[index] as typeof line).offset);
    expect(assembly.filter(({ csid }) => csid !== undefined).every(({ text }) => text.startsWith("call"))).toBe(true);
    const offsets = new Set(assembly.map(({ offset }) => offset));
    const jumps = assembly.flatMap(({ jump }) => (jump === undefined ? [] : [jump]));
    expect(jumps.length).toBeGreaterThan(5);
    expect(jumps.filter((jump) => !offsets.has(jump))).toEqual([]);
  });

  it("knows the frames that a deopt builds, by names of variables, and where their values are", () => {
    const site = unit.sites.find(({ reason, activation }) => reason === "not an int" && activation === 1);
    expect(site?.frames.map((frame) => [frame.function.name, frame.mode])).toEqual([
      ["total", "complete"],
      ["scale", "execute"],
    ]);
    const sum = site?.frames[0]?.values.find(({ name }) => name === "sum");
    expect(sum).toMatchObject({ register: "r1", representation: "int32", location: expect.stringMatching(/^(\[rsp\+\d+\]|r\w+)$/) });
    expect(site?.frames[1]?.values).toMatchObject([{ register: "r0", name: "x", representation: "boxed" }]);
  });

  it("groups everything by source line, and loses nothing", () => {
    const { lines } = unit;
    expect(lines.map(({ line }) => line)).toEqual([1, 3, 4, 5, 6, 7, 8].filter((line) => lines.some((group) => group.line === line)));
    const listed = (list: "bytecode" | "assembly" | "irBefore" | "irAfter" | "sites") =>
      lines.flatMap((group) => group[list]).sort((a, b) => a - b);
    for (const list of ["bytecode", "irBefore", "irAfter", "sites", "assembly"] as const) {
      expect(listed(list)).toEqual(unit[list].map((_, index) => index));
    }
  });
});

describe("a deopt of the run", () => {
  it("is shown step by step: before, read, popped, one push a frame, resumed", () => {
    expect(unit.deopts).toHaveLength(1);
    const [deopt] = unit.deopts;
    expect(deopt).toMatchObject({ kind: "eager", title: `scale:${MULTIPLICATION}, not an int` });
    expect(deopt?.steps.map(({ title }) => title)).toEqual(["Before", "Read", "Pop", "Push total", "Push scale", "Resume"]);
    expect(unit.sites.some(({ csid }) => csid === deopt?.csid)).toBe(true);
  });

  it("has pictures whose frames lie one after the other in memory", () => {
    for (const { stack } of unit.deopts[0]?.steps ?? []) {
      const ascending = [...stack.frames].reverse();
      expect(ascending[0]?.address).toBe(stack.sp);
      for (const [index, frame] of ascending.slice(0, -1).entries()) {
        expect(BigInt(frame.address) + 8n * BigInt(frame.words.length)).toBe(BigInt(ascending[index + 1]?.address ?? 0));
      }
    }
  });

  it("puts into the new frames what was read from the old one", () => {
    const steps = unit.deopts[0]?.steps ?? [];
    const words = (title: string) => steps.find((step) => step.title === title)?.stack.frames.flatMap((frame) => frame.words) ?? [];
    const [outer, inner] = [words("Push total"), words("Push scale")];
    expect(words("Read").find(({ label }) => label.startsWith("scale: x in"))).toMatchObject({ value: "0.5", isMarked: true });
    expect(inner.find(({ label }) => label === "r0 x")).toMatchObject({ value: "0.5", word: "0x3fe0000000000000" });
    expect(outer.find(({ label }) => label === "r2 (for index)")?.value).toBe(`${FAILING_INDEX}`);
    expect(outer.find(({ label }) => label === "r1 sum")?.value).toBe(`${SUM_BEFORE}`);
    expect(outer.find(({ label }) => label === "mode")?.value).toBe("complete");
    expect(inner.filter(({ label }) => label === "mode").map(({ value }) => value)).toContain("execute");
  });

  it("has the values that the collector and the interpreter find there", () => {
    for (const deopt of observed.deopts) {
      // The registers in the payload on the stack are the recorded values, word for word.
      for (const [index, values] of deopt.values.entries()) {
        const stack = deopt.after[index + 1] as (typeof deopt.after)[number];
        const { data } = stack.frames[0] as (typeof stack.frames)[number];
        const registers = Number((data - stack.sp) / 8n) + 6;
        for (const { register, word } of values) expect(stack.words[registers + register]).toBe(word);
      }
    }
  });
});

describe("what a deopt looks like that is not of a guard", () => {
  it("of code that was invalidated while it waited", async () => {
    const { deopts, explain: explained } = await observe(`
      function callee(x) return x + 1 end
      local function change(i) if i == 3000 then function callee(x) return x + 2 end end end
      local function caller(n) local s = 0 for i = 1, n do s = s + callee(i) change(i) end return s end
      print(caller(4000))`);
    expect(deopts.length).toBeGreaterThan(0);
    const kinds = explained({ name: "caller" }).units.flatMap((each) => each.deopts.map(({ kind }) => kind));
    expect(kinds.length).toBeGreaterThan(0);
  });

  it("of a coroutine that sleeps in it", async () => {
    const { explain: explained } = await observe(`
      function step(x) return x + 1 end
      local function generate() local x = 0 while true do x = step(x) coroutine.yield(x) end end
      local co = coroutine.wrap(generate)
      local s = 0
      for i = 1, 5000 do s = s + co() end
      function step(x) return x + 2 end
      for i = 1, 10 do s = s + co() end
      print(s)`);
    const deopts = explained({ name: "generate" }).units.flatMap((each) => each.deopts);
    const suspended = deopts.find(({ kind }) => kind === "suspended");
    expect(suspended?.steps.map(({ title }) => title)).toEqual(["Before", "Read", "Pop", "Push generate", "Resume"]);
    const resumed = suspended?.steps.at(-1)?.stack.frames.flatMap((frame) => frame.words) ?? [];
    expect(resumed.find(({ label }) => label === "r0 x")?.value).toBe("5000");
  });
});

describe("which function", () => {
  it("is one that was deoptimized, when nobody says", () => {
    expect(observed.explain().function.name).toBe("total");
  });
  it("must exist, or the message lists those that do", () => {
    expect(() => observed.explain({ name: "totl" })).toThrow(ExplainError);
    expect(() => observed.explain({ name: "totl" })).toThrow(/no function 'totl'; there are\n(.*\n)* {2}total:3/);
  });
  it("may be cold: it is compiled for the occasion, with what is known, and the engine goes on as it was", async () => {
    const engine = await Engine.create({ stdout: "capture" });
    const [add] = engine.run("local function add(a, b) return a + b end add(1, 2) return add");
    const { inspection } = engine;
    const described = inspection.describe(add as LuaFunction);
    const protoId = described.kind === "compiled" ? described.id : -1;
    const cold = explain(inspection, { records: [], deopts: [] }, { protoId });
    expect(cold.notes.join()).toContain("add never got hot");
    expect(cold.units).toHaveLength(1);
    expect(cold.units[0]).toMatchObject({ isPreview: true, kind: "function", entry: ["a: int", "b: int"] });
    expect(cold.units[0]?.bytecode[0]).toMatchObject({ feedback: "int int", types: "r2: int32" });
    expect(engine.run("local add = ... return add(20, 22)", { args: [add as LuaFunction] })).toEqual([42]);
  });
  it("cannot be explained by an engine that only interprets", async () => {
    const engine = await Engine.create({ mode: "interpreter", stdout: "capture" });
    engine.run("function f() end f()");
    expect(() => explain(engine.inspection, { records: [], deopts: [] }, { name: "f" })).toThrow(/cannot compile/);
  });
});
