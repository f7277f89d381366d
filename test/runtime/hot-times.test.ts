// SPDX-License-Identifier: MIT
/** What the policy knows of how long functions have run. */
import { expect, it } from "vitest";
import { HotTimes } from "../../runtime/hot-times.js";

it("time belongs to what is hot at its end, but for the policy's own", () => {
  const times = new HotTimes();
  times.add(1, 10);
  expect(times.of(1)).toBe(0); // nobody knows when it began
  times.goOn(12);
  times.add(2, 20);
  times.goOn(30);
  times.add(1, 31);
  times.goOn(31);
  times.add(2, 36);
  expect([times.of(1), times.of(2), times.of(3)]).toEqual([1, 13, 0]);
});

it("what has not been hot for a while does not count as waiting", () => {
  const times = new HotTimes();
  times.add(1, 10);
  expect([times.isRecent(1, 50), times.isRecent(1, 500), times.isRecent(2, 10)]).toEqual([true, false, false]);
});
