// SPDX-License-Identifier: MIT
/** What keeps a program from taking too long, too much memory or too deep a stack. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { type InterruptError, interrupt, type LuaError, type LuaFunction, multi } from "../../runtime/index.js";
import { projectRoot } from "../../runtime/native.js";
import { engines, TIERS, thrownBy } from "./support.js";

const addonPath = join(projectRoot, "build/Release/yugong.node");

const endless: Record<string, string> = {
  "a loop": "while true do end",
  "a numeric loop": "local s = 0 for i = 1, 1e15 do s = s + i end",
  recursion: "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end fib(80)",
  "tail calls": "local function f(n) return f(n + 1) end f(1)",
  "a coroutine": "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
  "protected calls": "while true do pcall(function() while true do end end) end",
  "an xpcall whose handler goes on": "while true do xpcall(function() while true do end end, function() while true do end end) end",
  "a pattern": `("a"):rep(60):find(("a*"):rep(30) .. "b")`,
  "a comparator": "local t = {} for i = 1, 5000 do t[i] = i end while true do table.sort(t, function(a, b) return a > b end) end",
};

describe.each(TIERS)("%s", (_, tier) => {
  const create = engines({ ...tier, stdout: "capture" });

  it.each(Object.keys(endless))("the time limit ends %s, and the engine goes on", async (name) => {
    const engine = await create({ timeLimitMs: 120 });
    const error = thrownBy(() => engine.run(endless[name]!)) as InterruptError;
    expect(error.name).toBe("InterruptError");
    expect(error.reason).toBe("time");
    expect(error.message).toMatch(/time limit of 120 ms exceeded$/);
    expect(error.traceback).toMatch(/^stack traceback:\n\t/);
    expect(
      engine.run(
        "local s = 0 for i = 1, 100 do s = s + i end return s, select(2, coroutine.resume(coroutine.create(function() return 7 end)))",
      ),
    ).toEqual([5050, 7]);
  });

  it("a limit is for each run", async () => {
    const engine = await create({ timeLimitMs: 2000 });
    for (let i = 0; i < 50; i++) expect(engine.run("return 1")).toEqual([1]);
  });

  it("a host function interrupts, wherever it is called", async () => {
    const engine = await create();
    engine.set("stop", () => engine.interrupt());
    engine.set("call", (f: LuaFunction) => multi(...f.call()));
    for (const source of [
      "stop() while true do end",
      "local co = coroutine.wrap(function() stop() while true do end end) co()",
      "call(function() call(function() stop() while true do end end) end)",
    ]) {
      const error = thrownBy(() => engine.run(source, { name: "=p" })) as InterruptError;
      expect(error).toMatchObject({ name: "InterruptError", reason: "interrupt" });
      expect(error.message).toMatch(/interrupted!$/);
      expect(error.traceback).toMatch(/p:1: /);
    }
    engine.interrupt(); // nothing runs: nothing happens
    expect(engine.run("local s = 0 for i = 1, 1000 do s = s + i end return s")).toEqual([500500]);
  });

  it("the traceback goes through host functions", async () => {
    const engine = await create();
    engine.set("call", (f: LuaFunction) => multi(...f.call()));
    engine.set("stop", () => engine.interrupt());
    const error = thrownBy(() =>
      engine.run("local function inner() stop() while true do end end\ncall(inner)", { name: "=p" }),
    ) as InterruptError;
    expect(error.traceback).toBe("stack traceback:\n\tp:1: in function <p:1>\n\t[C]: in function 'call'\n\tp:2: in main chunk\n\t[C]: ?");
  });

  it("another thread interrupts", async () => {
    const engine = await create();
    const started = new SharedArrayBuffer(4);
    engine.set("started", () => void Atomics.store(new Int32Array(started), 0, 1));
    const worker = new Worker(
      `const { workerData } = require("node:worker_threads");
       const addon = require(workerData.addon);
       const word = new Int32Array(workerData.started);
       const timer = setInterval(() => {
         if (Atomics.load(word, 0) === 0) return;
         clearInterval(timer);
         setTimeout(() => addon.interruptEngine(workerData.token), 30);
       }, 5);`,
      { eval: true, workerData: { addon: addonPath, started, token: engine.interruptToken } },
    );
    const ended = new Promise((resolve) => worker.on("exit", resolve));
    await new Promise((resolve) => worker.on("online", resolve));
    const error = thrownBy(() => engine.run("started() local s = 0 while true do s = s + 1 end")) as InterruptError;
    expect(error).toMatchObject({ name: "InterruptError", reason: "interrupt" });
    await ended;
    const token = engine.interruptToken;
    expect(interrupt(token)).toBe(true);
    engine.dispose();
    expect(interrupt(token)).toBe(false);
  });

  it("memory: the program can catch it, and it comes out else", async () => {
    const engine = await create({ memoryLimitBytes: 32 * 2 ** 20 });
    const hoard = "local t = {} for i = 1, 1e9 do t[i] = { i, i } end";
    expect(engine.run(`return pcall(function() ${hoard} end)`)).toEqual([false, "not enough memory"]);
    const other = await create({ memoryLimitBytes: 32 * 2 ** 20 });
    expect((thrownBy(() => other.run(hoard)) as LuaError).message).toBe("not enough memory");
  });

  it.each([
    "local t = {} for i = 1, 1e9 do t[i] = { i, i } end",
    "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end",
    "local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() return i end) end",
  ])("memory: what a program has used up is there for the next one: %s", async (hoard) => {
    const engine = await create({ memoryLimitBytes: 8 * 2 ** 20 });
    for (let round = 0; round < 5; round++) {
      expect(engine.run(`return pcall(function() ${hoard} end)`)).toEqual([false, "not enough memory"]);
      const adder = engine.run("return coroutine.wrap(function(a) while true do a = a + coroutine.yield(a) end end)")[0] as LuaFunction;
      expect([adder.call(1), adder.call(2)]).toEqual([[1], [3]]);
    }
  });

  it("stack depth: the same", async () => {
    const engine = await create({ mainStackBytes: 2 ** 20 });
    const deep = "local function f() return 1 + f() end";
    expect(engine.run(`${deep} return pcall(f)`)).toEqual([false, expect.stringMatching(/stack overflow$/)]);
    expect((thrownBy(() => engine.run(`${deep} f()`)) as LuaError).message).toMatch(/stack overflow$/);
    expect(engine.run("return 1")).toEqual([1]);
  });
});
