// SPDX-License-Identifier: MIT
/** What the compiler sees to for who writes TypeScript, said at run time to who writes JavaScript: which options there are, and what they take. */
import { COMPILE_MODES, type EngineOptions, FILE_ACCESS, MODES, type Program } from "./engine-options.js";
import { EventStream } from "./events.js";

interface Check {
  readonly accepts: (value: unknown) => boolean;
  readonly needed: string;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isNumber = (value: unknown, least: number, most: number): boolean => typeof value === "number" && value >= least && value <= most;

const oneOf = (words: readonly unknown[]): Check => ({
  accepts: (value) => words.includes(value),
  needed: words.map((word) => JSON.stringify(word)).join(" or "),
});
const whole = (least: number, most = 2 ** 31 - 1): Check => ({
  accepts: (value) => Number.isInteger(value) && isNumber(value, least, most),
  needed: `a whole number from ${least} to ${most}`,
});
const bytes = whole(0, Number.MAX_SAFE_INTEGER);
const boolean = oneOf([true, false]);
const callback: Check = { accepts: (value) => typeof value === "function", needed: "a function" };

const CHECKS: Readonly<Record<keyof EngineOptions, Check>> = {
  mode: oneOf(MODES),
  optimize: boolean,
  hotThreshold: whole(-1),
  compile: oneOf(COMPILE_MODES),
  compileShare: {
    accepts: (value) => value === Number.POSITIVE_INFINITY || isNumber(value, 0, 1),
    needed: "a number from 0 to 1, or Infinity",
  },
  failureLimit: whole(1),
  stress: { accepts: isObject, needed: "what parseStress returns" },
  events: { accepts: (value) => value instanceof EventStream, needed: "an EventStream" },
  recordSwitches: boolean,
  probes: whole(0),
  inlineDepth: whole(0),
  onCode: callback,
  recordDeopts: boolean,
  strings: oneOf(["utf8", "latin1", "bytes"]),
  stdout: {
    accepts: (value) => value === "capture" || typeof value === "function" || (isObject(value) && "write" in value),
    needed: '"capture", a function, or an object with a method write',
  },
  memoryLimitBytes: bytes,
  timeLimitMs: whole(0, 2 ** 32 - 1),
  files: oneOf(FILE_ACCESS),
  bytecodeCache: { accepts: (value) => typeof value === "string", needed: "the path of a folder" },
  interruptOnSignal: boolean,
  publish: { accepts: Array.isArray, needed: "an array" },
  mainStackBytes: bytes,
  coroutineStackBytes: bytes,
};

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** Throws a TypeError that names an option which does not exist, or what it takes. What is undefined counts as not given. */
export function checkEngineOptions(options: EngineOptions): void {
  if (!isObject(options)) throw new TypeError(`engine options are an object, not ${shown(options)}`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(CHECKS, name)) throw new TypeError(`there is no engine option ${name}; there are ${Object.keys(CHECKS).join(", ")}`);
    const { accepts, needed } = CHECKS[name as keyof EngineOptions];
    if (value !== undefined && !accepts(value)) throw new TypeError(`the engine option ${name} must be ${needed}, not ${shown(value)}`);
  }
}

/** Throws a TypeError for what is neither a text nor a file, or a name that is no text. */
export function checkProgram(program: Program, name: string | undefined): void {
  if (typeof program !== "string" && !(isObject(program) && typeof program.file === "string"))
    throw new TypeError(`a program is its text or { file: PATH }, not ${shown(program)}`);
  if (name !== undefined && typeof name !== "string") throw new TypeError(`a program's name is a string, not ${shown(name)}`);
}
