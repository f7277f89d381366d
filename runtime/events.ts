// SPDX-License-Identifier: MIT
/**
 * What the engine does to a running program, as a stream of typed events.
 *
 * In osr-integer-overflow.lua, for instance, the loop of `sum_up_to` produces
 *
 *     compile     sum_up_to, loop at line 17       the loop counter ran out; `total` and `i` were int32
 *     osr-entry   sum_up_to:17                     the interpreter's frame became a frame of that code
 *     deopt       sum_up_to:18, integer overflow   … and an interpreter frame again
 *     compile     sum_up_to, loop at line 17       now with `total` as a double
 *     osr-entry   sum_up_to:17
 *     swaps       1                                nothing but the switch to the main stack
 */

interface EventBase {
  /** Milliseconds since the engine started. */
  readonly time: number;
}

/** A function, or the loop of a running activation, was compiled. */
export interface CompileEvent extends EventBase {
  readonly kind: "compile";
  readonly function: string;
  readonly unit: "function" | "loop";
  /** The loop header's instruction; -1 for a function. */
  readonly pc: number;
  readonly line: number;
  /** In all. */
  readonly milliseconds: number;
  /** The same by phase, in the order in which they ran; the names are the compiler's. */
  readonly phases: Readonly<Record<string, number>>;
  /** IR instructions as emitted, before LLVM optimizes them. */
  readonly irInstructions: number;
  readonly codeBytes: number;
  /** Calls and guards' exits, each with a stackmap record and a frame state. */
  readonly callSites: number;
  /** What describes the code, as the compiler made it. */
  readonly stackmapBytes: number;
  readonly ehFrameBytes: number;
  readonly frameStateBytes: number;
}

/** A running interpreter frame was replaced by a frame of compiled code, at a loop header. */
export interface OsrEntryEvent extends EventBase {
  readonly kind: "osr-entry";
  readonly function: string;
  readonly pc: number;
  readonly line: number;
  /** 0 is the main program. */
  readonly coroutine: number;
}

/** Where a frame of compiled code was left. */
interface DeoptSite {
  readonly function: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  /** Interpreter frames that took the place of the one compiled frame. */
  readonly frames: number;
  readonly nanoseconds: number;
  readonly coroutine: number;
}

/** A guard failed. */
export interface DeoptEvent extends EventBase, DeoptSite {
  readonly kind: "deopt";
  /** How often this very guard has failed by now. */
  readonly siteCount: number;
  /** The guard held, a stress mode made it fail: the compiled unit's symbol, and its frame state there for people. */
  readonly injected?: { readonly unit: string; readonly frameState: string };
}

/** Code was invalidated while a coroutine lay suspended in it; the frame was replaced on the sleeping stack. */
export interface SuspendedDeoptEvent extends EventBase, DeoptSite {
  readonly kind: "suspended-deopt";
}

/** Control returned into a frame whose code had been invalidated while it waited; what was returned went to the interpreter. */
export interface LazyDeoptEvent extends EventBase, DeoptSite {
  readonly kind: "lazy-deopt";
}

/** Compiled code was taken out of use: nothing enters it any more. */
export interface InvalidateEvent extends EventBase {
  readonly kind: "invalidate";
  readonly function: string;
  readonly unit: "function" | "loop";
  readonly line: number;
  readonly reason: string;
  /** Suspended coroutines that were deoptimized. */
  readonly suspended: number;
  /** Frames that will be deoptimized when control returns into them: a lazy-deopt each, unless an error removes them. */
  readonly waiting: number;
}

/** Invalid code that no stack has frames of any more was freed. */
export interface FreeEvent extends EventBase {
  readonly kind: "free";
  /** How many pieces of code were freed, and how many invalid ones still have frames. */
  readonly freed: number;
  readonly kept: number;
  /** Memory of all code that there is now, in whole pages. */
  readonly bytes: number;
}

/** The optimizer leaves a function, a loop or one kind of speculation alone from now on. */
export interface GiveUpEvent extends EventBase {
  readonly kind: "give-up";
  readonly function: string;
  readonly line: number;
  readonly reason: string;
}

/** Another coroutine runs from here on: a resume, a yield, a return or an error. Only when the engine records switches. */
export interface SwitchEvent extends EventBase {
  readonly kind: "switch";
  /** 0 is the main program. */
  readonly coroutine: number;
}

/** A collection; not under stress, when there would be nothing else. */
export interface GcEvent extends EventBase {
  readonly kind: "gc";
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** The one that was running; 0 is the main program. */
  readonly coroutine: number;
  readonly nanoseconds: number;
}

/** At the end of a run: what was only counted. */
export interface SwapsEvent extends EventBase {
  readonly kind: "swaps";
  readonly swaps: number;
  readonly coroutines: number;
  /** Guards executed, if a stress mode has them counted. */
  readonly guards?: number;
}

export type EngineEvent =
  | CompileEvent
  | OsrEntryEvent
  | DeoptEvent
  | SuspendedDeoptEvent
  | LazyDeoptEvent
  | InvalidateEvent
  | FreeEvent
  | GiveUpEvent
  | GcEvent
  | SwitchEvent
  | SwapsEvent;
export type EventKind = EngineEvent["kind"];
export const EVENT_KINDS: readonly EventKind[] = [
  "compile",
  "osr-entry",
  "deopt",
  "suspended-deopt",
  "lazy-deopt",
  "invalidate",
  "free",
  "give-up",
  "gc",
  "switch",
  "swaps",
];

export type EventOf<Kind extends EventKind> = Extract<EngineEvent, { kind: Kind }>;
export type EventListener<Kind extends EventKind = EventKind> = (event: EventOf<Kind>) => void;

/**
 * Delivers events to subscribers in the order of their times, and keeps the latest of them for iteration. Listeners run inside the engine,
 * between two instructions of the program: they must not run code in it.
 */
export class EventStream implements Iterable<EngineEvent> {
  private readonly listeners = new Set<{ readonly kinds: ReadonlySet<EventKind> | undefined; readonly listener: EventListener }>();
  private readonly kept: EngineEvent[] = [];
  private readonly counts = new Map<EventKind, number>();

  /** @param capacity how many events to keep; the oldest go first. */
  constructor(private readonly capacity = 0) {}

  /** Returns the function that ends the subscription. */
  subscribe<Kind extends EventKind>(listener: EventListener<Kind>, kinds?: readonly Kind[]): () => void {
    const entry = { kinds: kinds && new Set<EventKind>(kinds), listener: listener as unknown as EventListener };
    this.listeners.add(entry);
    return () => void this.listeners.delete(entry);
  }

  emit(event: EngineEvent): void {
    this.counts.set(event.kind, this.count(event.kind) + 1);
    if (this.capacity > 0) {
      // Dropping half at a time keeps the cost of an event constant.
      if (this.kept.length >= 2 * this.capacity) this.kept.splice(0, this.kept.length - this.capacity);
      this.kept.push(event);
    }
    for (const { kinds, listener } of this.listeners) if (!kinds || kinds.has(event.kind)) listener(event);
  }

  /** How many events of this kind there have been, kept or not. */
  count(kind: EventKind): number {
    return this.counts.get(kind) ?? 0;
  }

  /** The kept events, oldest first. */
  [Symbol.iterator](): Iterator<EngineEvent> {
    return (this.capacity === 0 ? [] : this.kept.slice(-this.capacity)).values();
  }

  /** The kept events of one kind. */
  of<Kind extends EventKind>(kind: Kind): EventOf<Kind>[] {
    return [...this].filter((event): event is EventOf<Kind> => event.kind === kind);
  }
}
