// SPDX-License-Identifier: MIT
/**
 * What people see while they wait: on a terminal one line a step with a spinner, the time and the last line of output; elsewhere a line
 * when a step starts, one every ten seconds, and one when it is done. The full output goes to .setup/logs/.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root, stateFolder } from "./stamps.mjs";

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const QUIET_INTERVAL_MS = 10_000;
const REDRAW_INTERVAL_MS = 100;
const SHOWN_LOG_LINES = 40;

const stream = process.stderr;
const isTerminal = stream.isTTY === true;
const paint = (code, text) => (isTerminal && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text);
// Terminal control sequences in tools' output would move our line.
const plain = (text) => stripVTControlCharacters(text).trim();

function seconds(since) {
  const elapsed = (Date.now() - since) / 1000;
  return elapsed < 60 ? `${elapsed.toFixed(elapsed < 10 ? 1 : 0)} s` : `${Math.floor(elapsed / 60)} min ${Math.round(elapsed % 60)} s`;
}

/** Where a step's output goes. */
class Log {
  lastLine = "";
  #rest = "";

  constructor(id) {
    const folder = join(stateFolder, "logs");
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, `${id}.log`);
    writeFileSync(this.path, "");
  }

  write(chunk) {
    appendFileSync(this.path, chunk);
    const lines = (this.#rest + chunk).split(/\r?\n|\r/);
    this.#rest = lines.pop();
    const shown = lines.map(plain).filter((line) => line !== "");
    if (shown.length > 0) this.lastLine = shown.at(-1);
  }

  tail() {
    return readFileSync(this.path, "utf8").trimEnd().split("\n").slice(-SHOWN_LOG_LINES).join("\n");
  }
}

export class Progress {
  #number = 0;
  #log;

  constructor(total) {
    this.total = total;
  }

  say(text) {
    stream.write(`${text}\n`);
  }

  skip() {
    this.#number++;
  }

  #label(title) {
    return `${this.#number}/${this.total} ${title}`;
  }

  async run(step, action) {
    this.#number++;
    const started = Date.now();
    const log = new Log(step.id);
    this.#log = log;
    const label = this.#label(step.title);
    if (!isTerminal) this.say(`${label}${step.about ? ` (${step.about})` : ""} …`);
    let frame = 0;
    const draw = () => {
      if (!isTerminal) return this.say(`    ${seconds(started)}${log.lastLine && `: ${log.lastLine.slice(0, 90)}`}`);
      frame = (frame + 1) % SPINNER.length;
      const head = `${SPINNER[frame]} ${label}  ${seconds(started)}  `;
      const room = Math.max(0, (stream.columns ?? 80) - head.length - 1);
      stream.write(`\r\x1b[K${paint(36, SPINNER[frame])}${head.slice(1)}${paint(2, (log.lastLine || step.about || "").slice(0, room))}`);
    };
    const timer = setInterval(draw, isTerminal ? REDRAW_INTERVAL_MS : QUIET_INTERVAL_MS);
    let done = false;
    try {
      await action(log);
      done = true;
    } finally {
      clearInterval(timer);
      if (isTerminal) stream.write("\r\x1b[K");
      this.say(done ? `${paint(32, "✓")} ${label}  ${paint(2, seconds(started))}` : `${paint(31, "✗")} ${label}  ${seconds(started)}`);
    }
  }

  fail(error) {
    if (error.showLog && this.#log) this.say(`\n${this.#log.tail()}\n`);
    this.say(paint(31, error.message));
    if (error.advice) this.say(error.advice);
    if (error.showLog && this.#log) this.say(`The whole log: ${relative(root, this.#log.path)}`);
    this.say("Running the same command again goes on from this step.");
  }
}
