// SPDX-License-Identifier: MIT
/** `yugong run`: engine, trace, statistics, and errors in lua5.1's form. What only some runs need is imported by them: Node's streams take time, too. */
import { CompileError } from "../lang/errors.js";
import { cacheFolder } from "./bytecode-cache.js";
import type { CodeRecord } from "./code-record.js";
import { Engine } from "./engine.js";
import { type EngineEvent, EventStream } from "./events.js";
import { openReport, type ProgramText, readProgram } from "./given-files.js";
import { loadYugong } from "./native.js";
import { EXIT, publishTargets, type RunOptions, type Step } from "./run-options.js";
import { MOST_TRACE_EVENTS, writeTraceJson } from "./trace-json.js";
import type { Part } from "./unit-parts.js";

/** Enough for every event of a test; a program that deoptimizes more often keeps its last ones. */
const KEPT_EVENTS = 100_000;

interface Chunk extends ProgramText {
  readonly args?: readonly string[];
}

const jsonLine = (event: EngineEvent): string => `${JSON.stringify(event)}\n`;
const write = (line: string): void => void process.stderr.write(line);

/** Returns the exit code. */
export async function run(file: string | undefined, args: readonly string[], options: RunOptions): Promise<number> {
  loadYugong().endOnBrokenPipe();
  const eventsFile = openReport(options.events);
  const statsFile = openReport(options.statsJson);
  const events = new EventStream(options.events ? KEPT_EVENTS : 0);
  if (options.trace) {
    const { traceEvents } = await import("./trace.js");
    traceEvents(events, options.trace, write, { color: process.stderr.isTTY === true });
  }
  const bytecodeCache = options.cache ? cacheFolder(process.env) : undefined;
  const engine = await Engine.create({
    mode: options.mode,
    hotThreshold: options.hot,
    compile: options.compile,
    compileShare: options.compileShare,
    stress: options.stress,
    events,
    files: options.files,
    ...(bytecodeCache !== undefined && { bytecodeCache }),
    interruptOnSignal: true,
    publish: publishTargets(options),
    recordSwitches: options.traceJson !== undefined,
    ...(options.dump && { onCode: await dumper(options.dump, options) }),
  });
  const endTrace = options.traceJson === undefined ? undefined : writeTraceJson(events, options.traceJson, file ?? "command line");
  // Under stress a program may not get to its end.
  if (eventsFile !== undefined && options.stress) events.subscribe((event) => eventsFile.write(jsonLine(event)));
  const summary = options.stats || options.statsJson ? await import("./statistics.js") : undefined;
  const statistics = summary?.collectStatistics(events);
  try {
    for (const step of options.steps) {
      const code = runChunk(engine, chunkOf(step));
      if (code !== undefined) return code;
    }
    const main = file === undefined ? undefined : { ...readProgram(file), args };
    return (main && runChunk(engine, main, options.before)) ?? EXIT.ok;
  } finally {
    if (!options.stress) eventsFile?.write([...events].map(jsonLine).join(""));
    if (summary && statistics) {
      const numbers = statistics(engine);
      if (options.stats) write(summary.formatStatistics(numbers, options.stats));
      statsFile?.write(summary.formatStatistics(numbers, "json"));
    }
    const dropped = endTrace?.() ?? 0;
    if (dropped > 0) write(`yugong: ${options.traceJson} has the first ${MOST_TRACE_EVENTS} events; ${dropped} more are left out\n`);
    engine.dispose();
  }
}

/** Prints each unit when it is compiled: the program may not get to its end. */
async function dumper(parts: readonly Part[], { function: name, dumpFile }: RunOptions): Promise<(record: CodeRecord) => void> {
  const { dumpUnit } = await import("./explain/dump-unit.js");
  const out = openReport(dumpFile);
  return (record) => {
    if (name !== undefined && record.proto.name !== name) return;
    const text = dumpUnit(record, parts);
    if (out === undefined) write(text);
    else out.write(text);
  };
}

function chunkOf({ kind, text }: Step): Chunk {
  const bytes = Buffer.from(text, "utf8");
  if (kind === "code") return { source: bytes.toString("latin1"), name: "=(command line)" };
  // As if called from C: messages have no position.
  return { source: `require "${[...bytes].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`, name: "=[C]" };
}

/** The exit code when the program ends with this chunk. */
function runChunk(engine: Engine, { source, name, args }: Chunk, before: readonly string[] = []): number | undefined {
  try {
    const result = engine.runSource(source, name, args, before);
    if (result.ok) return result.exitCode === undefined ? undefined : result.exitCode & 0xff;
    // Of the error nil, lua5.1 says nothing.
    if (result.message.length + result.traceback.length === 0) return EXIT.programError;
    process.stderr.write(Buffer.concat([Buffer.from("yugong: "), result.message, Buffer.from("\n"), result.traceback]));
    if (result.traceback.length > 0 && result.traceback.at(-1) !== 0x0a) write("\n");
    return EXIT.programError;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    process.stderr.write(Buffer.from(`yugong: ${error.render(source)}\n`, "latin1"));
    return EXIT.programError;
  }
}
