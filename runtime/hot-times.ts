// SPDX-License-Identifier: MIT
/**
 * For how long functions have run in the interpreter, as the tiering policy can tell. It is called when a function has used up its hotness; what
 * has run since the last such call is mostly that function, and over many calls it is for each function about as long as it was.
 */

/** What has not been hot for so long has probably come to its end, in milliseconds. */
const recently = 100;

export class HotTimes {
  private readonly times = new Map<number, { milliseconds: number; last: number }>();
  /** When the program went on after the last call; unknown before the first. */
  private since: number | undefined;

  /** A function is hot. Times are milliseconds of one clock. */
  add(protoId: number, now: number): void {
    const { milliseconds } = this.times.get(protoId) ?? { milliseconds: 0 };
    this.times.set(protoId, { milliseconds: milliseconds + now - (this.since ?? now), last: now });
  }

  /** The program goes on; until now the policy has run. */
  goOn(now: number): void {
    this.since = now;
  }

  /** Milliseconds for which a function has run. */
  of(protoId: number): number {
    return this.times.get(protoId)?.milliseconds ?? 0;
  }

  /** Whether it was hot a moment ago. */
  isRecent(protoId: number, now: number): boolean {
    return now - (this.times.get(protoId)?.last ?? Number.NEGATIVE_INFINITY) < recently;
  }
}
