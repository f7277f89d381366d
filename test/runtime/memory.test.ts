// SPDX-License-Identifier: MIT
/** Programs that make far more than they keep run within a limit; those that keep too much can catch that, and the engine goes on. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import type { EngineMode } from "../batch/outcome.js";
import { runBatch } from "../batch/run.js";

const mebibyte = 2 ** 20;
const modes: Readonly<Record<string, EngineMode>> = { interpreter: { mode: "interpreter" }, eager: { mode: "eager" } };

/** Each makes at least ten times of what its limit allows. */
const programs: Readonly<Record<string, { limit: number; source: string; output: string }>> = {
  "binary trees": {
    limit: 24 * mebibyte,
    source: `
      local function make(depth) if depth == 0 then return {} end return { make(depth - 1), make(depth - 1) } end
      local function count(tree) return tree[1] and 1 + count(tree[1]) + count(tree[2]) or 1 end
      local long, sum = make(14), 0
      for i = 1, 300 do sum = sum + count(make(10)) end
      print(sum, count(long))`,
    output: "614100\t32767\n",
  },
  "strings, longer and longer": {
    limit: 8 * mebibyte,
    source: `
      local s, made = "", 0
      for i = 1, 6000 do s = s .. "line " .. i .. "\\n" made = made + #s end
      print(#s, made > 10 * 8 * 2 ^ 20)`,
    output: "58893\ttrue\n",
  },
  "strings, each another one": {
    limit: 8 * mebibyte,
    source: `local kept = {} for i = 1, 1500000 do kept[i % 100 + 1] = "key " .. i end print(#table.concat(kept))`,
    output: "1100\n",
  },
  // What an access has found out about a shape and a key is remembered, and keeps the key alive.
  "keys that an object does not have, each another one": {
    limit: 8 * mebibyte,
    source: `
      local class = { one = 1 }
      class.__index = class
      local object, found = setmetatable({ two = 2 }, class), 0
      for i = 1, 600000 do if object["key " .. i] or object.one ~= 1 then found = found + 1 end end
      print(found)`,
    output: "0\n",
  },
  closures: {
    limit: 8 * mebibyte,
    source: `
      local sum = 0
      for i = 1, 1500000 do local n = 0 local function f() n = n + i return n end sum = sum + f() end
      print(sum)`,
    output: "1125000750000\n",
  },
  "arrays that grow": {
    limit: 16 * mebibyte,
    source: `
      local sum = 0
      for i = 1, 40 do local t = {} for k = 1, 100000 do t[k] = i end sum = sum + #t end
      print(sum)`,
    output: "4000000\n",
  },
  "coroutines, dropped finished or not": {
    limit: 16 * mebibyte,
    source: `
      local sum = 0
      for i = 1, 30000 do
        local f = coroutine.wrap(function(a) sum = sum + a coroutine.yield() sum = sum + 1 end)
        f(i)
        if i % 2 == 0 then f() end
      end
      print(sum)`,
    output: "450030000\n",
  },
  "coroutines that die of errors": {
    limit: 16 * mebibyte,
    source: `
      local n = 0
      for i = 1, 20000 do
        local co = coroutine.create(function() local x = { i } error(x) end)
        local ok, e = coroutine.resume(co)
        if not ok and e[1] == i then n = n + 1 end
      end
      print(n)`,
    output: "20000\n",
  },
  "cycles of everything": {
    limit: 8 * mebibyte,
    source: `
      local n = 0
      for i = 1, 4000 do
        local t = {}
        t.self, t.f = t, function() return t end
        t.co = coroutine.create(function() coroutine.yield(t) end)
        setmetatable(t, t)
        if select(2, coroutine.resume(t.co)) == t then n = n + 1 end
      end
      print(n)`,
    output: "4000\n",
  },
};

const tooMuch = `
  local function outcome(f) local ok, message = pcall(f) print(ok, message) end
  for round = 1, 2 do
    outcome(function() local t = {} while true do t[#t + 1] = { 1, 2, 3 } end end)
    outcome(function() local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1000) .. i end end)
    outcome(function() local t for i = 1, 1e9 do local before = t t = function() return before end end end)
    outcome(function() local s = "x" while true do s = s .. s end end)
    outcome(function() local t = {} for i = 1, 1e9 do t[i] = i end end)
    outcome(function() local t = {} for i = 1, 1e9 do t[i] = coroutine.create(function() end) end end)
  end
  print(collectgarbage("count") < 2048, pcall(string.rep, "x", 100))`;

describe.each(Object.entries(modes))("memory, mode %s", (_, mode) => {
  it.each(Object.entries(programs))("bounded: %s", { timeout: 120_000 }, async (name, { limit, source, output }) => {
    const [outcome] = await runBatch([{ file: `${name}.lua`, source }], { ...mode, memoryLimitBytes: limit });
    expect(outcome).toEqual({ output });
  });

  it("beyond the limit: an error that can be caught, and then there is room again", { timeout: 120_000 }, async () => {
    const [outcome] = await runBatch([{ file: "too-much.lua", source: tooMuch }], { ...mode, memoryLimitBytes: 16 * mebibyte });
    expect(outcome).toEqual({ output: `${"false\tnot enough memory\n".repeat(12)}true\ttrue\t${"x".repeat(100)}\n` });
  });
});

describe("coroutines", () => {
  it("100 000 at once take less than 2 GB, and little of the page table", { timeout: 120_000 }, () => {
    const source = `
      local all, sum = {}, 0
      for i = 1, 100000 do all[i] = coroutine.wrap(function(a) while true do a = coroutine.yield(a + i) end end) all[i](0) end
      collectgarbage()
      for i = 1, 100000 do sum = sum + all[i](1) end
      print(sum)`;
    const script = `
      import { readFileSync } from "node:fs";
      import { Engine } from ${JSON.stringify(join(projectRoot, "dist", "runtime", "engine.js"))};
      const engine = await Engine.create({ mode: "interpreter" });
      const { ok } = engine.runSource(${JSON.stringify(source)}, "coroutines.lua");
      const [, tables] = /VmPTE:\\s*(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
      process.stderr.write(JSON.stringify({ ok, kilobytes: process.resourceUsage().maxRSS, tables: Number(tables) }));`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(child.stdout).toBe("5000150000\n");
    const { ok, kilobytes, tables } = JSON.parse(child.stderr) as { ok: boolean; kilobytes: number; tables: number };
    expect(ok).toBe(true);
    expect(kilobytes).toBeLessThan(2 * 1024 * 1024);
    // Of stacks that lie far apart, each has a page of 4 kB for itself: 400 000.
    expect(tables).toBeLessThan(64 * 1024);
  });
});
