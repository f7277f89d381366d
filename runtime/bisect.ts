// SPDX-License-Identifier: MIT
/**
 * `npm run bisect -- FILE`: a program that prints something else under stress than by lua5.1: which guard is to blame?
 *
 * Guards are numbered in the order in which a run executes them, so a run that fails with the guards `1 .. K` made to fail and not with
 * `1 .. K-1` is told apart by the Kth: its frame state, or what the interpreter makes of it, is wrong.
 */
import { spawnSync } from "node:child_process";
import { Command, Option } from "commander";
import { type ChildResult, runInChild } from "./child.js";
import { MODES, type Mode } from "./engine-options.js";
import type { EventOf } from "./events.js";
import { wholeNumber } from "./option-values.js";
import { STRESS_USAGE } from "./stress.js";

export interface Outcome {
  readonly stdout: Buffer;
  readonly exitCode: number | null;
}

export interface Subject {
  /** Runs the program under a stress mode. */
  run(stress: string): ChildResult;
  /** Whether that is what it should have done. */
  isRight(result: Outcome): boolean;
}

export type Verdict =
  | { readonly kind: "right"; readonly guards: number }
  /** It fails although no guard is made to fail. */
  | { readonly kind: "without-stress"; readonly result: ChildResult }
  /** `alone`: making this one guard fail is enough. */
  | { readonly kind: "guard"; readonly guard: number; readonly alone: boolean; readonly result: ChildResult };

const guardsOf = (result: ChildResult): number =>
  result.events.findLast((event): event is EventOf<"swaps"> => event.kind === "swaps")?.guards ?? 0;

/** The smallest number from 1 to `most` for which `fails` holds, if it holds for `most` and from some number on. */
export function firstFailing(most: number, fails: (until: number) => boolean): number {
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fails(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** @param stress which guards to make fail, as --stress takes it: "deopt:7", "deopt-from:1", … */
export function bisect(subject: Subject, stress: string, progress: (line: string) => void = () => {}): Verdict {
  // Code that counts its guards, none of which is reached.
  const plain = subject.run(`deopt-at:${Number.MAX_SAFE_INTEGER}`);
  if (!subject.isRight(plain)) return { kind: "without-stress", result: plain };
  const stressed = subject.run(stress);
  if (subject.isRight(stressed)) return { kind: "right", guards: guardsOf(plain) };
  let failing = stressed;
  const fails = (until: number): boolean => {
    const result = subject.run(`${stress},until:${until}`);
    const right = subject.isRight(result);
    progress(`guards up to ${until}: ${right ? "right" : "wrong"}`);
    if (!right) failing = result;
    return !right;
  };
  // A run that leaves its code goes other ways than one that stays, so it may execute more guards.
  let most = Math.max(guardsOf(plain), guardsOf(stressed), 1);
  while (!fails(most)) most *= 2;
  const guard = firstFailing(most, fails);
  const alone = subject.run(`deopt-at:${guard}`);
  if (!subject.isRight(alone)) return { kind: "guard", guard, alone: true, result: alone };
  if (guard === most) fails(guard);
  return { kind: "guard", guard, alone: false, result: failing };
}

/** Where the last guard is that was made to fail, and what its frame state says. */
export function describeGuard(result: ChildResult): string {
  const deopt = result.events.findLast((event): event is EventOf<"deopt"> => event.kind === "deopt" && event.injected !== undefined);
  if (deopt?.injected === undefined) return "no guard was made to fail\n";
  const { injected, column, line, reason } = deopt;
  return `${deopt.function}, line ${line}, column ${column}: a guard against "${reason}" in ${injected.unit}\n${injected.frameState}`;
}

/** A unit's part of what --dump prints. */
export function irOf(stderr: string, unit: string): string {
  const parts = stderr.split(/^(?=; f\d+_\d+: )/m);
  return parts.find((part) => part.startsWith(`; ${unit}: `)) ?? "";
}

interface Options {
  readonly stress: string;
  readonly mode: Mode;
  readonly hot?: number;
  readonly ir?: boolean;
}

function main(file: string, args: readonly string[], { stress, mode, hot, ir = false }: Options): void {
  const oracle = spawnSync("lua5.1", [file, ...args], { maxBuffer: 2 ** 28 });
  const run = (how: string, dump?: string): ChildResult => {
    const given = { ...(hot === undefined ? {} : { hot }), ...(dump === undefined ? {} : { dump }) };
    const result = runInChild(file, { args, mode, stress: how, ...given });
    if (result.signal === "SIGTERM") throw new Error(`${file} takes too long under --stress=${how}: give it less to do`);
    return result;
  };
  const isRight = ({ stdout, exitCode }: Outcome): boolean => exitCode === oracle.status && stdout.equals(oracle.stdout);
  const verdict = bisect({ run, isRight }, stress, (line) => process.stderr.write(`${line}\n`));
  if (verdict.kind === "right") {
    process.stdout.write(`right under ${stress} (${verdict.guards} guards)\n`);
    return;
  }
  process.exitCode = 1;
  const { result } = verdict;
  if (verdict.kind === "guard") {
    const { guard, alone } = verdict;
    process.stdout.write(
      `guard ${guard}${alone ? "" : ", after others"}: run --mode=${mode} --stress=${alone ? "deopt-at" : `${stress},until`}:${guard}\n`,
    );
    process.stdout.write(describeGuard(result));
    if (ir) {
      const again = run(alone ? `deopt-at:${guard}` : `${stress},until:${guard}`, "ir,asm,stackmaps");
      const unit = again.events.findLast((event): event is EventOf<"deopt"> => event.kind === "deopt" && event.injected !== undefined);
      process.stdout.write(irOf(again.stderr, unit?.injected?.unit ?? ""));
    }
  } else process.stdout.write("wrong without any guard made to fail\n");
  if (result.signal !== null) process.stdout.write(`killed by ${result.signal}\n`);
  process.stdout.write(result.stderr.split("\n").slice(0, 5).join("\n"));
}

if (process.argv[1]?.endsWith("bisect.js")) {
  const command = new Command("bisect")
    .description("Finds the first guard whose failing makes a program print something else than by lua5.1.")
    .argument("<file>", "the program")
    .argument("[args...]", "its arguments")
    .option("--stress <how>", STRESS_USAGE, "deopt-from:1")
    .addOption(new Option("--mode <mode>", "when to compile").choices(MODES).default("eager"))
    .option("--hot <count>", "calls and loop rounds before a function is compiled", wholeNumber(0))
    .option("--ir", "also print the code of the unit that has the guard")
    .passThroughOptions();
  try {
    command.action(main).parse();
  } catch (error) {
    process.stderr.write(`bisect: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
