// SPDX-License-Identifier: MIT
/** The REPL's commands, in the order in which `:help` lists them. */
import { dumpProto } from "../../lang/dump.js";
import { LuaFunction } from "../embedding/values.js";
import { ExplainError, explain } from "../explain/explain.js";
import { DEFAULT_WIDTH, explanationText } from "../explain/text.js";
import type { InspectedFrame, InspectedFunction, InspectedStack, Inspection } from "../inspection.js";
import { formatStatistics } from "../statistics.js";
import type { InvalidatedUnit } from "../tiering-policy.js";
import { plural } from "../trace.js";
import { parseTraceKinds } from "../trace-kinds.js";
import { PARTS } from "../unit-parts.js";
import type { Console } from "./console.js";
import { describeFunction, describeValue } from "./values.js";

export interface ReplCommand {
  readonly name: string;
  readonly parameters: string;
  readonly summary: string;
  /** @returns the exit code, if this ends the session. Throws LuaError, CompileError and RangeError, whose message is shown. */
  readonly run: (argument: string, console: Console) => number | undefined;
}

function command(name: string, parameters: string, summary: string, run: (argument: string, console: Console) => void): ReplCommand {
  return {
    name,
    parameters,
    summary,
    run: (argument, console) => {
      run(argument, console);
      return undefined;
    },
  };
}

export const COMMANDS: readonly ReplCommand[] = [
  command("help", "", "this list", help),
  command("trace", "[on|off|KINDS]", "show events: compile, osr, deopt, gc, swap, or several with commas", trace),
  command("deopt", "FUNCTION", "take its optimized code out of use now; what becomes of its frames is shown", deopt),
  command("stacks", "", "all coroutines: status, frames (innermost first) with their tiers, live local variables", stacks),
  command("stats", "", "what there has been so far", (_, console) => console.say(formatStatistics(console.statistics(), "text"))),
  command("dump", "FUNCTION", "its bytecode", dump),
  command("explain", "FUNCTION", "what it would be compiled to now: types, IR, assembly and frame states, by source line", explainFunction),
  { name: "quit", parameters: "", summary: "end the session; so does Ctrl-D", run: () => 0 },
];

function help(_argument: string, console: Console): void {
  const rows = COMMANDS.map(({ name, parameters, summary }) => [`:${name} ${parameters}`.trim(), summary] as const);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  console.say(
    [
      "A line is run; an expression's values are printed (`=` before it is not needed). An input that is not complete goes on in the next",
      "line. FUNCTION is any expression that gives one. Each input is a program of its own, as in lua5.1: its `local` variables are gone",
      "with it, so leave `local` out for what is to stay.",
      "Ctrl-C ends the program that runs, or clears the line; Ctrl-D ends the session.",
      "",
      ...rows.map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`),
    ].join("\n"),
  );
}

function trace(argument: string, console: Console): void {
  if (argument !== "") console.trace(argument === "off" ? [] : parseTraceKinds(argument === "on" ? "all" : argument));
  const words = console.tracedWords;
  console.say(words.length === 0 ? "tracing is off" : `tracing ${words.join(", ")}`);
}

/** The function that an expression gives. Throws a RangeError when it gives something else. */
function functionOf(expression: string, { engine }: Console): LuaFunction {
  if (expression === "") throw new RangeError("which function? An expression is needed that gives one");
  const [value] = engine.load(`return ${expression}`, "=stdin").call();
  if (!(value instanceof LuaFunction)) throw new RangeError(`${expression} is ${describeValue(value, engine.inspection)}, and no function`);
  return value;
}

function deopt(argument: string, console: Console): void {
  const { inspection } = console.engine;
  const target = functionOf(argument, console);
  const units = console.watchDeopts(
    () => inspection.invalidate(target),
    (invalidated) => invalidated.reduce((sum, { waiting }) => sum + waiting, 0),
  );
  if (units.length === 0) console.say(`${describeFunction(target, inspection)} has no optimized code`);
  for (const unit of units) console.say(describeInvalidation(unit));
}

function describeInvalidation({ function: name, unit, line, suspended, waiting }: InvalidatedUnit): string {
  const frames = [
    ...(suspended > 0 ? [`${plural(suspended, "suspended coroutine")} moved to the interpreter`] : []),
    ...(waiting > 0 ? [`${plural(waiting, "frame")} will be when control returns`] : []),
  ];
  const what = frames.length === 0 ? "no frame was in it" : frames.join(", ");
  return `code of ${name}:${line}${unit === "loop" ? " loop" : ""} is out of use: ${what}`;
}

function stacks(_argument: string, console: Console): void {
  const { inspection } = console.engine;
  const all = inspection.stacks();
  const alive = all.filter(({ status, frames }) => status !== "dead" || frames.length > 0);
  const dead = all.length - alive.length;
  const lines = alive.sort((a, b) => a.coroutine - b.coroutine).flatMap((stack) => describeStack(stack, console));
  if (dead > 0) lines.push(`${plural(dead, "coroutine")} dead, without a stack`);
  console.say(lines.length === 0 ? "no coroutines; the main program's stack is empty between two inputs" : lines.join("\n"));
}

function describeStack(stack: InspectedStack, { engine }: Console): string[] {
  const body = stack.function instanceof LuaFunction ? `, runs ${describeFunction(stack.function, engine.inspection)}` : "";
  const name = stack.coroutine === 0 ? "main program" : `coroutine ${stack.coroutine}`;
  const head = `${name}  ${stack.status}${body}, ${plural(stack.usedBytes, "byte")} of stack`;
  if (stack.frames.length === 0) return [`${head}; has not begun`];
  const rows = stack.frames.map((frame, level) => describeFrame(frame, level, engine.inspection));
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd())];
}

/** Level, function, place, tier and local variables. */
function describeFrame(frame: InspectedFrame, level: number, inspection: Inspection): string[] {
  const place = frame.tier === "builtin" ? "" : `${frame.source}:${frame.line}`;
  const tier = `${frame.tier}${frame.inlined ? ", inlined" : ""}${frame.invalid ? ", to be left" : ""}`;
  const locals = frame.values.flatMap(({ name, value }) => (name === undefined ? [] : [`${name} = ${describeValue(value, inspection)}`]));
  return [`#${level}`, frame.function, place, tier, locals.join(", ")];
}

/** The id and the bytecode of a function. Throws a RangeError for what is built in. */
function compiledFunction(argument: string, console: Console): Extract<InspectedFunction, { kind: "compiled" }> {
  const described = console.engine.inspection.describe(functionOf(argument, console));
  if (described.kind === "builtin") throw new RangeError(`${described.name} is built in: it has no bytecode`);
  return described;
}

function dump(argument: string, console: Console): void {
  const described = compiledFunction(argument, console);
  console.say(dumpProto(described.proto, { live: false }));
}

function explainFunction(argument: string, console: Console): void {
  const { id: protoId } = compiledFunction(argument, console);
  try {
    const explanation = explain(console.engine.inspection, undefined, { protoId });
    const width = process.stdout.columns ?? DEFAULT_WIDTH;
    console.say(explanationText(explanation, { width, color: console.color, parts: PARTS, deopts: false }));
  } catch (error) {
    if (error instanceof ExplainError) throw new RangeError(error.message, { cause: error });
    throw error;
  }
}
