// SPDX-License-Identifier: MIT
/**
 * Many small programs, by our engines and by the stock interpreters. Starting Node takes longer than any of the programs, so ours share a
 * process, which is started again after a program that killed it. The stock interpreters start fast, and get a process for each.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { projectRoot } from "../../runtime/native.js";
import type { End, Job } from "./child.js";
import type { EngineMode, Outcome, Program } from "./outcome.js";

/** Compiled by set-up: Node cannot run TypeScript. */
const CHILD = join(projectRoot, "dist", "test", "batch", "child.js");
/** CPU time of a program, unless more is said: a machine that is busy with other things makes nobody hang. */
const LIMIT_SECONDS = 20;

export type Peer = "lua5.1" | "luajit";

/**
 * PUC Lua refuses yields across pcall, metamethods and iterators, which is what programs called `yield-*` are about, and has no `bit`; LuaJIT does
 * what we do.
 */
export const peerOf = (file: string): Peer => (/^(yield-|bit\.lua$)/.test(file) ? "luajit" : "lua5.1");

interface Exit {
  readonly how: string;
  readonly stderr: string;
  readonly ok: boolean;
}

/**
 * Runs a command to its end with standard output in a file (appended), whatever the end is.
 *
 * @param watch is given the process, and stops watching it when it is called
 */
function execute(
  command: string,
  args: readonly string[],
  output: string,
  { cwd = projectRoot, watch }: { cwd?: string; watch?: (child: ChildProcess) => () => void } = {},
): Promise<Exit> {
  const descriptor = openSync(output, "a");
  return new Promise<Exit>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", descriptor, "pipe"], cwd });
    const stopWatching = watch?.(child);
    const stderr: Buffer[] = [];
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      stopWatching?.();
      resolve({ ok: code === 0, how: signal ?? `exit code ${code}`, stderr: Buffer.concat(stderr).toString("latin1") });
    });
  }).finally(() => closeSync(descriptor));
}

const TICKS_PER_SECOND = 100;

/** CPU time that a process has taken, in seconds; 0 when it is gone. */
function cpuSeconds(pid: number): number {
  try {
    // After the name, which is in parentheses and may contain anything: the state is field 3, user and system time are 14 and 15.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** Kills a child that works at one program for too long; `progress` grows with each program that has ended. */
function killWhenStuck(child: ChildProcess, progress: () => number, limitSeconds: number): () => void {
  let [seen, since] = [progress(), 0];
  const timer = setInterval(() => {
    const [now, seconds] = [progress(), cpuSeconds(child.pid ?? 0)];
    if (now !== seen) [seen, since] = [now, seconds];
    else if (seconds - since > limitSeconds) child.kill("SIGKILL");
  }, 1000);
  return () => clearInterval(timer);
}

async function inScratchFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "yugong-batch-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readEnds(folder: string): End[] {
  try {
    return readFileSync(join(folder, "ends"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as End);
  } catch {
    return []; // died before the first end
  }
}

/** By our engines, one for each program; the outcomes in the order of the programs. */
export function runBatch(programs: readonly Program[], mode: EngineMode, limitSeconds = LIMIT_SECONDS): Promise<Outcome[]> {
  return inScratchFolder(async (folder) => {
    const job: Job = { mode, programs };
    writeFileSync(join(folder, "batch.json"), JSON.stringify(job));
    const outcomes: Outcome[] = [];
    while (outcomes.length < programs.length) {
      const output = join(folder, "output");
      for (const name of ["output", "ends"]) rmSync(join(folder, name), { force: true });
      const exit = await execute(process.execPath, [CHILD, folder, String(outcomes.length)], output, {
        watch: (child) => killWhenStuck(child, () => readEnds(folder).length, limitSeconds),
      });
      const printed = readFileSync(output, "latin1");
      let at = 0;
      for (const { size, error } of readEnds(folder)) {
        outcomes.push({ output: printed.slice(at, size), ...(error === undefined ? {} : { error }) });
        at = size;
      }
      if (outcomes.length < programs.length)
        outcomes.push({ output: printed.slice(at), crash: `${exit.how}\n${exit.stderr.slice(0, 2000)}`.trim() });
      else if (!exit.ok) throw new Error(`the process of a batch died after its last program: ${exit.how}\n${exit.stderr}`);
    }
    return outcomes;
  });
}

/** One process for each program, all from one shell. $0 is the interpreter; each further argument a folder, whose file `run` starts it. */
const PEER_SCRIPT = `ulimit -t ${LIMIT_SECONDS}
for folder; do cd "$folder"; . ./run >out 2>err </dev/null; echo $? >code; cd ..; done`;

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

function peerOutcome(folder: string, peer: Peer): Outcome {
  const read = (name: string): string => readFileSync(join(folder, name), "latin1");
  const [output, code] = [read("out"), Number(read("code"))];
  if (code === 0) return { output };
  const stderr = read("err");
  if (code === 1 && stderr === "") return { output, error: "" }; // error(nil)
  if (code !== 1 || !stderr.startsWith(`${peer}: `)) return { output, crash: `exit code ${code}\n${stderr}` };
  const [message = ""] = stderr.slice(peer.length + 2).split("\nstack traceback:\n");
  return { output, error: message.replace(/\n$/, "") };
}

/** By a stock interpreter; the outcomes in the order of the programs. */
export function runPeerBatch(programs: readonly Program[], peer: Peer = "lua5.1"): Promise<Outcome[]> {
  return inScratchFolder(async (scratch) => {
    const folders = programs.map(({ file, source, args = [] }, index) => {
      const folder = join(scratch, String(index));
      mkdirSync(folder);
      writeFileSync(join(folder, basename(file)), source, "latin1");
      writeFileSync(join(folder, "run"), `"$0" ${[basename(file), ...args].map(quoted).join(" ")}`);
      return folder;
    });
    const exit = await execute("sh", ["-c", PEER_SCRIPT, peer, ...folders], join(scratch, "shell"), { cwd: scratch });
    if (!exit.ok) throw new Error(`${peer} does not run (npm run setup installs it): ${exit.how}\n${exit.stderr}`);
    return folders.map((folder) => peerOutcome(folder, peer));
  });
}
