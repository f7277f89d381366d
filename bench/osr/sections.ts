// SPDX-License-Identifier: MIT
import type { OsrOptions } from "./options.js";
import type { Section } from "./report.js";
import { compile } from "./sections/compile.js";
import { eagerDeopt } from "./sections/eager-deopt.js";
import { lazyDeopt } from "./sections/lazy-deopt.js";
import { metadata } from "./sections/metadata.js";
import { neverFiring } from "./sections/never-firing.js";
import { osrEntry } from "./sections/osr-entry.js";
import { stacks } from "./sections/stacks.js";
import { walking } from "./sections/walking.js";

export interface SectionEntry {
  readonly number: number;
  /** A word or two. */
  readonly title: string;
  readonly measure: (options: OsrOptions) => Promise<Section>;
}

export const SECTIONS: readonly SectionEntry[] = [
  { number: 1, title: "points that never fire", measure: neverFiring },
  { number: 2, title: "eager deopt", measure: eagerDeopt },
  { number: 3, title: "lazy deopt", measure: lazyDeopt },
  { number: 4, title: "OSR entry", measure: osrEntry },
  { number: 5, title: "stacks", measure: stacks },
  { number: 6, title: "walking", measure: walking },
  { number: 7, title: "metadata", measure: metadata },
  { number: 8, title: "compiling", measure: compile },
];
