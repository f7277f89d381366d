// SPDX-License-Identifier: MIT
/** The shape of the code: what the optimizer and the interpreter build on. */
import { describe, expect, test } from "vitest";
import {
  buildControlFlowGraph,
  compileSource,
  defs,
  dumpProto,
  type Instruction,
  type Proto,
  uses,
  verifyProto,
} from "../../lang/index.js";

function compile(source: string): Proto {
  const proto = compileSource(source, "program.lua");
  expect(verifyProto(proto)).toEqual([]);
  return proto;
}

/** The instructions of the main chunk, one a line, without line numbers. */
function listing(source: string, proto = compile(source)): string[] {
  const [main] = dumpProto(proto).split("\n\n") as [string];
  const code = main.split("\n").filter((line) => /^ [ >] +\d+ /.test(line));
  return code.map((line) =>
    line
      .replace(/ *;.*/, "")
      .replace(/^ ([ >]) +\d+ +\[\d+\] +/, "$1")
      .replace(/ +/g, " ")
      .trim(),
  );
}

describe("captured variables", () => {
  test("never assigned after its declaration: the value is copied", () => {
    const proto = compile("local a = 1 return function() return a end");
    expect(proto.protos[0]?.captures).toEqual([{ from: "local", index: 0, name: "a", cell: false }]);
    expect(proto.protos[0]?.code[0]?.op).toBe("GETUPVAL");
    expect(proto.code.some(({ op }) => op === "NEWCELL")).toBe(false);
  });

  test("assigned: a cell from its declaration on", () => {
    const proto = compile("local a = 1 local function f() a = a + 1 end f() return a");
    expect(proto.protos[0]?.captures).toEqual([{ from: "local", index: 0, name: "a", cell: true }]);
    expect(proto.protos[0]?.code.map(({ op }) => op)).toEqual(["GETUPCELL", "ADD", "SETUPCELL", "RETURN"]);
    expect(listing("", proto).slice(0, 2)).toEqual(["MOVE r0 1", "NEWCELL r0 r0"]);
  });

  test("a parameter's cell is made when the function starts", () => {
    const proto = compile("function f(a) return function() a = a + 1 return a end end");
    expect(proto.protos[0]?.code[0]).toEqual({ op: "NEWCELL", a: 0, b: 0, c: 0 });
  });

  test("a local function that is never assigned holds itself", () => {
    const proto = compile("local function f() return f end return f");
    expect(proto.protos[0]?.captures).toEqual([{ from: "self", index: 0, name: "f", cell: false }]);
  });

  test("a function in it gets it from its creator", () => {
    const proto = compile("local function f() return function() return f end end return f");
    expect(proto.protos[0]?.protos[0]?.captures).toEqual([{ from: "upvalue", index: 0, name: "f", cell: false }]);
  });

  test("a local function that is assigned is in a cell", () => {
    const proto = compile("local function f() return f end f = nil");
    expect(proto.protos[0]?.captures).toEqual([{ from: "local", index: 0, name: "f", cell: true }]);
    expect(listing("", proto).slice(0, 3)).toEqual(["NEWCELL r0 nil", "CLOSURE r1 <f>", "SETCELL r0 r1"]);
  });
});

describe("loops", () => {
  test("while", () => {
    expect(listing("local a while a do a() end")).toEqual([
      "MOVE r0 nil",
      ">JIFNOT r0 -> 5",
      "MOVE r1 r0",
      "CALL r1 0 0",
      "LOOP -> 1",
      "RETURN r0 0",
    ]);
  });

  test("numeric for", () => {
    expect(listing("for i = 1, 9 do print(i) end").slice(3)).toEqual([
      "FORPREP r0 -> 8",
      ">GETGLOBAL r4 print",
      "MOVE r5 r3",
      "CALL r4 1 0",
      "FORLOOP r0 -> 4",
      "RETURN r0 0",
    ]);
  });

  test("generic for is entered by its header only", () => {
    expect(listing("local t for k, v in t do v(k) end")).toEqual([
      "MOVE r0 nil",
      "MOVE r1 r0",
      "MOVE r2 nil",
      "MOVE r3 nil",
      "TFORCALL r1 2",
      "JEQ r4 nil -> 12",
      "MOVE r3 r4",
      ">MOVE r6 r5",
      "MOVE r7 r4",
      "CALL r6 1 0",
      "TFORCALL r1 2",
      "TFORLOOP r1 -> 7",
      "RETURN r0 0",
    ]);
  });

  test("a conditional break is one jump", () => {
    expect(listing("local a while true do if a then break end end")).toEqual(["MOVE r0 nil", ">JIF r0 -> 3", "LOOP -> 1", "RETURN r0 0"]);
  });

  test("an endless loop", () => {
    expect(listing("while true do end")).toEqual([">LOOP -> 0", "RETURN r0 0"]);
  });
});

describe("control flow graph", () => {
  test("nested loops", () => {
    const { code, loopHeaders } = compile("for i = 1, 2 do print(i) for j = 1, 2 do print(j) end end while f() do g() end");
    const { blocks, loops, blockOf } = buildControlFlowGraph(code);
    expect(loops.map(({ parent }) => parent)).toEqual([-1, 0, -1]);
    expect(loops.map(({ header }) => blocks[header]?.start)).toEqual(loopHeaders);
    expect(loops[0]?.blocks).toEqual(expect.arrayContaining([...(loops[1]?.blocks ?? [])]));
    for (const block of blocks) {
      expect([...blockOf.slice(block.start, block.end)]).toEqual(Array(block.end - block.start).fill(block.index));
      for (const successor of block.successors) expect(blocks[successor]?.predecessors).toContain(block.index);
    }
  });

  test("loops with the same header are one", () => {
    const { code } = compile("while true do while f() do end if g() then break end end");
    expect(buildControlFlowGraph(code).loops).toMatchObject([{ latches: [expect.any(Number), expect.any(Number)], parent: -1 }]);
  });
});

describe("uses and defs", () => {
  const none = { protos: [] };
  const make = (op: Instruction["op"], a: number, b: number, c: number): Instruction => ({ op, a, b, c });
  test.each([
    [make("MOVE", 1, 2, 0), [2], [1]],
    [make("MOVE", 1, 0x8000, 0), [], [1]],
    [make("SETINDEX", 1, 2, 3), [1, 2, 3], []],
    [make("SETLIST", 1, 2, 1), [1, 2, 3], []],
    [make("SETLIST", 1, 0x8001, 1), [1, 2], []],
    [make("CONCAT", 0, 4, 3), [4, 5, 6], [0]],
    [make("FORPREP", 2, 0, 0), [2, 3, 4], [2, 3, 4, 5]],
    [make("FORLOOP", 2, 0, 0), [2, 3, 4], [2, 5]],
    [make("TFORCALL", 2, 2, 0), [2, 3, 4], [5, 6]],
    [make("TFORLOOP", 2, 0, 0), [5], [4]],
    [make("CALL", 2, 2, 3), [2, 3, 4], [2, 3, 4]],
    [make("CALL", 2, 0x8001, 0xffff), [2, 3], []],
    [make("RETURN", 2, 2, 0), [2, 3], []],
    [make("RETURN", 2, 0x8000, 0), [], []],
    [make("SETCELL", 2, 3, 0), [2, 3], []],
    [make("JLT", 2, 0x8001, 0), [2], []],
  ])("%j", (instruction, used, defined) => {
    expect(uses(instruction, none)).toEqual(used);
    expect(defs(instruction)).toEqual(defined);
  });

  test("CLOSURE reads what it captures", () => {
    const proto = compile("local a, b = 1, 2 return function() return b + a end");
    const pc = proto.code.findIndex(({ op }) => op === "CLOSURE");
    expect(uses(proto.code[pc] as Instruction, proto)).toEqual([1, 0]);
  });
});

describe("constants", () => {
  const returned = (expression: string): unknown => {
    const proto = compile(`return ${expression}`);
    expect(proto.code.map(({ op }) => op)).toEqual(["MOVE", "RETURN"]);
    return proto.constants[0];
  };
  test.each([
    ["2 ^ 10", 1024],
    ["-(3 - 1) * 4", -8],
    ["7 % -3", -2],
    ["1e308 * 10", Number.POSITIVE_INFINITY],
    ["-0", -0],
    ["not nil", true],
    ["not 0", false],
  ])("%s is folded", (expression, value) => {
    expect(returned(expression)).toBe(value);
  });

  test.each(["1 / 0", "0 / 0", "1 % 0", "2 ^ 0.5", "'1' + 1", "#'abc'"])("%s is not folded", (expression) => {
    expect(compile(`return ${expression}`).code[0]?.op).not.toBe("MOVE");
  });

  test("0 and -0 are one constant with the sign of the first, as in lua5.1", () => {
    expect(compile("return 0, -0").constants).toEqual([0]);
    expect(compile("return -0, 0").constants).toEqual([-0]);
  });
});

describe("positions", () => {
  test("lines and columns of instructions", () => {
    const proto = compile("local a\nlocal b = a.x +\n  a.y");
    const at = (op: string): number[][] =>
      proto.code.flatMap((instruction, pc) => (instruction.op === op ? [[proto.lines[pc] as number, proto.columns[pc] as number]] : []));
    expect(at("GETFIELD")).toEqual([
      [2, 15],
      [3, 5],
    ]);
    expect(at("ADD")).toEqual([[3, 5]]);
  });

  test("names of functions", () => {
    const source =
      "function a.b.c() end function a:m() end local f = function() end local function g() end\nt.x = function() end print(function() end)";
    expect(compile(source).protos.map(({ name }) => name)).toEqual(["a.b.c", "a:m", "f", "g", "t.x", "function at line 2"]);
  });
});

describe("the verifier finds", () => {
  const broken = (change: (proto: { -readonly [Key in keyof Proto]: Proto[Key] }) => void): string => {
    const proto = { ...compile("local a = f() for i = 1, 2 do a = a + i end return a, g()") };
    change(proto);
    return verifyProto(proto).join("\n");
  };
  const replace = (code: readonly Instruction[], op: string, fields: Partial<Instruction>): Instruction[] =>
    code.map((instruction) => (instruction.op === op ? { ...instruction, ...fields } : instruction));

  test.each<[string, (proto: { -readonly [Key in keyof Proto]: Proto[Key] }) => void, string]>([
    ["registers out of range", (proto) => (proto.code = replace(proto.code, "ADD", { a: 77 })), "operand a = 77 is no def"],
    ["jumps out of range", (proto) => (proto.code = replace(proto.code, "FORPREP", { c: 99 })), "operand c = 99 is no target"],
    ["forward back edges", (proto) => (proto.code = replace(proto.code, "FORLOOP", { c: 9 })), "wrong direction"],
    ["lost results", (proto) => (proto.code = replace(proto.code, "RETURN", { b: 1 })), "multiple results get lost"],
    ["wrong liveness", (proto) => (proto.liveIn = proto.liveIn.map(() => [])), "wrong liveness"],
    ["missing RETURN", (proto) => (proto.code = proto.code.slice(0, -1)), "runs off its end"],
    [
      "undefined registers",
      (proto) => (proto.code = replace(proto.code, "GETGLOBAL", { a: 3 })),
      "register 0 is read before it is written",
    ],
  ])("%s", (_, change, problem) => {
    expect(broken(change)).toContain(problem);
  });
});

test("a listing shows lines, constants, names and live registers", () => {
  const source = "local t = {}\nprint(t.x)";
  expect(dumpProto(compile(source), { source, live: true })).toBe(
    [
      "main chunk (program.lua): 0 parameters, 3 registers",
      "  -- 1: local t = {}",
      "     0  [1]    NEWTABLE  r0 0 0                          ; live ",
      "  -- 2: print(t.x)",
      "     1  [2]    GETGLOBAL r1 print                        ; live r0",
      "     2  [2]    GETFIELD  r2 r0 \"x\"                       ; live r0 r1; r0 is local 't'",
      "     3  [2]    CALL      r1 1 0                          ; live r1 r2; r1 is global 'print'",
      "     4  [2]    RETURN    r0 0                            ; live ",
    ].join("\n"),
  );
});
