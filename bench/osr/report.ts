// SPDX-License-Identifier: MIT
/** What a run of `npm run bench:osr` finds: sections of figures, each with its samples summed up. Renderers take this and measure nothing. */
import { quantile } from "../language/statistics.js";
import type { Machine } from "./machine.js";

export type Unit = "ns" | "µs" | "ms" | "%" | "bytes";

export interface Summary {
  /** How many samples. */
  readonly n: number;
  readonly median: number;
  /** The quartiles. */
  readonly q1: number;
  readonly q3: number;
  readonly lowest: number;
  readonly highest: number;
}

export interface Figure {
  /** Figures of a group are of one table and one plot: the same operation, by several or for several sizes. */
  readonly group: string;
  /** Who: "yugong", or the peer. */
  readonly by: string;
  /** What exactly, within the group. */
  readonly name: string;
  readonly unit: Unit;
  /** Sizes: "live values": 16, … */
  readonly parameters: Readonly<Record<string, number>>;
  readonly summary: Summary;
  /** At most `mostKept`, in the order of time. */
  readonly samples: readonly number[];
  readonly note?: string;
}

/** That the operations did what they are measured for. */
export interface Check {
  readonly text: string;
  readonly passed: boolean;
}

export interface Section {
  readonly number: number;
  readonly title: string;
  /** What is measured and how, a sentence a line. */
  readonly about: readonly string[];
  readonly checks: readonly Check[];
  readonly figures: readonly Figure[];
  /** "LuaJIT: luajit is not installed" */
  readonly missing: readonly string[];
  readonly seconds: number;
}

export interface Target {
  readonly text: string;
  readonly unit: Unit;
  readonly value: number;
  readonly limit: number;
  readonly passed: boolean;
}

export interface Report {
  readonly command: string;
  readonly date: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly machine: Machine;
  readonly sections: readonly Section[];
  readonly targets: readonly Target[];
}

const mostKept = 400;

/** "1 frame", "4 frames" */
export const plural = (count: number | undefined, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

export function summarize(samples: readonly number[]): Summary {
  return {
    n: samples.length,
    median: quantile(samples, 0.5),
    q1: quantile(samples, 0.25),
    q3: quantile(samples, 0.75),
    lowest: samples.reduce((low, sample) => Math.min(low, sample), Number.POSITIVE_INFINITY),
    highest: samples.reduce((high, sample) => Math.max(high, sample), Number.NEGATIVE_INFINITY),
  };
}

/** Evenly spread over all. */
function kept(samples: readonly number[]): number[] {
  if (samples.length <= mostKept) return [...samples];
  return Array.from({ length: mostKept }, (_, index) => samples[Math.floor((index * samples.length) / mostKept)]!);
}

/** Collects a section while it is measured. */
export class SectionBuilder {
  readonly #checks = new Map<string, boolean>();
  readonly #figures: Figure[] = [];
  readonly #missing = new Set<string>();
  readonly #started = performance.now();

  constructor(
    private readonly number: number,
    private readonly title: string,
    private readonly about: readonly string[],
  ) {}

  /** A check that is made often has passed when it did each time. */
  check(text: string, passed: boolean): void {
    this.#checks.set(text, passed && this.#checks.get(text) !== false);
  }

  missing(peer: string, why: string): void {
    this.#missing.add(`${peer}: ${why}`);
  }

  figure(
    what: { group: string; by?: string; name: string; unit: Unit; parameters?: Readonly<Record<string, number>>; note?: string },
    samples: readonly number[],
  ): void {
    const finite = samples.filter(Number.isFinite);
    if (finite.length === 0) return this.missing(`${what.by ?? "yugong"}, ${what.group}, ${what.name}`, "nothing was measured");
    this.#figures.push({ by: "yugong", parameters: {}, ...what, summary: summarize(finite), samples: kept(finite) });
  }

  finish(): Section {
    return {
      number: this.number,
      title: this.title,
      about: this.about,
      checks: [...this.#checks].map(([text, passed]) => ({ text, passed })),
      figures: this.#figures,
      missing: [...this.#missing],
      seconds: (performance.now() - this.#started) / 1000,
    };
  }
}
