// SPDX-License-Identifier: MIT
/** The REPL on piped input: beside `lua5.1 -i`, and its commands. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-repl-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Session {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

function repl(lines: readonly string[], options: readonly string[] = []): Session {
  const input = lines.map((line) => `${line}\n`).join("");
  const child = spawnSync(process.execPath, [join(projectRoot, "bin", "yugong"), "repl", "--compile=blocking", ...options], {
    input,
    encoding: "utf8",
    cwd: folder,
  });
  return { stdout: child.stdout, stderr: child.stderr, exitCode: child.status };
}

/** `lua5.1 -i` shows prompts and echoes input, a line each; we do neither when nobody is there to read it. */
function lua(lines: readonly string[]): Session {
  const child = spawnSync("lua5.1", ["-i"], { input: lines.map((line) => `${line}\n`).join(""), encoding: "utf8", cwd: folder });
  const stdout = child.stdout.replace(/^>>? .*\n/gm, "");
  return { stdout, stderr: child.stderr.replace(/^Lua 5\.1.*\n/, ""), exitCode: child.status };
}

describe("beside lua5.1 -i", () => {
  it("waits for lines that come late", () => {
    const command = `(sleep 0.5; echo 'print(1 + 1)'; sleep 0.5; echo 'print(io.read())'; sleep 0.5; echo late) | "$0" bin/yugong repl`;
    const { stdout } = spawnSync("sh", ["-c", command, process.execPath], { encoding: "utf8", cwd: projectRoot });
    expect(stdout).toBe("2\nlate\n");
  });

  const sessions: Record<string, string[]> = {
    "values of expressions": ["=1, 'two', nil, {} ~= nil", "=(function() return 7, 8 end)()", "=nil", "=", "return 5, 6"],
    "globals stay, locals go": ["x = 5", "local y = 6", "=x, y", "do local z = x; w = z end", "=w"],
    "inputs of several lines": [
      "for i = 1, 3 do",
      "io.write(i, ' ')",
      "end print()",
      "=1 +",
      "2 *",
      "3",
      "function f(",
      "a)",
      "return a",
      "end",
      "=f(4)",
    ],
    "long strings and comments": ["s = [[a", "b]]", "=#s", "--[[ one", "two ]] =3", "=s -- the end"],
    "a quoted string must end on its line": ["s = 'a", "b'", "=s"],
    "errors do not end the session": [
      "local t = nil; t.x = 1",
      "function g() error('no way') end function h() g() end",
      "h()",
      "coroutine.wrap(function() local x = 1 + {} end)()",
      "print('still here')",
    ],
    "what print is": ["print = nil", "=1", "print = function() error('mine') end", "=2"],
    "io.read goes on behind the line that calls it": ["x = 1 print(io.read(), x)", "data"],
    "the session ends with its input": ["print(1)", "for i = 1, 2 do"],
  };
  for (const [name, lines] of Object.entries(sessions)) {
    it(name, () => {
      const expected = lua(lines);
      // lua5.1 shows the place of a syntax error only, and calls it by the line.
      const actual = repl(lines);
      expect(actual.stdout).toBe(expected.stdout);
      expect(withoutCarets(actual.stderr)).toBe(expected.stderr);
      expect(actual.exitCode).toBe(expected.exitCode);
    });
  }
});

/** Our compile errors have a column, the line and a caret; and perhaps a hint. */
const withoutCarets = (text: string): string => text.replace(/^(stdin:\d+):\d+(: .*)\n {2}.*\n +\^\n(hint: .*\n)?/gm, "$1$2\n");

describe("the repl", () => {
  it("prints values of expressions without =, over several lines, too", () => {
    expect(repl(["1 + 1", "'a', 'b'", "math.max(1,", "7)", "local x = 3", "f = function() return end", "f()", "-- nothing"])).toEqual({
      stdout: "2\na\tb\n7\n",
      stderr: "",
      exitCode: 0,
    });
  });
  it("reads numbers for io.read, and goes on behind them", () => {
    expect(repl(["a, b = io.read('*n', '*n')", "3 4", "a + b"]).stdout).toBe("7\n");
  });
  it("shows an error that is no text", () => {
    expect(repl(["error({ code = 7 })"]).stderr).toMatch(/^\(error object: {code = 7}\)\nstack traceback:\n/);
    expect(repl(["error()"]).stderr).toMatch(/^\(error object: nil\)\n/);
  });
  it("ends by Ctrl-C when it waits for a line", () => {
    const command = `(echo 'print(1)'; sleep 2) | timeout --foreground --preserve-status -s INT 1 "$0" bin/yugong repl`;
    const { stdout, stderr, status } = spawnSync("sh", ["-c", command, process.execPath], { encoding: "utf8", cwd: projectRoot });
    expect({ stdout, stderr, status }).toEqual({ stdout: "1\n", stderr: "yugong: interrupted!\n", status: 1 });
  });
  it("says what is wrong where", () => {
    expect(repl(["x = = 1"]).stderr).toBe("stdin:1:5: unexpected symbol near '='\n  x = = 1\n      ^\n");
  });
  it("ends with what os.exit is given, or :quit", () => {
    expect(repl(["os.exit(7)", "print(1)"])).toEqual({ stdout: "", stderr: "", exitCode: 7 });
    expect(repl([":quit", "print(1)"])).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  });
  it("runs a program first", () => {
    writeFileSync(join(folder, "first.lua"), "x = 40 print(arg[0])");
    expect(repl(["x + 2"], ["first.lua"]).stdout).toBe("first.lua\n42\n");
    writeFileSync(join(folder, "fails.lua"), "x = 1 error('oh')");
    const { stdout, stderr } = repl(["x"], ["fails.lua"]);
    expect(stdout).toBe("1\n");
    expect(stderr).toMatch(/^fails\.lua:1: oh\nstack traceback:\n/);
    expect(repl(["x"], ["nowhere.lua"])).toMatchObject({
      stdout: "",
      stderr: expect.stringMatching(/cannot open nowhere\.lua/),
      exitCode: 1,
    });
  });
  it("lists its commands, and says when there is no such", () => {
    const { stdout, stderr } = repl([":help", ":fly"]);
    for (const name of ["help", "trace", "deopt", "stacks", "stats", "dump", "explain", "quit"])
      expect(stdout).toMatch(new RegExp(`^ {2}:${name} `, "m"));
    expect(stdout).toMatch(/`local` variables are gone/);
    expect(stderr).toBe("there is no command :fly; :help lists them\n");
  });
  it(":trace shows the kinds that are asked for", () => {
    const loop = "local s = 0 for i = 1, 100000 do s = s + i % 7 end";
    expect(repl([":trace", loop]).stdout).toBe("tracing is off\n");
    const { stdout, stderr } = repl([":trace osr,gc", loop, ":trace off", loop, ":trace on", ":trace fly"]);
    expect(stdout).toBe("tracing osr, gc\ntracing is off\ntracing compile, osr, deopt, gc, swap\n");
    expect(stderr.match(/ osr /g)).toHaveLength(1);
    expect(stderr).not.toMatch(/ compile /);
    expect(stderr).toMatch(/unknown kind of event 'fly'/);
  });
  it(":dump shows bytecode, of functions that have some", () => {
    const { stdout, stderr } = repl([
      "t = { twice = function(x) return x + x end }",
      ":dump t.twice",
      ":dump print",
      ":dump t",
      ":dump",
      ":dump (",
    ]);
    expect(stdout).toMatch(/1 parameters/);
    expect(stdout).toMatch(/ADD/);
    expect(stderr.split("\n").slice(0, 3)).toEqual([
      "print is built in: it has no bytecode",
      "t is {twice = function twice (stdin:1)}, and no function",
      "which function? An expression is needed that gives one",
    ]);
  });
  it(":explain shows what a function would be compiled to, with what it has seen", () => {
    const { stdout, stderr } = repl(["twice = function(x) return x + x end", "twice(20)", ":explain twice", "twice(21)", ":explain print"]);
    expect(stdout).toMatch(/ADD +r1 r0 r0 +int int +r1: int32/);
    expect(stdout).toMatch(/sadd\.with\.overflow/);
    expect(stdout).toMatch(/guard, overflow/);
    expect(stdout).toMatch(/^42$/m);
    expect(stderr).toBe("print is built in: it has no bytecode\n");
  });
  it(":stats counts", () => {
    expect(repl(["co = coroutine.wrap(function() end)", "co()", ":stats"]).stdout).toMatch(/^coroutines +1$/m);
  });
});

const GENERATOR = [
  "function sums(n)",
  "  local total, names = 0, { 'a', x = 1 }",
  "  for i = 1, n do total = total + i coroutine.yield(total) end",
  "  return total, names",
  "end",
];

describe(":stacks", () => {
  it("says so when there are none", () => {
    expect(repl([":stacks"]).stdout).toMatch(/^no coroutines/);
  });
  it("shows status, frames and live variables of coroutines, in the interpreter and in compiled code", () => {
    const { stdout } = repl([
      ...GENERATOR,
      "fresh = coroutine.create(sums)",
      "co = coroutine.create(sums)",
      "coroutine.resume(co, 1e6) coroutine.resume(co)",
      ":stacks",
      "for i = 1, 5000 do coroutine.resume(co) end",
      ":stacks",
    ]);
    const [first = "", second = ""] = stdout.split(/(?=coroutine 1 )/);
    expect(first).toMatch(/^coroutine 1 {2}suspended, runs sums \(stdin:1\), \d+ bytes of stack; has not begun$/m);
    expect(first).toMatch(
      /^coroutine 2 {2}suspended, runs sums \(stdin:1\), \d+ bytes of stack\n {2}#0 +sums +stdin:3 +interpreter +total = 3, names = {"a", x = 1}$/m,
    );
    expect(second).toMatch(/#0 +sums +stdin:3 +optimized +total = 12512503, names = {"a", x = 1}$/m);
  });
  it("shows tables that compiled code has not made", () => {
    const { stdout } = repl([
      "function f(n) local s = 0 for i = 1, n do local p = {x = i, y = {i}} coroutine.yield(s) s = s + p.x + p.y[1] end end",
      "co = coroutine.create(f)",
      "for i = 1, 3000 do coroutine.resume(co, 1e5) end",
      ":stacks",
      "select(2, coroutine.resume(co))",
    ]);
    expect(stdout).toMatch(/#0 +f +stdin:1 +optimized +s = 8997000, p = {x = 3000, y = {…}}$/m);
    expect(stdout).toMatch(/^9003000$/m);
  });
  it("shows inlined frames, callers, protected calls, and coroutines that have died", () => {
    const { stdout } = repl(
      [
        "function inner(a) local b = a + 1 coroutine.yield(b) return b end",
        "function outer(n) local sum = 0 for i = 1, n do sum = sum + inner(i) end return sum end",
        "co = coroutine.create(function() local ok = pcall(outer, 1e6) end)",
        "for i = 1, 4000 do coroutine.resume(co) end",
        "bad = coroutine.create(function() local cause = 'x' error(cause) end) coroutine.resume(bad)",
        "done = coroutine.create(function() end) coroutine.resume(done)",
        ":stacks",
      ],
      ["--hot=100"],
    );
    expect(stdout).toMatch(/#0 +inner +stdin:1 +optimized, inlined +.*b = 4001/);
    expect(stdout).toMatch(/#1 +outer +stdin:1 +optimized +.*sum = /);
    expect(stdout).toMatch(/#2 +\[C\] +builtin\n {2}#3 +function at line 1/);
    expect(stdout).toMatch(/coroutine 2 {2}dead/);
  });
});

describe(":deopt", () => {
  it("moves a suspended coroutine at once, and shows it", () => {
    const { stdout, stderr } = repl([
      ...GENERATOR,
      "co = coroutine.create(sums)",
      "for i = 1, 5000 do coroutine.resume(co, 1e6) end",
      ":deopt sums",
      ":stacks",
      "select(2, coroutine.resume(co))",
      ":deopt sums",
    ]);
    expect(stdout).toMatch(/^code of sums:3 loop is out of use: 1 suspended coroutine moved to the interpreter$/m);
    expect(stdout).toMatch(/#0 +sums +stdin:3 +rebuilt +total = 12502500/);
    expect(stdout).toMatch(/^12507501\nsums \(stdin:1\) has no optimized code$/m);
    expect(stderr).toMatch(/^ +[\d.]+ ms {2}deopt {4}sums:3:\d+ +coroutine 2? ?.*lies suspended: 1 frame rebuilt/m);
  });
  it("leaves frames further out when control returns into them, and shows that then", () => {
    const { stdout, stderr } = repl(
      [
        "function sink(n, stop) if n == 0 then if stop then coroutine.yield() end return 0 end local below = sink(n - 1, stop) return below + n end",
        "for i = 1, 2000 do sink(20) end",
        "co = coroutine.create(sink)",
        "coroutine.resume(co, 20, true)",
        "for i = 1, 20 do sink(20, coroutine.running() and true) end",
        ":deopt sink",
        ":stacks",
        "io.stderr:write('between\\n')",
        "coroutine.resume(co)",
      ],
      ["--mode=eager"],
    );
    const waiting = Number(/code of sink:1 is out of use: .*?(\d+) frames will be when control returns/.exec(stdout)?.[1]);
    expect(waiting).toBeGreaterThan(0);
    expect(stdout).toMatch(/#\d +sink +stdin:1 +optimized.*to be left +n = \d+/);
    expect(stdout).toMatch(/^true\t210$/m);
    const [, after = ""] = stderr.split("between\n");
    expect(after.match(/ deopt .*returned into invalid code/g)).toHaveLength(waiting);
  });
  it("says what has it inlined", () => {
    const { stdout } = repl([
      "function f(x) return x + 1 end",
      "function g(n) local s = 0 for i = 1, n do s = f(s) end return s end",
      "g(1e5)",
      ":deopt f",
    ]);
    expect(stdout).toMatch(/^code of g:1 loop is out of use: no frame was in it$/m);
  });
});
