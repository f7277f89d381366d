// SPDX-License-Identifier: MIT
/**
 * The language's tests again, while the engine leaves and enters optimized code for no reason. YUGONG_STRESS=mode runs all programs under
 * that one (see runtime/stress.ts) instead of each under some.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInChild } from "../../runtime/child.js";
import { projectRoot } from "../../runtime/native.js";
import { parseStress } from "../../runtime/stress.js";
import { peerOf } from "../batch/run.js";
import { STRESSED } from "../batch/sizes.js";
import { expectOutput } from "../support/expectations.js";
import { runPeer } from "../support/peers.js";

const modes = [
  "deopt:1",
  "invalidate:1",
  "deopt:2,osr",
  "invalidate:2,osr",
  "deopt:13,osr",
  "deopt-from:100,osr",
  "invalidate:3,deopt:7",
  "osr",
];

const folders = ["test/programs/language", "test/library/programs", "test/lang/programs"];
const programs: readonly (readonly [program: string, ...args: string[]])[] = folders.flatMap((folder) =>
  readdirSync(join(projectRoot, folder))
    .filter((name) => name.endsWith(".lua"))
    .map((name) => [join(folder, name), ...(STRESSED[name] ?? [])] as const),
);
const small = [
  "fib.lua",
  "sieve.lua",
  "mandelbrot.lua",
  "n-body.lua",
  "n-queens.lua",
  "spectral-norm.lua",
  "matrix-multiplication.lua",
  "producer-consumer.lua",
  "tree-walk.lua",
  "scheduler.lua",
  "osr-integer-overflow.lua",
  "osr-type-change.lua",
  "osr-inlined-guard.lua",
  "osr-redefined-global.lua",
  "osr-suspended-coroutine.lua",
].map((name) => [join("programs", name), ...(STRESSED[name] ?? [])] as const);

const chosen = process.env.YUGONG_STRESS;
/** One mode for each program, another for its neighbours. */
const modeOf = (index: number): string => chosen ?? (modes[index % modes.length] as string);

describe("under stress", () => {
  let scratch = "";
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "yugong-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  for (const [index, [file, ...given]] of [...programs, ...small].entries()) {
    const stress = modeOf(index);
    it(`${stress}: ${file} ${given.join(" ")}`, { timeout: 120_000 }, () => {
      // Some of these write to the file that they are told.
      const args = file.startsWith("test/library") ? [join(scratch, "file.txt")] : given;
      // Programs find their modules and files where they lie.
      const [program, cwd] = [basename(file), join(projectRoot, dirname(file))];
      const oracle = runPeer(program, args, { peer: peerOf(program), cwd });
      const result = runInChild(program, { args, mode: "eager", stress, cwd });
      expect(result.stderr).toBe("");
      expect({ signal: result.signal, exitCode: result.exitCode }).toEqual({ signal: null, exitCode: oracle.exitCode });
      expectOutput(result, oracle);
    });
  }
});

describe("stress modes", () => {
  const fib = (stress: string) => runInChild("programs/fib.lua", { args: ["16"], mode: "eager", stress });
  const injected = (stress: string): number =>
    fib(stress).events.filter((event) => event.kind === "deopt" && event.injected !== undefined).length;
  const guards = (stress: string): number => {
    const swaps = fib(stress).events.findLast((event) => event.kind === "swaps");
    return swaps?.kind === "swaps" ? (swaps.guards ?? 0) : 0;
  };

  it("count the same guards in each run", () => {
    const count = guards("deopt-at:1000000000");
    expect(count).toBeGreaterThan(1000);
    expect(guards("deopt-at:1000000000")).toBe(count);
  });
  it("make one guard fail, every Nth, or all from one on to another", () => {
    expect(injected("deopt-at:500")).toBe(1);
    expect(injected("deopt:100,until:1000")).toBe(10);
    expect(injected("deopt-from:41,until:60")).toBe(20);
  });
  it("are refused where they make no sense", () => {
    for (const text of ["", "deopt", "deopt:0", "deopt-at:x", "until:7", "nonsense", "osr:0"])
      expect(() => parseStress(text), text).toThrow();
    expect(parseStress("deopt:7,until:70,types:3")).toEqual({ mispredict: 3, failingGuards: { first: 7, period: 7, last: 70 } });
  });
});
