// SPDX-License-Identifier: MIT
/** Sections 7 and 8: what the optimizer's code takes to describe, and to make. Both look at what the programs of bench/language get compiled. */
import { join } from "node:path";
import { Engine } from "../../../runtime/engine.js";
import { type CompileEvent, EventStream } from "../../../runtime/events.js";
import { LuaFunction } from "../../../runtime/index.js";
import { projectRoot } from "../../../runtime/native.js";
import { PROGRAMS } from "../../language/programs.js";
import type { OsrOptions } from "../options.js";
import { type Section, SectionBuilder } from "../report.js";
import { measureNative } from "./native-cases.js";

export const GROUPS = {
  bytes: "bytes a call site",
  registration: "registering, a call site",
  coreRegistration: "register and unregister code with the core",
  perFunction: "a function",
  perInstruction: "an IR instruction, as it is built",
  share: "share of the time",
} as const;

interface Compiled {
  readonly byProgram: ReadonlyMap<string, readonly CompileEvent[]>;
  readonly right: boolean;
}

/** Compiling all is done once for both sections. */
let compiled: Promise<Compiled> | undefined;

/** What programs' compiled functions tell, each program in an engine of its own. */
async function compilePrograms({ quick, progress }: OsrOptions): Promise<Compiled> {
  const byProgram = new Map<string, readonly CompileEvent[]>();
  let right = true;
  for (const { name, lua, size } of quick ? PROGRAMS.slice(0, 2) : PROGRAMS) {
    progress(`compiling ${name}`);
    const events = new EventStream(10_000);
    const engine = await Engine.create({ mode: "eager", hotThreshold: 1000, failureLimit: 4, events, files: "all", stdout: "capture" });
    const [run] = engine.run("return dofile(...)", { args: [join(projectRoot, lua)] });
    if (!(run instanceof LuaFunction)) throw new Error(`${lua} does not return a function`);
    const [first, second] = [run.call(size), run.call(size)];
    right &&= JSON.stringify(first) === JSON.stringify(second);
    byProgram.set(name, events.of("compile"));
    engine.dispose();
  }
  return { byProgram, right };
}

async function compiledPrograms(options: OsrOptions, section: SectionBuilder): Promise<Compiled["byProgram"]> {
  compiled ??= compilePrograms(options);
  const { byProgram, right } = await compiled;
  section.check("programs compute the same before and after their functions have been compiled", right);
  return byProgram;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

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
