// SPDX-License-Identifier: MIT
/** What is Lua 5.1 but not in the subset; how errors look. */
import { describe, expect, test } from "vitest";
import { CompileError, compileSource } from "../../lang/index.js";

function errorOf(source: string): CompileError {
  try {
    compileSource(source, "program.lua");
  } catch (error) {
    if (error instanceof CompileError) return error;
    throw error;
  }
  throw new Error("it compiles");
}

function report(source: string): string[] {
  return errorOf(source).render(source).split("\n");
}

describe("reports", () => {
  test("file, line, column, source line, caret, hint", () => {
    expect(report("local t = {}\nreturn setfenv(1, t)")).toEqual([
      "program.lua:2:8: 'setfenv' is not supported yet",
      "  return setfenv(1, t)",
      "         ^",
      "hint: pass what the function needs as parameters",
    ]);
  });

  test("the caret lines up after tabs", () => {
    expect(report("\tlocal\tx = os.remove(1)").slice(1, 3)).toEqual(["  \tlocal\tx = os.remove(1)", "  \t     \t       ^"]);
  });

  test("at the end of the source", () => {
    expect(report("if x then\n  y()\n")).toEqual(["program.lua:3:1: 'end' expected (to close 'if' at line 1) near '<eof>'", "  ", "  ^"]);
  });

  test("Windows line breaks count once", () => {
    expect(report("x = 1\r\ny = = 2\r\n")).toEqual(["program.lua:2:5: unexpected symbol near '='", "  y = = 2", "      ^"]);
  });
});

describe("hints for other versions of Lua", () => {
  test.each([
    ["goto done", "'goto' is Lua 5.2: use loops, break, or a function with return"],
    ["::done::", "labels and 'goto' are Lua 5.2: use loops, break, or a function with return"],
    ["x = 7 // 2", "'//' is Lua 5.3: write math.floor(a / b)"],
    ["x = 7 & 2", "bitwise operators are Lua 5.3: not supported"],
    ["x += 1", "Lua has no compound assignment: write a = a + b"],
    ["x++", "Lua has no increment: write a = a + 1"],
    ["if x != 1 then end", "Lua writes 'not' and '~='"],
    ["local x <const> = 1", "attribs are Lua 5.4: write a plain 'local'"],
  ])("%s", (source, hint) => {
    expect(errorOf(source).hint).toBe(hint);
  });
});

describe("not in the subset", () => {
  test.each([
    ["local f = function() return ... end", "cannot use '...' outside a vararg function near '...'", 29],
    ["local function f(...) return arg end", "'arg' in a function with '...' is not supported", 30],
    ["function f(...) return function() arg = 1 end end", "'arg' in a function with '...' is not supported", 35],
    ["setfenv(f, {})", "'setfenv' is not supported yet", 1],
    ["if getfenv then end", "'getfenv' is not supported yet", 4],
    ["print(string.dump(f))", "'string.dump' is not supported yet", 14],
    ["print(os.rename(a))", "'os.rename' is not supported yet", 10],
    ["print(os['rename'](a))", "'os.rename' is not supported yet", 10],
    ["print(os.execute())", "'os.execute' is not supported yet", 10],
    ["module(..., package.seeall)", "'module' is not supported yet", 1],
    ["package.loadlib(a, b)", "'package.loadlib' is not supported yet", 9],
  ])("%s", (source, message, column) => {
    expect(errorOf(source)).toMatchObject({ message, line: 1, column });
    expect(errorOf(source).hint).toBeDefined();
  });

  test.each([
    "print(arg[1], ...) local function f() return arg end",
    "local function f(...) local arg = {...} return function() return arg end end",
    "local setfenv = 1; print(setfenv)",
    "function setfenv(t) return t[1] end print(setfenv({}))",
    "print(setfenv) setfenv = 1",
    "math.sin = 1 print(math.sin)",
    "function math.cos() end print(math.cos())",
    "print(math.nothing, unknown, os.clock(), coroutine.wrap, arg[1])",
    "local math = {} print(math.sin)",
    "local function f(string) return string.format end",
    "print(({}).setfenv, ({ string = 1 }).string)",
  ])("compiles: %s", (source) => {
    expect(compileSource(source, "program.lua").name).toBe("main chunk");
  });

  test("the tables of names are options", () => {
    const options = { knownGlobals: new Set(["string"]), knownFields: new Map([["string", new Set(["sub"])]]) };
    expect(compileSource("return string.sub", "program.lua", options).code.length).toBeGreaterThan(0);
    expect(() => compileSource("return string.rep", "program.lua", options)).toThrow("'string.rep' is not supported yet");
    expect(() => compileSource("print()", "program.lua", options)).toThrow("'print' is not supported yet");
  });
});

describe("limits", () => {
  const locals = (count: number): string => Array.from({ length: count }, (_, index) => `local v${index} = ${index}\n`).join("");
  const list = (count: number, text: string): string => Array(count).fill(text).join(", ");

  test("200 local variables", () => {
    expect(() => compileSource(locals(200), "program.lua")).not.toThrow();
    expect(errorOf(locals(201))).toMatchObject({ message: "main function has more than 200 local variables", line: 201 });
    expect(errorOf(`local function f()\n${locals(201)} end`).message).toBe("function at line 1 has more than 200 local variables");
    expect(errorOf(`${locals(197)} for i = 1, 2 do end`).message).toBe("main function has more than 200 local variables");
  });

  test("60 upvalues", () => {
    const use = (count: number): string =>
      `return function() return ${Array.from({ length: count }, (_, index) => `v${index}`).join(" + ")} end`;
    expect(() => compileSource(locals(61) + use(60), "program.lua")).not.toThrow();
    expect(errorOf(locals(61) + use(61)).message).toBe("function at line 62 has more than 60 upvalues");
  });

  test("250 registers", () => {
    expect(() => compileSource(`f(${list(240, "1")})`, "program.lua")).not.toThrow();
    expect(errorOf(`f(${list(255, "1")})`).message).toContain("function or expression too complex");
  });

  test("65535 instructions", () => {
    expect(errorOf("x = y\n".repeat(40_000)).message).toContain("function or expression too complex");
  });

  test("nesting", () => {
    expect(errorOf(`x = ${"(".repeat(20_000)}1${")".repeat(20_000)}`).message).toBe("chunk has too many syntax levels");
  });
});
