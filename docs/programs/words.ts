// SPDX-License-Identifier: MIT
/** For the programs of this folder: what lies in memory, word by word. Linux only, as it reads /proc/self/mem. */
import { execFileSync } from "node:child_process";
import { openSync, readFileSync, readSync } from "node:fs";
import { basename } from "node:path";
import type { Code, Stack } from "../../runtime/index.js";

let memory: number | undefined;

export function readWords(address: bigint, count: number): bigint[] {
  memory ??= openSync("/proc/self/mem", "r");
  const bytes = new BigUint64Array(count);
  readSync(memory, bytes, 0, 8 * count, address);
  return [...bytes];
}

/** The fields of a yg_stack that programs here look at. */
export function fieldsOf(stack: Stack): { sp: bigint; start: bigint; size: bigint } {
  const [sp, start, size] = readWords(stack.address, 3) as [bigint, bigint, bigint];
  return { sp, start, size };
}

/** What a word means, in a form that is the same in every run. */
export class Names {
  readonly #functions: { name: string; address: bigint }[] = [];

  constructor(readonly stack: Stack) {}

  add(code: Code, ...functions: string[]): this {
    for (const name of functions) this.#functions.push({ name, address: code.address(name) });
    return this;
  }

  /** `counter+34`, `the address sp+96`, `_yg_stack_swap_cont`, or the number. */
  describe(word: bigint): string {
    const { sp, start, size } = fieldsOf(this.stack);
    if (word >= start && word < start + size) return `the address sp+${word - sp}`;
    const near = this.#functions.filter(({ address }) => word >= address && word < address + 4096n);
    const [best] = near.sort((a, b) => Number(b.address - a.address));
    if (best) return word === best.address ? best.name : `${best.name}+${word - best.address}`;
    return symbolAt(word) ?? `${word}`;
  }
}

/** The function of a loaded file that the address lies in, by `nm`; or the file. */
function symbolAt(address: bigint): string | undefined {
  let base = 0n;
  for (const line of readFileSync("/proc/self/maps", "utf8").split("\n")) {
    const [, from, to, offset, path] = /^(\w+)-(\w+) \S+ (\w+) \S+ \d+ +(\S*)/.exec(line) ?? [];
    if (path === undefined) continue;
    if (offset === "00000000") base = BigInt(`0x${from}`);
    if (address < BigInt(`0x${from}`) || address >= BigInt(`0x${to}`)) continue;
    if (!path.endsWith("yugong.node")) return path === "" ? undefined : `in ${basename(path)}`;
    const symbols = execFileSync("nm", ["--demangle", "--numeric-sort", path], { encoding: "utf8", maxBuffer: 2 ** 26 });
    const before = symbols.split("\n").filter((symbol) => / [tT] /.test(symbol) && BigInt(`0x${symbol.slice(0, 16)}`) + base <= address);
    // Several names of one address: the longest is the one that assembly compares with.
    const last = before.at(-1)!.slice(0, 16);
    const same = before.filter((symbol) => symbol.startsWith(last)).map((symbol) => symbol.slice(19).replace(/\(.*/, ""));
    return same.reduce((one, other) => (other.length > one.length ? other : one));
  }
  return undefined;
}

/** A row for each word from the top of a paused stack; a label that begins with `~` has a word that differs from run to run, not shown. */
export function showTop(names: Names, labels: readonly string[]): void {
  const { sp } = fieldsOf(names.stack);
  for (const [index, word] of readWords(sp, labels.length).entries()) {
    const label = labels[index]!;
    const text = label.startsWith("~") ? "" : names.describe(word);
    console.log(`${`  sp+${8 * index}`.padEnd(9)} ${label.replace("~", "").padEnd(28)} ${text}`.trimEnd());
  }
}
