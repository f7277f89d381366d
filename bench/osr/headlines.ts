// SPDX-License-Identifier: MIT
/** The figures that one would tell somebody: ours beside those of the peers, a line each. */
import type { Figure, Section } from "./report.js";
import { GROUPS as EAGER } from "./sections/eager-deopt.js";
import { GROUPS as LAZY } from "./sections/lazy-deopt.js";
import { GROUPS as NEVER, TYPICAL } from "./sections/never-firing.js";
import { GROUPS as OSR } from "./sections/osr-entry.js";
import { GROUPS as STACKS } from "./sections/stacks.js";
import { GROUPS as WALKING } from "./sections/walking.js";

export interface Headline {
  readonly text: string;
  readonly ours: Figure;
  readonly others: readonly Figure[];
}

interface Line {
  readonly text: string;
  readonly groups: readonly string[];
  readonly isMeant: (figure: Figure) => boolean;
}

const sized =
  (sizes: Readonly<Record<string, number>>) =>
  ({ parameters }: Figure): boolean =>
    Object.entries(sizes).every(([what, size]) => parameters[what] === undefined || parameters[what] === size);

const LINES: readonly Line[] = [
  {
    text: "a guard a round that never fails, in a loop of some instructions",
    groups: [NEVER.slowDown],
    isMeant: ({ name }) => TYPICAL.test(name) && /^hash.*a guard a round$/.test(name),
  },
  {
    text: "eager deopt, warm, 4 live values",
    groups: [EAGER.later, EAGER.sideExit],
    isMeant: sized({ "live values": 4, "inlined frames": 1 }),
  },
  { text: "… 16 live values", groups: [EAGER.later, EAGER.sideExit], isMeant: sized({ "live values": 16, "inlined frames": 1 }) },
  { text: "… 16 inlined frames, 16 live values", groups: [EAGER.later], isMeant: sized({ "live values": 16, "inlined frames": 16 }) },
  { text: "… the first at a site, 4 live values", groups: [EAGER.first], isMeant: sized({ "live values": 4, "inlined frames": 1 }) },
  {
    text: "lazy deopt, a frame of 200, until control is in the next one",
    groups: [LAZY.return],
    isMeant: (figure) => sized({ "affected frames": 200 })(figure) && figure.name.includes("running"),
  },
  {
    text: "invalidating code that 10 frames wait in",
    groups: [LAZY.invalidation],
    isMeant: (figure) => sized({ "affected frames": 10 })(figure) && figure.name.includes("running"),
  },
  { text: "OSR entry, 16 locals (V8: 2)", groups: [OSR.entry], isMeant: sized({ "live values": 16 }) },
  {
    text: "swapping stacks, one way",
    groups: [STACKS.swap],
    isMeant: ({ by, name }) => by !== "yugong" || name === "yg_stack_swap",
  },
  { text: "resume and yield in the language", groups: [STACKS.coroutines], isMeant: ({ name }) => name === "resume and yield" },
  {
    text: "a frame of a walk of 200",
    groups: [WALKING.walk],
    isMeant: (figure) =>
      sized({ "stack depth": 200 })(figure) && /unw_step|_Unwind_Backtrace|each after the last|^yg_cursor_step, 200/.test(figure.name),
  },
];

/** Those of which ours has been measured. */
export function headlines(sections: readonly Section[]): Headline[] {
  const figures = sections.flatMap((section) => section.figures);
  return LINES.flatMap(({ text, groups, isMeant }) => {
    const meant = figures.filter((figure) => groups.includes(figure.group) && isMeant(figure));
    const ours = meant.find(({ by }) => by === "yugong");
    return ours === undefined ? [] : [{ text, ours, others: meant.filter(({ by }) => by !== "yugong") }];
  });
}
