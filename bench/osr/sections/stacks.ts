// SPDX-License-Identifier: MIT
/** Section 5: what is done to whole stacks and to their tops. */
import { type OsrOptions, steady } from "../options.js";
import { runLuaJit, runYugong, withPeer } from "../peers.js";
import { type Section, SectionBuilder } from "../report.js";
import { measureNative } from "./native-cases.js";

export const GROUPS = { coroutines: "coroutines of the languages", swap: "swap" } as const;

const NATIVE = new Set(["swap", "host call", "create and destroy, 16 KiB", "surgery"]);

function* counter(): Generator<number, never, void> {
  for (let n = 1; ; n++) yield n;
}

// biome-ignore lint/correctness/useYield: what is measured is a life without a pause
function* life(x: number): Generator<never, number, void> {
  return x;
}

/** Operations that the benchmark package sees as one: its own loop would be a part of what it measures. */
const BATCH = 1000;

function resumeAndYield(): boolean {
  const iterator = counter();
  let last = 0;
  for (let at = 0; at < BATCH; at++) last = iterator.next().value;
  return last === BATCH;
}

function createAndDestroy(): boolean {
  let sum = 0;
  for (let at = 0; at < BATCH; at++) sum += life(at).next().value as number;
  return sum === (BATCH * (BATCH - 1)) / 2;
}

function measureGenerators(section: SectionBuilder, options: OsrOptions): void {
  for (const [name, operation] of [
    ["resume and yield", resumeAndYield],
    ["create, run to the end", createAndDestroy],
  ] as const) {
    let right = true;
    const samples = steady(options, () => {
      right = operation() && right;
    });
    section.check("Node: generators yield what they should", right);
    section.figure(
      { group: GROUPS.coroutines, by: "Node", name, unit: "ns" },
      samples.map((time) => time / BATCH),
    );
  }
}

export async function stacks(options: OsrOptions): Promise<Section> {
  const section = new SectionBuilder(5, "Operations on stacks", [
    "The core's are measured by native/yugong/bench, all cases in turn on one processor; swaps are one way, surgery is without what puts the stack back.",
    "Coroutines of yugong and LuaJIT run the same program (bench/osr/peers/coroutines.lua); Node's generators are measured with the benchmark package.",
    "LuaJIT does not compile code that yields or resumes; V8's generators keep their frame in the heap, without a stack of their own.",
  ]);
  options.progress("yugong-bench");
  for (const only of NATIVE) measureNative(section, options, { only, place: ({ group }) => (group === only ? { group } : undefined) });
  for (const [by, run] of [
    ["yugong", runYugong],
    ["LuaJIT", runLuaJit],
  ] as const) {
    options.progress(`coroutines, ${by}`);
    withPeer(section, by, () => {
      for (const { name, samples, right } of run("coroutines", [`${options.quick ? 3 : 10 * options.rounds}`])) {
        section.check(`${by}: coroutines yield what they should`, right);
        section.figure({ group: GROUPS.coroutines, by, name, unit: "ns" }, samples);
      }
    });
  }
  options.progress("generators, Node");
  measureGenerators(section, options);
  return section.finish();
}
