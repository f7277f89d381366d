// SPDX-License-Identifier: MIT
/** Section 8: what the optimizer's code takes to make. */
import type { CompileEvent } from "../../../runtime/events.js";
import type { OsrOptions } from "../options.js";
import { type Section, SectionBuilder } from "../report.js";
import { compiledPrograms } from "./compiled-programs.js";

export const GROUPS = {
  perFunction: "a function",
  perInstruction: "an IR instruction, as it is built",
  share: "share of the time",
} as const;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

export async function compile(options: OsrOptions): Promise<Section> {
  const section = new SectionBuilder(8, "Compiling", [
    "Of the functions that the programs of bench/language get compiled: a sample is a function or a loop. The first of each program, which loads LLVM, is left out.",
    "build: LLVM IR by llvm-bindings, from bytecode and feedback; write and parse: as bitcode from llvm-bindings to our addon; fold: deopt bundles and attributes; passes; codegen; link; register: stackmaps, plans, frame states.",
  ]);
  const byProgram = [...(await compiledPrograms(options, section))].map(([name, events]) => [name, events.slice(1)] as const);
  const functions = byProgram.flatMap(([, events]) => events);
  const phases = [...new Set(functions.flatMap((event) => Object.keys(event.phases)))];
  const times = (value: (event: CompileEvent) => number): number[] => functions.map(value);
  section.figure(
    { group: GROUPS.perFunction, name: "in all", unit: "ms" },
    times(({ milliseconds }) => milliseconds),
  );
  for (const phase of phases)
    section.figure(
      { group: GROUPS.perFunction, name: phase, unit: "ms" },
      times((event) => event.phases[phase] ?? 0),
    );
  const perInstruction = (name: string, milliseconds: (event: CompileEvent) => number) =>
    section.figure(
      { group: GROUPS.perInstruction, name, unit: "µs" },
      times((event) => (milliseconds(event) * 1000) / event.irInstructions),
    );
  perInstruction("in all", ({ milliseconds }) => milliseconds);
  for (const phase of phases) perInstruction(phase, (event) => event.phases[phase] ?? 0);
  for (const phase of phases) {
    const shares = byProgram
      .filter(([, events]) => events.length > 0)
      .map(
        ([, events]) => (100 * sum(events.map((event) => event.phases[phase] ?? 0))) / sum(events.map(({ milliseconds }) => milliseconds)),
      );
    section.figure({ group: GROUPS.share, name: phase, unit: "%" }, shares);
  }
  return section.finish();
}
