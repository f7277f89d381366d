// SPDX-License-Identifier: MIT
/** What commands of the REPL work on: the engine, where text goes, and which events are shown. */
import type { Engine } from "../engine.js";
import type { EngineEvent, EventKind } from "../events.js";
import type { Statistics } from "../statistics.js";
import { formatEvent } from "../trace.js";
import { TRACE_KINDS } from "../trace-kinds.js";

export interface ConsoleOptions {
  readonly engine: Engine;
  readonly statistics: () => Statistics;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly color: boolean;
}

export class Console {
  readonly engine: Engine;
  readonly statistics: () => Statistics;
  readonly color: boolean;
  private readonly options: ConsoleOptions;
  private traced: ReadonlySet<EventKind> = new Set();
  /** Frames whose code `:deopt` has taken out of use: what becomes of them is shown, traced or not. */
  private awaited = 0;

  constructor(options: ConsoleOptions) {
    this.options = options;
    this.engine = options.engine;
    this.statistics = options.statistics;
    this.color = options.color;
    options.engine.events.subscribe((event) => this.onEvent(event));
  }

  /** Lines for standard output. */
  say(text: string): void {
    this.options.write(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** Lines for standard error. */
  complain(text: string): void {
    this.options.writeError(text.endsWith("\n") ? text : `${text}\n`);
  }

  /** Which events are shown from now on. */
  trace(kinds: readonly EventKind[]): void {
    this.traced = new Set(kinds);
  }

  /** The words of `:trace` that stand for what is shown. */
  get tracedWords(): string[] {
    return Object.entries(TRACE_KINDS).flatMap(([word, kinds]) => (kinds.every((kind) => this.traced.has(kind)) ? [word] : []));
  }

  /** Shows the deoptimizations of so many frames, and of the suspended coroutines that are moved while `action` runs. */
  watchDeopts<Result>(action: () => Result, waiting: (result: Result) => number): Result {
    this.awaited++;
    const result = action();
    this.awaited += waiting(result) - 1;
    return result;
  }

  private onEvent(event: EngineEvent): void {
    const isAwaited = this.awaited > 0 && (event.kind === "lazy-deopt" || event.kind === "suspended-deopt");
    if (event.kind === "lazy-deopt" && this.awaited > 0) this.awaited--;
    if (isAwaited || this.traced.has(event.kind))
      this.options.writeError(`${formatEvent(event, { color: this.options.color, brief: true })}\n`);
  }
}
