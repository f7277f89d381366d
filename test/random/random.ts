// SPDX-License-Identifier: MIT
/** A small random number generator, so that a seed gives the same program everywhere. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed, 2654435761) + 1013904223) >>> 0;
  }

  /** From 0 to below `limit`. */
  next(limit: number): number {
    // mulberry32
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.next(items.length)] as Item;
  }

  chance(percent: number): boolean {
    return this.next(100) < percent;
  }
}
