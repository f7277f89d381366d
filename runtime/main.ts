// SPDX-License-Identifier: MIT
/**
 * Where the command line begins. `yugong run FILE`, and `yugong FILE.lua`, need no parser of options, which would take a fifth of the time that
 * we need to start; all else is for runtime/cli.ts.
 */
import { EXIT, RUN_DEFAULTS } from "./run-options.js";

interface PlainRun {
  readonly file: string;
  readonly args: readonly string[];
  /** The words before the file. */
  readonly before: readonly string[];
}

/** The arguments of a run without options. */
export function plainRun(argv: readonly string[]): PlainRun | undefined {
  const at = argv[0] === "run" ? 1 : 0;
  const file = argv[at];
  if (file === undefined || file.startsWith("-") || (at === 0 && !file.endsWith(".lua"))) return undefined;
  return { file, args: argv.slice(at + 1), before: ["yugong", ...argv.slice(0, at)] };
}

/** Whether Node has been asked for something that it writes when it exits: coverage, profiles, reports. */
const isObserved = (): boolean => process.execArgv.length > 0 || Boolean(process.env.NODE_OPTIONS || process.env.NODE_V8_COVERAGE);

export async function main(argv: readonly string[]): Promise<void> {
  const plain = plainRun(argv);
  if (plain === undefined) {
    const { main } = await import("./cli.js");
    return main(argv);
  }
  const fail = async (error: unknown): Promise<number> => (await import("./cli.js")).failureCode(error);
  process.on("uncaughtException", (error) => void fail(error).then(process.exit));
  try {
    const [{ warnIfStale }, { run }] = await Promise.all([import("./staleness.js"), import("./run.js")]);
    warnIfStale();
    const code = await run(plain.file, plain.args, { ...RUN_DEFAULTS, steps: [], before: plain.before });
    process.exitCode = code;
    // All output is written and all files are closed, unless there is a message in one of Node's streams.
    if (code === EXIT.ok && !isObserved()) (await import("./native.js")).loadYugong().endProcess(code);
  } catch (error) {
    process.exitCode = await fail(error);
  }
}
