// SPDX-License-Identifier: MIT
/**
 * Errors at run time: the same first line as lua5.1's but for the interpreter's name, the same output before, exit code 1; from the
 * interpreter and from optimized code.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runInChild } from "../../runtime/child.js";
import { runPeer } from "../support/peers.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-errors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cases: Record<string, string> = {
  "index a local": "local t\nprint(t.x)",
  "index a global": "print(t.x)",
  "index a field": "local t = {}\nprint(t.a.b)",
  "index an upvalue": "local t\nlocal function f() return t.x end\nf()",
  "index a number": "local n = 4\nprint(n.x)",
  "index with a key in brackets": "local t = {}\nlocal k = 3\nprint(t[k].x)",
  "assign to a field of nil": "local t\nt.x = 1",
  "assign to an element of nil": "local t = {}\nt.list[1] = 1",
  "call a global": "launch(1)",
  "call a local": "local f = 3\nf()",
  "call a field": "local t = {}\nt.run()",
  "call an upvalue": "local f\nlocal function g() f() end\ng()",
  "call a result": "local function f() return nil end\nf()()",
  "arithmetic on a local": "local a\nprint(a + 1)",
  "arithmetic on a global": "print(1 - a)",
  "arithmetic on a field": "local t = {}\nprint(t.x * 2)",
  "arithmetic on an upvalue": "local a = {}\nlocal function f() return a / 2 end\nf()",
  "arithmetic on a string that is no number": "print('abc' + 1)",
  "arithmetic on a boolean": "local a = true\nprint(a ^ 2)",
  "negate a table": "local t = {}\nprint(-t)",
  "modulo of nil": "local a, b = 5\nprint(a % b)",
  "concatenate nil": "local name\nprint('hello ' .. name)",
  "concatenate a boolean": "local t = { done = true }\nprint('done: ' .. t.done)",
  "concatenate a table in the middle": "local a, b = 'a', {}\nprint(a .. b .. 'c')",
  "length of a number": "local n = 5\nprint(#n)",
  "length of nil": "print(#list)",
  "compare number with nil": "local a\nprint(1 < a)",
  "compare number with string": "print(1 <= '2')",
  "compare two tables": "print({} < {})",
  "compare booleans": "print(true > false)",
  "for: initial value": "for i = {}, 2 do end",
  "for: limit": "for i = 1, nil do end",
  "for: step": "for i = 1, 2, 'x' do end",
  "generic for over nil": "for k in nil do end",
  "generic for over a table": "local t = {}\nfor k in t do end",
  "nil as a key": "local t, k = {}\nt[k] = 1",
  "NaN as a key": "local t = {}\nt[0 / 0] = 1",
  "error with a text": "error('out of cheese')",
  "error without a position": "error('out of cheese', 0)",
  "error at the caller":
    "local function check(x)\n  if not x then error('x is missing', 2) end\nend\nlocal function f()\n  check(nil)\nend\nf()",
  "error with a number": "error(42)",
  "error with a table": "error({})",
  "error with nil": "error()",
  assert: "assert(1 == 2)",
  "assert with a message": "assert(nil, 'one is not two')",
  "assert without a value": "assert()",
  "bad argument: floor": "print(math.floor('x'))",
  "bad argument: floor of nothing": "print(math.floor())",
  "bad argument: sqrt": "local t = {}\nprint(math.sqrt(t))",
  "bad argument: max": "print(math.max())",
  "bad argument: ipairs": "for i in ipairs() do end",
  "bad argument: pairs": "local t\nfor k in pairs(t) do end",
  "bad argument: next": "next(3)",
  "bad argument: tonumber": "tonumber()",
  "bad argument: tostring": "tostring()",
  "bad argument: type": "type()",
  "bad argument: coroutine.create": "coroutine.create(3)",
  "bad argument: coroutine.resume": "coroutine.resume(3)",
  "yield from the main program": "coroutine.yield(1)",
  "wrap: the error of a coroutine":
    "local next_item = coroutine.wrap(function()\n  coroutine.yield(1)\n  local t\n  return t.x\nend)\nprint(next_item())\nprint(next_item())",
  "wrap: dead": "local f = coroutine.wrap(function() end)\nf()\nf()",
  "resume hands the error over": "print(coroutine.resume(coroutine.create(function() local x = nil + 1 end)))\nerror('after')",
  "an error deep down": "local function dig(n)\n  if n == 0 then\n    error('bottom')\n  end\n  dig(n - 1)\n  return n\nend\ndig(50)",
  "stack overflow in a coroutine":
    "local co = coroutine.create(function()\n  local function f(n)\n    return 1 + f(n + 1)\n  end\n  f(1)\nend)\nlocal ok, message = coroutine.resume(co)\nprint(ok)\nerror(message, 0)",
  "deep recursion before an error":
    "local function depth(n)\n  if n == 0 then return 0 end\n  return 1 + depth(n - 1)\nend\nprint(depth(15000))\nlocal co = coroutine.wrap(function() return depth(15000) end)\nprint(co())\nerror('enough')",
  "stack overflow": "local function f(n)\n  return 1 + f(n + 1)\nend\nf(1)",
  "output before the error": "print('one')\nprint('two')\nlocal t\nprint(t.three)",
  "hot code: arithmetic":
    "local function add(a, b)\n  return a + b\nend\nlocal s = 0\nfor i = 1, 20000 do s = add(s, 1) end\nprint(s)\nprint(add(s, nil))",
  "hot code: index in a loop":
    "local list = {}\nfor i = 1, 5000 do list[i] = { x = i } end\nlocal s = 0\nfor i = 1, 6000 do\n  s = s + list[i].x\nend",
  "hot code: call in a loop":
    "local function id(x) return x end\nlocal f = id\nfor i = 1, 20000 do\n  if i == 15000 then f = nil end\n  f(i)\nend",
  "hot code: inlined":
    "local function inner(t) return t.value + 1 end\nlocal function outer(t)\n  return inner(t) * 2\nend\nlocal t = { value = 1 }\nfor i = 1, 20000 do\n  if i == 19000 then t = { value = 'x' } end\n  outer(t)\nend",
  "hot code: comparison":
    "local limit = 30000\nfor i = 1, 40000 do\n  if i == 20000 then limit = 'many' end\n  if i > limit then break end\nend",
  "hot code: in a coroutine":
    "local co = coroutine.wrap(function()\n  local n = 0\n  while true do\n    n = n + coroutine.yield(n)\n  end\nend)\nco()\nfor i = 1, 20000 do co(1) end\nco({})",
};

const withoutName = (stderr: string): string => (stderr.split("\n")[0] ?? "").replace(/^(yugong|lua5\.1): /, "");

describe("errors at run time", () => {
  for (const [name, source] of Object.entries(cases)) {
    it(name, () => {
      const file = `${name.replace(/\W+/g, "-")}.lua`;
      writeFileSync(join(folder, file), source);
      const oracle = runPeer(file, [], { cwd: folder });
      expect(oracle.exitCode).toBe(1);
      for (const mode of ["interpreter", "eager"] as const) {
        const result = runInChild(file, { mode, cwd: folder });
        expect({
          mode,
          signal: result.signal,
          error: withoutName(result.stderr),
          stdout: result.stdout.toString(),
          exitCode: result.exitCode,
        }).toEqual({
          mode,
          signal: null,
          error: withoutName(oracle.stderr),
          stdout: oracle.stdout.toString(),
          exitCode: 1,
        });
      }
    });
  }
});

describe("tracebacks", () => {
  // The name of the operand that the handler's result goes to was taken for the handler's.
  it("do not name what no call has called", () => {
    const file = join(folder, "handler.lua");
    writeFileSync(
      file,
      "local M = { __concat = function(a, b) return a + nil end }\nlocal function f(a) local b = a .. 1 return b end\nf(setmetatable({}, M))\n",
    );
    const expected = runPeer(file).stderr.trimEnd();
    expect(expected).toContain("in function <");
    for (const mode of ["interpreter", "eager"] as const) {
      expect(
        runInChild(file, { mode })
          .stderr.replace(/^yugong:/, "lua5.1:")
          .trimEnd(),
      ).toBe(expected);
    }
  });

  // The guard in the inlined `add` failed, so that the main chunk's rebuilt frame had not begun when the error was raised: it was left out.
  it("show frames that a deopt has rebuilt and that wait for a result", () => {
    const file = join(folder, "rebuilt.lua");
    writeFileSync(
      file,
      "local function add(a, b) return a + b end\nlocal s = 0\nfor i = 1, 3000 do s = add(s, i) end\nfor i = 1, 3000 do s = add(s, i == 2999 and {} or 1) end\n",
    );
    const result = runInChild(file, { mode: "eager" });
    expect(result.stderr.replace(/^yugong:/, "lua5.1:").trimEnd()).toBe(runPeer(file).stderr.trimEnd());
    expect(result.events.some((event) => event.kind === "deopt" && event.function === "add" && event.frames === 2)).toBe(true);
  });
});
