// SPDX-License-Identifier: MIT
/** How much room tables get: jit/optimizer/table-room.ts. */
import { expect, it } from "vitest";
import { roomFor, type TableCounts } from "../../jit/optimizer/table-room.js";

const counts = (made: number, filled: number, beyond4 = 0, beyond8 = 0): TableCounts => ({ made, filled, beyond4, beyond8 });

it("is as much as most of them get", () => {
  expect(roomFor(counts(100, 100))).toBe(4);
  expect(roomFor(counts(100, 90, 40))).toBe(4);
  expect(roomFor(counts(100, 90, 60))).toBe(8);
  expect(roomFor(counts(100, 90, 60, 49))).toBe(8);
});

it("is none where most stay empty, or get more than there may be", () => {
  expect(roomFor(counts(100, 49))).toBe(0);
  expect(roomFor(counts(100, 90, 80, 60))).toBe(0);
});

it("is none where few have been made", () => {
  expect(roomFor(counts(0, 0))).toBe(0);
  expect(roomFor(counts(7, 7))).toBe(0);
});
