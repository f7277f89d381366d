// SPDX-License-Identifier: MIT
/** The programs of programs/ against lua5.1: which there are, at which size, and how a run is compared. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, it } from "vitest";
import { type ChildOptions, runInChild } from "../../runtime/child.js";
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
  "mandelbrot.lua": ["40"],
  "matrix-multiplication.lua": ["40"],
  "n-body.lua": ["3000"],
  "n-queens.lua": ["6"],
  "nested-errors.lua": ["300"],
  "number-boundaries.lua": ["2000"],
  "number-towers.lua": ["40"],
  "osr-reentry.lua": ["20000"],
  "osr-suspended-coroutine.lua": ["20000"],
  "replaced-functions.lua": ["6000"],
  "richards.lua": ["1"],
  "same-fringe.lua": ["80"],
  "scheduler.lua": ["500", "70"],
  "sha256.lua": ["3"],
  "sieve-of-coroutines.lua": ["60"],
  "sieve.lua": ["20000"],
  "small-compiler.lua": ["1"],
  "spectral-norm.lua": ["40"],
  "stack-overflows.lua": ["2"],
  "tokenizer.lua": ["300"],
  "tree-walk.lua": ["1500"],
  "varargs-and-tail-calls.lua": ["1000"],
};

/** Whose compilation takes so long that the default mode has to do with the reduced size, too. */
const ALWAYS_REDUCED: readonly string[] = ["small-compiler.lua"];

/** Eager compilation of the largest programs takes ten seconds of processor time, and machines may be busy. */
const TIMEOUT_MS = 150_000;

export interface Way {
  readonly title: string;
  readonly size: "default" | "reduced";
  readonly options: (program: string) => ChildOptions;
}

/** A test for each program and way: it prints what lua5.1 prints, byte for byte. */
export function describePrograms(ways: readonly Way[]): void {
  for (const program of programs) {
    describe(program, () => {
      const file = join("programs", program);
      const argumentsOf = ({ size }: Way): readonly string[] =>
        size === "reduced" || ALWAYS_REDUCED.includes(program) ? (REDUCED[program] ?? []) : [];
      const oracles = new Map<string, PeerResult>();
      beforeAll(() => {
        for (const args of ways.map(argumentsOf)) {
          if (!oracles.has(args.join(" "))) oracles.set(args.join(" "), runPeer(file, args));
        }
      });
      for (const way of ways) {
        it(way.title, { timeout: 2 * TIMEOUT_MS }, () => {
          const args = argumentsOf(way);
          const result = runInChild(file, { args, timeoutMs: TIMEOUT_MS, ...way.options(program) });
          expectSuccess(result);
          expectOutput(result, oracles.get(args.join(" ")) as PeerResult);
        });
      }
    });
  }
}
