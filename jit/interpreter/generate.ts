// SPDX-License-Identifier: MIT
/** Build step: writes the interpreter and the generated builtins as bitcode. `generate.js --layout layout.json -o interpreter.bc [--text file.ll]` */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Ir } from "../ir.js";
import { Layout } from "../layout.js";
import { checkTypeBits } from "../semantics/values.js";
import { emitContinuations } from "./continuations.js";
import { emitCoroutineBuiltins } from "./coroutines.js";
import { emitInterpreter } from "./interpreter.js";
import { emitProtectedCalls } from "./protected-calls.js";

const { values } = parseArgs({ options: { layout: { type: "string" }, output: { type: "string", short: "o" }, text: { type: "string" } } });
if (values.layout === undefined || values.output === undefined) {
  console.error("usage: generate.js --layout layout.json -o interpreter.bc [--text interpreter.ll]");
  process.exit(2);
}
const layout = new Layout(readFileSync(values.layout, "utf8"));
checkTypeBits(layout);
const ir = new Ir("interpreter", layout);
emitInterpreter(ir);
const csids = { next: layout.csids.generatedBuiltin };
emitCoroutineBuiltins(ir, csids);
emitProtectedCalls(ir, csids);
emitContinuations(ir, csids);
if (values.text !== undefined) writeFileSync(values.text, ir.print());
const problem = ir.verify();
if (problem !== "") throw new Error(`generated interpreter: ${problem}`);
ir.write(values.output);
