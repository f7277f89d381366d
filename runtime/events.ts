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

/** What all events have. */
export interface EventBase<Kind extends string> {
  /** Which event it is. */
  readonly kind: Kind;
  /** Milliseconds since the engine started. */
  readonly time: number;
}

/** A place in a program. */
interface Place {
  /** The function's name: "fib", "Account.deposit", "main chunk". */
  readonly function: string;
  /** In its source, from 1. */
  readonly line: number;
}

/** What is compiled: a whole function, or the rest of an activation from a loop's header on. */
interface UnitPlace extends Place {
  /** A loop's line is its header's. */
  readonly unit: "function" | "loop";
}

/** A function, or the loop of a running activation, is handed to the compiler in the background: the program goes on without it. */
export interface CompileStartEvent extends EventBase<"compile-start">, UnitPlace {
  /** The loop header's instruction; -1 for a function. */
  readonly pc: number;
  /** Milliseconds for which the program has stood still for it so far, while its IR was built. */
  readonly pause: number;
  /** The pauses that this consists of, in order; between them, the program went on. */
  readonly pauses: readonly number[];
  /** The same, in CPU time of the program's thread: without the time in which it had to wait for a processor. */
  readonly cpuPauses: readonly number[];
  /** How many there are with the compiler now, this one among them. */
  readonly underWay: number;
}

/** A function, or the loop of a running activation, was compiled, and is used from now on. */
export interface CompileEvent extends EventBase<"compile">, UnitPlace {
  /** The loop header's instruction; -1 for a function. */
  readonly pc: number;
  /** Of work in all. */
  readonly milliseconds: number;
  /** The part of that for which the program stood still: all of it, unless it was compiled in the background. */
  readonly pause: number;
  /** The pauses that this consists of, in order; the last one is for the registration of the code. A single one, unless in the background. */
  readonly pauses: readonly number[];
  /** The same, in CPU time of the program's thread. */
  readonly cpuPauses: readonly number[];
  /** LLVM could not keep its values in registers during calls, and has compiled it again with them on the stack. */
  readonly valuesOnStack?: boolean;
  /** From when it got hot until it could be used. */
  readonly latency: number;
  /** When LLVM worked on it in the background, in milliseconds since the engine started; undefined when the program waited for it. */
  readonly background?: {
    /** When LLVM took it up. */
    readonly began: number;
    /** When LLVM had done with it. */
    readonly ended: number;
  };
  /** The same by phase, in the order in which they ran; the names are the compiler's. */
  readonly phases: Readonly<Record<string, number>>;
  /** IR instructions as emitted, before LLVM optimizes them. */
  readonly irInstructions: number;
  /** Instructions of the function, and of each function that is inlined into it, once. */
  readonly bytecodes: number;
  /** Of machine code. */
  readonly codeBytes: number;
  /** Calls and guards' exits, each with a stackmap record and a frame state. */
  readonly callSites: number;
  /** What describes the code: its stackmap section. */
  readonly stackmapBytes: number;
  /** The same: its unwind tables. */
  readonly ehFrameBytes: number;
  /** The same: its frame states. */
  readonly frameStateBytes: number;
}

/** A running interpreter frame was replaced by a frame of compiled code, at a loop header. */
export interface OsrEntryEvent extends EventBase<"osr-entry">, Place {
  /** The loop header's instruction. */
  readonly pc: number;
  /** 0 is the main program. */
  readonly coroutine: number;
}

/** Where a frame of compiled code was left. */
interface DeoptSite extends Place {
  /** From 1, in bytes. */
  readonly column: number;
  /** Why: what the guard was about, or the reason for the invalidation. */
  readonly reason: string;
  /** Interpreter frames that took the place of the one compiled frame. */
  readonly frames: number;
  /** What rebuilding them took. */
  readonly nanoseconds: number;
  /** On whose stack; 0 is the main program. */
  readonly coroutine: number;
}

/** A guard failed. */
export interface DeoptEvent extends EventBase<"deopt">, DeoptSite {
  /** How often this very guard has failed by now. */
  readonly siteCount: number;
  /** The guard held, a stress mode made it fail: the compiled unit's symbol, and its frame state there for people. */
  readonly injected?: {
    /** The symbol. */
    readonly unit: string;
    /** For people. */
    readonly frameState: string;
  };
}

/** Code was invalidated while a coroutine lay suspended in it; the frame was replaced on the sleeping stack. */
export interface SuspendedDeoptEvent extends EventBase<"suspended-deopt">, DeoptSite {}

/** Control returned into a frame whose code had been invalidated while it waited; what was returned went to the interpreter. */
export interface LazyDeoptEvent extends EventBase<"lazy-deopt">, DeoptSite {}

/** Compiled code was taken out of use: nothing enters it any more. */
export interface InvalidateEvent extends EventBase<"invalidate">, UnitPlace {
  /** Why: a guard that failed too often, an assumption that has ended, … */
  readonly reason: string;
  /** Suspended coroutines that were deoptimized. */
  readonly suspended: number;
  /** Frames that will be deoptimized when control returns into them: a lazy-deopt each, unless an error removes them. */
  readonly waiting: number;
}

/** Invalid code that no stack has frames of any more was freed. */
export interface FreeEvent extends EventBase<"free"> {
  /** Pieces of code. */
  readonly freed: number;
  /** Invalid ones that still have frames. */
  readonly kept: number;
  /** Memory of all code that there is now, in whole pages. */
  readonly bytes: number;
}

/** The optimizer leaves a function, a loop or one kind of speculation alone from now on. */
export interface GiveUpEvent extends EventBase<"give-up">, Place {
  /** Why. */
  readonly reason: string;
  /** Of a unit that was being compiled: the milliseconds for which the program has stood still, each time, since its compile-start event if there was one. */
  readonly pauses?: readonly number[];
  /** The same, in CPU time of the program's thread. */
  readonly cpuPauses?: readonly number[];
}

/** Another coroutine runs from here on: a resume, a yield, a return or an error. Only when the engine records switches. */
export interface SwitchEvent extends EventBase<"switch"> {
  /** 0 is the main program. */
  readonly coroutine: number;
}

/** A collection; not under stress, when there would be nothing else. */
export interface GcEvent extends EventBase<"gc"> {
  /** In use before. */
  readonly bytesBefore: number;
  /** What lives. */
  readonly bytesAfter: number;
  /** The one that was running; 0 is the main program. */
  readonly coroutine: number;
  /** What it took. */
  readonly nanoseconds: number;
}

/** At the end of a run: what was only counted. */
export interface SwapsEvent extends EventBase<"swaps"> {
  /** Resumes, yields and the ends of coroutines. */
  readonly swaps: number;
  /** Created so far. */
  readonly coroutines: number;
  /** Guards executed, if a stress mode has them counted. */
  readonly guards?: number;
}

/** Any event; `kind` says which. */
export type EngineEvent =
  | CompileStartEvent
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
/** What `kind` can be. */
export type EventKind = EngineEvent["kind"];
/** All kinds. */
export const EVENT_KINDS: readonly EventKind[] = [
  "compile-start",
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

/** The event of a kind. */
export type EventOf<Kind extends EventKind> = Extract<EngineEvent, EventBase<Kind>>;
/** Gets events of the kinds that it has subscribed to. */
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

  /** Whether anybody gets events of this kind, now or later. Others need not be made; for the engine. */
  isHeard(kind: EventKind): boolean {
    if (this.capacity > 0) return true;
    for (const { kinds } of this.listeners) if (kinds === undefined || kinds.has(kind)) return true;
    return false;
  }

  /** There was an event of this kind, which nobody gets; for the engine. */
  pass(kind: EventKind): void {
    this.counts.set(kind, this.count(kind) + 1);
  }

  /** Delivers an event; for the engine. */
  emit(event: EngineEvent): void {
    this.pass(event.kind);
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
