// SPDX-License-Identifier: MIT
/** Ctrl-C ends any program, in every tier and wherever it is, with lua5.1's message. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

/** Programs that never end; the table's key is what their message must look like. */
const programs: Record<string, { source: string; traceback: RegExp }> = {
  "a loop in a protected call": {
    source: "local function f(n) local s = 0 while true do s = s + n end end pcall(f, 1)",
    traceback: /in function <.*:2>\n\t\[C\]: in function 'pcall'\n\t.*in main chunk\n\t\[C\]: \?\n$/,
  },
  "a numeric loop in a generic one": {
    source: "while true do for k in pairs({ 1, 2, 3 }) do for i = 1, 1e9 do if i == k then k = i end end end end",
    traceback: /in main chunk\n\t\[C\]: \?\n$/,
  },
  recursion: {
    source: "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end fib(90)",
    traceback: /(in function 'fib'\n\t.*)+/,
  },
  "tail calls in a coroutine": {
    source: "local function g() return g() end coroutine.wrap(function() g() end)()",
    traceback: /in function 'g'/,
  },
  "coroutines that switch all the time": {
    source: "local f = coroutine.wrap(function() while true do coroutine.yield(1) end end) while true do f() end",
    traceback: /\[C\]: \?\n$/,
  },
  "a pattern that backtracks": {
    source: `string.find(string.rep("a", 60), string.rep("a*", 30) .. "b")`,
    traceback: /\[C\]: in function 'find'/,
  },
  "sorting with a comparator": {
    source: "local t = {} for i = 1, 1e5 do t[i] = i * 7 % 1e5 end while true do table.sort(t, function(a, b) return a < b end) end",
    traceback: /in main chunk/,
  },
  "waiting for input": { source: "io.read()", traceback: /\[C\]: in function 'read'/ },
};

const folder = mkdtempSync(join(tmpdir(), "yugong-interrupt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program, sends SIGINT when it has been under way for a moment, and waits for its end. */
async function interrupt(command: string, args: string[]): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const killer = setTimeout(() => child.kill("SIGKILL"), 40_000);
  const closed = once(child, "close");
  await once(child.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, 150));
  child.kill("SIGINT");
  const [code, signal] = (await closed) as [number | null, string | null];
  clearTimeout(killer);
  return { code, signal, stderr };
}

describe.each(["interpreter", "default", "eager"])("SIGINT, mode %s", (mode) => {
  it.each(Object.keys(programs))("ends %s", { timeout: 60_000 }, async (name) => {
    const { source, traceback } = programs[name]!;
    const file = join(folder, `${mode}-${name.replaceAll(" ", "-")}.lua`);
    writeFileSync(file, `io.write("ready\\n") io.flush()\n${source}\n`);
    const { code, signal, stderr } = await interrupt(process.execPath, [join(projectRoot, "bin/yugong"), "run", `--mode=${mode}`, file]);
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).toMatch(/^yugong: (.*:\d+: )?interrupted!\nstack traceback:\n/);
    expect(stderr).toMatch(traceback);
  });
});

describe("the message", () => {
  it.each(["local function f() while true do end end\nf()", "while true do end"])(
    "is lua5.1's: %s",
    { timeout: 60_000 },
    async (source) => {
      const file = join(folder, "message.lua");
      writeFileSync(file, `io.write("ready\\n") io.flush()\n${source}\n`);
      const ours = await interrupt(process.execPath, [join(projectRoot, "bin/yugong"), file]);
      const theirs = await interrupt("lua5.1", [file]);
      expect(ours.stderr.replace("yugong: ", "")).toBe(theirs.stderr.replace("lua5.1: ", ""));
    },
  );
});
