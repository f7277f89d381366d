// SPDX-License-Identifier: MIT
/** Measured engines do what others do, and say of each deopt, OSR entry and invalidation where its time went. */
import { expect, it } from "vitest";
import { Engine } from "../../runtime/engine.js";
import type { ProbeKind, ProbeRecord } from "../../runtime/probes.js";

const PROGRAM = `
  local function innermost(x, kept) local r = x + 1 if r == nil then return kept end return r end
  local function outermost(x, a, b) local r = innermost(x, a) if r == nil then return b end return r end
  local sum = 0.5
  local numbers = {}
  for i = 1, 2000 do numbers[i] = i end
  for i = 1, 20 do numbers[2000 + i] = i + 0.5 end
  for i = 1, 2020 do sum = sum + outermost(numbers[i], "a", "b") end
  step = 1
  local function wait(n) if n == 0 then coroutine.yield() return 0 end return step + wait(n - 1) end
  for i = 1, 300 do
    local co = coroutine.wrap(function() return wait(4) end)
    co() sum = sum + co()
  end
  local co = coroutine.wrap(function() return wait(4) end)
  co() step = 2
  return sum + co()`;

async function measured(probes: number): Promise<{ result: unknown; records: ProbeRecord[]; of: (kind: ProbeKind) => ProbeRecord[] }> {
  const engine = await Engine.create({ probes, mode: "eager", failureLimit: 1e6 });
  const [result] = engine.run(PROGRAM);
  const records = engine.takeProbes();
  expect(engine.takeProbes()).toEqual([]);
  engine.dispose();
  return { result, records, of: (kind) => records.filter((record) => record.kind === kind) };
}

it("programs compute the same, whether measured or not", async () => {
  const engine = await Engine.create({ mode: "interpreter" });
  const [expected] = engine.run(PROGRAM);
  expect((await measured(4096)).result).toBe(expected);
  expect((await measured(3)).result).toBe(expected);
  const plain = await measured(0);
  expect(plain.result).toBe(expected);
  expect(plain.records).toEqual([]);
});

it("each kind has its phases, in order of time", async () => {
  const { records, of } = await measured(4096);
  const phases = (kind: ProbeKind) => new Set(of(kind).map((record) => Object.keys(record.phases).join(" ")));
  expect(phases("deopt")).toEqual(new Set(["stub find read rebuild record resume"]));
  expect(phases("lazy-deopt")).toEqual(new Set(["find read rebuild record"]));
  expect(phases("osr-entry")).toEqual(new Set(["find read rebuild record resume"]));
  expect(phases("invalidate")).toEqual(new Set([""]));
  for (const { started, ended } of records) expect(ended).toBeGreaterThanOrEqual(started);
  for (const [index, { started }] of records.entries()) if (index > 0) expect(started).toBeGreaterThanOrEqual(records[index - 1]!.started);
  expect(of("deopt").some(({ frames }) => frames >= 2)).toBe(true);
  // The caller that yields is replaced on the sleeping stack, the others wait.
  expect(of("invalidate").some(({ frames, values }) => frames > 0 && values > 0)).toBe(true);
  expect(of("lazy-deopt").length).toBeGreaterThan(0);
});

it("what there is no room for is not measured", async () => {
  expect((await measured(3)).records).toHaveLength(3);
});

it("probes are taken between runs", async () => {
  const engine = await Engine.create({ probes: 16 });
  engine.set("take", () => engine.takeProbes().length);
  expect(() => engine.run("return take()")).toThrow(/between runs/);
});
