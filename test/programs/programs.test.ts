// SPDX-License-Identifier: MIT
/** Every program prints what lua5.1 prints, byte for byte, whichever tier runs it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, it } from "vitest";
import { runInChild } from "../../runtime/child.js";
import { MODES } from "../../runtime/engine.js";
import { projectRoot } from "../../runtime/native.js";
import { expectOutput, expectSuccess } from "../support/expectations.js";
import { type PeerResult, runPeer } from "../support/peers.js";

const programs = readdirSync(join(projectRoot, "programs")).filter((file) => file.endsWith(".lua"));

/**
 * Arguments for every mode but the default one, for programs that are long at their default size. With these, eager compilation has
 * compiled all that it will, and the interpreter has seen every path.
 */
const REDUCED: Readonly<Record<string, readonly string[]>> = {
  "a-star.lua": ["16"],
  "accumulator.lua": ["2000"],
  "array-edges.lua": ["600"],
  "backtracking.lua": ["6", "10"],
  "bytecode-interpreter.lua": ["150"],
  "captured-variables.lua": ["600"],
  "changing-shapes.lua": ["3000"],
  "channels.lua": ["400"],
  "compression.lua": ["4000"],
  "deltablue.lua": ["30"],
  "escaping-vectors.lua": ["50000"],
  "event-simulation.lua": ["400"],
  "fft.lua": ["512"],
  "generators.lua": ["3000"],
  "json.lua": ["4"],
  "lisp.lua": ["6"],
  "longest-common-subsequence.lua": ["100"],
  "loop-nest.lua": ["400"],
  "lu.lua": ["30"],
  "nested-errors.lua": ["300"],
  "number-boundaries.lua": ["2000"],
  "number-towers.lua": ["40"],
  "replaced-functions.lua": ["6000"],
  "richards.lua": ["1"],
  "same-fringe.lua": ["80"],
  "sha256.lua": ["3"],
  "sieve-of-coroutines.lua": ["60"],
  "small-compiler.lua": ["1"],
  "stack-overflows.lua": ["2"],
  "tokenizer.lua": ["300"],
  "varargs-and-tail-calls.lua": ["1000"],
};

/** Whose compilation takes so long that the default mode has to do with the reduced size, too. */
const ALWAYS_REDUCED: readonly string[] = ["small-compiler.lua"];

for (const program of programs) {
  describe(program, () => {
    const file = join("programs", program);
    const args = REDUCED[program] ?? [];
    const full = ALWAYS_REDUCED.includes(program) ? args : [];
    let oracle: PeerResult;
    let reduced: PeerResult;
    beforeAll(() => {
      oracle = runPeer(file, full);
      reduced = args.length === full.length ? oracle : runPeer(file, args);
    });
    it("prints what lua5.1 prints, mode default", () => {
      const result = runInChild(file, { args: full });
      expectSuccess(result);
      expectOutput(result, oracle);
    });
    for (const mode of MODES.filter((mode) => mode !== "default")) {
      it(`prints what lua5.1 prints, mode ${mode}`, () => {
        const result = runInChild(file, { args, mode });
        expectSuccess(result);
        expectOutput(result, reduced);
      });
    }
    it("prints what lua5.1 prints when the optimizer predicts wrong types", () => {
      const result = runInChild(file, { args, stress: `types:${program.length % 8}` });
      expectSuccess(result);
      expectOutput(result, reduced);
    });
  });
}

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
  ["osr-suspended-coroutine.lua", "1300"],
];

describe("small sizes", () => {
  for (const [program, ...args] of SMALL) {
    it(`${program} ${args.join(" ")}`, () => {
      const file = join("programs", program);
      const oracle = runPeer(file, args);
      for (const mode of ["default", "eager"] as const) {
        const result = runInChild(file, { args, mode });
        expectSuccess(result);
        expectOutput(result, oracle);
      }
    });
  }
});
