// SPDX-License-Identifier: MIT
/** What JavaScript holds lives, and what it has let go of does not. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { Engine, LuaFunction, LuaTable } from "../../runtime/index.js";
import { COLLECTING, engines } from "./support.js";

setFlagsFromString("--expose-gc");
const collectJavaScript = runInNewContext("gc") as () => void;

/** Finalizers run between tasks, some time after a collection. */
async function collectUntil(done: () => boolean): Promise<void> {
  for (let round = 0; round < 100 && !done(); round++) {
    collectJavaScript();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.each(COLLECTING)("%s", (_, tier) => {
  const create = engines({ ...tier, stdout: "capture" });

  it("a handle keeps what it stands for, and all that it refers to", async () => {
    const engine = await create();
    const [table, closure] = engine.run("local t = { deep = { 'text', { 1 } } } return t, function() return t.deep[1] end") as [
      LuaTable,
      LuaFunction,
    ];
    const coroutine = engine.coroutine(engine.load("local x = { 7 } coroutine.yield() return x[1]"));
    coroutine.resume();
    engine.run("collectgarbage() local junk = {} for i = 1, 1000 do junk[i] = { i } end collectgarbage()");
    expect(table.toJS()).toEqual({ deep: ["text", [1]] });
    expect(closure.call()).toEqual(["text"]);
    expect(coroutine.resume()).toEqual([7]);
  });

  it("the frames that wait for a host function are not forgotten", async () => {
    const engine = await create();
    engine.set("call", (f: LuaFunction, x: number) => f.call(x)[0]);
    engine.run(
      "function waits(n) local kept = { n } local r = call(function(x) collectgarbage() return { x } end, n) return kept[1] + r[1] end",
    );
    const waits = engine.get("waits") as LuaFunction;
    for (let n = 0; n < 20; n++) expect(waits.call(n)).toEqual([2 * n]);
    expect(engine.run("return coroutine.wrap(function() local kept = { 1 } return waits(2) + kept[1] end)()")).toEqual([5]);
  });
});

describe("handles", () => {
  const create = engines({ mode: "interpreter" });

  function makeMany(engine: Engine): number {
    const make = engine.load("return {}");
    for (let i = 0; i < 500; i++) make.call();
    return engine.counters().handles;
  }

  it("are released when nobody has them", async () => {
    const engine = await create();
    const most = makeMany(engine);
    expect(most).toBeGreaterThanOrEqual(500);
    await collectUntil(() => engine.counters().handles < 20);
    expect(engine.counters().handles).toBeLessThan(20);
  });

  it("are released by dispose, and made again for the same object", async () => {
    const engine = await create();
    const [table] = engine.run("t = { 1 } return t") as [LuaTable];
    const before = engine.counters().handles;
    table.dispose();
    expect(engine.counters().handles).toBe(before - 1);
    const again = engine.get("t") as LuaTable;
    expect(again === table).toBe(false);
    expect(again.get(1)).toBe(1);
  });
});
