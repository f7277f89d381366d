// SPDX-License-Identifier: MIT
/** A program with many functions, each hot for a moment, does not spend its time on compiling them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../runtime/events.js";
import { projectRoot } from "../../runtime/native.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-share-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** 60 functions that are called 1500 times each: every one of them is hot, and none is worth a compile. */
const program = `
  local sum = 0
  for f = 1, 60 do
    local step = loadstring("local a = ... for i = 1, 3 do a = a + i % " .. f .. " end return a")
    for i = 1, 1500 do sum = step(sum) end
  end
  print(sum)`;

function run(...options: string[]): readonly EngineEvent[] {
  const [file, eventsFile] = [join(folder, "many.lua"), join(folder, "events.jsonl")];
  writeFileSync(file, program);
  const args = ["bin/yugong", "run", `--events=${eventsFile}`, ...options, file];
  const { status } = spawnSync(process.execPath, args, { cwd: projectRoot });
  expect(status).toBe(0);
  const lines = readFileSync(eventsFile, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as EngineEvent);
}

function compiles(...options: string[]): { milliseconds: number; total: number; count: number } {
  const events = run("--compile=blocking", ...options);
  const compiled = events.flatMap((event) => (event.kind === "compile" ? [event.milliseconds] : []));
  return { count: compiled.length, milliseconds: compiled.slice(1).reduce((a, b) => a + b, 0), total: events.at(-1)?.time ?? 0 };
}

describe("compileShare", () => {
  it("bounds the time that goes into compiling, but for the first unit and one that overdraws", () => {
    const all = compiles("--compile-share=all");
    const share = compiles("--compile-share=0.2");
    expect(all.count).toBeGreaterThan(50);
    expect(share.count).toBeGreaterThan(0);
    expect(share.count).toBeLessThan(all.count);
    // Each unit takes about as long as the others here: the last one began within the share.
    const one = share.milliseconds / Math.max(1, share.count - 1);
    expect(share.milliseconds - 3 * one).toBeLessThan(0.2 * share.total);
  });
  it("of 0 leaves the first unit", () => {
    expect(compiles("--compile-share=0").count).toBe(1);
  });

  it("bounds the pauses of what is compiled in the background, whose length is foreseen", () => {
    const events = run("--compile-share=0.1");
    const pauses = events.flatMap((event) => (event.kind === "compile-start" ? [event.pause] : []));
    // On a busy machine one may take many times as long as the others.
    const usual = pauses.sort((a, b) => a - b).slice(0, -1);
    expect(usual.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(0.1 * (events.at(-1)?.time ?? 0));
    expect(run("--compile-share=0").filter(({ kind }) => kind === "compile-start")).toEqual([]);
    expect(run("--compile-share=all").filter(({ kind }) => kind === "compile-start").length).toBeGreaterThan(pauses.length);
  });
});
