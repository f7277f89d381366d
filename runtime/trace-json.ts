// SPDX-License-Identifier: MIT
/**
 * Events as a timeline: the Trace Event Format of Chrome, which Perfetto (ui.perfetto.dev) and chrome://tracing open.
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 *
 *     compiler       │ ▒▒ total:6 loop ▒▒ ──┐                       ▒▒ total:6 loop ▒▒      phases nested in each compile
 *     main program   │ ████████████████████ ▼osr ████ ▪deopt █  ████████████████ ▼osr      when it runs; what happens to its frames
 *     coroutine 1    │                              █          █                            an arrow leads from a compile to its entry
 */
import type { CompileEvent, EngineEvent, EventStream } from "./events.js";
import { Report } from "./given-files.js";

/** One line of the format. Times are microseconds. */
interface TraceEvent {
  readonly name: string;
  /** X: an interval, i: an instant, s and f: the ends of an arrow, M: a name. */
  readonly ph: "X" | "i" | "s" | "f" | "M";
  readonly pid: 1;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: number;
  readonly s?: "t";
  readonly bp?: "e";
  readonly cat?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Threads of the format: the compiler first, in the background and while the program waits for it, then each coroutine's stack. */
const BACKGROUND = 0;
const COMPILER = 1;
const track = (coroutine: number): number => coroutine + 2;
const TRACK_NAMES: ReadonlyMap<number, string> = new Map([
  [BACKGROUND, "compiler in the background"],
  [COMPILER, "compiler"],
  [track(0), "main program"],
]);
const microseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6) / 1e3;

/** Turns events into lines of the format, one event at a time. */
export class TraceEventConverter {
  private readonly named = new Set<number>();
  /** The arrow that starts at the last compile of each loop. */
  private readonly arrows = new Map<string, number>();
  private lastArrow = 0;
  /** Who runs, since when (ms). */
  private running: { coroutine: number; since: number } | undefined = { coroutine: 0, since: 0 };

  constructor(private readonly program: string) {}

  convert(event: EngineEvent): TraceEvent[] {
    switch (event.kind) {
      case "compile-start":
        return [...this.name(COMPILER), this.instant(`queue ${event.function}:${event.line}`, "compile", COMPILER, event)];
      case "compile":
        return [...this.name(COMPILER), ...this.compile(event)];
      case "osr-entry": {
        const tid = track(event.coroutine);
        const entry = this.instant(`osr ${event.function}:${event.line}`, "osr", tid, event);
        const arrow = this.arrows.get(`${event.function}:${event.pc}`);
        if (arrow === undefined) return [...this.name(tid), entry];
        this.arrows.delete(`${event.function}:${event.pc}`);
        return [
          ...this.name(tid),
          entry,
          { name: "entry", ph: "f", bp: "e", pid: 1, tid, ts: microseconds(event.time), id: arrow, cat: "osr" },
        ];
      }
      case "deopt":
      case "suspended-deopt":
      case "lazy-deopt": {
        const tid = track(event.coroutine);
        const name = `deopt ${event.function}:${event.line}: ${event.reason}`;
        return [...this.name(tid), this.interval(name, "deopt", tid, event.time, event.nanoseconds / 1e6, details(event))];
      }
      case "gc": {
        const tid = track(event.coroutine);
        return [...this.name(tid), this.interval("gc", "gc", tid, event.time, event.nanoseconds / 1e6, details(event))];
      }
      case "invalidate":
      case "give-up":
        return [
          ...this.name(COMPILER),
          this.instant(`${event.kind} ${event.function}:${event.line}: ${event.reason}`, "policy", COMPILER, event),
        ];
      case "free":
        return [...this.name(COMPILER), this.instant("free", "policy", COMPILER, event)];
      case "switch":
        return this.run(event.coroutine, event.time);
      case "swaps":
        return this.run(undefined, event.time);
    }
  }

  private compile(event: CompileEvent): TraceEvent[] {
    const name = `${event.function}:${event.line}${event.unit === "loop" ? " loop" : ""}`;
    const { time, milliseconds, phases, background } = event;
    const lines: TraceEvent[] = [];
    const nest = (title: string, tid: number, start: number, duration: number, within: readonly (readonly [string, number])[]): void => {
      lines.push(this.interval(title, "compile", tid, start, duration, details(event)));
      let at = start;
      for (const [phase, duration] of within) {
        lines.push(this.interval(phase, "compile", tid, at, duration));
        at += duration;
      }
    };
    const all = Object.entries(phases);
    if (background === undefined) nest(name, COMPILER, time - milliseconds, milliseconds, all);
    else {
      const first = all.findIndex(([phase]) => phase === "parse");
      const last = all.findIndex(([phase]) => phase === "register");
      const sum = (some: typeof all): number => some.reduce((total, [, duration]) => total + duration, 0);
      lines.push(...this.name(BACKGROUND));
      nest(name, COMPILER, time - event.latency, sum(all.slice(0, first)), all.slice(0, first));
      nest(name, BACKGROUND, background.began, background.ended - background.began, all.slice(first, last));
      nest(name, COMPILER, time - sum(all.slice(last)), sum(all.slice(last)), all.slice(last));
    }
    if (event.unit === "loop") {
      const id = ++this.lastArrow;
      this.arrows.set(`${event.function}:${event.pc}`, id);
      lines.push({ name: "entry", ph: "s", pid: 1, tid: COMPILER, ts: microseconds(event.time), id, cat: "osr" });
    }
    return lines;
  }

  /** Another coroutine runs from here on, or nobody does. */
  private run(coroutine: number | undefined, time: number): TraceEvent[] {
    const before = this.running;
    this.running = coroutine === undefined ? undefined : { coroutine, since: time };
    if (before === undefined) return [];
    const tid = track(before.coroutine);
    return [...this.name(tid), this.interval("runs", "stack", tid, before.since, time - before.since)];
  }

  private interval(
    name: string,
    cat: string,
    tid: number,
    time: number,
    milliseconds: number,
    args?: Readonly<Record<string, unknown>>,
  ): TraceEvent {
    return { name, cat, ph: "X", pid: 1, tid, ts: microseconds(time), dur: microseconds(milliseconds), ...(args && { args }) };
  }

  private instant(name: string, cat: string, tid: number, event: EngineEvent): TraceEvent {
    return { name, cat, ph: "i", s: "t", pid: 1, tid, ts: microseconds(event.time), args: details(event) };
  }

  /** The lines that name a track, when it is met for the first time. */
  private name(tid: number): TraceEvent[] {
    if (this.named.has(tid)) return [];
    const lines: TraceEvent[] = [];
    if (this.named.size === 0) lines.push({ name: "process_name", ph: "M", pid: 1, tid: 0, args: { name: this.program } });
    this.named.add(tid);
    const name = TRACK_NAMES.get(tid) ?? `coroutine ${tid - track(0)}`;
    lines.push({ name: "thread_name", ph: "M", pid: 1, tid, args: { name } });
    lines.push({ name: "thread_sort_index", ph: "M", pid: 1, tid, args: { sort_index: tid } });
    return lines;
  }
}

/** An event without what its place in the timeline says already. */
function details({ kind: _kind, time: _time, ...rest }: EngineEvent): Readonly<Record<string, unknown>> {
  return rest;
}

/** As many lines as Perfetto still opens in a moment; what comes after them is counted. */
export const MOST_TRACE_EVENTS = 1_000_000;

/**
 * Writes a trace while the program runs: a program that crashes leaves one that can be opened, too (the format allows the end to be missing).
 * @returns ends the file; returns how many events were left out
 */
export function writeTraceJson(events: EventStream, path: string, program: string, limit = MOST_TRACE_EVENTS): () => number {
  const file = new Report(path);
  const converter = new TraceEventConverter(program);
  let written = 0;
  let dropped = 0;
  let pending = "[";
  const flush = (): void => {
    file.write(pending);
    pending = "";
  };
  const unsubscribe = events.subscribe((event) => {
    for (const line of converter.convert(event)) {
      if (written >= limit) {
        dropped++;
        continue;
      }
      pending += `${written++ === 0 ? "\n" : ",\n"}${JSON.stringify(line)}`;
    }
    if (pending.length > 65536) flush();
  });
  return () => {
    unsubscribe();
    pending += "\n]\n";
    flush();
    file.close();
    return dropped;
  };
}
