// SPDX-License-Identifier: MIT
/** Running peers and our own native benchmark. A peer that is not there is no error: its figures are missing, and the report says so. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../runtime/native.js";
import type { SectionBuilder } from "./report.js";

const TIMEOUT_MS = 240_000;

/** The peer cannot be run here; the message says why. */
class PeerMissing extends Error {}

/** Measures with a peer; where it cannot be run, the section says that it is missing, and why. */
export function withPeer(section: SectionBuilder, peer: string, measure: () => void): void {
  try {
    measure();
  } catch (error) {
    if (!(error instanceof PeerMissing)) throw error;
    section.missing(peer, error.message);
  }
}

function run(program: string, args: readonly string[]): string {
  const child = spawnSync(program, args, { cwd: projectRoot, encoding: "utf8", maxBuffer: 2 ** 28, timeout: TIMEOUT_MS });
  if (child.error !== undefined) {
    const isAbsent = "code" in child.error && child.error.code === "ENOENT";
    throw new PeerMissing(isAbsent ? `${program} is not installed` : child.error.message);
  }
  if (child.status !== 0)
    throw new PeerMissing(child.stderr.trim().split("\n").slice(-3).join(" ") || `ended with ${child.signal ?? child.status}`);
  return child.stdout;
}

export function firstLine(program: string, args: readonly string[]): string | undefined {
  try {
    const [line] = run(program, args).split("\n");
    return line === "" ? undefined : line;
  } catch {
    return undefined;
  }
}

/** What a peer program measured: samples by parameters. */
export interface PeerFigure {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly samples: readonly number[];
  /** Whether it computed what it should, and was optimized and deoptimized as it should. */
  readonly right: boolean;
}

/**
 * One of bench/osr/peers/v8-*.ts, in a process of its own; it prints an array of PeerFigures. V8 optimizes nothing by itself there, for its budget
 * is never used up: what is to be optimized is said.
 */
export function runV8(script: string, args: readonly string[] = [], flags: readonly string[] = []): PeerFigure[] {
  const path = join(projectRoot, "dist", "bench", "osr", "peers", `${script}.js`);
  return JSON.parse(
    run(process.execPath, ["--allow-natives-syntax", "--interrupt-budget=100000000", ...flags, path, ...args]),
  ) as PeerFigure[];
}

const luaScript = (script: string): string => join("bench", "osr", "peers", `${script}.lua`);

/** One of bench/osr/peers/*.lua. */
export function runLuaJit(script: string, args: readonly string[] = []): PeerFigure[] {
  return figuresOf(run("luajit", [luaScript(script), ...args]));
}

export function runYugong(script: string, args: readonly string[] = []): PeerFigure[] {
  return figuresOf(run(process.execPath, [join("bin", "yugong"), "run", luaScript(script), ...args]));
}

/** Lines `name⇥parameter=value,…⇥right⇥samples…`. */
function figuresOf(output: string): PeerFigure[] {
  return output
    .trim()
    .split("\n")
    .map((line) => {
      const [name = "", parameters = "", right = "", ...samples] = line.split("\t");
      const pairs = parameters.split(",").filter(Boolean);
      return {
        name,
        parameters: Object.fromEntries(pairs.map((pair) => pair.split("=")).map(([key, value]) => [key, Number(value)])),
        samples: samples.map(Number),
        right: right === "right",
      };
    });
}

/** A case of native/yugong/bench. */
export interface NativeCase {
  readonly group: string;
  readonly name: string;
  /** Nanoseconds an operation, by round. */
  readonly times_ns: readonly number[];
  readonly right: boolean;
}

/** Builds yugong-bench, which is quick when nothing has changed, and runs the cases of some groups. */
export function runYugongBench(
  only: string,
  rounds: number,
  quick: boolean,
): { cases: NativeCase[]; missing: string[]; sizes_bytes: Record<string, number> } {
  run("cmake", ["--build", "build", "--target", "yugong-bench"]);
  const program = ["build/Release/yugong-bench", "build/native/yugong/bench/yugong-bench"].find((path) =>
    existsSync(join(projectRoot, path)),
  );
  if (program === undefined) throw new PeerMissing("yugong-bench was built and cannot be found");
  return JSON.parse(run(program, ["--json", "-", "--only", only, "--rounds", `${rounds}`, ...(quick ? ["--quick"] : [])]));
}
