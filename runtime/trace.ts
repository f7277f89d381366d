// SPDX-License-Identifier: MIT
/**
 * Events for people, one line each:
 *
 *        12.41 ms  compile  sum_up_to:17 loop          3.1 ms (build 0.6, codegen 2.3), 96 IR instructions, 412 bytes
 *        12.43 ms  osr      sum_up_to:17               into the loop
 *        12.61 ms  deopt    sum_up_to:18:13            integer overflow, 1 frame rebuilt in 412 ns
 */
import pc from "picocolors";
import type { EngineEvent, EventKind, EventStream } from "./events.js";

type Colors = ReturnType<typeof pc.createColors>;

const LABELS: Readonly<Record<EventKind, { label: string; color: keyof Pick<Colors, "green" | "cyan" | "yellow" | "magenta" | "dim"> }>> = {
  "compile-start": { label: "queue", color: "dim" },
  compile: { label: "compile", color: "green" },
  "osr-entry": { label: "osr", color: "cyan" },
  deopt: { label: "deopt", color: "yellow" },
  "lazy-deopt": { label: "deopt", color: "yellow" },
  "suspended-deopt": { label: "deopt", color: "yellow" },
  invalidate: { label: "discard", color: "magenta" },
  free: { label: "free", color: "dim" },
  "give-up": { label: "give up", color: "magenta" },
  switch: { label: "switch", color: "dim" },
  gc: { label: "gc", color: "cyan" },
  swaps: { label: "swap", color: "dim" },
};

export const plural = (count: number, noun: string): string => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

/** 0.00042 ms is "420 ns"; three digits are enough for a measured time. */
export function formatDuration(nanoseconds: number): string {
  for (const [unit, size] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ] as const) {
    if (nanoseconds >= size) return `${(nanoseconds / size).toPrecision(3).replace(/e\+\d+$/, "")} ${unit}`;
  }
  return `${Math.round(nanoseconds)} ns`;
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

const milliseconds = (ms: number): string => ms.toFixed(ms < 10 ? 1 : 0);

function place(event: EngineEvent): string {
  switch (event.kind) {
    case "free":
      return "invalid code";
    case "swaps":
      return "whole run";
    case "switch":
      return event.coroutine === 0 ? "main program" : `coroutine ${event.coroutine}`;
    case "gc":
      return "heap";
    case "compile-start":
    case "compile":
    case "invalidate":
      return `${event.function}:${event.line}${event.unit === "loop" ? " loop" : ""}`;
    case "deopt":
    case "suspended-deopt":
    case "lazy-deopt":
      return `${event.function}:${event.line}:${event.column}`;
    default:
      return `${event.function}:${event.line}`;
  }
}

/** What happened, without the place where. */
export function describeEvent(event: EngineEvent, brief = false): string {
  switch (event.kind) {
    case "compile-start":
      return `for the compiler${event.underWay === 1 ? "" : `, behind ${event.underWay - 1}`}; ${milliseconds(event.pause)} ms of pause`;
    case "compile": {
      const phases = Object.entries(event.phases).map(([name, ms]) => `${name} ${milliseconds(ms)}`);
      const detail = phases.length > 0 && !brief ? ` (${phases.join(", ")})` : "";
      const { background, pause, latency } = event;
      const times = brief ? "" : `, all but ${milliseconds(pause)} in the background, used after ${milliseconds(latency)}`;
      const where = background === undefined ? "" : times || " in the background";
      return `${milliseconds(event.milliseconds)} ms${where}${detail}, ${plural(event.irInstructions, "IR instruction")}, ${plural(event.codeBytes, "byte")}`;
    }
    case "osr-entry":
      return `into the loop${event.coroutine === 0 ? "" : `, coroutine ${event.coroutine}`}`;
    case "deopt":
      return `${event.injected === undefined ? "" : "injected: "}${event.reason}, ${plural(event.frames, "frame")} rebuilt in ${formatDuration(event.nanoseconds)}`;
    case "suspended-deopt":
      return `coroutine ${event.coroutine} lies suspended: ${plural(event.frames, "frame")} rebuilt in ${formatDuration(event.nanoseconds)}`;
    case "lazy-deopt":
      return `returned into invalid code: ${plural(event.frames, "frame")} rebuilt in ${formatDuration(event.nanoseconds)}`;
    case "invalidate": {
      const suspended = event.suspended > 0 ? `, ${plural(event.suspended, "suspended coroutine")} moved out` : "";
      return `${event.reason}${suspended}${event.waiting > 0 ? `, ${plural(event.waiting, "waiting frame")} to be left` : ""}`;
    }
    case "free":
      return `${plural(event.freed, "unit")} freed, ${event.kept} still in use, ${plural(event.bytes, "byte")} of code left`;
    case "give-up":
      return event.reason;
    case "switch":
      return "runs";
    case "gc":
      return `${mebibytes(event.bytesBefore)} became ${mebibytes(event.bytesAfter)} MiB in ${formatDuration(event.nanoseconds)}`;
    case "swaps":
      return `${plural(event.swaps, "stack swap")}, ${plural(event.coroutines, "coroutine")}`;
  }
}

export interface TraceOptions {
  readonly color: boolean;
  /** Leave out the phases of compilations, to fit 100 columns. */
  readonly brief?: boolean;
}

/** One line, without the line end. */
export function formatEvent(event: EngineEvent, options: TraceOptions): string {
  const colors = pc.createColors(options.color);
  const { label, color } = LABELS[event.kind];
  const time = colors.dim(`${event.time.toFixed(2).padStart(9)} ms`);
  return `${time}  ${colors[color](label.padEnd(7))}  ${place(event).padEnd(26)} ${describeEvent(event, options.brief)}`;
}

/** Writes the events of these kinds as they happen. */
export function traceEvents(
  events: EventStream,
  kinds: readonly EventKind[],
  write: (line: string) => void,
  options: TraceOptions,
): () => void {
  return events.subscribe((event) => write(`${formatEvent(event, options)}\n`), kinds);
}
