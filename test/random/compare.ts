// SPDX-License-Identifier: MIT
/** Random programs beside lua5.1. */
import { ALL_MODES } from "../batch/modes.js";
import { type Outcome, type Program, sameOutcome } from "../batch/outcome.js";
import { runBatch, runPeerBatch } from "../batch/run.js";

export interface Disagreement {
  readonly program: Program;
  readonly mode: string;
  readonly ours: Outcome;
  readonly expected: Outcome;
}

export interface Comparison {
  readonly disagreements: readonly Disagreement[];
  /** Programs that lua5.1 does not finish: the generator's fault. */
  readonly unusable: readonly Program[];
}

/** Addresses differ from run to run. */
const ADDRESS = /(table|function|thread|userdata): 0x[0-9a-f]+/g;
const withoutAddresses = ({ output, error, crash }: Outcome): Outcome => ({
  output: output.replace(ADDRESS, "$1"),
  ...(error === undefined ? {} : { error: error.replace(ADDRESS, "$1") }),
  ...(crash === undefined ? {} : { crash }),
});

/** Runs programs in the modes named and says where they differ from lua5.1. */
export async function compare(programs: readonly Program[], modes: readonly string[]): Promise<Comparison> {
  const outcomes = await runPeerBatch(programs);
  const usable = programs.map((_, at) => at).filter((at) => outcomes[at]!.crash === undefined);
  const disagreements: Disagreement[] = [];
  for (const mode of modes) {
    const options = ALL_MODES[mode];
    if (options === undefined) throw new RangeError(`there is no mode '${mode}': ${Object.keys(ALL_MODES).join(", ")}`);
    const ours = await runBatch(
      usable.map((at) => programs[at]!),
      options,
    );
    for (const [index, at] of usable.entries()) {
      const [own, expected] = [withoutAddresses(ours[index]!), withoutAddresses(outcomes[at]!)];
      if (!sameOutcome(own, expected)) disagreements.push({ program: programs[at]!, mode, ours: own, expected });
    }
  }
  return { disagreements, unusable: programs.filter((_, at) => !usable.includes(at)) };
}
