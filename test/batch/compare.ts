// SPDX-License-Identifier: MIT
/** Programs beside the stock interpreters. */
import { type EngineMode, type Outcome, type Program, sameOutcome } from "./outcome.js";
import { peerOf, runBatch, runPeerBatch } from "./run.js";

export interface Disagreement {
  readonly program: Program;
  readonly mode: string;
  readonly ours: Outcome;
  readonly expected: Outcome;
}

export interface Comparison {
  readonly disagreements: readonly Disagreement[];
  /** Programs that the stock interpreter does not finish: their author's fault. */
  readonly unusable: readonly Program[];
}

/** Addresses differ from run to run. */
const ADDRESS = /(table|function|thread|userdata): 0x[0-9a-f]+/g;
const withoutAddresses = ({ output, error, crash }: Outcome): Outcome => ({
  output: output.replace(ADDRESS, "$1"),
  ...(error === undefined ? {} : { error: error.replace(ADDRESS, "$1") }),
  ...(crash === undefined ? {} : { crash }),
});

/** What the peers make of programs; in their order. */
async function runPeers(programs: readonly Program[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array(programs.length);
  for (const peer of ["lua5.1", "luajit"] as const) {
    const own = programs.map((_, at) => at).filter((at) => peerOf(programs[at]!.file) === peer);
    const ran = await runPeerBatch(
      own.map((at) => programs[at]!),
      peer,
    );
    for (const [index, at] of own.entries()) outcomes[at] = ran[index]!;
  }
  return outcomes;
}

/**
 * Runs programs in some modes, which have names, and says where they differ from the stock interpreter.
 *
 * @param limitSeconds CPU time of a program of ours
 */
export async function compare(
  programs: readonly Program[],
  modes: Readonly<Record<string, EngineMode>>,
  limitSeconds?: number,
): Promise<Comparison> {
  const outcomes = await runPeers(programs);
  const usable = programs.map((_, at) => at).filter((at) => outcomes[at]!.crash === undefined);
  const disagreements: Disagreement[] = [];
  for (const [mode, options] of Object.entries(modes)) {
    const ours = await runBatch(
      usable.map((at) => programs[at]!),
      options,
      limitSeconds,
    );
    for (const [index, at] of usable.entries()) {
      const [own, expected] = [withoutAddresses(ours[index]!), withoutAddresses(outcomes[at]!)];
      if (!sameOutcome(own, expected)) disagreements.push({ program: programs[at]!, mode, ours: own, expected });
    }
  }
  return { disagreements, unusable: programs.filter((_, at) => !usable.includes(at)) };
}

const textOf = ({ output, error, crash }: Outcome): string =>
  `${output}${error === undefined ? "" : `error: ${error}\n`}${crash === undefined ? "" : `crash: ${crash}\n`}`;

/** The first line in which two outcomes differ. */
export function firstDifference(ours: Outcome, expected: Outcome): string {
  const [a, b] = [textOf(ours).split("\n"), textOf(expected).split("\n")];
  const at = a.findIndex((line, index) => line !== b[index]);
  const line = at < 0 ? a.length : at;
  return `line ${line + 1}: ${a[line] ?? "(nothing)"}\n  stock: ${b[line] ?? "(nothing)"}`;
}
