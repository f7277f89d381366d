// SPDX-License-Identifier: MIT
/** The programs of `npm run bench:language`, and at which size one iteration takes LuaJIT some 20 to 100 ms. */

export type Group = "numeric" | "object" | "coroutine";
export const GROUPS: readonly Group[] = ["numeric", "object", "coroutine"];

export interface BenchmarkProgram {
  /** `bench/language/NAME.js` is its version in JavaScript. */
  readonly name: string;
  readonly group: Group;
  readonly size: number;
  /** Of the project: returns a function that takes a size. */
  readonly lua: string;
  /** Whether there is a `bench/language/NAME.c`. */
  readonly c: boolean;
}

interface Options {
  readonly c?: boolean;
  /** The program is one of programs/, not of bench/language. */
  readonly shown?: boolean;
}

const program = (group: Group, name: string, size: number, { c = false, shown = false }: Options = {}): BenchmarkProgram => ({
  name,
  group,
  size,
  lua: `${shown ? "programs" : "bench/language"}/${name}.lua`,
  c,
});

export const PROGRAMS: readonly BenchmarkProgram[] = [
  program("numeric", "fib", 34, { c: true }),
  program("numeric", "mandelbrot", 600, { c: true }),
  program("numeric", "n-body", 500_000, { c: true }),
  program("numeric", "spectral-norm", 800),
  program("numeric", "fannkuch", 9, { c: true }),
  program("numeric", "sieve", 2_000_000, { c: true }),
  program("numeric", "matrix-multiplication", 300, { c: true }),
  program("numeric", "queens", 12),
  program("numeric", "permutations", 10),
  program("numeric", "towers", 20),
  program("numeric", "fft", 262_144, { shown: true }),
  program("numeric", "lu", 400, { shown: true }),
  program("object", "richards", 8, { shown: true }),
  program("object", "deltablue", 4000, { shown: true }),
  program("object", "loop-finder", 120),
  program("object", "bounce", 20_000),
  program("object", "list", 18),
  program("object", "storage", 9),
  program("object", "binary-trees", 12),
  program("object", "json", 200, { shown: true }),
  program("object", "hash-map", 100_000),
  program("object", "strings", 20_000),
  program("object", "ray-tracer", 120),
  program("coroutine", "generators", 300_000),
  program("coroutine", "coroutine-permutations", 9),
  program("coroutine", "ring", 1000),
  program("coroutine", "task-scheduler", 3000),
];
