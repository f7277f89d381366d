// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeRecord } from "../../runtime/code-record.js";
import { Engine } from "../../runtime/engine.js";
import type { EngineOptions } from "../../runtime/engine-options.js";
import { explain, type Which } from "../../runtime/explain/explain.js";
import type { Explanation } from "../../runtime/explain/explanation.js";
import { type DeoptRecord, projectRoot } from "../../runtime/native.js";

/** The first program of the README: `scale` is inlined into the loop of `total`, whose guard fails at the one element that is no int. */
export const README_PROGRAM = /^```lua\n(.*?)^```/ms.exec(readFileSync(join(projectRoot, "README.md"), "utf8"))?.[1] as string;

/** That element's index, and what `total` has summed up by then. */
export const FAILING_INDEX = 2000;
export const SUM_BEFORE = (3 * (FAILING_INDEX - 1) * FAILING_INDEX) / 2;

export interface Observed {
  readonly records: readonly CodeRecord[];
  readonly deopts: readonly DeoptRecord[];
  readonly output: string;
  explain(which?: Which): Explanation;
}

/** Runs a program with everything recorded. */
export async function observe(source: string, options: EngineOptions = {}): Promise<Observed> {
  const records: CodeRecord[] = [];
  const engine = await Engine.create({
    compile: "blocking",
    compileShare: Number.POSITIVE_INFINITY,
    ...options,
    stdout: "capture",
    recordDeopts: true,
    onCode: (record) => records.push(record),
  });
  const result = engine.runSource(source, "program.lua");
  if (!result.ok) throw new Error(result.message.toString());
  const deopts = engine.inspection.takeDeopts();
  return {
    records,
    deopts,
    output: engine.takeOutput(),
    explain: (which) => explain(engine.inspection, { records, deopts }, which),
  };
}
