// SPDX-License-Identifier: MIT
/** `yugong run`: engine, trace, statistics, and errors in lua5.1's form. */
import { readFileSync, writeFileSync } from "node:fs";
import { CompileError } from "../lang/index.js";
import { Engine, readSource } from "./engine.js";
import { EventStream } from "./events.js";
import { EXIT, type RunOptions } from "./run-options.js";
import { formatDuration, traceEvents } from "./trace.js";

/** Enough for every event of a test; a program that deoptimizes more often keeps its last ones. */
const KEPT_EVENTS = 100_000;

interface Chunk {
  source: string;
  name: string;
}

const write = (line: string): void => void process.stderr.write(line);

/** Returns the exit code. */
export async function run(file: string | undefined, args: readonly string[], options: RunOptions): Promise<number> {
  const chunks: Chunk[] = options.execute.map((code) => ({
    source: Buffer.from(code, "utf8").toString("latin1"),
    name: "=(command line)",
  }));
  if (file !== undefined) {
    try {
      chunks.push({ source: readSource(file === "-" ? 0 : file), name: file === "-" ? "=stdin" : file });
    } catch (error) {
      write(`yugong: cannot open ${file}: ${reasonOf(error)}\n`);
      return EXIT.usage;
    }
  }
  const events = new EventStream(options.events ? KEPT_EVENTS : 0);
  if (options.trace) traceEvents(events, options.trace, write, { color: process.stderr.isTTY === true });
  const engine = await Engine.create({ mode: options.mode, hotThreshold: options.hot, ...options.stress, events, interruptOnSignal: true });
  const statistics = options.stats ? collectStatistics(events) : undefined;
  try {
    for (const { source, name } of chunks) {
      const code = runChunk(engine, source, name, args);
      if (code !== undefined) return code;
    }
    return EXIT.ok;
  } finally {
    if (options.events) writeFileSync(options.events, [...events].map((event) => `${JSON.stringify(event)}\n`).join(""));
    if (statistics) write(statistics(engine));
    engine.dispose();
  }
}

/** The exit code when the program ends with this chunk. */
function runChunk(engine: Engine, source: string, name: string, args: readonly string[]): number | undefined {
  try {
    const result = engine.runSource(source, name, args);
    if (result.ok) return result.exitCode === undefined ? undefined : result.exitCode & 0xff;
    process.stderr.write(Buffer.concat([Buffer.from("yugong: "), result.message, Buffer.from("\n"), result.traceback]));
    if (result.traceback.length > 0 && result.traceback.at(-1) !== 0x0a) write("\n");
    return EXIT.programError;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    process.stderr.write(Buffer.from(`yugong: ${error.render(source)}\n`, "latin1"));
    return EXIT.programError;
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a directory";
  if (code === "EACCES") return "permission denied";
  return error instanceof Error ? error.message : String(error);
}

/** Whether any copy of LLVM is mapped into this process: a program that never gets hot must not pay for one. */
function isLlvmLoaded(): boolean {
  return /libLLVM|llvm-bindings\.node/.test(readFileSync("/proc/self/maps", "utf8"));
}

function collectStatistics(events: EventStream): (engine: Engine) => string {
  let compileMilliseconds = 0;
  let codeBytes = 0;
  let deoptNanoseconds = 0;
  events.subscribe(
    (event) => {
      compileMilliseconds += event.milliseconds;
      codeBytes += event.codeBytes;
    },
    ["compile"],
  );
  events.subscribe(
    (event) => {
      deoptNanoseconds += event.nanoseconds;
    },
    ["deopt", "suspended-deopt"],
  );
  return (engine) => {
    const counters = engine.counters();
    const deopts = events.count("deopt") + events.count("suspended-deopt");
    const rows: [string, string][] = [
      ["compiled", `${events.count("compile")} (${compileMilliseconds.toFixed(1)} ms, ${codeBytes} bytes)`],
      ["OSR entries", `${events.count("osr-entry")}`],
      ["deopts", deopts === 0 ? "0" : `${deopts} (${formatDuration(deoptNanoseconds / deopts)} each)`],
      ["invalidated", `${events.count("invalidate")}`],
      ["stack swaps", `${counters.swaps}`],
      ["coroutines", `${counters.coroutines}`],
      ["heap", `${(counters.heapBytes / 2 ** 20).toFixed(1)} MiB`],
      ["LLVM", isLlvmLoaded() ? "loaded" : "not loaded"],
    ];
    return rows.map(([name, value]) => `${name.padEnd(12)} ${value}\n`).join("");
  };
}
