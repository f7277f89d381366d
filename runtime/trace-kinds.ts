// SPDX-License-Identifier: MIT
/** Which events a trace is of, as `--trace` names them. */
import type { EventKind } from "./events.js";

/** What `--trace=` takes, and the events each word stands for. */
export const TRACE_KINDS: Readonly<Record<string, readonly EventKind[]>> = {
  compile: ["compile-start", "compile", "give-up", "free"],
  osr: ["osr-entry"],
  deopt: ["deopt", "suspended-deopt", "lazy-deopt", "invalidate"],
  gc: ["gc"],
  swap: ["swaps"],
};

/** The events that a `--trace=` argument asks for; throws a RangeError that names the word it doesn't know. */
export function parseTraceKinds(argument: string): EventKind[] {
  const kinds = new Set<EventKind>();
  for (const word of argument.split(",").filter((part) => part !== "")) {
    const named = word === "all" ? Object.values(TRACE_KINDS).flat() : TRACE_KINDS[word];
    if (!named) throw new RangeError(`unknown kind of event '${word}'; there are ${Object.keys(TRACE_KINDS).join(", ")} and all`);
    for (const kind of named) kinds.add(kind);
  }
  if (kinds.size === 0) throw new RangeError(`one of ${Object.keys(TRACE_KINDS).join(", ")} and all is needed`);
  return [...kinds];
}
