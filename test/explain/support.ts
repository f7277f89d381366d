// SPDX-License-Identifier: MIT
import type { CodeRecord } from "../../runtime/code-record.js";
import { Engine } from "../../runtime/engine.js";
import type { EngineOptions } from "../../runtime/engine-options.js";
import { explain, type Which } from "../../runtime/explain/explain.js";
import type { Explanation } from "../../runtime/explain/explanation.js";
import type { DeoptRecord } from "../../runtime/native.js";

/** The program of the README: `scale` is inlined into the loop of `total`, whose guard fails at the one element that is no int. */
export const README_PROGRAM = `local function scale(x) return x * 3 end

local function total(list)
  local sum = 0
  for i = 1, #list do
    sum = sum + scale(list[i])
  end
  return sum
end

local list = {}
for i = 1, 4000 do list[i] = i end
for _ = 1, 3 do print(total(list)) end
list[3990] = 0.5
print(total(list))
`;

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
