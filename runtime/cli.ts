// SPDX-License-Identifier: MIT
/** The command line. What only some commands need is imported when they run: the start of `yugong run` is what people wait for. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { COMPILE_MODES, FILE_ACCESS, MODES, type Mode, THRESHOLDS } from "./engine-options.js";
import type { ExplainOptions } from "./explain/command.js";
import { FileError, reasonOf } from "./given-files.js";
import { NativeLoadError, projectRoot } from "./native.js";
import { argumentParser, wholeNumber } from "./option-values.js";
import { EXIT, type ReplOptions, RUN_DEFAULTS, type RunOptions, STDIN, type Step } from "./run-options.js";
import { warnIfStale } from "./staleness.js";
import { parseStress, STRESS_USAGE } from "./stress.js";
import { isTerminal } from "./terminal.js";
import { parseTraceKinds, TRACE_KINDS } from "./trace-kinds.js";
import { PARTS, type Part } from "./unit-parts.js";

const COMMANDS = ["run", "repl", "dump", "explain", "tour", "help"];

function parseParts(text: string): Part[] {
  const parts = text.split(",");
  const unknown = parts.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined) throw new RangeError(`'${unknown}' is none of ${PARTS.join(", ")}`);
  return PARTS.filter((part) => parts.includes(part));
}

function parseShare(text: string): number {
  if (text === "all") return Number.POSITIVE_INFINITY;
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(text)) throw new RangeError("a number from 0 to 1 is needed, or all");
  return Number(text);
}

const MODE_MEANINGS: Readonly<Record<Mode, string>> = {
  default: "what is hot",
  interpreter: "nothing",
  eager: "for tests, nearly everything at once",
};

/** What all commands that run something have in common. */
function addRunningOptions(command: Command, modes: readonly Mode[] = MODES): Command {
  const meanings = modes.map((mode) => `${MODE_MEANINGS[mode]} (${mode})`);
  return command
    .addOption(new Option("--mode <mode>", `what to compile: ${meanings.join("; ")}`).choices(modes).default(RUN_DEFAULTS.mode))
    .addOption(
      new Option("--files <which>", "files that io may open: below the current directory and the program's, or all; none: no files at all")
        .choices(FILE_ACCESS)
        .default(RUN_DEFAULTS.files),
    )
    .option("--hot <count>", `calls and loop rounds before a function is compiled (${THRESHOLDS.default.hotThreshold})`, wholeNumber(0));
}

/** What `run` and `repl` have in common. */
function addEngineOptions(command: Command): void {
  addRunningOptions(command)
    .addOption(
      new Option(
        "--compile <when>",
        "in the background, while the program goes on; or blocking: at once, the same in each run, as --mode=eager and --stress do anyway",
      ).choices(COMPILE_MODES),
    )
    .option(
      "--compile-share <share>",
      `for how much of the time the program may wait for compiling (${THRESHOLDS.default.compileShare}), or all`,
      argumentParser(parseShare),
    )
    .option(
      "--trace <kinds>",
      `print events: ${Object.keys(TRACE_KINDS).join(", ")}, or all (same as --trace alone)`,
      argumentParser(parseTraceKinds),
    )
    .addOption(
      new Option("--perf <how>", "tell perf of compiled code: by /tmp/perf-PID.map, or a jitdump in /tmp").choices(["map", "jitdump"]),
    )
    .option("--gdb", "tell gdb of compiled code and of all stacks");
}

function printVersion(): void {
  const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as { version: string };
  process.stdout.write(`yugong ${version}\n`);
}

function buildProgram(argv: readonly string[], setExitCode: (code: number) => void): Command {
  const steps: Step[] = [];
  const step = (kind: Step["kind"]) => (text: string) => steps.push({ kind, text });
  const program = new Command("yugong")
    .description("Runs programs in a strict subset of Lua 5.1, with an optimizer that enters and leaves running functions.")
    .option("-v, --version", "print the version")
    .enablePositionalOptions()
    .helpCommand("help [command]", "what a command takes")
    .exitOverride()
    .showHelpAfterError("(yugong --help lists commands and options)")
    .addHelpText(
      "after",
      `
Examples:
  yugong run programs/fib.lua 30
  yugong run --trace programs/osr-reentry.lua    what the optimizer does, while it does it
  yugong repl                                    an interactive session (also: yugong alone, on a terminal)
  yugong -e 'print(1 / 3)'
  yugong explain --function fib programs/fib.lua 30      what became of it, down to the instructions
  yugong -l MODULE FILE.lua [args]               as lua5.1 takes it; short for: yugong run -l MODULE FILE.lua [args]

yugong run keeps the bytecode of files for the next run, in $XDG_CACHE_HOME/yugong or ~/.cache/yugong; YUGONG_CACHE names another folder, or is off.

Exit codes: 0 fine, or what os.exit was given; 1 an error in the program, found when it is read, compiled or run; 2 wrong usage, a report that cannot be written, or not built.`,
    );
  program.action((options: { version?: boolean }) => {
    if (options.version) printVersion();
    else program.error("error: no command given", { exitCode: EXIT.usage });
  });

  const run = program
    .command("run")
    .description("run a program; what follows FILE is for the program (`arg`)")
    .argument("[FILE]", "a program, or - for standard input")
    .argument("[args...]", "its arguments")
    .option("-e, --execute <code>", "run this first; -e and -l may be repeated, and are done in order", step("code"))
    .option("-l, --library <module>", "require this first", step("module"))
    .option("-v, --version", "print the version first")
    .option("--no-cache", "compile files anew, and keep nothing of that for the next time")
    .option("--stress <how>", `for tests: ${STRESS_USAGE}; see runtime/stress.ts`, argumentParser(parseStress))
    .addOption(new Option("--stats <form>", "print a summary at the end: text (same as --stats alone), or json").choices(["text", "json"]))
    .option("--stats-json <file>", "write the summary as JSON; its keys are explained in runtime/statistics.ts")
    .option("--dump <parts>", `print what is compiled, when it is: ${PARTS.join(", ")} (several, with commas)`, argumentParser(parseParts))
    .option("--function <name>", "dump only the code of this function")
    .option("--dump-file <file>", "dump into a file instead of standard error")
    .option("--trace-json <file>", "write a timeline that ui.perfetto.dev and chrome://tracing open")
    .option("--events <file>", "write all events to a file, a line of JSON each")
    .passThroughOptions()
    .action(async (file: string | undefined, args: string[], options: RunOptions & { version?: boolean }, command: Command) => {
      if (options.dump === undefined && (options.function ?? options.dumpFile) !== undefined)
        command.error("error: --function and --dump-file go with --dump", { exitCode: EXIT.usage });
      if (options.version) printVersion();
      else if (file === undefined && steps.length === 0) command.error("error: a FILE or -e CODE is needed", { exitCode: EXIT.usage });
      if (file === undefined && steps.length === 0) return;
      const { run } = await import("./run.js");
      const before = ["yugong", ...argv.slice(0, argv.length - args.length - 1)];
      setExitCode(await run(file, args, { ...options, steps, before }));
    });

  addEngineOptions(run);

  const repl = program
    .command("repl")
    .description("read lines and run them; :help in it tells more")
    .argument("[FILE]", "a program to run first")
    .action(async (file: string | undefined, options: ReplOptions) => {
      const { repl } = await import("./repl/repl.js");
      setExitCode(await repl(file, options));
    });
  addEngineOptions(repl);

  program
    .command("dump")
    .description("print a program's bytecode")
    .argument("<FILE>")
    .action(async (file: string) => {
      const { dumpFile } = await import("./dump.js");
      setExitCode(dumpFile(file));
    });

  const explain = program
    .command("explain")
    .description("run a program, and show a function's source, bytecode, types, IR, assembly, frame states and deopts side by side")
    .argument("<FILE>")
    .argument("[args...]", "the program's arguments; after -- when they begin with -")
    .option("--function <name>", "which function (NAME or NAME:LINE); otherwise one that was deoptimized, or the largest that was compiled")
    .option("--html <file>", "write a page to look at in a browser, instead of text: one file, which needs no network")
    .option("--json <file>", "write all of it as JSON instead")
    .addOption(
      new Option("--show <parts>", `of the text: ${PARTS.join(", ")} (several, with commas)`)
        .argParser(argumentParser(parseParts))
        .default([...PARTS], "all of them"),
    )
    .option("--unit <number>", "which of the function's compiled units to show as text", wholeNumber(0))
    .option("--no-deopts", "of the text: without the deopts of the run")
    .option("--width <columns>", "of the text", wholeNumber(0))
    .option("--time-limit <seconds>", "how long the program may run; 0: as long as it wants", wholeNumber(0), 10)
    .option("--stress <how>", "for tests: see run", argumentParser(parseStress))
    .action(async (file: string, args: string[], options: Omit<ExplainOptions, "color">) => {
      const { explainFile } = await import("./explain/command.js");
      setExitCode(await explainFile(file, args, { ...options, color: process.stdout.isTTY === true && !process.env.NO_COLOR }));
    });
  // Without compiled code there is nothing to explain.
  const compiling = MODES.filter((mode) => mode !== "interpreter");
  addRunningOptions(explain, compiling);

  program
    .command("tour")
    .description("run a handful of programs and show what happens underneath")
    .action(async () => {
      const { tour } = await import("./tour.js");
      setExitCode(await tour());
    });
  for (const command of program.commands) command.showHelpAfterError(`(yugong ${command.name()} --help lists its options)`);
  return program;
}

/**
 * What people also type, in the form that commander understands: `yugong FILE`, `yugong -e CODE`, a program piped into `yugong`, `yugong`
 * alone on a terminal, and a bare `--trace` or `--stats`, whose optional value would otherwise swallow FILE. `takesValue` are the options that
 * are followed by one.
 */
export function normalizeArguments(
  argv: readonly string[],
  takesValue: ReadonlySet<string>,
  isInteractive = () => isTerminal(STDIN),
): string[] {
  const result = [...argv];
  const first = result[0];
  if (first === undefined) return isInteractive() ? ["repl"] : ["run", "-"];
  const isProgram = !first.startsWith("-") && !COMMANDS.includes(first) && (existsSync(first) || /\.lua$|\//.test(first));
  const isRunOption = first.startsWith("-") && !/^(-h|--help|--version)$/.test(first);
  if (isProgram || isRunOption) result.unshift("run");
  if (result[0] !== "run" && result[0] !== "repl") return result;
  for (let i = 1; i < result.length && result[i]!.startsWith("-") && result[i] !== "-" && result[i] !== "--"; i++) {
    if (result[i] === "--trace") result[i] = "--trace=all";
    else if (result[i] === "--stats") result[i] = "--stats=text";
    else if (takesValue.has(result[i]!)) i++;
  }
  return result;
}

export async function main(argv: readonly string[]): Promise<void> {
  process.on("uncaughtException", (error) => process.exit(failureCode(error)));
  const program = buildProgram(argv, (code) => {
    process.exitCode = code;
  });
  const options = program.commands.flatMap((command) => command.options).filter(({ required }) => required);
  const takesValue = new Set(options.flatMap(({ short, long }) => [short, long]).filter((name) => name !== undefined));
  const args = normalizeArguments(argv, takesValue);
  try {
    const [command, topic] = args;
    if (command !== undefined && !command.startsWith("-") && !COMMANDS.includes(command)) {
      program.error(`error: unknown command '${command}', and no file of that name`, { exitCode: EXIT.usage });
    }
    if (command === "help" && topic !== undefined && !COMMANDS.includes(topic)) {
      program.error(`error: there is no command '${topic}' to help with`, { exitCode: EXIT.usage });
    }
    warnIfStale();
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Says what has failed, unless that is no failure; the exit code. */
export const failureCode = (error: unknown): number => reportOutput(error) ?? report(error);

/** Whoever reads what a command prints may have seen enough, as `head` has; undefined if something else is the matter. */
function reportOutput(error: unknown): number | undefined {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall !== "write") return undefined;
  if (code === "EPIPE") return EXIT.ok;
  process.stderr.write(`yugong: cannot write the output: ${reasonOf(error)}\n`);
  return EXIT.usage;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof FileError) {
    process.stderr.write(`yugong: ${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof NativeLoadError) process.stderr.write(`yugong: ${error.message}\n`);
  else process.stderr.write(`yugong: internal error: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.usage;
}
