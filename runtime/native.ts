// SPDX-License-Identifier: MIT
/**
 * The one place that loads the project's addons.
 *
 * `yugong.node` holds the interpreter and is always needed. `yugong-llvm.node` holds what is used of LLVM, most of its 48 MB; it is loaded when
 * the first function gets hot, on another thread, where it takes 3 ms if the file is in memory.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type * as Yugong from "../native/addon/yugong.js";

export type {
  CallOutcome,
  CodeDescription,
  CoreCode,
  CoreCodeDescription,
  CoreCursor,
  CoreHostFunction,
  CoreStack,
  Counters,
  DeoptRecord,
  FrameView,
  Injection,
  NativeEngine,
  NativeOptions,
  NativeProto,
  ProtoAddresses,
  StackFrameRecord,
  StackmapValue,
  StackRecord,
  StackView,
  StringForm,
  ValueInfo,
  WireValue,
} from "../native/addon/yugong.js";
export type YugongAddon = typeof Yugong;

const parent = dirname(dirname(fileURLToPath(import.meta.url)));
/** The checkout: this module is runtime/native.ts in tests, dist/runtime/native.js otherwise. */
export const projectRoot = basename(parent) === "dist" ? dirname(parent) : parent;

/** An addon is missing or does not load; the message says what to do about it. */
export class NativeLoadError extends Error {
  constructor(file: string, cause?: unknown) {
    const why = cause === undefined ? "has not been built yet" : `does not load: ${cause instanceof Error ? cause.message : String(cause)}`;
    super(`${file} ${why}\nrun \`npm run setup\` in ${projectRoot}`, { cause });
    this.name = "NativeLoadError";
  }
}

const require = createRequire(import.meta.url);
const addons = new Map<string, unknown>();

/** YUGONG_BUILD_DIR, relative to the project or absolute: another build than the one that set-up makes. */
const addonPath = (name: string): string => join(process.env.YUGONG_BUILD_DIR ?? "build", "Release", `${name}.node`);

function loadAddon(name: string): unknown {
  let addon = addons.get(name);
  if (addon !== undefined) return addon;
  const relative = addonPath(name);
  const path = resolve(projectRoot, relative);
  if (!existsSync(path)) throw new NativeLoadError(relative);
  try {
    addon = require(path);
  } catch (error) {
    throw new NativeLoadError(relative, error);
  }
  addons.set(name, addon);
  return addon;
}

/** Values, heap, stacks, the interpreter. No LLVM. */
export function loadYugong(): YugongAddon {
  return loadAddon("yugong") as YugongAddon;
}

/** Folding, optimization and code generation; loads LLVM's shared library. */
export function loadYugongLlvm<Addon = unknown>(): Addon {
  return loadAddon("yugong-llvm") as Addon;
}

let isPreloading = false;

/** Has LLVM loaded on another thread, so that loadYugongLlvm is quick; whether that is done. */
export function preloadYugongLlvm(): boolean {
  const yugong = loadYugong();
  if (!isPreloading) process.once("exit", () => yugong.waitForPreloads());
  isPreloading = true;
  return yugong.preload(resolve(projectRoot, addonPath("yugong-llvm")));
}

/** Addons loaded so far, for `--stats` and for the test that a cold run loads no LLVM. */
export function loadedAddons(): readonly string[] {
  return [...addons.keys()];
}
