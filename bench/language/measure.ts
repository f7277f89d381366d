// SPDX-License-Identifier: MIT
/** Runs one program under every runner, in interleaved rounds, and checks that all of them compute the same. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../runtime/native.js";
import type { BenchmarkProgram } from "./programs.js";
import { median } from "./statistics.js";

export const RUNNERS = ["yugong", "luajit", "node", "luajit -joff", "lua5.1", "c"] as const;
export type RunnerName = (typeof RUNNERS)[number];

export interface RunnerResult {
  readonly runner: RunnerName;
  /** Of one iteration after the warm-up, all rounds together. */
  readonly seconds: readonly number[];
  /** Wall time of whole processes that run one iteration without a warm-up; ours with the bytecode cache as it is from a program's second run on. */
  readonly coldSeconds: readonly number[];
  /** The same of the first run of all, with an empty bytecode cache; of runners that have none, nothing. */
  readonly firstSeconds: readonly number[];
  readonly digest: string | undefined;
  /** Why there is nothing to compare: it failed, or computed something else than the others. */
  readonly error: string | undefined;
}

export interface Measurement {
  readonly program: BenchmarkProgram;
  readonly results: readonly RunnerResult[];
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly quick: boolean;
}

const INTERPRETERS: readonly RunnerName[] = ["luajit -joff", "lua5.1"];
const ITERATIONS = 7;
/** Compiling on another thread, giving up code and compiling again takes long until it settles. */
const WARM_UP_SECONDS = 1.5;
const TIMEOUT_MS = 120_000;

type Command = readonly [file: string, ...args: string[]];

/** How to run a program, up to its size; undefined where there is no such version. The folder is for what has to be compiled. */
function commandOf(runner: RunnerName, { name, lua, c }: BenchmarkProgram, folder: string): Command | undefined {
  const luaRunner = ["bench/language/run.lua", lua];
  switch (runner) {
    case "yugong":
      return [process.execPath, join("bin", "yugong"), "run", ...luaRunner];
    case "luajit":
      return ["luajit", ...luaRunner];
    case "luajit -joff":
      return ["luajit", "-joff", ...luaRunner];
    case "lua5.1":
      return ["lua5.1", ...luaRunner];
    case "node":
      return [process.execPath, "bench/language/run.mjs", `bench/language/${name}.js`];
    case "c":
      return c ? [compileC(name, folder)] : undefined;
  }
}

function compileC(name: string, folder: string): string {
  const output = join(folder, name);
  const { status, error, stderr } = spawnSync("gcc", ["-O2", "-o", output, `bench/language/${name}.c`, "-lm"], { cwd: projectRoot });
  if (status !== 0) throw new Error(`gcc cannot compile bench/language/${name}.c: ${error?.message ?? stderr.toString()}`);
  return output;
}

interface Run {
  readonly digest: string;
  readonly seconds: readonly number[];
  readonly wallSeconds: number;
}

function runOnce([file, ...args]: Command, size: number, iterations: number, warmUpSeconds: number, cache: string): Run {
  const start = performance.now();
  const child = spawnSync(file, [...args, `${size}`, `${iterations}`, `${warmUpSeconds}`], {
    cwd: projectRoot,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    env: { ...process.env, YUGONG_CACHE: cache },
  });
  const wallSeconds = (performance.now() - start) / 1000;
  const match = /^(.*)\nseconds((?:\t\S+)+)\n$/.exec(child.stdout ?? "");
  if (child.status !== 0 || match === null) {
    const reason = child.error?.message ?? (child.signal !== null ? `ended by ${child.signal}` : child.stderr.split("\n")[0]);
    throw new Error(reason || `exit code ${child.status}`);
  }
  const [, digest = "", seconds = ""] = match;
  return { digest, seconds: seconds.trim().split("\t").map(Number), wallSeconds };
}

class RunnerSamples {
  readonly seconds: number[] = [];
  readonly coldSeconds: number[] = [];
  readonly firstSeconds: number[] = [];
  readonly digests = new Set<string>();
  error: string | undefined;

  constructor(
    readonly runner: RunnerName,
    private readonly command: Command,
    /** For what has to be kept. */
    private readonly folder: string,
  ) {}

  /** Interpreters take long and do not warm up: an iteration in the first round is enough. */
  round(size: number, round: number, quick: boolean): void {
    const interprets = INTERPRETERS.includes(this.runner);
    if (this.error !== undefined || (interprets && round > 1)) return;
    try {
      const cache = join(this.folder, `cache-${round}`);
      if (this.runner === "yugong") this.firstSeconds.push(runOnce(this.command, size, 1, 0, cache).wallSeconds);
      const cold = runOnce(this.command, size, 1, 0, cache);
      this.coldSeconds.push(cold.wallSeconds);
      this.digests.add(cold.digest);
      if (interprets) {
        this.seconds.push(...cold.seconds);
        return;
      }
      const warm = runOnce(this.command, size, quick ? 3 : ITERATIONS, quick ? WARM_UP_SECONDS / 4 : WARM_UP_SECONDS, cache);
      this.seconds.push(...warm.seconds);
      this.digests.add(warm.digest);
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    }
  }

  result(agreed: string | undefined): RunnerResult {
    const { runner, seconds, coldSeconds, firstSeconds } = this;
    const [digest] = this.digests;
    const disagrees = this.digests.size !== 1 || digest !== agreed;
    const error = this.error ?? (disagrees ? `computes ${digest}, not ${agreed}` : undefined);
    return { runner, seconds, coldSeconds, firstSeconds, digest, error };
  }
}

/** What most runners computed. */
function majority(digests: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const digest of digests) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

export function measureProgram(
  program: BenchmarkProgram,
  { rounds, quick }: MeasureOptions,
  progress: (runner: RunnerName, round: number) => void,
): Measurement {
  const folder = mkdtempSync(join(tmpdir(), "yugong-bench-"));
  try {
    const samples: RunnerSamples[] = [];
    for (const runner of RUNNERS) {
      const command = commandOf(runner, program, folder);
      if (command !== undefined) samples.push(new RunnerSamples(runner, command, folder));
    }
    for (let round = 1; round <= rounds; round++) {
      for (const each of samples) {
        progress(each.runner, round);
        each.round(program.size, round, quick);
      }
    }
    const agreed = majority(samples.flatMap(({ digests }) => [...digests]));
    return { program, results: samples.map((each) => each.result(agreed)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is measured of a runner. */
export type Samples = "seconds" | "coldSeconds" | "firstSeconds";

export function medianSeconds(measurement: Measurement, runner: RunnerName, what: Samples): number | undefined {
  const result = measurement.results.find((each) => each.runner === runner);
  if (result === undefined || result.error !== undefined || result[what].length === 0) return undefined;
  return median(result[what]);
}
