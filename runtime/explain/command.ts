// SPDX-License-Identifier: MIT
/** `yugong explain`: runs a program, and shows what became of one of its functions. */
import { withLine } from "../../lang/bytecode.js";
import { CompileError } from "../../lang/errors.js";
import type { CodeRecord } from "../code-record.js";
import { Engine } from "../engine.js";
import type { FileAccess, Mode } from "../engine-options.js";
import { openReport, type Report, readProgram } from "../given-files.js";
import { EXIT } from "../run-options.js";
import type { Stress } from "../stress.js";
import type { Part } from "../unit-parts.js";
import { ExplainError, explain } from "./explain.js";
import type { Explanation } from "./explanation.js";
import { explanationPage } from "./html.js";
import { DEFAULT_WIDTH, explanationText } from "./text.js";

export interface ExplainOptions {
  readonly function?: string;
  readonly unit?: number;
  readonly html?: string;
  readonly json?: string;
  readonly show: readonly Part[];
  readonly deopts: boolean;
  readonly width?: number;
  readonly color: boolean;
  readonly mode: Mode;
  readonly hot?: number;
  readonly stress?: Stress;
  readonly files: FileAccess;
  /** Seconds. */
  readonly timeLimit: number;
}

/** Files to write instead of text. */
interface Outputs {
  readonly json: Report | undefined;
  readonly html: Report | undefined;
}

const write = (text: string): void => void process.stderr.write(text);

/** Returns the exit code. */
export async function explainFile(file: string, args: readonly string[], options: ExplainOptions): Promise<number> {
  const { source, name } = readProgram(file);
  const outputs: Outputs = { json: openReport(options.json), html: openReport(options.html) };
  const records: CodeRecord[] = [];
  const engine = await Engine.create({
    mode: options.mode,
    ...(options.hot !== undefined && { hotThreshold: options.hot }),
    ...(options.stress && { stress: options.stress }),
    // What is shown must not depend on how busy the machine is.
    compile: "blocking",
    compileShare: Number.POSITIVE_INFINITY,
    stdout: "capture",
    files: options.files,
    timeLimitMs: 1000 * options.timeLimit,
    interruptOnSignal: true,
    recordDeopts: true,
    onCode: (record) => records.push(record),
  });
  try {
    const result = engine.runSource(source, name, args, ["yugong", "explain"]);
    const notes = result.ok ? [] : [`The program ended with an error: ${result.message.toString("utf8")}`];
    const which = options.function === undefined ? undefined : { name: options.function };
    const explanation = explain(engine.inspection, { records, deopts: engine.inspection.takeDeopts() }, which, notes);
    return show(explanation, options, outputs);
  } catch (error) {
    return report(error, source);
  } finally {
    engine.dispose();
  }
}

function show(explanation: Explanation, options: ExplainOptions, { json, html }: Outputs): number {
  json?.write(`${JSON.stringify(explanation)}\n`);
  if (html !== undefined) {
    html.write(explanationPage(explanation));
    write(`yugong: ${options.html} shows ${withLine(explanation.function.name, explanation.function.line)}\n`);
  }
  if (html !== undefined || json !== undefined) return EXIT.ok;
  const text = explanationText(explanation, {
    width: options.width ?? process.stdout.columns ?? DEFAULT_WIDTH,
    color: options.color,
    parts: options.show,
    deopts: options.deopts,
    ...(options.unit !== undefined && { unit: options.unit - 1 }),
  });
  process.stdout.write(text);
  return EXIT.ok;
}

function report(error: unknown, source: string): number {
  if (error instanceof CompileError) {
    process.stderr.write(Buffer.from(`yugong: ${error.render(source)}\n`, "latin1"));
    return EXIT.programError;
  }
  if (error instanceof ExplainError || error instanceof RangeError) {
    write(`yugong: ${error.message}\n`);
    return EXIT.usage;
  }
  throw error;
}
