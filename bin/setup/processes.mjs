// SPDX-License-Identifier: MIT
/** Running tools: their output goes to the step's log, and they end when we do. */
import { spawn, spawnSync } from "node:child_process";
import { root } from "./stamps.mjs";

/** A step failed in a way that we can say something about. */
export class SetupError extends Error {
  constructor(message, { advice, showLog = true } = {}) {
    super(message);
    this.advice = advice;
    this.showLog = showLog;
  }
}

const running = new Set();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.stderr.write("\nSet-up interrupted; the same command goes on where it was.\n");
    process.exit(130);
  });
}

/** Runs a program to its end; what it prints goes to `log`, or is returned when there is none. */
export function execute(log, command, args, { cwd = root, env = process.env, failure, advice } = {}) {
  return new Promise((resolve, reject) => {
    log.write(`$ ${[command, ...args].join(" ")}\n`);
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    child.stdout.setEncoding("utf8").on("data", (text) => log.write(text));
    child.stderr.setEncoding("utf8").on("data", (text) => log.write(text));
    child.on("error", (error) => {
      running.delete(child);
      reject(new SetupError(`${command} does not start: ${error.message}`, { advice }));
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      if (code === 0) resolve();
      else reject(new SetupError(failure ?? `${command} failed (${signal ?? `exit code ${code}`})`, { advice }));
    });
  });
}

/** Runs a short program; returns its output, or undefined when it failed. */
export function query(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], ...options });
  return result.status === 0 ? result.stdout : undefined;
}
