// SPDX-License-Identifier: MIT
/** The command line: what it prints and how it exits. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function yugong(args: readonly string[], input = ""): { stdout: string; stderr: string; exitCode: number | null } {
  const child = spawnSync(process.execPath, [join(projectRoot, "bin", "yugong"), ...args], { input, encoding: "utf8", cwd: folder });
  return { stdout: child.stdout, stderr: child.stderr, exitCode: child.status };
}

function program(name: string, source: string): string {
  writeFileSync(join(folder, name), source);
  return name;
}

describe("yugong run", () => {
  it("runs a file with arguments, numbers and options among them", () => {
    const file = program("arguments.lua", "print(arg[0], arg[1], arg[2], arg[3])");
    expect(yugong(["run", file, "one", "--mode", "x"])).toEqual({ stdout: "arguments.lua\tone\t--mode\tx\n", stderr: "", exitCode: 0 });
  });
  it("is what a bare FILE means", () => {
    expect(yugong([program("bare.lua", "print(arg[1])"), "x"])).toEqual({ stdout: "x\n", stderr: "", exitCode: 0 });
  });
  it("takes -e CODE, in front of a file or alone", () => {
    expect(yugong(["-e", "print(1 / 4)"])).toEqual({ stdout: "0.25\n", stderr: "", exitCode: 0 });
    expect(yugong(["run", "-e", "x = 1", "-e", "y = 2", program("globals.lua", "print(x, y)")]).stdout).toBe("1\t2\n");
  });
  it("takes - for standard input, and skips a first line that starts with #", () => {
    expect(yugong(["-"], "#!/usr/bin/lua\nprint(7)\n")).toEqual({ stdout: "7\n", stderr: "", exitCode: 0 });
  });
  it("exits with 1 when the program raises an error", () => {
    const { stderr, exitCode } = yugong(["run", program("raise.lua", "\nerror('no way')")]);
    expect(stderr.split("\n")[0]).toBe("yugong: raise.lua:2: no way");
    expect(exitCode).toBe(1);
  });
  it("exits with 1 when the program cannot be compiled, and points at the place", () => {
    const { stderr, exitCode } = yugong(["run", program("syntax.lua", "local x = = 1\n")]);
    expect(stderr).toMatch(/^yugong: syntax\.lua:1:11: .*\n {2}local x = = 1\n {12}\^/);
    expect(exitCode).toBe(1);
  });
  it("exits with 2 when there is no such file", () => {
    expect(yugong(["run", "nowhere.lua"])).toEqual({
      stdout: "",
      stderr: "yugong: cannot open nowhere.lua: there is no such file\n",
      exitCode: 2,
    });
  });
  it("keeps stdout for the program: traces and statistics go to stderr", () => {
    const file = program("hot.lua", "local s = 0 for i = 1, 100000 do s = s + i end print(s)");
    const { stdout, stderr } = yugong(["run", "--trace", "--stats", file]);
    expect(stdout).toBe("5000050000\n");
    expect(stderr).toMatch(/ ms {2}compile /);
    expect(stderr).toMatch(/ ms {2}osr /);
    expect(stderr).toMatch(/^LLVM +loaded$/m);
  });
  it("traces only what is asked for", () => {
    const file = program("hot.lua", "local s = 0 for i = 1, 100000 do s = s + i end print(s)");
    const { stderr } = yugong(["run", "--trace=osr", file]);
    expect(stderr).toMatch(/ osr /);
    expect(stderr).not.toMatch(/ compile /);
  });
  it("writes events as lines of JSON", () => {
    yugong(["run", "--events=events.jsonl", program("tiny.lua", "print(1)")]);
    const events = readFileSync(join(folder, "events.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { kind: string });
    expect(events.map(({ kind }) => kind)).toEqual(["swaps"]);
  });
  it("loads no LLVM for a program that never gets hot", () => {
    const { stderr } = yugong(["run", "--stats", program("cold.lua", "for i = 1, 100 do local x = i * i end")]);
    expect(stderr).toMatch(/^LLVM +not loaded$/m);
    expect(stderr).toMatch(/^compiled +0 /m);
  });
  it("compiles nothing as an interpreter", () => {
    const { stderr } = yugong(["run", "--mode=interpreter", "--stats", program("loop.lua", "for i = 1, 1000000 do local x = i * i end")]);
    expect(stderr).toMatch(/^LLVM +not loaded$/m);
  });
});

describe("yugong", () => {
  it("exits with 0 for --help and --version", () => {
    const help = yugong(["--help"]);
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toMatch(/^Usage: yugong/);
    expect(help.stdout).toMatch(/Exit codes: 0 /);
    expect(yugong(["--version"])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^yugong \d+\.\d+\.\d+\n$/) });
    expect(yugong(["run", "--help"]).exitCode).toBe(0);
  });
  const misuses: [string, string[], RegExp][] = [
    ["no command", [], /no command given/],
    ["an unknown command", ["fly"], /unknown command 'fly'/],
    ["a file that is not there", ["fly.lua"], /no file of that name/],
    ["an unknown option", ["run", "--fly", "x.lua"], /unknown option '--fly'/],
    ["an unknown mode", ["run", "--mode=fast", "x.lua"], /default, interpreter, eager/],
    ["an unknown kind of event", ["run", "--trace=fly", "x.lua"], /unknown kind of event 'fly'/],
    ["run without anything", ["run"], /a FILE or -e CODE is needed/],
  ];
  for (const [name, args, message] of misuses) {
    it(`exits with 2 and says what is wrong: ${name}`, () => {
      const { stdout, stderr, exitCode } = yugong(args);
      expect(stdout).toBe("");
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/yugong --help/);
      expect(exitCode).toBe(2);
    });
  }
  it("dumps bytecode", () => {
    const { stdout, exitCode } = yugong(["dump", program("dump.lua", "local function twice(x) return x + x end print(twice(2))")]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/twice/);
    expect(stdout).toMatch(/ADD/);
  });
});
