// SPDX-License-Identifier: MIT
/** Running what documents show as typed into a terminal, each command once, in the project's folder. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { projectRoot } from "../../runtime/native.js";

export interface Output {
  /** Standard output and error as a terminal would show them. */
  readonly lines: readonly string[];
  readonly exitCode: number | null;
}

const TIME_LIMIT_MS = 60_000;

const outputs = new Map<string, Promise<Output>>();
const waiting: (() => void)[] = [];
let free = availableParallelism();

export function run(command: string): Promise<Output> {
  let output = outputs.get(command);
  if (output === undefined) {
    output = start(command);
    outputs.set(command, output);
  }
  return output;
}

async function start(command: string): Promise<Output> {
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  else free--;
  try {
    return await execute(command);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

function execute(command: string): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", `{ ${command}\n} 2>&1`], {
      cwd: projectRoot,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, LC_ALL: "C.UTF-8", COLUMNS: "140" },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: TIME_LIMIT_MS,
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ lines: text.trimEnd().split("\n"), exitCode }));
  });
}
