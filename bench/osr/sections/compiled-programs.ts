// SPDX-License-Identifier: MIT
/** What the programs of bench/language get compiled: sections 7 and 8 look at the same functions. */
import { join } from "node:path";
import { Engine } from "../../../runtime/engine.js";
import { type CompileEvent, EventStream } from "../../../runtime/events.js";
import { LuaFunction } from "../../../runtime/index.js";
import { projectRoot } from "../../../runtime/native.js";
import { PROGRAMS } from "../../language/programs.js";
import type { OsrOptions } from "../options.js";
import type { SectionBuilder } from "../report.js";

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

/** By program; measured when first asked for. */
export async function compiledPrograms(options: OsrOptions, section: SectionBuilder): Promise<Compiled["byProgram"]> {
  compiled ??= compilePrograms(options);
  const { byProgram, right } = await compiled;
  section.check("programs compute the same before and after their functions have been compiled", right);
  return byProgram;
}
