// SPDX-License-Identifier: MIT
/** From what the native side has recorded to events: records are written in the middle of the program, and become events when JavaScript runs next. */
import type { Proto } from "../lang/bytecode.js";
import type { EngineEvent, EventKind, EventStream } from "./events.js";
import type { NativeEngine } from "./native.js";
import type { SiteDescription } from "./tiering-policy.js";

/** Fields of a record in NativeEngine.drainEvents, in doubles. */
const FIELD = { csid: 0, frames: 1, nanoseconds: 2, time: 3, coroutine: 4, kind: 5 } as const;
const RECORD_LENGTH = 6;
const INJECTED_DEOPT = 3;
/** What records become, by their kind. */
const EVENTS = ["deopt", "suspended-deopt", "osr-entry", "deopt", "switch", "gc", "lazy-deopt"] as const satisfies readonly EventKind[];

const unknownSite: SiteDescription = { unit: "?", function: "?", line: 0, column: 0, reason: "unknown", inlinedFrames: 0 };

export interface NativeEventsContext {
  readonly native: NativeEngine;
  readonly events: EventStream;
  /** By id. */
  readonly protos: ReadonlyMap<number, Proto>;
  describeSite(csid: number): SiteDescription | undefined;
}

export class NativeEvents {
  /** How often each guard has failed. */
  private readonly siteCounts = new Map<number, number>();

  constructor(private readonly context: NativeEventsContext) {}

  /** Delivers what has been recorded since the last time. What nobody gets is only counted: that may be thousands of frames at once. */
  drain(): void {
    const { native, events } = this.context;
    const records = native.drainEvents();
    for (let at = 0; at + RECORD_LENGTH <= records.length; at += RECORD_LENGTH) {
      const kind = EVENTS[records[at + FIELD.kind]!]!;
      const csid = records[at + FIELD.csid]!;
      if (kind === "deopt") this.siteCounts.set(csid, (this.siteCounts.get(csid) ?? 0) + 1);
      if (events.isHeard(kind)) events.emit(this.eventOf(kind, records.subarray(at, at + RECORD_LENGTH)));
      else events.pass(kind);
    }
  }

  private eventOf(kind: (typeof EVENTS)[number], record: Float64Array): EngineEvent {
    const csid = record[FIELD.csid]!;
    const frames = record[FIELD.frames]!;
    const nanoseconds = record[FIELD.nanoseconds]!;
    const time = record[FIELD.time]!;
    const coroutine = record[FIELD.coroutine]!;
    switch (kind) {
      case "switch":
        return { kind, time, coroutine };
      case "gc":
        return { kind, time, bytesBefore: csid, bytesAfter: frames, coroutine, nanoseconds };
      case "osr-entry": {
        const pc = csid % 65536;
        const proto = this.context.protos.get(Math.floor(csid / 65536));
        return { kind, time, function: proto?.name ?? "?", pc, line: proto?.lines[pc] ?? 0, coroutine };
      }
    }
    const { unit, function: name, line, column, reason } = this.context.describeSite(csid) ?? unknownSite;
    const site = { time, function: name, line, column, reason, frames, nanoseconds, coroutine };
    if (kind !== "deopt") return { kind, ...site };
    const siteCount = this.siteCounts.get(csid)!;
    if (record[FIELD.kind] !== INJECTED_DEOPT) return { kind, ...site, siteCount };
    return { kind, ...site, siteCount, injected: { unit, frameState: this.context.native.describeSite(csid) } };
  }
}
