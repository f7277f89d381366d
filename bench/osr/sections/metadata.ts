// SPDX-License-Identifier: MIT
/** Section 7: what the optimizer's code takes to describe. */
import type { CompileEvent } from "../../../runtime/events.js";
import type { OsrOptions } from "../options.js";
import { type Section, SectionBuilder } from "../report.js";
import { compiledPrograms } from "./compiled-programs.js";
import { measureNative } from "./native-cases.js";

export const GROUPS = {
  bytes: "bytes a call site",
  registration: "registering, a call site",
  coreRegistration: "register and unregister code with the core",
} as const;

export async function metadata(options: OsrOptions): Promise<Section> {
  const section = new SectionBuilder(7, "Metadata: what describes a call site", [
    "Of the functions that the programs of bench/language get compiled: a sample is a function, its bytes divided by its call sites (calls and guards' exits).",
    "The core keeps a call site with its unwind plan in one cache line, and each keep-alive apart; .eh_frame and stackmap are read once and not needed afterwards. Frame states are the language's, and are kept.",
    "Registering is all of it: parsing the stackmap, making a plan from .eh_frame for each call site, checking the frame states; then entering all in the tables.",
  ]);
  const functions = [...(await compiledPrograms(options, section)).values()].flat().filter(({ callSites }) => callSites > 0);
  const perSite = (name: string, bytes: (event: CompileEvent) => number) =>
    section.figure(
      { group: GROUPS.bytes, name, unit: "bytes" },
      functions.map((event) => bytes(event) / event.callSites),
    );
  perSite("stackmap, as LLVM writes it", ({ stackmapBytes }) => stackmapBytes);
  perSite(".eh_frame", ({ ehFrameBytes }) => ehFrameBytes);
  perSite("frame state", ({ frameStateBytes }) => frameStateBytes);
  perSite("machine code", ({ codeBytes }) => codeBytes);
  section.figure(
    { group: GROUPS.registration, name: "with its frame state, in the engine", unit: "µs" },
    functions.map(({ phases, callSites }) => ((phases.register ?? Number.NaN) * 1000) / callSites),
  );
  options.progress("yugong-bench");
  const sizes = measureNative(section, options, {
    only: "register and unregister",
    place: ({ name }) => ({ group: GROUPS.coreRegistration, name, unit: "µs", scale: 1000 }),
  });
  for (const [name, bytes] of Object.entries(sizes))
    section.figure({ group: GROUPS.bytes, name: `in the core: ${name}`, unit: "bytes" }, [bytes]);
  return section.finish();
}
