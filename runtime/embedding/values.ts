// SPDX-License-Identifier: MIT
/** Values of the language in JavaScript: the table of all conversions is at LuaValue. */
import { inspect } from "node:util";
import type { Bridge } from "./bridge.js";
import { copyToJS, type PlainValue } from "./copy.js";

/**
 * What comes out of the language, and what goes in:
 *
 * | language | comes as | goes in as |
 * |---|---|---|
 * | nil | undefined | undefined, null |
 * | boolean | boolean | boolean |
 * | number | number | number |
 * | string (bytes) | string, if it is UTF-8; else Buffer (EngineOptions.strings) | string (as UTF-8), Uint8Array (its bytes) |
 * | table | LuaTable | LuaTable; an array, a plain object or a Map is copied into a new table, with all that it holds |
 * | function | LuaFunction | LuaFunction; a JavaScript function becomes a host function |
 * | coroutine | LuaCoroutine | LuaCoroutine |
 * | file (io.open) | LuaFile | LuaFile |
 *
 * Everything else (bigint, symbol, Date, Promise, …) is a TypeError.
 *
 * The Lua… objects are handles: while one is reachable, the collector keeps what it stands for. The same table is the same LuaTable, for
 * as long as anybody has it. A handle belongs to its engine, and is of no use after `engine.dispose()`, in another engine or, as it cannot be
 * posted, in another thread: a TypeError, always. A JavaScript function that has gone in stays until its engine is disposed of: make those that
 * programs get once, not for each call.
 */
export type LuaValue = undefined | boolean | number | string | Buffer | LuaTable | LuaFunction | LuaCoroutine | LuaFile;

/** What can go into the language; the table at LuaValue has the objects. */
export type LuaInput = LuaValue | null | object;

/** A function that the language can call. It gets LuaValues, and returns a LuaInput, or `multi(…)` for any number of results. */
export type HostFunction = (...args: never[]) => unknown;

/** Several results of a host function: `return multi(quotient, remainder)`. */
export class Multi {
  constructor(
    /** In order. */
    readonly values: readonly LuaInput[],
  ) {}
}

/** Several results, of a host function that returns this. */
export const multi = (...values: LuaInput[]): Multi => new Multi(values);

/** A reference to an object of the language. */
export abstract class Handle {
  /** Makes handles impossible to post to another thread, too. @internal */
  readonly bridge: Bridge;
  #slot: number | undefined;

  /** Only bridges make handles. @internal */
  constructor(bridge: Bridge, slot: number) {
    this.bridge = bridge;
    this.#slot = slot;
  }

  /** Where the engine holds the object. @internal */
  get slot(): number {
    if (this.#slot === undefined) throw new TypeError(`this ${this.constructor.name} has been disposed of`);
    return this.#slot;
  }

  /** Whether `dispose` has been called. */
  get isDisposed(): boolean {
    return this.#slot === undefined;
  }

  /** Let the object go now, for whoever has this handle, instead of when JavaScript's collector finds that nobody has it. */
  dispose(): void {
    if (this.#slot === undefined) return;
    this.bridge.release(this, this.#slot);
    this.#slot = undefined;
  }

  /** For console.log and the like. */
  [inspect.custom](): string {
    return `[${this.constructor.name}${this.#slot === undefined ? " (disposed)" : ""}]`;
  }
}

export class LuaTable extends Handle {
  /** `table[key]`; asks the metatable. Undefined for nil. */
  get(key: LuaInput): LuaValue {
    return this.bridge.getIndex(this, key);
  }

  /** `table[key] = value`; asks the metatable. */
  set(key: LuaInput, value: LuaInput): void {
    this.bridge.setIndex(this, key, value);
  }

  /** `#table` */
  get length(): number {
    return this.bridge.lengthOf(this);
  }

  /** What is in the table now, in the order of `pairs`. */
  entries(): [key: LuaValue, value: LuaValue][] {
    return this.bridge.entriesOf(this);
  }

  /** `entries()`, one after the other. */
  [Symbol.iterator](): IterableIterator<[key: LuaValue, value: LuaValue]> {
    return this.entries()[Symbol.iterator]();
  }

  /**
   * A copy in JavaScript, with all tables that it holds: an array when the keys are 1 … n with n > 0, else an object whose keys are the
   * table's strings and numbers. Metatables count for nothing. Tables that are reached in two ways, or hold themselves, do so in the copy.
   * Functions and coroutines stay handles.
   */
  toJS(): PlainValue {
    return copyToJS(this);
  }
}

export class LuaFunction extends Handle {
  /**
   * Calls the function; all its results, in an array.
   *
   * @throws LuaError for an error that the program has not caught, or what a host function has thrown
   * @throws InterruptError, ExitError
   */
  call(...args: LuaInput[]): LuaValue[] {
    return this.bridge.call(this, args);
  }
}

export class LuaCoroutine extends Handle {
  /** Goes on with it; what it yields or returns. Throws as LuaFunction.call does when it dies of an error, or cannot be resumed. */
  resume(...args: LuaInput[]): LuaValue[] {
    return this.bridge.resume(this, args);
  }

  /** What coroutine.status says. */
  get status(): "suspended" | "running" | "normal" | "dead" {
    return this.bridge.statusOf(this);
  }
}

/** An open or closed file of the io library: for passing on. */
export class LuaFile extends Handle {}
