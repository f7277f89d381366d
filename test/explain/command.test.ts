// SPDX-License-Identifier: MIT
/** `yugong explain` and `yugong run --dump`: what they print and how they exit. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import { README_PROGRAM, SUM_BEFORE } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-explain-"));
beforeAll(() => {
  writeFileSync(join(folder, "program.lua"), README_PROGRAM);
  // Here `scale` is not inlined, and so compiled for itself.
  writeFileSync(join(folder, "protected.lua"), README_PROGRAM.replace("scale(list[i])", "select(2, pcall(scale, list[i]))"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function yugong(...args: string[]): { stdout: string; stderr: string; exitCode: number | null } {
  const child = spawnSync(process.execPath, [join(projectRoot, "bin", "yugong"), ...args], { encoding: "utf8", cwd: folder });
  return { stdout: child.stdout, stderr: child.stderr, exitCode: child.status };
}

/** Of the text, what stands beside a source line. */
function sectionOf(text: string, line: number): string {
  const start = text.search(new RegExp(`^ *${line} │ `, "m"));
  const rest = text.slice(text.indexOf("\n", start));
  const end = rest.search(/^( *\d+ │ |deopt in this run)/m);
  return rest.slice(0, end < 0 ? undefined : end);
}

describe("yugong explain", () => {
  it("prints source, bytecode, IR, assembly and frame states line by line, no wider than told", () => {
    const { stdout, exitCode } = yugong("explain", "--width", "120", "--function", "total", "program.lua");
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").filter((line) => [...line].length > 120)).toEqual([]);
    expect(stdout).not.toMatch(/^24006000$/m);
    const scale = sectionOf(stdout, 1);
    for (const part of [
      /MUL +r1 r0 3 +int int +r1: int32/,
      /smul\.with\.overflow/,
      /imull \$3/,
      /guard, not an int/,
      /sum int32 in r\w+/,
    ]) {
      expect(scale).toMatch(part);
    }
    expect(stdout).toMatch(/deopt in this run: scale:1, not an int {2}eager/);
    expect(stdout).toContain(`r1 sum = ${SUM_BEFORE}`);
  });

  it("leaves out what is not asked for", () => {
    expect(yugong("explain", "--width", "0", "program.lua")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/scale, inlined at/),
    });
    const { stdout } = yugong("explain", "--width", "100", "--show", "bytecode,stackmaps", "--no-deopts", "program.lua");
    expect(stdout).toMatch(/MUL +r1 r0 3/);
    expect(stdout).toMatch(/guard, not an int/);
    expect(stdout).not.toMatch(/imull|smul|deopt in this run/);
  });

  it("takes options after the program, and the program's arguments after --", () => {
    writeFileSync(
      join(folder, "arguments.lua"),
      "local function first() return arg[1] end\nif first() ~= '--width' then error(tostring(first())) end",
    );
    const { stdout, stderr, exitCode } = yugong("explain", "arguments.lua", "--show", "bytecode", "--function", "first", "--", "--width");
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/^first {2}arguments.lua:1/m);
  });

  it("shows the unit that it is told to", () => {
    const first = yugong("explain", "--unit", "1", "program.lua").stdout;
    expect(first).toMatch(/▸ 1 {2}loop at line 6/);
    const none = yugong("explain", "--unit", "9", "program.lua");
    expect(none).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringMatching(/^yugong: there are units 1 to \d\n$/) });
  });

  it("writes all of it as JSON", () => {
    expect(yugong("explain", "--json", "out.json", "program.lua")).toMatchObject({ exitCode: 0, stdout: "" });
    const explanation = JSON.parse(readFileSync(join(folder, "out.json"), "utf8"));
    expect(explanation.function).toEqual({ name: "total", line: 3 });
  });

  it("lists the functions when there is none of that name", () => {
    const { stderr, exitCode } = yugong("explain", "--function", "nothing", "program.lua");
    expect(stderr).toBe("yugong: there is no function 'nothing'; there are\n  main chunk\n  scale:1\n  total:3\n");
    expect(exitCode).toBe(2);
  });

  it("says of a main chunk only the file, also when that is empty", () => {
    writeFileSync(join(folder, "empty.lua"), "");
    const { stdout, exitCode } = yugong("explain", "empty.lua");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^main chunk {2}empty\.lua\n/);
    expect(yugong("dump", "empty.lua").stdout).toMatch(/^main chunk \(empty\.lua\): .*\n {2}-- 1:\n/);
  });

  it("is not told to compile nothing", () => {
    const { stderr, exitCode } = yugong("explain", "--mode=interpreter", "program.lua");
    expect(stderr).toMatch(/Allowed choices are default, eager\./);
    expect(exitCode).toBe(2);
  });

  it("says that a function never got hot, and compiles it all the same", () => {
    writeFileSync(join(folder, "cold.lua"), "local function add(a, b) return a + b end\nprint(add(1, 2))");
    const { stdout, exitCode } = yugong("explain", "--function", "add", "cold.lua");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/add never got hot/);
    expect(stdout).toMatch(/ADD +r2 r0 r1 +int int +r2: int32/);
  });

  it("reports what cannot be read or compiled as run does, and explains a program that ends with an error", () => {
    writeFileSync(join(folder, "wrong.lua"), "local x = = 1");
    expect(yugong("explain", "wrong.lua")).toMatchObject({ exitCode: 1, stderr: yugong("run", "wrong.lua").stderr });
    expect(yugong("explain", "absent.lua")).toMatchObject({ exitCode: 1, stderr: yugong("run", "absent.lua").stderr });
    writeFileSync(join(folder, "fails.lua"), "local function f(n) for i = 1, n do local x = i * 2 end error('enough') end f(5000)");
    const { stdout, exitCode } = yugong("explain", "--function", "f", "fails.lua");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/ended with an error: fails\.lua:1: enough/);
  });

  it("stops a program that takes too long, and explains what there is", () => {
    writeFileSync(join(folder, "endless.lua"), "local function spin() local i = 0 while true do i = (i + 1) % 1000 end end spin()");
    const { stdout, exitCode } = yugong("explain", "--time-limit", "1", "--function", "spin", "endless.lua");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/time limit of 1000 ms exceeded/);
    expect(stdout).toMatch(/MOD +/);
  });
});

describe("yugong run --dump", () => {
  it("prints each unit when it is compiled, of one function, part by part", () => {
    const { stdout, stderr, exitCode } = yugong(
      "run",
      "--compile=blocking",
      "--compile-share=all",
      "--dump=bytecode,ir,asm,stackmaps",
      "--function",
      "scale",
      "protected.lua",
    );
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toHaveLength(5);
    const heads = stderr.split("\n").filter((line) => /^; f\d+_\d+: /.test(line));
    expect(heads).toHaveLength(1);
    expect(heads[0]).toMatch(/: scale, whole function, \d+ bytes at 0x/);
    const parts = stderr.split("\n").filter((line) => line.startsWith("; ---- "));
    expect(parts.map((part) => part.slice(7).split(/[ :]/)[0])).toEqual(["bytecode", "as", "after", "assembly", "stackmap"]);
    expect(stderr).toMatch(/MUL +r1 r0 3 +; int int +; r1: int32/);
    expect(stderr).toMatch(/guard, not an int\n {4}scale:1 executes pc 0\n {6}closure: .*\n {6}r0 x: boxed in /);
  });

  it("dumps IR that LLVM's own tools read", () => {
    yugong(
      "run",
      "--compile=blocking",
      "--compile-share=all",
      "--dump",
      "ir",
      "--dump-file",
      "dump.ll",
      "--function",
      "scale",
      "protected.lua",
    );
    const after = readFileSync(join(folder, "dump.ll"), "utf8").split("; ---- after the passes\n")[1] as string;
    const verified = spawnSync("opt-14", ["-passes=verify", "-S", "-o", "-"], { input: after, encoding: "utf8" });
    expect(verified.stderr).toBe("");
    expect(verified.stdout).toContain("@llvm.smul.with.overflow.i32");
    expect(after).toMatch(/^ {2}; scale:1 pc 0$/m);
    expect(after).not.toContain("!dbg");
  });

  it("refuses what is no part", () => {
    expect(yugong("run", "--dump=assembler", "program.lua")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("'assembler' is none of bytecode, ir, asm, stackmaps"),
    });
  });
});
