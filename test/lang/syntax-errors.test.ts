// SPDX-License-Identifier: MIT
/** Programs that lua5.1 doesn't compile: the same message on the same line. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CompileError, compileSource } from "../../lang/index.js";
import { Random } from "../random/random.js";
import { syntaxErrorOfLua } from "./oracle.js";

function ourMessage(source: string): string | undefined {
  try {
    compileSource(source, "program.lua");
    return undefined;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return `${error.file}:${error.line}: ${error.message}`;
  }
}

// biome-ignore format: one program a line
const programs = [
  "x", "x =", "= 1", "x y", "x.", "x.1", "x:", "x:y", "x:y = 1", "f() = 1", "f(), x = 1, 2", "x, f() = 1, 2", "(x) = 1", "(x)", "x, y", "x.y.z",
  "local", "local 1", "local x =", "local x y", "local function", "local function f", "local function f(", "local function f(x", "local function f(x,)",
  "local function f(..., x) end", "local function f.x() end", "local x, = 1", "local x.y = 1",
  "if", "if x", "if x then", "if x then else", "if x then\nelse\n", "if x then elseif", "if x then else elseif y then end", "if x\nthen\ny = 1\n", "if x do end",
  "while", "while x", "while x do", "while x do\n\n", "while x then end",
  "for", "for x", "for x =", "for x = 1", "for x = 1,", "for x = 1, 2", "for x = 1, 2 do", "for x = 1, 2, 3, 4 do end", "for x, y = 1, 2 do end",
  "for x in", "for x in y", "for x in y do", "for x.y in z do end", "for x y", "for 1 = 1, 2 do end", "for x, in y do end",
  "repeat", "repeat x()", "repeat\nx()\n", "repeat until", "repeat end", "repeat\nend",
  "do", "do\n", "do do end", "end", "else", "until x", "do end end", "do return end end", "x() end", "function f() end end",
  "function", "function f", "function f(", "function f()", "function f() \n x()\n", "function f.() end", "function f:m.x() end", "function f:() end", "function 1() end",
  "function f(x y) end", "function f(1) end", "function (x) end", "function f[1]() end",
  "return return", "return 1 2", "return 1,", "return = 1", "do return 1 x() end", "do return\nx() end", "do\nreturn 1;\nlocal y end", "break", "while x do break x() end",
  "while x do\nbreak y = 1\nend", "if x then break end", "while x do local f = function() break end end", "return 1; x()", "return; ;",
  "x = 1 +", "x = + 1", "x = 1 + * 2", "x = not", "x = (1", "x = (1\n", "x = )", "x = 1)", "x = {", "x = {1", "x = {1\n", "x = {1 2}", "x = {1,,2}", "x = {,}", "x = {x = }", "x = {[1] 2}",
  "x = {[1 = 2}", "x = {[1]}", "x = {1, 2", "x = {\n1,\n2\ny", "f(", "f(1", "f(1,", "f(1,)", "f(1 2)", "f(\n1\n", "f(\n1\n)\n)", "a[", "a[1", "a[1\n", "a[] = 1", "a[1]",
  "f\n(1)", "x = f\n(g).y()", "x = y\n(1)", "f'x'\n(1)", "x = a.b\n(1)", "a:b\n(1)", ";", "x = 1;;", "f();;",
  "x = 'abc", "x = 'abc\n", 'x = "abc\\', 'x = "abc\\\n', 'x = "a\\300"', "x = 'a\\256b'", "x = '\\", "f'", "x = [[abc", "x = [==[abc]]", "x = [=", "x = [=x]", "--[[ abc", "--[==[ abc ]]", "x = [[a [[ b]]", "x = [=[a [[ b]=]",
  "x = 3x", "x = 0x", "x = 0xg", "x = 1..2", "x = 1e", "x = 1e+", "x = 1.2.3", "x = 08", "x = 1_000", "x = 0x1p", "x = 3in", "x = .", "x = ..", "x = ...", "x = 1 .. 2",
  "x = 5 = 6", "x == 1", "x ~= 1", "x != 1", "x += 1", "x++", "x = a ? b : c", "x = a && b", "x = !a", "x = @", "x = $", "x = `a`", "x = \\", "x = #", "x = a # b", "x = ~a", "x = a // b", "x = a & b", "x = a | b",
  "goto x", "::x::", "goto = 1", "x = {a:b}", "x = a.b:c", "x = 'a' 'b'", "x = {} {}", "x = ({}) {}", "'a'()", "{}()", "('x'):y()", "x = function", "x = function(", "x = function() end end", "x = function f() end",
  "x = a and", "x = or b", "x = a not b", "local x <const> = 1", "x = 1 local y = 2 z", "x = nil.y", "x = 1.y", "x = true()", "nil = 1", "and = 1", "x.and = 1", "local end = 1", "x = é", "é = 1", "\x01", "x = {f(}",
  "if x then return 1 else return 2 end x", "local function f() return 1 end f", "a.b, c.d", "a, b = 1 2", "(f)() = 1", "(f).x", "f().x", "f()[1]", "f{}.x", "f'x'.y = 1 z",
  "x = '\\400' y = = 1", "x = 3x y = = 1", "break x = =", "(x) = = 1", "x, f() = =", "function f() return ... end x = =", "x = [[\n]] [[\n\n]]", "local [[\n]]",
  "f(function\n(a)\nreturn a", "f(a)\n(b) = =", "x = { [[\n]]\n= 1 }", "x = '\\\n\\400'", "x = 'a\\\n", "x = [[ ]=] ]]", "x = [=[ ]] ]=", "-- x\r\n= 1", "\n\r\r\n= 1",
];

const WORDS = [
  "=",
  "(",
  ")",
  "{",
  "}",
  "[",
  "]",
  "end",
  "do",
  "then",
  "function",
  "local",
  "return",
  "break",
  "if",
  "x",
  "1",
  "'s'",
  "[[a\nb]]",
  ",",
];
const MORE_WORDS = [
  ";",
  ":",
  ".",
  "..",
  "...",
  "and",
  "not",
  "#",
  "-",
  "elseif",
  "else",
  "until",
  "repeat",
  "for",
  "in",
  "nil",
  "@",
  "'abc",
  "[==[",
  "3x",
];

/** Some lines of a program, with a token too many, too few, or another one. */
function damaged(source: string, random: Random): string {
  const lines = source.split("\n");
  const first = random.next(lines.length);
  const text = lines.slice(first, first + 1 + random.next(25)).join("\n");
  const tokens = text.match(/\w+|[^\w\s]|\s+/g) ?? [];
  const at = random.next(tokens.length);
  tokens.splice(at, random.next(2), ...(random.chance(70) ? [` ${random.pick([...WORDS, ...MORE_WORDS])} `] : []));
  return tokens.join("");
}

describe("lua5.1's message", () => {
  test.each(programs)("%s", (source) => {
    const expected = syntaxErrorOfLua(source);
    const ours = ourMessage(source);
    if (expected === undefined && ours?.endsWith("is not supported yet")) return;
    expect(ours).toBe(expected);
  });

  test("for programs that somebody has damaged", () => {
    const random = new Random(1);
    const folder = join(import.meta.dirname, "../../programs");
    const sources = ["lisp.lua", "json.lua", "small-compiler.lua"].map((name) => readFileSync(join(folder, name), "latin1"));
    for (let count = 0; count < 200; count++) {
      const source = damaged(random.pick(sources), random);
      const expected = syntaxErrorOfLua(source);
      const ours = ourMessage(source);
      if (expected === undefined && ours?.endsWith("is not supported yet")) continue;
      expect(ours, source).toBe(expected);
    }
  });
});
