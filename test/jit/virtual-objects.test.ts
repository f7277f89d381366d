// SPDX-License-Identifier: MIT
/** Tables, closures and captured variables that nobody else sees: jit/optimizer/objects.ts. */
import { describe, expect, it } from "vitest";
import { readFrameState } from "../../jit/optimizer/frame-state-reader.js";
import { SeenCall, SeenFor } from "../../jit/semantics/feedback.js";
import { ImaginedProgram, loopPhis } from "./support.js";

/** Each store by name adds a field to the empty shape or to those that follow it, and a load finds the one that was added last. */
const shapes = {
  fieldStore: (shape: bigint) => ({
    kind: "add" as const,
    shape,
    slot: Number(shape - 0x30_0000n),
    next: shape + 1n,
    keepsNil: true,
    assumption: undefined,
  }),
  fieldLoad: (shape: bigint) => ({ kind: "slot" as const, shape, slot: Number(shape - 0x30_0001n), isPlain: true }),
};

describe("tables that nobody sees", () => {
  it("are not made, and their fields are values", () => {
    const { text, unit } = new ImaginedProgram("function f(a, b) local t = { x = a, y = b } return t.y + 1 end", shapes).compile("f");
    expect(text).not.toContain("tbaa.allocation");
    expect(text).not.toContain("tbaa.slot");
    expect(unit.sites.filter((site) => site.reason === "overflow").map((site) => site.virtualObjects)).toEqual([0]);
  });

  it("are described where the frame may be left while they are needed, once for all that hold them", () => {
    const source = "function f(a, b) local t = { x = a } local u, v = { t, t }, t local s = a + b return s + #u + v.x end";
    const { text, unit } = new ImaginedProgram(source, shapes).compile("f");
    expect(text).not.toContain("tbaa.allocation");
    const overflows = unit.sites.filter((site) => site.reason === "overflow");
    expect(overflows.map((site) => site.virtualObjects)).toEqual([2, 1, 0]);
  });

  it("are made once they escape, with what they hold by then", () => {
    const { text } = new ImaginedProgram("function f(a) local t = { x = a } if a < 3 then a = t end return a end", shapes).compile("f");
    expect(text.match(/call i64 @yl_new_table|call \{ i64, i64 \} @yl_new_table/g)).toHaveLength(1);
    expect(text.match(/store i64 [^,]*, i64\* %tbaa\.slot\./g)).toHaveLength(2);
  });

  it("are made with room for the elements that others got, unless they have many fields", () => {
    const made = (source: string, tableRoom: number) => new ImaginedProgram(source, { ...shapes, tableRoom }).compile("f").text;
    const few = "function f(a, n) local t = {} t.x = a for i = 1, n do t[i] = a end return t end";
    const many = `function f(a, n) local t = {} ${[..."bcdefghijklmno"].map((key) => `t.${key} = a`).join(" ")} return t end`;
    // What yl_new_table is asked for: elements and fields.
    expect(made(few, 0)).toMatch(/@yl_new_table\(i64 %p0, i64 0, i64 1\)/);
    expect(made(few, 4)).toMatch(/@yl_new_table\(i64 %p0, i64 4, i64 1\)/);
    expect(made(few, 8)).toMatch(/@yl_new_table\(i64 %p0, i64 8, i64 1\)/);
    expect(made(many, 4)).toMatch(/@yl_new_table\(i64 %p0, i64 0, i64 14\)/);
    const asked = "function f(a) return { a, a } end";
    expect(made(asked, 8)).toBe(made(asked, 0));
  });

  it("stay virtual where ways meet, if each way has one of the same form", () => {
    const source = "function f(a, b) local t if a < b then t = { x = a } else t = { x = b } end return t.x end";
    const { text } = new ImaginedProgram(source, shapes).compile("f");
    expect(text).not.toContain("tbaa.allocation");
    expect(text).toMatch(/phi i(32|64)/);
    expect(text).not.toContain("yl_new_table");
    const told = "function f(a, b) local u, t = { x = a } if a < b then t = u else t = { x = b } end return t.x, u == t end";
    expect(new ImaginedProgram(told, shapes).compile("f").text).toContain("tbaa.allocation");
  });
});

describe("tables that nobody sees, in loops", () => {
  const feedback = ({ op }: { op: string }) => (op === "FORLOOP" || op === "FORPREP" ? { bits: SeenFor.Int } : {});
  const compile = (source: string) => new ImaginedProgram(source, { ...shapes, feedback }).compile("f").text;

  it("are carried round as their fields", () => {
    const text = compile("function f(n) local t = { x = 0 } for i = 1, n do t = { x = t.x + i } end return t.x end");
    expect(text).not.toContain("tbaa.allocation");
    expect(new Set(loopPhis(text))).toEqual(new Set(["i32"]));
  });

  it("are made before the loop if they escape in it, or if two of them could be told apart", () => {
    const escaping = compile("function f(n, g) local t = { x = 0 } for i = 1, n do if i < 3 then g = t end end return t.x, g end");
    expect(escaping.indexOf("tbaa.allocation")).toBeLessThan(escaping.indexOf("\nloop:"));
    const told = "function f(n) local t = { x = 0 } local first = t for i = 1, n do t = { x = i } end return t == first, t.x end";
    expect(compile(told)).toContain("tbaa.allocation");
  });

  it("may be swapped", () => {
    const text = compile("function f(n) local a, b = { x = 0 }, { x = 1 } for i = 1, n do a, b = b, a end return a.x - b.x end");
    expect(text).not.toContain("tbaa.allocation");
  });
});

describe("closures and captured variables that nobody else sees", () => {
  const imagined = (source: string) => {
    const program: ImaginedProgram = new ImaginedProgram(source, {
      feedback: ({ op }) => (op === "CALL" ? { bits: SeenCall.Seen, reference: 0x5000n } : {}),
      callee: () => ({ kind: "proto", proto: program.protos.findIndex(({ proto }) => proto.name === "each") }),
    });
    return program.compile("f");
  };
  const each = "local function each(n, g) for i = 1, n do g(i) end end\n";

  it("are not made: a variable that is assigned in an inlined closure is in a register", () => {
    const { text, unit } = imagined(`${each}function f(n) local sum = 0 each(n, function(x) sum = sum + x end) return sum end`);
    expect(unit.inlined).toHaveLength(2);
    expect(text).not.toMatch(/tbaa\.(allocation|cell)/);
    expect(loopPhis(text)).toEqual(["i32", "i32", "i32"]);
  });

  it("are described where the frame is left: the closure that runs, and what it shares with its maker", () => {
    const { unit } = imagined(`${each}function f(n) local sum = 0 each(n, function(x) sum = sum + x end) return sum end`);
    const [overflow] = unit.sites.filter(({ reason, frames }) => reason === "overflow" && frames === 3);
    expect(overflow?.virtualObjects).toBe(2);
    const offset = unit.frameStateOffsets[unit.sites.indexOf(overflow as NonNullable<typeof overflow>)] as number;
    const { frames, objects } = readFrameState(unit.frameStates, offset);
    expect(frames.at(-1)?.closure.representation).toBe("virtual");
    const closure = objects[frames.at(-1)?.closure.index as number];
    expect(closure).toMatchObject({ kind: "closure", slots: [{ representation: "virtual" }] });
    expect(objects[closure?.slots[0]?.index as number]).toMatchObject({ kind: "cell", slots: [{ representation: "int" }] });
  });

  it("are made where the closure is kept, with what it has captured", () => {
    const { text } = imagined(
      "function f(n) local sum = n local function get() return sum end sum = sum + 1 if n > 3 then return get end return sum end",
    );
    const kept = text.split("\n").filter((line) => /store .*tbaa\.(capture|cell)/.test(line));
    // Once: where it is returned. The way on which it is not does without.
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(text.match(/tbaa\.allocation\S* = load/g)?.length).toBeGreaterThan(0);
    expect(imagined("function f(n) local sum = n local function get() return sum end sum = sum + 1 return sum end").text).not.toContain(
      "tbaa.allocation",
    );
  });

  it("may have captured themselves", () => {
    const { text, unit } = imagined("function f(n) local function go(k) if k < 1 then return 0 end return go(k - 1) end return go(n) end");
    expect(unit.inlined).toHaveLength(1);
    const described = unit.sites.map((_, index) => readFrameState(unit.frameStates, unit.frameStateOffsets[index] as number).objects);
    const [own] = described.flat().filter(({ kind }) => kind === "closure");
    expect(own?.slots).toMatchObject([{ representation: "virtual", index: 0 }]);
    // Deeper than calls are inlined, it is called, and so has to exist.
    expect(text).toMatch(/call \{ i64, i64 \} %/);
  });
});
