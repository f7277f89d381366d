// SPDX-License-Identifier: MIT
/** What the optimizer makes of a function, given what the interpreter has seen. */
import { describe, expect, it } from "vitest";
import { buildUnit, compileUnit } from "../../jit/optimizer/compile.js";
import { Seen, SeenCall, SeenIndex } from "../../jit/semantics/feedback.js";
import { Type } from "../../jit/semantics/values.js";
import { ALL_RESULTS } from "../../lang/bytecode.js";
import { ImaginedProgram, layout, loopPhis } from "./support.js";

const sum = "function sum(n) local s = 0 for i = 1, n do s = s + i end return s end";

describe("representations in loops", () => {
  it("are int32 where only ints were seen", () => {
    const { text, unit } = new ImaginedProgram(sum).compile("sum");
    expect(new Set(loopPhis(text))).toEqual(new Set(["i32"]));
    expect(unit.sites.map((site) => site.reason)).toContain("overflow");
  });

  it("are double for what overflowed, without a guard for overflow", () => {
    const { text, unit } = new ImaginedProgram(sum, {
      feedback: ({ op }) => (op === "ADD" ? { bits: Seen.IntInt | Seen.Overflow } : {}),
    }).compile("sum");
    expect(loopPhis(text)).toContain("double");
    expect(unit.sites.map((site) => site.reason)).not.toContain("overflow");
  });

  it("are int32 where a difference is divided by a number and the quotient has been exact", () => {
    const source = "function f(n) local a = n for i = 1, 16 do a = (a - a % 2) / 2 end return a end";
    const { text } = new ImaginedProgram(source).compile("f");
    expect(new Set(loopPhis(text))).toEqual(new Set(["i32"]));
    const inexact = new ImaginedProgram(source, {
      feedback: ({ op }) => (op === "DIV" ? { bits: Seen.IntInt | Seen.Overflow } : {}),
    });
    expect(loopPhis(inexact.compile("f").text)).toContain("double");
  });

  it("speculate on a value of unknown type that the loop makes numbers of", () => {
    const source = "function f(t, n) local s = t[1] for i = 1, n do s = s * 0.5 end return s end";
    const feedback = { feedback: ({ op }: { op: string }) => (op === "MUL" ? { bits: Seen.DoubleDouble } : {}) };
    const speculating = new ImaginedProgram(source, feedback).compile("f");
    expect(loopPhis(speculating.text)).toContain("double");
    const given = new ImaginedProgram(source, {
      ...feedback,
      givenUp: (_, pc) => pc === speculating.unit.sites.find((site) => site.reason === "not a number")?.pc,
    });
    expect(loopPhis(given.compile("f").text)).toContain("i64");
  });

  it("of an OSR entry follow the types of the frame that waits", () => {
    const program = new ImaginedProgram(sum);
    const ints = program.compile("sum", { loop: true, types: new Uint8Array(8).fill(Type.Int) });
    expect(new Set(loopPhis(ints.text))).toEqual(new Set(["i32"]));
    expect(ints.unit.entryTypes.every(([, types]) => types === Type.Int)).toBe(true);
    const doubles = program.compile("sum", { loop: true, types: new Uint8Array(8).fill(Type.Double) });
    expect(loopPhis(doubles.text)).toContain("double");
  });
});

describe("constants in loops", () => {
  const nested = "function f(n) local s = 0 for i = 1, n do for j = 1, n do s = s + j end end return s end";

  it("are constants all the way round where the loop assigns nothing else", () => {
    const source = "function f(n) local x = 3 for i = 1, n do if i > 7 then x = 3 end end return x end";
    expect(loopPhis(new ImaginedProgram(source).compile("f").text)).toEqual(["i32", "i32"]);
    const changing = source.replace("x = 3 end", "x = 4 end");
    expect(loopPhis(new ImaginedProgram(changing).compile("f").text)).toEqual(["i32", "i32", "i32"]);
  });

  it("are the steps of all loops around an OSR entry, of the type that the loop counts with", () => {
    const types = new Uint8Array(16).fill(Type.Int);
    const program = new ImaginedProgram(nested);
    const inner = program.protos.find(({ proto }) => proto.name === "f")?.proto.loopHeaders.at(-1) as number;
    const info = program.protos.find(({ proto }) => proto.name === "f") as (typeof program.protos)[number];
    const { ir, unit } = compileUnit(program, { protoId: info.id, pc: inner, symbol: "unit", types });
    // One comparison for either direction would need the sign of the step.
    expect(ir.print()).not.toMatch(/icmp sgt i32 %[^,]*, 0\b/);
    const steps = info.proto.code.flatMap(({ op, a }) => (op === "FORLOOP" ? [a + 2] : []));
    expect(steps).toHaveLength(2);
    for (const step of steps) expect(unit.entryTypes).toContainEqual([step, Type.Int]);
  });
});

describe("what is expected of a load", () => {
  const bits = { GETINDEX: SeenIndex.Array, ADD: Seen.DoubleDouble } as Record<string, number>;
  const compiled = (source: string, seen = bits) =>
    new ImaginedProgram(source, { feedback: ({ op }) => (op in seen ? { bits: seen[op] as number } : {}) }).compile("f");

  it("is what arithmetic behind it has seen: one guard, and none for nil", () => {
    const { unit, text } = compiled("function f(t, i) return t[i] + 0.5 end");
    const reasons = unit.sites.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === "not a double")).toHaveLength(1);
    expect(reasons).not.toContain("metatable");
    expect(text).not.toContain("unlikely.nil");
  });

  it("is a table where that is indexed", () => {
    const { unit } = compiled("function f(t, i) return t[i][i] end");
    expect(unit.sites.filter(({ reason }) => reason === "not a table")).toHaveLength(2);
    expect(unit.sites.filter(({ reason }) => reason === "metatable")).toHaveLength(1);
  });

  it("is held against the instruction that expects it", () => {
    const program = "function f(t, i) return t[i] + 0.5 end";
    const { unit } = compiled(program);
    const site = unit.sites.find(({ reason }) => reason === "not a double");
    const imagined = new ImaginedProgram(program);
    expect(imagined.protos.find(({ proto }) => proto.name === "f")?.proto.code[site?.pc as number]?.op).toBe("ADD");
  });

  it("is nothing where that is not sure to be reached, or has seen other values", () => {
    const nil = ["not a table", "out of bounds", "metatable"];
    const reasons = (source: string, seen?: Record<string, number>) =>
      compiled(source, seen)
        .unit.sites.map(({ reason }) => reason)
        .filter((reason) => nil.includes(reason));
    expect(reasons("function f(t, i) local x = t[i] if i then return x + 0.5 end end")).toEqual(nil);
    expect(reasons("function f(t, i) return t[i] + 0.5 end", { ...bits, ADD: Seen.Generic })).toEqual(nil);
  });
});

describe("what was never seen", () => {
  it("is left by an unconditional deopt, and nothing is compiled behind it", () => {
    const source = "function f(a, b) if a < b then return a + b end return a - b end";
    const { text, unit } = new ImaginedProgram(source, { feedback: ({ op }) => (op === "SUB" ? { bits: 0 } : {}) }).compile("f");
    expect(unit.sites.filter((site) => site.reason === "not seen yet")).toHaveLength(1);
    expect(text).toContain("sadd.with.overflow");
    expect(text).not.toContain("ssub.with.overflow");
  });

  it("is all there is when the function never ran", () => {
    const { unit } = new ImaginedProgram(sum, { feedback: () => ({ bits: 0 }) }).compile("sum");
    expect(unit.sites.filter((site) => site.kind === "guard").map((site) => site.reason)).toEqual(["not seen yet"]);
  });
});

describe("calls", () => {
  const nested = `
    local function inner(x) return x + 1 end
    local function middle(x) return inner(x) + 1 end
    function outer(n) local s = 0 for i = 1, n do s = s + middle(i) end return s end`;
  // Names of functions in the order in which they are added: inner, middle, outer, main chunk.
  const callees = (program: () => ImaginedProgram) => (value: bigint) => ({
    kind: "proto" as const,
    proto:
      value === 0x5000n
        ? program().protos.findIndex(({ proto }) => proto.name === "inner")
        : program().protos.findIndex(({ proto }) => proto.name === "middle"),
  });

  it("of known functions are inlined, and a guard in there stands for all frames", () => {
    const program: ImaginedProgram = new ImaginedProgram(nested, {
      feedback: ({ op }, _pc, proto) =>
        op === "CALL" ? { bits: SeenCall.Seen, reference: proto.name === "outer" ? 0x6000n : 0x5000n } : {},
      callee: (value) => callees(() => program)(value),
    });
    const { unit, text } = program.compile("outer");
    expect(unit.inlined).toHaveLength(2);
    const deepest = unit.sites.filter((site) => program.proto(site.protoId).proto.name === "inner" && site.reason === "overflow");
    expect(deepest.map((site) => site.frames)).toEqual([3]);
    expect(text).not.toMatch(/call \{ i64, i64 \} %/);
  });

  it("of different functions stay calls", () => {
    const program = new ImaginedProgram(nested, {
      feedback: ({ op }) => (op === "CALL" ? { bits: SeenCall.Seen | SeenCall.Polymorphic } : {}),
    });
    const { unit, text } = program.compile("outer");
    expect(unit.inlined).toEqual([]);
    expect(text).toMatch(/call \{ i64, i64 \} %/);
  });
});

describe("coroutines", () => {
  const calling = (name: string, source: string, bits: number = SeenCall.Seen) =>
    new ImaginedProgram(source, {
      feedback: ({ op }) => (op === "CALL" || op === "TFORCALL" ? { bits, reference: 0x5000n } : {}),
      callee: () => ({ kind: "builtin", name, code: 0x7700n }),
    }).compile("f");

  it.each([
    ["coroutine.yield", "function f(yield, a) return a, (yield(a, 1)) end"],
    ["coroutine.resume", "function f(resume, co) local ok, value = resume(co, 2) return value end"],
    ["coroutine.wrapped", "function f(wrapped) for a, b in wrapped do return a + b end end"],
  ])("%s swaps in place", (name, source) => {
    const { text } = calling(name, source);
    expect(text).toMatch(/call \{ i64, i64 \} @_yg_stack_switch/);
    expect(text).not.toMatch(/call \{ i64, i64 \} %/);
  });

  it("keep the frame pointer where the frame has one, for varargs", () => {
    const { text } = calling("coroutine.yield", "function f(yield, a, ...) yield(a) return ... end");
    expect(text).toMatch(/call \{ i64, i64 \} @yg_stack_swap2/);
    expect(text).not.toContain("_yg_stack_switch");
  });

  it("of coroutine.wrap are recognized by their code, whichever they are", () => {
    for (const bits of [SeenCall.Seen, SeenCall.Seen | SeenCall.SameCode]) {
      const { text, unit } = calling("coroutine.wrapped", "function f(wrapped) return 1 + wrapped() end", bits);
      expect(text).toMatch(new RegExp(`icmp eq i64 %tbaa\\.code\\.\\d*, ${0x7700}\\b`));
      expect(text).not.toContain(`i64 ${0x5000}`);
      expect(unit.sites.map((site) => site.reason)).toContain("other callee");
    }
  });

  it("of coroutine.wrap are found by a load that a loop makes once, for all that a swap may do to memory", () => {
    const { text } = calling("coroutine.wrapped", "function f(wrapped) for i = 1, 9 do wrapped() end end");
    expect(text).toMatch(/and i64 %tbaa\.const\.\d*, 281474976710655/);
    expect(text).not.toContain("%tbaa.capture.");
  });

  it("are asked for their status by a comparison", () => {
    const { text } = calling("coroutine.status", "function f(status, co) return status(co) == 'dead' end");
    expect(text).not.toMatch(/call \{ i64, i64 \} %/);
  });
});

describe("table.insert", () => {
  const calling = (source: string) =>
    new ImaginedProgram(source, {
      feedback: ({ op }) => (op === "CALL" ? { bits: SeenCall.Seen, reference: 0x5000n } : {}),
      callee: () => ({ kind: "builtin", name: "table.insert", code: 0x7700n }),
    }).compile("f").text;
  const stores = /store i64 [^,]*, i64\* %tbaa\.element/;

  it("of one value at the end stores it where there is room, and is called where there is none", () => {
    const text = calling("function f(insert, t, v) insert(t, v) return t end");
    expect(text).toMatch(stores);
    expect(text).toMatch(/call \{ i64, i64 \} %/);
  });

  it("stays a call where it is something else", () => {
    expect(calling("function f(insert, t, v) insert(t, 1, v) return t end")).not.toMatch(stores);
    expect(calling("function f(insert, t, v) return insert(t, v) end")).not.toMatch(stores);
  });
});

describe("results of inlined calls", () => {
  it("are arguments of another inlined call, one by one", () => {
    const source = `
      local function two(x) return x, x + 1 end
      local function sum(a, b) return a + b end
      function f(n) return sum(two(n)) + 1 end`;
    const program: ImaginedProgram = new ImaginedProgram(source, {
      feedback: ({ op, c }) => (op === "CALL" ? { bits: SeenCall.Seen, reference: c === ALL_RESULTS ? 0x5000n : 0x6000n } : {}),
      callee: (value) => ({
        kind: "proto",
        proto: program.protos.findIndex(({ proto }) => proto.name === (value === 0x5000n ? "two" : "sum")),
      }),
    });
    const { text, unit } = program.compile("f");
    expect(unit.inlined).toHaveLength(2);
    expect(text).not.toContain("tbaa.transfer");
  });
});

describe("arithmetic on tables", () => {
  const source = `
    local function add(a, b) return a.x end
    function f(a, b) return (a + b) * 2 end`;
  const { fieldFeedback } = layout;
  const imagine = (assumption: bigint) => {
    const handler = layout.tags.function | 0x5000n;
    const program: ImaginedProgram = new ImaginedProgram(source, {
      feedback: ({ op }) =>
        op === "ADD" ? { bits: Seen.Generic | fieldFeedback.metatable, reference: layout.tags.table | 0x8000n, index: 0 } : {},
      parameterTypes: Type.Table,
      callee: () => ({ kind: "proto", proto: program.protos.findIndex(({ proto }) => proto.name === "add") }),
      handler: { handler, assumption, shape: 0x9000n, slot: 0 },
    });
    return { program, ...program.compile("f") };
  };

  it("inlines the handler of the metatable that was seen", () => {
    const { program, text, unit } = imagine(0x7770n);
    expect(unit.inlined).toHaveLength(1);
    expect(text).not.toContain("yl_arith");
    expect(program.assumed).toContain(0x7770n);
    expect(unit.sites.filter((site) => site.reason === "metatable" && site.frames === 1)).toHaveLength(1);
  });

  it("looks whether the handler is still there where nobody would tell", () => {
    const { unit } = imagine(0n);
    expect(unit.sites.filter((site) => site.reason === "metatable" && site.frames === 1)).toHaveLength(3);
  });
});

describe("calls of tables", () => {
  const source = `
    local function new(class, x) return x + 1 end
    Class = {}
    function f(x) return Class(x) end`;
  const word = layout.tags.table | 0x8000n;
  const compile = (metatable: bigint | undefined) => {
    const program: ImaginedProgram = new ImaginedProgram(source, {
      callee: (value) =>
        value === word ? undefined : { kind: "proto", proto: program.protos.findIndex(({ proto }) => proto.name === "new") },
      handler: { handler: layout.tags.function | 0x5000n, assumption: 0x7770n, shape: 0x9000n, slot: 0 },
      ...(metatable === undefined ? {} : { metatable }),
    });
    Object.assign(program, { constantGlobal: () => word });
    return { program, ...program.compile("f") };
  };

  it("inline what their metatables have as __call, if the table is known", () => {
    const { program, text, unit } = compile(layout.tags.table | 0xa000n);
    expect(unit.inlined).toHaveLength(1);
    expect(text).not.toContain("yl_call_error");
    expect(program.assumed).toContain(0x7770n);
    expect(unit.sites.filter((site) => site.reason === "metatable")).toHaveLength(1);
  });

  it("are left to the helper where there is none", () => {
    const { text, unit } = compile(undefined);
    expect(unit.inlined).toHaveLength(0);
    expect(text).toContain("yl_call_error");
  });
});

describe("tables", () => {
  it("guard the array's bounds where no other index was seen", () => {
    const source = "function f(t, i) return t[i] end";
    const guarded = new ImaginedProgram(source).compile("f");
    expect(guarded.unit.sites.map((site) => site.reason)).toContain("out of bounds");
    const open = new ImaginedProgram(source, { feedback: () => ({ bits: SeenIndex.Array | SeenIndex.OutOfBounds }) }).compile("f");
    expect(open.unit.sites.map((site) => site.reason)).not.toContain("out of bounds");
    expect(open.text).toContain("@yl_leaf_get(");
  });

  it("read a field of a known shape with one load of the slot, and look for a metatable only if it is nil", () => {
    const { text, unit } = new ImaginedProgram("function f(p) return p.x end", {
      feedback: () => ({ bits: 1, index: 2, reference: 0x7777_0000n }),
    }).compile("f");
    expect(unit.sites.filter((site) => site.kind === "guard").map((site) => site.reason)).toEqual([
      "not a table",
      "other shape",
      "metatable",
    ]);
    expect(text.match(/load i64, i64\* %tbaa\.slot\./g)).toHaveLength(1);
  });

  const reasons = (unit: { sites: readonly { kind: string; reason: string }[] }): string[] =>
    unit.sites.filter((site) => site.kind === "guard").map((site) => site.reason);

  it("compare with each shape that was seen, and guard the last", () => {
    const { text, unit } = new ImaginedProgram("function f(p) return p.x end", {
      shapes: [0x7777_0000n, 0x7778_0000n],
      fieldLoad: (shape) => ({ kind: "slot", shape, slot: shape === 0x7777_0000n ? 1 : 5, isPlain: true }),
    }).compile("f");
    expect(reasons(unit)).toEqual(["not a table", "other shape"]);
    expect(text.match(/load i64, i64\* %tbaa\.slot\./g)).toHaveLength(2);
  });

  it("take the general way for other shapes where guards have failed too often", () => {
    const { text, unit } = new ImaginedProgram("function f(p) return p.x end", { givenUp: () => true }).compile("f");
    expect(reasons(unit)).toEqual([]);
    expect(text).toContain("@yl_leaf_index(");
    expect(text).toMatch(/load i64, i64\* %tbaa\.slot\./);
  });

  it("inline a method that a shape inherits, while an assumption holds", () => {
    const method = layout.tags.function | 0x5000n;
    const program: ImaginedProgram = new ImaginedProgram(
      "function get(self) return self.x end function f(p) return p:get() + p:get() end",
      {
        feedback: ({ op }) => (op === "ADD" ? { bits: Seen.IntInt } : {}),
        fieldLoad: (shape) =>
          shape === 0x9000n
            ? { kind: "slot", shape, slot: 0, isPlain: false }
            : { kind: "constant", shape, value: method, assumption: 0xa000n },
        callee: (value) =>
          value === method ? { kind: "proto", proto: program.protos.findIndex(({ proto }) => proto.name === "get") } : undefined,
      },
    );
    const { text, unit } = program.compile("f");
    expect(unit.inlined).toHaveLength(1);
    expect(text).not.toMatch(/call \{ i64, i64 \} %/);
    expect([...program.assumed]).toEqual([0xa000n]);
    expect(unit.constants).toContain(method);
  });

  it("add a key in place, and know the shape from then on", () => {
    const { text, unit } = new ImaginedProgram("function f(v) local t = {} t.x = 1 t.y = 2 return t end", {
      fieldStore: (shape) => ({
        kind: "add",
        shape,
        slot: shape === 0x30_0000n ? 0 : 1,
        next: shape + 0x100n,
        keepsNil: true,
        assumption: undefined,
      }),
    }).compile("f");
    expect(reasons(unit)).toEqual([]);
    expect(text.match(/store i64 %?\d+, i64\* .*tbaa\.shape\.|store i64 \d+, i64\* %tbaa\.shape\./g)).toHaveLength(2);
  });
});

describe("a unit that is built in slices", () => {
  const caller = `
    local function clamp(x, most) if x > most then return most end return x end
    function f(a, n)
      local point, s = { x = 0, y = 0 }, 0
      for i = 1, n do
        point.x = point.x + clamp(a[i], 100)
        local inner = 0
        for j = i, n do inner = inner + clamp(j, point.x) * a[j] end
        s = s + inner
      end
      return s, point
    end`;
  const imagined = (): ImaginedProgram => {
    const program: ImaginedProgram = new ImaginedProgram(caller, {
      callee: () => ({ kind: "proto", proto: program.protos.findIndex(({ proto }) => proto.name === "clamp") }),
    });
    return program;
  };
  const idOf = (program: ImaginedProgram): number => program.protos.findIndex(({ proto }) => proto.name === "f");

  it("is the same as one that is built at once, with a stop after each instruction, inlined ones included", () => {
    const whole = imagined();
    const { ir, unit, dryWalks } = compileUnit(whole, { protoId: idOf(whole), pc: -1, symbol: "unit" });
    const sliced = imagined();
    const walk = buildUnit(Object.assign(sliced, { isSliceOver: () => true }), { protoId: idOf(sliced), pc: -1, symbol: "unit" });
    let [stops, step] = [0, walk.next()];
    for (; !step.done; step = walk.next()) stops++;
    expect(unit.inlined).toHaveLength(1);
    // So many instructions have sites in the code, and each walk stops after each of them.
    const sites = new Set(unit.sites.map(({ protoId, pc, frames }) => `${protoId}:${pc}:${frames}`));
    expect(stops).toBeGreaterThan((dryWalks + 1) * sites.size);
    expect(step.value.ir.print()).toBe(ir.print());
    expect(step.value.unit).toEqual(unit);
  });
});
