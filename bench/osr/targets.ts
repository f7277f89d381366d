// SPDX-License-Identifier: MIT
/** What has been aimed at. A target of which nothing was measured in this run is left out. */
import type { Figure, Section, Target } from "./report.js";
import { GROUPS as EAGER } from "./sections/eager-deopt.js";
import { GROUPS as LAZY } from "./sections/lazy-deopt.js";
import { GROUPS as NEVER, TYPICAL } from "./sections/never-firing.js";
import { GROUPS as OSR } from "./sections/osr-entry.js";
import { REGISTERS_CASE, GROUPS as WALKING } from "./sections/walking.js";

interface Aim {
  readonly text: string;
  /** Of the medians of the figures that are meant, the largest is to be at most so much. */
  readonly limit: number;
  readonly group: string;
  readonly isMeant: (figure: Figure) => boolean;
}

const AIMS: readonly Aim[] = [
  {
    text: "points that never fire, each kind alone, in a typical loop",
    limit: 1,
    group: NEVER.slowDown,
    isMeant: ({ name }) => TYPICAL.test(name) && !name.endsWith("all of them"),
  },
  {
    text: "eager deopt of one frame with up to 16 values, warm",
    limit: 200,
    group: EAGER.later,
    isMeant: ({ parameters }) => parameters["inlined frames"] === 1 && parameters["live values"]! <= 16,
  },
  {
    text: "eager deopt of 16 inlined frames, warm",
    limit: 1000,
    group: EAGER.later,
    isMeant: ({ parameters }) => parameters["inlined frames"] === 16,
  },
  {
    text: "lazy deopt, a frame of 200, with all that happens between two returns",
    limit: 300,
    group: LAZY.return,
    isMeant: ({ parameters }) => parameters["affected frames"] === 200,
  },
  { text: "OSR entry with up to 16 locals", limit: 60, group: OSR.entry, isMeant: ({ parameters }) => parameters["live values"]! <= 16 },
  {
    text: "a frame of a walk of 2000, all callee-saved registers of the last one recovered",
    limit: 5,
    group: WALKING.walk,
    isMeant: ({ name, parameters }) => name.startsWith(REGISTERS_CASE) && parameters["stack depth"] === 2000,
  },
];

export function evaluateTargets(sections: readonly Section[]): Target[] {
  const figures = sections.flatMap((section) => section.figures);
  return AIMS.flatMap(({ text, limit, group, isMeant }) => {
    const meant = figures.filter((figure) => figure.by === "yugong" && figure.group === group && isMeant(figure));
    if (meant.length === 0) return [];
    const value = Math.max(...meant.map(({ summary }) => summary.median));
    return [{ text, unit: meant[0]!.unit, value, limit, passed: value <= limit }];
  });
}
