// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type EngineEvent, EventStream } from "../../runtime/events.js";
import { writeTraceJson } from "../../runtime/trace-json.js";

interface Line {
  name: string;
  ph: string;
  tid: number;
  ts?: number;
  dur?: number;
  id?: number;
  args?: Record<string, unknown>;
}

const folder = mkdtempSync(join(tmpdir(), "yugong-trace-"));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (path: string): Line[] => JSON.parse(readFileSync(path, "utf8")) as Line[];

function timeline(program: string): Line[] {
  const path = join(folder, "run.json");
  execFileSync(process.execPath, ["bin/yugong", "run", "--mode=eager", `--trace-json=${path}`, "-e", program], { stdio: "ignore" });
  return read(path);
}

const trackNames = (lines: readonly Line[]): Map<unknown, number> =>
  new Map(lines.filter(({ name }) => name === "thread_name").map(({ args, tid }) => [args?.name, tid]));

describe("--trace-json", () => {
  it("has a track for the compiler and one for each stack, on which exactly one runs at a time", () => {
    const lines = timeline(`
      local function body() for i = 1, 40 do coroutine.yield(i) end error("over") end
      local a, b = coroutine.create(body), coroutine.wrap(function() for i = 1, 40 do coroutine.yield(i) end end)
      for i = 1, 40 do coroutine.resume(a) b() end
      print(coroutine.resume(a))`);
    const tracks = trackNames(lines);
    expect([...tracks.keys()].sort()).toEqual(["compiler", "coroutine 1", "coroutine 2", "main program"]);
    const runs = lines.filter(({ name }) => name === "runs");
    // 40 rounds of two resumes, each there and back, the last resume, in which the coroutine dies of an error, and the end.
    expect(runs).toHaveLength(40 * 4 + 2 + 1);
    for (const [index, { ts, dur }] of runs.entries()) {
      const next = runs[index + 1];
      expect(dur).toBeGreaterThanOrEqual(0);
      if (next !== undefined) expect(Math.abs(ts! + dur! - next.ts!)).toBeLessThan(0.01);
    }
    expect(runs.at(-2)?.tid).toBe(tracks.get("coroutine 1"));
  });

  it("nests a compile's phases in it, and leads an arrow to the loop's entry", () => {
    const lines = timeline("local s = 0 for i = 1, 1000 do s = s + i end print(s)");
    const tracks = trackNames(lines);
    const compiler = lines.filter(({ tid, ph }) => tid === tracks.get("compiler") && ph === "X");
    const compile = compiler.find(({ name }) => name.endsWith("loop"))!;
    const phases = compiler.filter((line) => line !== compile && line.ts! >= compile.ts! - 0.01 && line.ts! <= compile.ts! + compile.dur!);
    expect(phases.map(({ name }) => name)).toContain("codegen");
    expect(phases.reduce((sum, { dur }) => sum + dur!, 0)).toBeLessThanOrEqual(compile.dur! * 1.001);
    const start = lines.find(({ ph }) => ph === "s")!;
    const end = lines.find(({ ph }) => ph === "f")!;
    expect(end.id).toBe(start.id);
    expect([start.tid, end.tid]).toEqual([tracks.get("compiler"), tracks.get("main program")]);
    expect(lines.some(({ name, ph }) => ph === "i" && name.startsWith("osr "))).toBe(true);
  });

  it("says how many events a long run leaves out", () => {
    const events = new EventStream();
    const path = join(folder, "limited.json");
    const end = writeTraceJson(events, path, "program", 10);
    const switches = Array.from({ length: 20 }, (_, time): EngineEvent => ({ kind: "switch", time, coroutine: time % 2 }));
    for (const event of switches) events.emit(event);
    const dropped = end();
    expect(read(path)).toHaveLength(10);
    expect(dropped).toBeGreaterThan(0);
  });
});
