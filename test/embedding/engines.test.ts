// SPDX-License-Identifier: MIT
/** Several engines: in one thread, and in threads of their own. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import { engines } from "./support.js";

const create = engines({ mode: "eager", stdout: "capture" });
const hot =
  "local function f(n) local s = 0 for i = 1, n do s = s + i end return s end local t = 0 for i = 1, 50 do t = t + f(1000) end return t";

describe("several engines in one thread", () => {
  it("share nothing", async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => create()));
    for (const [index, engine] of all.entries()) engine.run("x = ...", { args: [index] });
    expect(all.map((engine) => engine.run("return x")[0])).toEqual([0, 1, 2, 3, 4]);
    for (const engine of all) expect(engine.run(hot)).toEqual([25025000]);
    expect(all.every((engine) => engine.events.count("compile") > 0)).toBe(true);
    all[0]!.dispose();
    expect(all[1]!.run("return x")).toEqual([1]);
  });

  it("come and go", async () => {
    for (let round = 0; round < 30; round++) {
      const engine = await create();
      expect(engine.run("local t = {} for i = 1, 100 do t[i] = coroutine.wrap(function() return i end)() end return #t")).toEqual([100]);
      engine.dispose();
      engine.dispose();
    }
  });
});

const compiled = join(projectRoot, "dist/runtime/index.js");

describe.runIf(existsSync(compiled))("engines in other threads", () => {
  /** Runs `body`, an async function's, in a worker with `yugong`; what it returns. */
  function inWorker(body: string): { result: Promise<unknown>; exit: Promise<unknown> } {
    const source = `
      const { parentPort } = require("node:worker_threads");
      import(${JSON.stringify(compiled)}).then(async (yugong) => {
        try { parentPort.postMessage(await (async () => { ${body} })()); } catch (error) { parentPort.postMessage(error.stack); }
      });`;
    const worker = new Worker(source, { eval: true });
    return {
      result: new Promise((resolve, reject) => worker.on("message", resolve).on("error", reject)),
      exit: new Promise((resolve) => worker.on("exit", resolve)),
    };
  }
  const runHot = `
    const engine = await yugong.Engine.create({ mode: "eager" });
    const results = engine.run(${JSON.stringify(hot)});
    return [results[0], engine.events.count("compile") > 0, engine.events.count("give-up") > 0];`;

  it("run side by side", async () => {
    const workers = Array.from({ length: 3 }, () => inWorker(runHot));
    const results = (await Promise.all(workers.map(({ result }) => result))) as [number, boolean, boolean][];
    expect(results.map(([sum]) => sum)).toEqual([25025000, 25025000, 25025000]);
    await Promise.all(workers.map(({ exit }) => exit));
  });

  it("compile while this thread does", async () => {
    const engine = await create();
    engine.run(hot);
    expect(engine.events.count("compile")).toBeGreaterThan(0);
    const { result } = inWorker(runHot);
    expect(await result).toEqual([25025000, true, false]);
    expect(engine.run(hot)).toEqual([25025000]);
  });
});
