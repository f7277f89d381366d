// SPDX-License-Identifier: MIT
/**
 * Random programs: deterministic, they end, nothing depends on the order of a traversal or on an address, and what they compute they
 * print. Each grammar is hard on another part:
 *
 * - trace: order of evaluation, assignment, scopes; errors of everything with anything
 * - numbers: hot functions at the int32 and double edges, arrays whose elements change type, coroutines
 * - tables: tables that nobody keeps, which optimized code leaves out; and now and then somebody does
 * - objects: metatables of all events, closures, methods, varargs, protected calls, coroutines; values of all types in hot code
 * - strings: pieces of strings, the library as methods and as functions, closures that collect text
 * - closures: closures that capture and assign, handlers of metatables, generators; all in hot loops
 * - coroutines: loops over what coroutine.wrap makes, some of which optimized code does without a stack
 */
import { ClosureGrammar } from "./closure-grammar.js";
import { CoroutineGrammar } from "./coroutine-grammar.js";
import { NumberGrammar } from "./number-grammar.js";
import { ObjectGrammar } from "./object-grammar.js";
import { Random } from "./random.js";
import { StringGrammar } from "./string-grammar.js";
import { TableGrammar } from "./table-grammar.js";
import { TraceGrammar } from "./trace-grammar.js";
import type { Writer } from "./writer.js";

export const GRAMMARS: Readonly<Record<string, new (random: Random) => Writer>> = {
  trace: TraceGrammar,
  numbers: NumberGrammar,
  objects: ObjectGrammar,
  tables: TableGrammar,
  strings: StringGrammar,
  closures: ClosureGrammar,
  coroutines: CoroutineGrammar,
};
/** Those that take turns: another one here would change which program a seed makes. */
const IN_TURN = ["trace", "numbers", "objects", "tables"];

/** A program; the same one for the same seed. */
export function generateProgram(seed: number, grammar: string = IN_TURN[seed % IN_TURN.length]!): string {
  const Grammar = GRAMMARS[grammar];
  if (Grammar === undefined) throw new RangeError(`there is no grammar '${grammar}': ${Object.keys(GRAMMARS).join(", ")}`);
  return new Grammar(new Random(seed)).program();
}
