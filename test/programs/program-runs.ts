// SPDX-License-Identifier: MIT
/** The programs of programs/ against lua5.1: which there are, at which size, and how a run is compared. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, it } from "vitest";
import { type ChildOptions, runInChild } from "../../runtime/child.js";
import { projectRoot } from "../../runtime/native.js";
import { REDUCED } from "../batch/sizes.js";
import { expectOutput, expectSuccess } from "../support/expectations.js";
import { type PeerResult, runPeer } from "../support/peers.js";

const programs = readdirSync(join(projectRoot, "programs")).filter((file) => file.endsWith(".lua"));

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
