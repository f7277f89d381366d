// SPDX-License-Identifier: MIT
/** How much room tables get that a program makes empty and fills later, by what native/language/table-sites.h has counted. */

/** How many tables of an instruction have been seen: all of them, those with elements, those with more than 4, and with more than 8. */
export interface TableCounts {
  readonly made: number;
  readonly filled: number;
  readonly beyond4: number;
  readonly beyond8: number;
}

/** What is seen of fewer tables than this may be chance. */
const leastMade = 8;

/**
 * As many elements as most of the tables get, as a power of two. Those that outgrow it are as they would be without, but for the room, which then
 * stays unused; so where most would, there is none.
 */
export function roomFor({ made, filled, beyond4, beyond8 }: TableCounts): number {
  const most = made / 2;
  if (made < leastMade || filled < most || beyond8 > most) return 0;
  return beyond4 > most ? 8 : 4;
}
