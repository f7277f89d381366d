// SPDX-License-Identifier: MIT
/** The programs of the benchmarks at small sizes: the versions in Lua and in JavaScript compute the same, and so do our tiers. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { PROGRAMS } from "../../bench/language/programs.js";
import { geometricMean, median, quantile, spreadPercent } from "../../bench/language/statistics.js";
import { runInChild } from "../../runtime/child.js";
import { projectRoot } from "../../runtime/native.js";
import { expectSuccess } from "../support/expectations.js";
import { runPeer } from "../support/peers.js";

const SMALL: Readonly<Record<string, number>> = {
  fib: 15,
  mandelbrot: 12,
  "n-body": 300,
  "spectral-norm": 12,
  fannkuch: 5,
  sieve: 2000,
  "matrix-multiplication": 14,
  queens: 6,
  permutations: 5,
  towers: 8,
  fft: 256,
  lu: 16,
  richards: 1,
  deltablue: 20,
  "loop-finder": 2,
  bounce: 20,
  list: 9,
  storage: 4,
  "binary-trees": 5,
  json: 2,
  "hash-map": 2000,
  strings: 50,
  "ray-tracer": 8,
  generators: 2000,
  "coroutine-permutations": 5,
  ring: 5,
  "task-scheduler": 40,
};

/** What run.lua and run.mjs print before the seconds. */
const digestOf = (output: string | Buffer): string | undefined => /^(.*)\nseconds(?:\t\S+){2}\n$/.exec(output.toString())?.[1];

describe("benchmark programs", () => {
  for (const { name, lua } of PROGRAMS) {
    it(name, () => {
      const size = SMALL[name];
      if (size === undefined) expect.fail(`${name} needs a small size in this test`);
      const args = [lua, `${size}`, "2", "0"];
      const expected = digestOf(runPeer("bench/language/run.lua", args).stdout);
      expect(expected).toBeTruthy();
      const script = ["bench/language/run.mjs", `bench/language/${name}.js`, `${size}`, "2", "0"];
      expect(digestOf(spawnSync(process.execPath, script, { cwd: projectRoot }).stdout)).toBe(expected);
      const ours = runInChild("bench/language/run.lua", { args, mode: "eager" });
      expectSuccess(ours);
      expect(digestOf(ours.stdout)).toBe(expected);
    });
  }
});

describe("statistics", () => {
  it("of odd and even numbers of samples", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([0, 10, 20, 30], 0.25)).toBe(7.5);
  });
  it("relate quartiles to the median", () => expect(spreadPercent([1, 2, 3, 4, 5])).toBeCloseTo((2 / 3) * 100));
  it("take the mean of ratios by multiplication", () => expect(geometricMean([0.5, 2, 8])).toBeCloseTo(2));
});
