// SPDX-License-Identifier: MIT
/** An engine runs programs: source → prototypes → native side, which interprets them and calls back when something gets hot. */
import { realpathSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname } from "node:path";
import type { Proto } from "../lang/bytecode.js";
import { CompileError } from "../lang/errors.js";
import { SYNTAX_LEVELS } from "../lang/syntax-levels.js";
import { buildVersion } from "./build-version.js";
import { BytecodeCache } from "./bytecode-cache.js";
import { checkEngineOptions, checkProgram } from "./check-options.js";
import { addChunk, type ChunkSource, type CompiledChunk } from "./compiled-chunk.js";
import { publishBitsOf } from "./core/code.js";
import { Bridge, bytesOfText, stringForm } from "./embedding/bridge.js";
import type { HostFunction, LuaCoroutine, LuaFunction, LuaInput, LuaTable, LuaValue } from "./embedding/values.js";
import { type EngineOptions, type FileAccess, type Program, type RunOptions, type RunResult, THRESHOLDS } from "./engine-options.js";
import { EventStream } from "./events.js";
import { compileChunk } from "./front-end.js";
import { Inspection } from "./inspection.js";
import { LazyTiering } from "./lazy-tiering.js";
import { type Counters, loadYugong, loadYugongLlvm, type NativeEngine, preloadYugongLlvm, type YugongAddon } from "./native.js";
import { NativeEvents } from "./native-events.js";
import { type ProbeRecord, takeProbes } from "./probes.js";
import { readSource } from "./read-source.js";
import { prepareTiering } from "./tiering-loader.js";
import type { EngineContext, TieringLoader, TieringOptions, TieringPolicy } from "./tiering-policy.js";

/**
 * Address space, not memory: only touched pages cost anything. lua5.1 allows some 20 000 nested calls, in a coroutine as in the main
 * program; an interpreter frame takes 300 to 2 300 bytes.
 */
const MAIN_STACK_BYTES = 64 * 2 ** 20;
const COROUTINE_STACK_BYTES = 16 * 2 ** 20;
const gibibyte = 2 ** 30;

/**
 * Runs programs.
 *
 * ```ts
 * const engine = await Engine.create({ stdout: "capture", timeLimitMs: 1000 });
 * engine.set("area", (width: number, height: number) => width * height);
 * const [sum] = engine.run("print(area(3, 4)) return 1 + 2");        // 3
 * engine.takeOutput();                                             // "12\n"
 * ```
 *
 * An engine belongs to the thread that made it; other threads may have engines of their own, and interrupt this one. What goes in and comes
 * out is said at LuaValue and LuaInput.
 */
export class Engine {
  /** What the engine does to its programs. */
  readonly events: EventStream;
  /** Stacks and code, for people who look at them. */
  readonly inspection: Inspection;
  private readonly native: NativeEngine;
  private readonly addon: YugongAddon;
  private readonly protos = new Map<number, Proto>();
  private readonly protoIds = new Map<Proto, number>();
  /** By prototype, the text of its chunk. */
  private readonly sources = new Map<number, string>();
  private readonly nativeEvents: NativeEvents;
  private readonly started: number;
  private readonly files: FileAccess;
  private readonly tiering: TieringPolicy | undefined;
  private readonly bridge: Bridge;
  private readonly captured: Buffer[] = [];
  private readonly cache: BytecodeCache | undefined;

  /** A new engine. Throws a NativeLoadError when the addon is not built, a TypeError or RangeError for options that make no sense. */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    checkEngineOptions(options);
    const optimize = options.optimize ?? options.mode !== "interpreter";
    return new Engine(options, optimize ? await prepareTiering() : undefined);
  }

  private constructor(options: EngineOptions, loader: TieringLoader | undefined) {
    const { mispredict, failingGuards, disturbedCalls, collectEvery, sliceInstructions, extendAfter, ...stressed } = options.stress ?? {};
    const thresholds = { ...THRESHOLDS[options.mode ?? "default"], ...stressed };
    if (options.hotThreshold !== undefined) thresholds.hotThreshold = options.hotThreshold;
    if (options.failureLimit !== undefined) thresholds.failureLimit = options.failureLimit;
    if (options.compileShare !== undefined) thresholds.compileShare = options.compileShare;
    // Stress is to happen the same in each run.
    else if (options.stress !== undefined) thresholds.compileShare = Number.POSITIVE_INFINITY;
    if (options.compile !== undefined) thresholds.compile = options.compile;
    else if (options.stress !== undefined) thresholds.compile = "blocking";
    const { strings = "utf8", publish = [] } = options;
    this.events = options.events ?? new EventStream();
    this.addon = loadYugong();
    this.cache =
      options.bytecodeCache === undefined
        ? undefined
        : new BytecodeCache({ folder: options.bytecodeCache, version: buildVersion(), checksum: this.addon.checksum });
    this.started = performance.now();
    this.files = options.files ?? "tree";
    this.native = new this.addon.NativeEngine({
      memoryLimitBytes: options.memoryLimitBytes ?? Math.min(4 * gibibyte, Math.floor(totalmem() / 2)),
      mainStackBytes: options.mainStackBytes ?? MAIN_STACK_BYTES,
      coroutineStackBytes: options.coroutineStackBytes ?? COROUTINE_STACK_BYTES,
      collectEvery: collectEvery ?? 0,
      extendAfter: extendAfter ?? 0,
      hotThreshold: loader ? thresholds.hotThreshold : -1,
      ...(failingGuards && { failingGuards }),
      publishStacks: publish.includes("gdb"),
      recordSwitches: options.recordSwitches ?? false,
      probeCapacity: options.probes ?? 0,
      recordDeopts: options.recordDeopts ?? false,
      ...(disturbedCalls && { disturbedCalls }),
      onHot: (protoId, pc, types) => this.tiering?.onHot(protoId, pc, types) ?? 0n,
      onDeopt: (csid, count) => this.tiering?.onDeopt(csid, count),
      onInvalidate: (code, suspended, waiting, reason) => this.tiering?.onInvalidate(code, { suspended, waiting }, reason),
      onEvents: () => this.nativeEvents.drain(),
      onLoad: (source, name, isFile) => this.loadChunk(source.toString("latin1"), name.toString("latin1"), isFile),
      onCompile: (source, name) => this.compile({ text: source.toString("latin1"), name, levels: SYNTAX_LEVELS.program }, true),
      onHostFunction: (index, args) => this.bridge.onHostFunction(index, args),
      onOutput: this.outputTo(options.stdout),
      strings: stringForm(strings),
    });
    this.nativeEvents = new NativeEvents({
      native: this.native,
      events: this.events,
      protos: this.protos,
      describeSite: (csid) => this.tiering?.describeSite(csid),
    });
    this.bridge = new Bridge({
      native: this.native,
      strings,
      compile: (text, name, isFile) => this.compile({ text, name, levels: SYNTAX_LEVELS.program }, isFile),
      afterCall: () => this.nativeEvents.drain(),
    });
    this.native.setFileTrees(this.fileTrees("="));
    this.native.setLimits({ timeMs: options.timeLimitMs ?? 0, interruptOnSignal: options.interruptOnSignal ?? false });
    const context = this.context({
      ...thresholds,
      inBackground: thresholds.compile === "background",
      ...(mispredict !== undefined && { mispredict }),
      ...(sliceInstructions !== undefined && { sliceInstructions }),
      ...(options.inlineDepth !== undefined && { inlineDepth: options.inlineDepth }),
      countGuards: failingGuards !== undefined,
      countCalls: disturbedCalls !== undefined,
      publish: publishBitsOf(publish),
      recordSwitches: options.recordSwitches === true,
      ...(options.onCode && { onCode: options.onCode }),
    });
    this.tiering = loader && new LazyTiering(loader, context);
    this.inspection = new Inspection({
      native: this.native,
      bridge: this.bridge,
      tiering: this.tiering,
      layoutJson: this.addon.layoutJson,
      protos: this.protos,
      sourceOf: (id) => this.sources.get(id) ?? "",
      drain: () => this.nativeEvents.drain(),
    });
  }

  /**
   * Runs a program; what its chunk returns. A host function may do so while another program of the engine runs.
   *
   * @throws CompileError for what is no program, LuaError, what a host function has thrown, InterruptError, ExitError; what node:fs
   * throws when a file cannot be read
   */
  run(program: Program, { args = [], name }: RunOptions = {}): LuaValue[] {
    const chunk = this.load(program, name);
    if (typeof program !== "string") {
      const table = this.table(args);
      table.set(0, program.file);
      this.set("arg", table);
    }
    return chunk.call(...args);
  }

  /** Compiles a program; a function that runs it. */
  load(program: Program, name?: string): LuaFunction {
    checkProgram(program, name);
    if (typeof program !== "string") {
      const chunk = this.bridge.load(readSource(program.file), chunkName(program.file), true);
      this.native.setFileTrees(this.fileTrees(program.file));
      return chunk;
    }
    const source = bytesOfText(program);
    return this.bridge.load(source, name === undefined ? source : chunkName(name));
  }

  /** Calls a value of the language, or what its metatable says; throws as LuaFunction.call does. */
  call(callee: LuaInput, ...args: LuaInput[]): LuaValue[] {
    return this.bridge.call(callee, args);
  }

  /** `_G`: the global variables. */
  get globals(): LuaTable {
    return this.bridge.globals();
  }

  /** A global variable. */
  get(name: string): LuaValue {
    return this.globals.get(name);
  }

  /** Sets a global variable: `engine.set("log", (text: string) => console.log(text))`. */
  set(name: string, value: LuaInput): void {
    this.globals.set(name, value);
  }

  /** A new table, with what is in an array, a plain object or a Map. */
  table(content: object = {}): LuaTable {
    return this.bridge.copyToTable(content);
  }

  /** A value of the language, to pass on or to compare: host functions are LuaFunctions then. */
  hostFunction(body: HostFunction): LuaFunction {
    return this.bridge.hostFunction(body);
  }

  /** A suspended coroutine that will call a function of the language. */
  coroutine(body: LuaFunction): LuaCoroutine {
    return this.bridge.newCoroutine(body);
  }

  /** What the program has written since the last time, with `stdout: "capture"`. */
  takeOutput(): string {
    return this.takeOutputBytes().toString("utf8");
  }

  /** The same, as bytes. */
  takeOutputBytes(): Buffer {
    return Buffer.concat(this.captured.splice(0));
  }

  /** Ends the run in progress at its next loop round or call, with an InterruptError; for host functions. Nothing, when there is none. */
  interrupt(): void {
    this.native.interrupt();
  }

  /** With this number any thread can interrupt the engine: `interrupt(token)`. */
  get interruptToken(): number {
    return this.native.interruptToken();
  }

  /** Runs a file as `lua5.1 file args…` does. Throws CompileError, and what node:fs throws when the file cannot be read. */
  runFile(path: string, args: readonly string[] = []): RunResult {
    return this.runSource(readSource(path), path, args);
  }

  /**
   * Runs a program as the stand-alone lua5.1 does, whose errors are a result. Throws CompileError.
   *
   * @param source one character a byte
   * @param name what errors call the program; a `=` before it keeps it as it is, as in lua5.1
   * @param args the program's `...`, and arg[1] and so on; without it there is no global `arg`
   * @param before the words before the program on the command line, for arg[-1] and so on
   */
  runSource(source: string, name: string, args?: readonly string[], before: readonly string[] = []): RunResult {
    const isFile = !name.startsWith("=");
    const main = this.compile({ text: source, name: chunkName(name), levels: SYNTAX_LEVELS.program }, isFile);
    this.native.setFileTrees(this.fileTrees(name));
    try {
      const words = args === undefined ? [] : [...before, name === "=stdin" ? "-" : name, ...args];
      return this.native.run(
        main,
        words.map((word) => Buffer.from(word, "utf8")),
        args === undefined ? 0 : before.length,
      );
    } finally {
      this.nativeEvents.drain();
      const { swaps, coroutines, guards } = this.native.counters();
      this.events.emit({ kind: "swaps", time: this.now(), swaps, coroutines, ...(guards > 0 && { guards }) });
    }
  }

  /** The directories whose files a program may open; undefined: all. */
  private fileTrees(name: string): Buffer[] | undefined {
    if (this.files === "all") return undefined;
    if (this.files === "none") return [];
    const trees = [process.cwd()];
    if (!name.startsWith("=")) trees.push(dirname(name));
    return trees.flatMap((tree) => {
      try {
        return [Buffer.from(realpathSync(tree))];
      } catch {
        return []; // a chunk's name need not be a file's
      }
    });
  }

  /** @param lasts the text is a file's or the library's: another process may run it, too */
  private compile(source: ChunkSource, lasts: boolean): number {
    return addChunk(
      lasts ? this.cached(source) : compileChunk(source),
      (native) => this.native.addProto(native),
      (id, proto) => {
        this.protos.set(id, proto);
        this.protoIds.set(proto, id);
        this.sources.set(id, source.text);
      },
    );
  }

  private cached(source: ChunkSource): CompiledChunk {
    const found = this.cache?.find(source);
    if (found !== undefined) return found;
    const chunk = compileChunk(source);
    this.cache?.keep(source, chunk);
    return chunk;
  }

  /** A chunk that the program compiles: its prototype's id, or lua5.1's message. */
  private loadChunk(text: string, name: string, isFile: boolean): number | Buffer {
    try {
      return this.compile({ text, name, levels: SYNTAX_LEVELS.loaded }, isFile);
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      return Buffer.from(`${error.file}:${error.line}: ${error.message}`, "latin1");
    }
  }

  /** What has been measured since the last time, oldest first; between runs. Empty without the option `probes`. */
  takeProbes(): ProbeRecord[] {
    return takeProbes(this.native);
  }

  /** Numbers of the native side. */
  counters(): Counters {
    return this.native.counters();
  }

  /** Frees all memory. Nothing of the engine can be used afterwards: a TypeError. While it runs, it cannot be disposed of. */
  dispose(): void {
    this.native.dispose();
  }

  private outputTo(sink: EngineOptions["stdout"]): ((bytes: Buffer) => void) | undefined {
    if (sink === undefined) return undefined;
    if (sink === "capture") return (bytes) => void this.captured.push(bytes);
    if (typeof sink === "function") return sink;
    return (bytes) => void sink.write(bytes);
  }

  private now(): number {
    return performance.now() - this.started;
  }

  private context(thresholds: TieringOptions): EngineContext {
    return {
      native: this.native,
      options: thresholds,
      layoutJson: this.addon.layoutJson,
      proto: (id) => {
        const proto = this.protos.get(id);
        if (!proto) throw new RangeError(`no prototype has the id ${id}`);
        return proto;
      },
      protoId: (proto) => {
        const id = this.protoIds.get(proto);
        if (id === undefined) throw new RangeError(`the prototype ${proto.name} was not added to this engine`);
        return id;
      },
      preloadLlvmAddon: () => preloadYugongLlvm(),
      stackmapRecords: this.addon.stackmapRecords,
      loadLlvmAddon: () => loadYugongLlvm(),
      now: () => this.now(),
      moment: () => ({ wall: performance.now(), cpu: this.addon.threadMilliseconds() }),
      emit: (event) => {
        this.nativeEvents.drain();
        this.events.emit(event);
      },
    };
  }
}

/** lua5.1's name of a program's chunk, in bytes: a file unless a `=` says otherwise. */
export function chunkName(name: string): string {
  return Buffer.from(name.startsWith("=") ? name : `@${name}`, "utf8").toString("latin1");
}
