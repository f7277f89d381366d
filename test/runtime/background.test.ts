// SPDX-License-Identifier: MIT
/** The program goes on while LLVM compiles; what happens to it meanwhile must not matter. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ChildOptions, type ChildResult, runInChild } from "../../runtime/child.js";
import { projectRoot } from "../../runtime/native.js";
import { expectOutput, expectSuccess } from "../support/expectations.js";
import { runPeer } from "../support/peers.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-background-"));
afterAll(() => rmSync(folder, { recursive: true }));

function inBackground(name: string, source: string, options: ChildOptions = {}): ChildResult {
  const file = join(folder, `${name}.lua`);
  writeFileSync(file, source);
  const result = runInChild(file, { compile: "background", ...options });
  if (result.exitCode === 0) expectOutput(result, runPeer(file, []));
  return result;
}

describe("compiling in the background", () => {
  it("the interpreter goes on until the code of its loop is ready, and then goes into it", () => {
    // Interpreted to its end, the loop takes many times as long as the compile.
    const result = inBackground("long-loop", "local s = 0 for i = 1, 2e8 do s = s + i % 7 end print(s)");
    expectSuccess(result);
    const [queued, compiled, entered] = result.events;
    expect([queued?.kind, compiled?.kind, entered?.kind]).toEqual(["compile-start", "compile", "osr-entry"]);
    if (compiled?.kind !== "compile" || queued === undefined) return;
    expect(compiled.background?.began).toBeGreaterThan(queued.time - compiled.pause);
    expect(compiled.background?.ended).toBeLessThanOrEqual(compiled.time);
    expect(compiled.pause).toBeLessThan(compiled.milliseconds);
    expect(compiled.pause).toBeGreaterThan(compiled.phases.load!);
    expect(compiled.latency).toBeGreaterThanOrEqual(compiled.background!.ended - compiled.background!.began);
  });

  it("the program goes on between two slices of the optimizer's work, and may change what it is about", () => {
    // Types, shapes, callees and the only closure of a function change in the very rounds in which IR is built; and what dies is freed.
    const source = `
      local function make(k)
        return function(t, i) local s = 0 for j = 1, 3 do s = s + (t.x or t[1]) + k * j if i % 5 == 0 then s = s + 0.5 end end return s end
      end
      local total = 0
      for phase = 1, 2000 do
        local f, t = make(phase), { x = phase }
        for i = 1, 120 do
          if i % 17 == phase % 17 then f, t = make(i), i % 2 == 0 and { i } or { y = i, x = i / 4 } end
          total = total + f(t, i)
        end
      end
      print(total)`;
    const result = inBackground("between-slices", source, { hot: 40, stress: "gc:50" });
    expectSuccess(result);
    const built = result.events.flatMap((event) => (event.kind === "compile-start" ? [event] : []));
    expect(built.length).toBeGreaterThan(0);
    for (const { pauses } of built) expect(pauses.length).toBeGreaterThan(2);
  });

  it("a function that is too large for LLVM stays with the interpreter, and the others are compiled", () => {
    const body = Array.from({ length: 300 }, () => "t = { x = b, y = a } b = t.x + t.y").join("\n");
    const source = `
      local t
      local function large(a, b) ${body} return b end
      local function small(a) return a % 7 end
      local s = 0
      for i = 1, 8000 do s = s + large(i, i) end
      print(s)
      for i = 1, 3e7 do s = s + small(i) end
      print(s)`;
    const result = inBackground("too-large", source, { hot: 100 });
    expectSuccess(result);
    const reasons = result.events.flatMap((event) => (event.kind === "give-up" && event.function === "large" ? [event.reason] : []));
    expect(reasons).toEqual([expect.stringMatching(/^too large: \d+ bytes of IR$/)]);
    expect(result.events.some((event) => event.kind === "compile")).toBe(true);
  });

  it("a function may have thousands of loops one after the other", () => {
    const loops = Array.from({ length: 3000 }, () => "for i = 1, 2 do b = b + i end").join("\n");
    expectSuccess(
      inBackground("many-loops", `local function f(b) ${loops} return b end local r for i = 1, 60 do r = f(i) end print(r)`, {
        hot: 20,
      }),
    );
  });

  it("the program waits for a long function's IR many times for a moment, not once", () => {
    const steps = Array.from(
      { length: 60 },
      (_, at) => `if x % ${at + 2} == 0 then x, y = y + ${at}, (x * 3 + t[${at % 4} + 1]) % 1000 end`,
    );
    const result = inBackground(
      "long-function",
      `local t = { 1, 2, 3, 4 }
       local function step(x, y) ${steps.join("\n")} return x % 1000, y end
       local x, y = 1, 2 for i = 1, 200000 do x, y = step(x, y) end print(x, y)`,
    );
    expectSuccess(result);
    const compiled = result.events.flatMap((event) => (event.kind === "compile" && event.function === "step" ? [event] : []));
    expect(compiled.length).toBeGreaterThan(0);
    for (const { pauses, cpuPauses, pause } of compiled) {
      expect(pauses.length).toBeGreaterThan(5);
      expect(pauses.reduce((sum, each) => sum + each, 0)).toBeCloseTo(pause);
      expect(cpuPauses.length).toBe(pauses.length);
      for (const [at, each] of cpuPauses.entries()) expect(each).toBeLessThan(pauses[at]! + 0.1);
      // In some of them, V8 collects garbage.
      expect(cpuPauses.filter((each) => each < 2).length).toBeGreaterThan((3 / 4) * cpuPauses.length);
    }
  });

  it("functions that are called change over when their code is ready", () => {
    const result = inBackground(
      "calls",
      `local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
       local t = {} for i = 1, 27 do t[i] = fib(i) end print(table.concat(t, " ")) print(fib(30))`,
    );
    expectSuccess(result);
    expect(result.events.map(({ kind }) => kind)).toContain("compile");
  });

  it("code that relies on what has changed meanwhile is not used", () => {
    const result = inBackground(
      "redefined",
      `local s = 0
       for round = 1, 40 do
         local chunk = [[
           function fN(i) return i + 1 end
           local s = 0
           for i = 1, 60000 do
             s = s + fN(i) % 7
             if i == 50000 then function fN(i) return i * 2 + N end end
           end
           return s]]
         s = s + loadstring((chunk:gsub("N", round)))()
       end
       print(s)`,
    );
    expectSuccess(result);
    // It was being compiled at a redefinition, or was compiled by then.
    const reasons = result.events.flatMap((event) => (event.kind === "give-up" || event.kind === "invalidate" ? [event.reason] : []));
    expect(reasons.join()).toMatch(/too late: what it relies on has changed|global 'f\d+' was assigned/);
  });

  it("the collector keeps what the code contains, from when it is built on", () => {
    const source = `
      local function make(k)
        local t = { k, k + 1, k + 2 }
        local step = function(x) return x + t[x % 3 + 1] end
        return function(n) local s = 0 for i = 1, n do s = (s + step(i)) % 100000 end return s end
      end
      local s = 0
      for round = 1, 40 do
        local run = loadstring("local make = ... return make(" .. round .. ")")(make)
        s = s + run(4000) + #tostring({})
        run = nil
        for i = 1, 2000 do local garbage = { i } end
      end
      print(s > 0)`;
    expectSuccess(inBackground("collected", source, { stress: "gc:50" }));
    expectSuccess(inBackground("collected", source));
  });

  // So many functions that are hot for a moment that there is always one with the compiler.
  const hot = `
    local s, start = 0, os.clock()
    while os.clock() - start < 0.3 do
      local step = loadstring("local a = ... for i = 1, 3 do a = (a + i) % 1000 end return a")
      for i = 1, 5000 do s = step(s) end
    end`;
  it.each([
    ["at its end", `${hot} print(s < 1000)`, 0],
    ["by os.exit", `${hot} os.exit(7)`, 7],
    ["by an error", `${hot} error("over")`, 1],
  ])("a program may end %s, whatever is being compiled", (name, source, exitCode) => {
    const result = inBackground(name.replaceAll(" ", "-"), source);
    expect({ exitCode: result.exitCode, signal: result.signal }).toEqual({ exitCode, signal: null });
    expect(result.events[0]?.kind).toBe("compile-start");
  });

  it("engines side by side, in several threads and one after the other, each have their own code", () => {
    const source = `
      import { Worker, isMainThread } from "node:worker_threads";
      import { fileURLToPath } from "node:url";
      import { Engine } from ${JSON.stringify(join(projectRoot, "dist/runtime/index.js"))};
      const program = "local s = 0 for i = 1, 3000000 do s = s + i % 7 end return s";
      const worker = isMainThread ? new Worker(fileURLToPath(import.meta.url)) : undefined;
      const engines = [await Engine.create(), await Engine.create(), await Engine.create()];
      for (let round = 0; round < 3; round++)
        for (const engine of engines) if (engine.run(program)[0] !== 8999997) throw new Error("wrong");
      engines[0].dispose();
      if (engines[1].run(program)[0] !== 8999997) throw new Error("wrong");
      worker?.on("exit", (code) => console.log("worker", code));`;
    const file = join(folder, "engines.mjs");
    writeFileSync(file, source);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "worker 0\n", stderr: "" });
  });
});
