// SPDX-License-Identifier: MIT
/** Every program prints what lua5.1 prints, byte for byte; the modes that compile nearly everything are stressed-programs.test.ts's. */
import { join } from "node:path";
import { describe, it } from "vitest";
import { AS_SHIPPED, runInChild } from "../../runtime/child.js";
import { expectOutput, expectSuccess } from "../support/expectations.js";
import { runPeer } from "../support/peers.js";
import { describePrograms } from "./program-runs.js";

describePrograms([
  { title: "prints what lua5.1 prints, mode default", size: "default", options: () => AS_SHIPPED },
  { title: "prints what lua5.1 prints, mode interpreter", size: "reduced", options: () => ({ mode: "interpreter" }) },
]);

/** Small sizes end before code is ready, or while it is new: other paths than the usual ones. */
const SMALL: readonly (readonly [program: string, ...args: string[]])[] = [
  ["fib.lua", "1"],
  ["fib.lua", "14"],
  ["sieve.lua", "2"],
  ["sieve.lua", "3000"],
  ["mandelbrot.lua", "12"],
  ["n-body.lua", "0"],
  ["n-body.lua", "300"],
  ["n-queens.lua", "5"],
  ["spectral-norm.lua", "9"],
  ["matrix-multiplication.lua", "11"],
  ["producer-consumer.lua", "0"],
  ["producer-consumer.lua", "1500"],
  ["tree-walk.lua", "40"],
  ["scheduler.lua", "20", "70"],
  ["osr-integer-overflow.lua", "66000"],
  ["osr-type-change.lua", "1200"],
  ["osr-inlined-guard.lua", "1800"],
  ["osr-reentry.lua", "1100"],
  ["osr-redefined-global.lua", "90"],
  ["osr-suspended-coroutine.lua", "1300"],
];

describe("small sizes", () => {
  for (const [program, ...args] of SMALL) {
    it(`${program} ${args.join(" ")}`, () => {
      const file = join("programs", program);
      const oracle = runPeer(file, args);
      for (const options of [AS_SHIPPED, { mode: "default" }, { mode: "eager" }] as const) {
        const result = runInChild(file, { args, ...options });
        expectSuccess(result);
        expectOutput(result, oracle);
      }
    });
  }
});
