// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { type EngineEvent, EVENT_KINDS, EventStream } from "../../runtime/events.js";
import { describeEvent, formatDuration, formatEvent } from "../../runtime/trace.js";
import { parseTraceKinds } from "../../runtime/trace-kinds.js";

const swaps = (time: number): EngineEvent => ({ kind: "swaps", time, swaps: 3, coroutines: 1 });
const entry = (time: number): EngineEvent => ({ kind: "osr-entry", time, function: "f", pc: 4, line: 2, coroutine: 0 });

describe("EventStream", () => {
  it("delivers to subscribers, all kinds or some, until they leave", () => {
    const stream = new EventStream();
    const all: EngineEvent[] = [];
    const some: EngineEvent[] = [];
    const leave = stream.subscribe((event) => all.push(event));
    stream.subscribe((event) => some.push(event), ["swaps"]);
    stream.emit(entry(1));
    stream.emit(swaps(2));
    leave();
    stream.emit(swaps(3));
    expect(all.map(({ time }) => time)).toEqual([1, 2]);
    expect(some.map(({ time }) => time)).toEqual([2, 3]);
  });
  it("keeps the latest events, and counts all", () => {
    const stream = new EventStream(3);
    for (let time = 1; time <= 10; time++) stream.emit(time % 2 ? entry(time) : swaps(time));
    expect([...stream].map(({ time }) => time)).toEqual([8, 9, 10]);
    expect(stream.of("swaps").map(({ time }) => time)).toEqual([8, 10]);
    expect(stream.count("swaps")).toBe(5);
    expect(stream.count("deopt")).toBe(0);
  });
  it("says which kinds nobody gets, and counts those that were not made", () => {
    const stream = new EventStream();
    expect(stream.isHeard("deopt")).toBe(false);
    const leave = stream.subscribe(() => {}, ["swaps"]);
    expect([stream.isHeard("deopt"), stream.isHeard("swaps")]).toEqual([false, true]);
    leave();
    expect(stream.isHeard("swaps")).toBe(false);
    stream.subscribe(() => {});
    expect(stream.isHeard("deopt")).toBe(true);
    expect(new EventStream(1).isHeard("deopt")).toBe(true);
    stream.pass("deopt");
    expect([stream.count("deopt"), [...stream]]).toEqual([1, []]);
  });
  it("keeps nothing unless asked to", () => {
    const stream = new EventStream();
    stream.emit(swaps(1));
    expect([...stream]).toEqual([]);
    expect(stream.count("swaps")).toBe(1);
  });
});

describe("trace", () => {
  it("writes one aligned line an event", () => {
    const deopt: EngineEvent = {
      kind: "deopt",
      time: 12.3456,
      function: "sum",
      line: 18,
      column: 13,
      reason: "integer overflow",
      frames: 1,
      nanoseconds: 412,
      coroutine: 0,
      siteCount: 1,
    };
    expect(formatEvent(deopt, { color: false })).toBe(
      "    12.35 ms  deopt    sum:18:13                  integer overflow, 1 frame rebuilt in 412 ns",
    );
    const columns = [deopt, entry(1), swaps(2)].map((event) => formatEvent(event, { color: false }).indexOf(describeEvent(event)));
    expect(new Set(columns).size).toBe(1);
  });
  it("shows durations with three digits and a unit", () => {
    expect([412, 1500, 12_345_678, 2.5e9].map(formatDuration)).toEqual(["412 ns", "1.50 µs", "12.3 ms", "2.50 s"]);
  });
  it("knows the words of --trace", () => {
    expect(parseTraceKinds("osr,swap")).toEqual(["osr-entry", "swaps"]);
    expect(parseTraceKinds("all").sort()).toEqual(EVENT_KINDS.filter((kind) => kind !== "switch").sort());
    expect(() => parseTraceKinds("osr,fly")).toThrow(/'fly'.*compile, osr, deopt, gc, swap and all/);
  });
});
