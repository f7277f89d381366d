// SPDX-License-Identifier: MIT
/** For how long a program stands still for the compiler. */

/**
 * A moment, or how long something took, in milliseconds: by the clock of `performance.now()`, and by that of the program's thread, which leaves out
 * when it had to wait for a processor.
 */
export interface Clocks {
  readonly wall: number;
  readonly cpu: number;
}

export const clocksSince = (began: Clocks, now: Clocks): Clocks => ({ wall: now.wall - began.wall, cpu: now.cpu - began.cpu });

/** Milliseconds of some pauses together. */
export const wallOf = (pauses: readonly Clocks[]): number => pauses.reduce((sum, { wall }) => sum + wall, 0);

/** As events have them. */
interface Listed {
  readonly pause: number;
  readonly pauses: readonly number[];
  readonly cpuPauses: readonly number[];
}

/** The pauses for one unit. */
export class Pauses {
  private readonly all: Clocks[];
  private reported = 0;

  /** @param before what it took until there was a compiler */
  constructor(before: readonly Clocks[]) {
    this.all = [...before];
  }

  add(pause: Clocks): void {
    this.all.push(pause);
  }

  /** All so far; an event tells of them. */
  report(): Listed {
    this.reported = this.all.length;
    return listed(this.all);
  }

  /** Those of which no event has told. */
  get unreported(): Listed {
    return listed(this.all.slice(this.reported));
  }
}

const listed = (pauses: readonly Clocks[]): Listed => ({
  pause: wallOf(pauses),
  pauses: pauses.map(({ wall }) => wall),
  cpuPauses: pauses.map(({ cpu }) => cpu),
});
