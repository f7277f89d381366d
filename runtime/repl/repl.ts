// SPDX-License-Identifier: MIT
/** `yugong repl`: reads inputs and runs them, one engine for all. On a terminal with editing and history, otherwise line by line. */
import { openSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { isatty, ReadStream } from "node:tty";
import { InterruptError } from "../embedding/errors.js";
import type { LuaFunction } from "../embedding/values.js";
import { Engine } from "../engine.js";
import { EventStream } from "../events.js";
import { readProgram } from "../given-files.js";
import { loadYugong } from "../native.js";
import { EXIT, publishTargets, type ReplOptions, STDIN } from "../run-options.js";
import { collectStatistics } from "../statistics.js";
import { Console } from "./console.js";
import { History, historyFile, KEPT_LINES } from "./history.js";
import { type Reaction, Session } from "./session.js";

const PROMPTS = { ready: "> ", more: ">> " } as const;

/** Returns the exit code. */
export async function repl(file: string | undefined, options: ReplOptions): Promise<number> {
  loadYugong().endOnBrokenPipe();
  const program = file === undefined ? undefined : readProgram(file);
  const events = new EventStream();
  const statistics = collectStatistics(events);
  const engine = await Engine.create({
    mode: options.mode,
    hotThreshold: options.hot,
    compile: options.compile,
    compileShare: options.compileShare,
    files: options.files,
    events,
    interruptOnSignal: true,
    publish: publishTargets(options),
  });
  const console = new Console({
    engine,
    statistics: () => statistics(engine),
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    color: process.stderr.isTTY === true,
  });
  if (options.trace) console.trace(options.trace);
  try {
    const session = new Session(engine, console);
    const ended = program && session.runProgram(program);
    if (ended?.kind === "exit") return ended.code;
    return isatty(STDIN) ? await readTerminal(session) : readLines(session, engine);
  } catch (error) {
    // While a line was read; what interrupts a program, its session says.
    if (!(error instanceof InterruptError)) throw error;
    console.complain(`yugong: ${error.message}`);
    return EXIT.programError;
  } finally {
    engine.dispose();
  }
}

/**
 * Lines come through the program's standard input, so that `io.read` in them goes on where the last of them ended, as in lua5.1. Like
 * there, nobody is prompted.
 */
function readLines(session: Session, engine: Engine): number {
  const [read] = engine.load("return io.read", "=(repl)").call() as [LuaFunction];
  for (;;) {
    const [line] = read.call();
    if (line === undefined) return EXIT.ok;
    const reaction = session.feed(String(line));
    if (reaction.kind === "exit") return reaction.code;
  }
}

function readTerminal(session: Session): Promise<number> {
  // Opened anew: that reads do not wait is then a matter of this stream, and io.read's wait.
  const input = new ReadStream(openSync("/dev/stdin", "r"));
  const history = new History(historyFile());
  const terminal = createInterface({
    input,
    output: process.stdout,
    history: [...history.lines].reverse(),
    historySize: KEPT_LINES,
    prompt: PROMPTS.ready,
  });
  process.stdout.write("Yugong, in which Lua 5.1 programs run. :help lists what else there is.\n");
  return new Promise((resolve) => {
    let exitCode: number = EXIT.ok;
    terminal.on("line", (line) => {
      history.add(line);
      const reaction = cooked(input, terminal, () => session.feed(line));
      if (reaction.kind === "exit") {
        exitCode = reaction.code;
        terminal.close();
        return;
      }
      terminal.setPrompt(PROMPTS[reaction.kind]);
      terminal.prompt();
    });
    terminal.on("SIGINT", () => {
      session.clear();
      // Without a line end for what has been typed, the new prompt would lie over it.
      process.stdout.write("^C\n");
      terminal.write(null, { ctrl: true, name: "e" });
      terminal.write(null, { ctrl: true, name: "u" });
      terminal.setPrompt(PROMPTS.ready);
      terminal.prompt();
    });
    terminal.on("close", () => {
      input.destroy();
      if (exitCode === EXIT.ok) process.stdout.write("\n");
      resolve(exitCode);
    });
    terminal.prompt();
  });
}

/** While a program runs, the terminal makes lines for io.read, and a signal of Ctrl-C. */
function cooked(input: ReadStream, terminal: Interface, run: () => Reaction): Reaction {
  input.setRawMode(false);
  try {
    return run();
  } finally {
    input.setRawMode(true);
    terminal.resume();
  }
}
