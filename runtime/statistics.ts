// SPDX-License-Identifier: MIT
/** What a run came to, in numbers: `--stats`, and `:stats` of the REPL. */
import { readFileSync } from "node:fs";
import type { Engine } from "./engine.js";
import type { EventStream } from "./events.js";
import type { StatsForm } from "./run-options.js";
import { formatDuration } from "./trace.js";

/** `--stats=json` and `--stats-json FILE`. Keys may be added; those that are here stay what they are. */
export interface Statistics {
  /** Since the engine was made. */
  readonly milliseconds: number;
  /** Units compiled: functions and loops, again and again if need be. */
  readonly compiled: number;
  /** Of work in all, most of it on another thread while the program goes on. */
  readonly compileMilliseconds: number;
  /** For which the program stood still for that, in all. */
  readonly pauseMilliseconds: number;
  /** The longest time for which it did. */
  readonly longestPauseMilliseconds: number;
  /** Of machine code, freed code included. */
  readonly codeBytes: number;
  /** As emitted, before LLVM optimizes them. */
  readonly irInstructions: number;
  /** Units that the policy does not try again. */
  readonly givenUp: number;
  /** Frames moved from the interpreter into a loop's code. */
  readonly osrEntries: number;
  /** Guards that failed. */
  readonly eagerDeopts: number;
  /** Returns into invalid code. */
  readonly lazyDeopts: number;
  /** Suspended coroutines moved out of invalid code. */
  readonly suspendedDeopts: number;
  /** Of all deopts together: from the helper's entry until the frames are rebuilt. */
  readonly deoptNanoseconds: number;
  /** Units taken out of use. */
  readonly invalidated: number;
  /** Resumes, yields and the ends of coroutines. */
  readonly stackSwaps: number;
  /** Created so far. */
  readonly coroutines: number;
  /** Of garbage. */
  readonly collections: number;
  /** In all of them. */
  readonly collectionMilliseconds: number;
  /** In use at the end, garbage included. */
  readonly heapBytes: number;
  /** Guards executed; only when a stress mode has them counted, else 0. */
  readonly guards: number;
  /** Whether any copy of LLVM is in the process: a program that never gets hot does not pay for one. */
  readonly llvmLoaded: boolean;
}

function isLlvmLoaded(): boolean {
  return /yugong-llvm\.node|llvm-bindings\.node/.test(readFileSync("/proc/self/maps", "utf8"));
}

/** Counts from now on; the result is asked for the numbers as often as one likes. */
export function collectStatistics(events: EventStream): (engine: Engine) => Statistics {
  const started = performance.now();
  let compileMilliseconds = 0;
  let pauseMilliseconds = 0;
  let longestPauseMilliseconds = 0;
  const pausedFor = (pauses: readonly number[]): void => {
    for (const pause of pauses) {
      pauseMilliseconds += pause;
      longestPauseMilliseconds = Math.max(longestPauseMilliseconds, pause);
    }
  };
  let codeBytes = 0;
  let irInstructions = 0;
  let deoptNanoseconds = 0;
  events.subscribe(({ pauses }) => pausedFor(pauses), ["compile-start"]);
  events.subscribe(({ pauses }) => pausedFor(pauses ?? []), ["give-up"]);
  events.subscribe(
    (event) => {
      compileMilliseconds += event.milliseconds;
      // In the background, compile-start has told of all but the last one.
      pausedFor(event.background === undefined ? event.pauses : event.pauses.slice(-1));
      codeBytes += event.codeBytes;
      irInstructions += event.irInstructions;
    },
    ["compile"],
  );
  events.subscribe(
    (event) => {
      deoptNanoseconds += event.nanoseconds;
    },
    ["deopt", "suspended-deopt", "lazy-deopt"],
  );
  return (engine) => {
    const { swaps, coroutines, collections, collectionMilliseconds, heapBytes, guards } = engine.counters();
    return {
      milliseconds: performance.now() - started,
      compiled: events.count("compile"),
      compileMilliseconds,
      pauseMilliseconds,
      longestPauseMilliseconds,
      codeBytes,
      irInstructions,
      givenUp: events.count("give-up"),
      osrEntries: events.count("osr-entry"),
      eagerDeopts: events.count("deopt"),
      lazyDeopts: events.count("lazy-deopt"),
      suspendedDeopts: events.count("suspended-deopt"),
      deoptNanoseconds,
      invalidated: events.count("invalidate"),
      stackSwaps: swaps,
      coroutines,
      collections,
      collectionMilliseconds,
      heapBytes,
      guards,
      llvmLoaded: isLlvmLoaded(),
    };
  };
}

/** Lines of text. */
export function formatStatistics(statistics: Statistics, form: StatsForm): string {
  if (form === "json") return `${JSON.stringify(statistics)}\n`;
  const s = statistics;
  const deopts = s.eagerDeopts + s.lazyDeopts + s.suspendedDeopts;
  const rows: (readonly [string, string])[] = [
    ["compiled", `${s.compiled} (${s.compileMilliseconds.toFixed(1)} ms, ${s.codeBytes} bytes)`],
    ["pauses", `${s.pauseMilliseconds.toFixed(1)} ms for compiling, at most ${s.longestPauseMilliseconds.toFixed(1)} at once`],
    ["OSR entries", `${s.osrEntries}`],
    ["deopts", deopts === 0 ? "0" : `${deopts} (${formatDuration(s.deoptNanoseconds / deopts)} each)`],
    ["invalidated", `${s.invalidated}`],
    ...(s.guards > 0 ? [["guards", `${s.guards}`] as const] : []),
    ["stack swaps", `${s.stackSwaps}`],
    ["coroutines", `${s.coroutines}`],
    ["collections", `${s.collections} (${s.collectionMilliseconds.toFixed(1)} ms)`],
    ["heap", `${(s.heapBytes / 2 ** 20).toFixed(1)} MiB`],
    ["LLVM", s.llvmLoaded ? "loaded" : "not loaded"],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}\n`).join("");
}
