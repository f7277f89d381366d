// SPDX-License-Identifier: MIT
/** The vocabulary of tests that run programs. */
import { expect } from "vitest";
import type { ChildResult } from "../../runtime/child.js";
import type { EngineEvent, EventKind } from "../../runtime/events.js";
import { formatEvent } from "../../runtime/trace.js";
import type { PeerResult } from "./peers.js";

/** Shows a crash as such: a signal, or the first lines of what was said. */
export function expectSuccess(result: ChildResult): void {
  expect({ signal: result.signal, exitCode: result.exitCode, stderr: result.stderr.split("\n").slice(0, 12).join("\n") }).toEqual({
    signal: null,
    exitCode: 0,
    stderr: "",
  });
}

/** The same bytes; a text comparison first, because its differences can be read. */
export function expectOutput(result: ChildResult, oracle: PeerResult): void {
  expect(result.stdout.toString("latin1")).toBe(oracle.stdout.toString("latin1"));
  expect(result.stdout.equals(oracle.stdout)).toBe(true);
}

/** Some of an event's fields; a regular expression for a text, a function for anything else. */
export type EventPattern = { readonly kind: EventKind } & Readonly<Record<string, unknown>>;

function matches(event: EngineEvent, pattern: EventPattern): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = (event as unknown as Record<string, unknown>)[field];
    if (wanted instanceof RegExp) return typeof value === "string" && wanted.test(value);
    if (typeof wanted === "function") return wanted(value) === true;
    return value === wanted;
  });
}

const patternText = (pattern: EventPattern): string =>
  Object.entries(pattern)
    .map(([field, value]) => `${field} ${value}`)
    .join(", ");

/** These events happened in this order, with any others before, between and after them. */
export function expectEvents(events: readonly EngineEvent[], patterns: readonly EventPattern[]): void {
  let at = 0;
  for (const [i, pattern] of patterns.entries()) {
    const found = events.findIndex((event, index) => index >= at && matches(event, pattern));
    if (found < 0) {
      const happened = events.slice(0, 60).map((event) => formatEvent(event, { color: false }));
      expect.fail(
        `event ${i + 1} of ${patterns.length} did not happen: ${patternText(pattern)}\nfrom event ${at + 1} of:\n${happened.join("\n")}`,
      );
    }
    at = found + 1;
  }
}
