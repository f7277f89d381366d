// SPDX-License-Identifier: MIT
/** Between the values of values.ts and those of the native side (WireValue): an engine's handles, its host functions and its calls. */
import type { CallOutcome, NativeEngine, StringForm, WireValue } from "../native.js";
import { copyToTable } from "./copy.js";
import { ExitError, InterruptError, LuaError } from "./errors.js";
import { Handle, type HostFunction, LuaCoroutine, LuaFile, LuaFunction, type LuaInput, LuaTable, type LuaValue, Multi } from "./values.js";

/** By HandleKind. */
const HANDLE_CLASSES = [undefined, LuaTable, LuaFunction, LuaCoroutine, LuaFile] as const;

/** How strings arrive: see EngineOptions.strings. */
export type Strings = "utf8" | "latin1" | "bytes";
const STRING_FORMS: Readonly<Record<Strings, StringForm>> = { utf8: 0, latin1: 1, bytes: 2 };

export interface BridgeOwner {
  readonly native: NativeEngine;
  readonly strings: Strings;
  /** Compiles a chunk, whose name is as in lua5.1 (lang/chunk-id.ts); its prototype's id. */
  compile(source: string, name: string, isFile: boolean): number;
  /** After each call from the host. */
  afterCall(): void;
}

export const stringForm = (strings: Strings): StringForm => {
  const form = STRING_FORMS[strings];
  if (form === undefined) throw new TypeError(`strings must be "utf8", "latin1" or "bytes", not ${String(strings)}`);
  return form;
};

/** Text as bytes that are characters, as the language's sources are. */
export const bytesOfText = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

export class Bridge {
  private readonly handles = new Map<number, WeakRef<Handle>>();
  private readonly finalizers = new FinalizationRegistry<number>((slot) => this.forget(slot));
  private readonly hostFunctions: HostFunction[] = [];
  /** One function of the language for each, so that it equals itself. */
  private readonly hostFunctionHandles = new Map<HostFunction, LuaFunction>();
  /** What a host function has thrown last. */
  private thrown: unknown;
  private accessors: { get: LuaFunction; set: LuaFunction } | undefined;

  constructor(private readonly owner: BridgeOwner) {}

  private get native(): NativeEngine {
    return this.owner.native;
  }

  // ---- values

  encode(value: LuaInput | undefined, copies?: Map<object, LuaTable>): WireValue {
    switch (typeof value) {
      case "undefined":
      case "boolean":
      case "number":
        return value;
      case "string":
        return this.owner.strings === "latin1" ? latin1Bytes(value) : value;
      case "function":
        return this.wireOf(this.hostFunction(value as HostFunction));
      case "object":
        return value === null ? value : this.encodeObject(value, copies ?? new Map<object, LuaTable>());
      default:
        throw new TypeError(`a ${typeof value} has no counterpart in the language`);
    }
  }

  private encodeObject(value: object, copies: Map<object, LuaTable>): WireValue {
    if (value instanceof Handle) return this.wireOf(value);
    if (value instanceof Uint8Array) return value;
    if (value instanceof Multi) throw new TypeError("multi(…) is for the results of a host function");
    const table = copyToTable(this, value, copies);
    if (table === undefined) {
      const name = value.constructor?.name ?? "object";
      throw new TypeError(`a ${name} has no counterpart in the language; arrays, plain objects and Maps are copied into tables`);
    }
    return this.wireOf(table);
  }

  private wireOf(handle: Handle): bigint {
    if (handle.bridge !== this) throw new TypeError(`a ${handle.constructor.name} of another engine`);
    return BigInt(handle.slot);
  }

  decode(wire: WireValue): LuaValue {
    if (typeof wire !== "bigint") return wire === null ? undefined : (wire as Exclude<LuaValue, Handle>);
    const slot = Number(wire & 0xffff_ffffn);
    const known = this.handles.get(slot)?.deref();
    if (known !== undefined) return known as LuaTable;
    const HandleClass = HANDLE_CLASSES[Number(wire >> 32n)];
    if (HandleClass === undefined) throw new RangeError(`no kind of handle: ${wire}`);
    const handle = new HandleClass(this, slot);
    this.handles.set(slot, new WeakRef(handle));
    this.finalizers.register(handle, slot, handle);
    return handle;
  }

  private decodeAll(wires: readonly WireValue[]): LuaValue[] {
    return wires.map((wire) => this.decode(wire));
  }

  /** A handle is gone; another one may have taken its slot since. */
  private forget(slot: number): void {
    if (this.handles.get(slot)?.deref() !== undefined) return;
    this.handles.delete(slot);
    this.native.release(slot);
  }

  release(handle: Handle, slot: number): void {
    this.finalizers.unregister(handle);
    this.handles.delete(slot);
    this.native.release(slot);
  }

  // ---- calls into the language

  call(callee: LuaInput, args: readonly LuaInput[]): LuaValue[] {
    return this.finish(() => this.native.call(this.encode(callee), this.encodeAll(args)));
  }

  resume(coroutine: LuaCoroutine, args: readonly LuaInput[]): LuaValue[] {
    return this.finish(() => this.native.resume(this.encode(coroutine), this.encodeAll(args)));
  }

  private encodeAll(values: readonly LuaInput[]): WireValue[] {
    return values.map((value) => this.encode(value));
  }

  private finish(call: () => CallOutcome): LuaValue[] {
    let outcome: CallOutcome;
    try {
      outcome = call();
    } finally {
      this.owner.afterCall();
    }
    if (outcome.ok) return this.decodeAll(outcome.values);
    if ("exitCode" in outcome) throw new ExitError(outcome.exitCode);
    const message = outcome.message.toString("utf8");
    const traceback = outcome.traceback.toString("utf8");
    if ("interrupted" in outcome) throw new InterruptError(outcome.interrupted, message, traceback);
    if (outcome.fromHost) throw this.thrown;
    throw new LuaError(this.decode(outcome.values[0]), message, traceback);
  }

  // ---- calls from the language

  hostFunction(body: HostFunction): LuaFunction {
    let handle = this.hostFunctionHandles.get(body);
    if (handle === undefined || handle.isDisposed) {
      handle = this.decode(this.native.hostFunction(this.hostFunctions.push(body) - 1)) as LuaFunction;
      this.hostFunctionHandles.set(body, handle);
    }
    return handle;
  }

  /** NativeOptions.onHostFunction */
  onHostFunction(index: number, args: WireValue[]): [true, ...WireValue[]] | [false, WireValue, boolean] {
    try {
      // What the function makes of its arguments is its own affair, as in all of JavaScript.
      const body = this.hostFunctions[index] as (...args: LuaValue[]) => unknown;
      return [true, ...this.resultsOf(body(...this.decodeAll(args)), body.name)];
    } catch (error) {
      this.thrown = error;
      if (error instanceof LuaError) return [false, this.errorValue(error.value), false];
      if (error instanceof Error) return [false, error.message, true];
      return [false, this.errorValue(error), false];
    }
  }

  private resultsOf(result: unknown, name: string): WireValue[] {
    if (result === undefined) return [];
    if (result instanceof Multi) return this.encodeAll(result.values);
    if (typeof (result as { then?: unknown } | null)?.then === "function")
      throw new TypeError(`the host function ${name || "(anonymous)"} returned a Promise, for which the language cannot wait`);
    return [this.encode(result as LuaInput)];
  }

  /** Anything can be thrown; what has no counterpart is text. */
  private errorValue(value: unknown): WireValue {
    try {
      return this.encode(value as LuaInput);
    } catch {
      return String(value);
    }
  }

  // ---- tables

  newTable(elements: number, fields: number): LuaTable {
    return this.decode(this.native.newTable(elements, fields)) as LuaTable;
  }

  copyToTable(content: object): LuaTable {
    const copy = this.decode(this.encode(content));
    if (!(copy instanceof LuaTable)) throw new TypeError("an array, a plain object or a Map is needed");
    return copy;
  }

  newCoroutine(body: LuaFunction): LuaCoroutine {
    return this.decode(this.native.newCoroutine(this.encode(body))) as LuaCoroutine;
  }

  rawSet(table: LuaTable, key: LuaInput, value: LuaInput, copies?: Map<object, LuaTable>): void {
    this.native.tableSet(this.wireOf(table), this.encode(key, copies), this.encode(value, copies));
  }

  getIndex(table: LuaTable, key: LuaInput): LuaValue {
    const wire = this.wireOf(table);
    if (!this.native.hasMetatable(wire)) return this.decode(this.native.tableGet(wire, this.encode(key)));
    return this.call(this.accessor("get"), [table, key])[0];
  }

  setIndex(table: LuaTable, key: LuaInput, value: LuaInput): void {
    if (this.native.hasMetatable(this.wireOf(table))) this.call(this.accessor("set"), [table, key, value]);
    else this.rawSet(table, key, value);
  }

  /** Metatables are asked by the language itself. */
  private accessor(name: "get" | "set"): LuaFunction {
    if (this.accessors === undefined) {
      const source = "return function(t, k) return t[k] end, function(t, k, v) t[k] = v end";
      const [get, set] = this.call(this.load(source, "=(embedding)"), []) as [LuaFunction, LuaFunction];
      this.accessors = { get, set };
    }
    return this.accessors[name];
  }

  lengthOf(table: LuaTable): number {
    return this.native.tableLength(this.wireOf(table));
  }

  entriesOf(table: LuaTable): [LuaValue, LuaValue][] {
    const wires = this.native.tableEntries(this.wireOf(table));
    return Array.from({ length: wires.length / 2 }, (_, index) => [this.decode(wires[2 * index]), this.decode(wires[2 * index + 1])]);
  }

  statusOf(coroutine: LuaCoroutine): LuaCoroutine["status"] {
    return this.native.coroutineStatus(this.wireOf(coroutine)) as LuaCoroutine["status"];
  }

  globals(): LuaTable {
    return this.decode(this.native.globalsTable()) as LuaTable;
  }

  /** A function that runs a chunk. */
  load(source: string, name: string, isFile = false): LuaFunction {
    return this.decode(this.native.closure(this.owner.compile(source, name, isFile))) as LuaFunction;
  }
}

function latin1Bytes(text: string): Uint8Array {
  for (let at = 0; at < text.length; at++)
    if (text.charCodeAt(at) > 255) throw new RangeError(`a character that is no byte (strings: "latin1"): ${JSON.stringify(text[at])}`);
  return Buffer.from(text, "latin1");
}
