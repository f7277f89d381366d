// SPDX-License-Identifier: MIT
/** Deep copies between tables and JavaScript's arrays, objects and Maps. Shared parts stay shared, and cycles are cycles. */
import type { Bridge } from "./bridge.js";
import { type LuaInput, LuaTable, type LuaValue } from "./values.js";

/** What toJS gives: no tables, but handles of functions and coroutines where there were any. */
export type PlainValue = Exclude<LuaValue, LuaTable> | PlainValue[] | { [key: string]: PlainValue };

export function copyToJS(value: LuaValue, copies = new Map<LuaTable, PlainValue>()): PlainValue {
  if (!(value instanceof LuaTable)) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const entries = value.entries();
  if (entries.length > 0 && entries.length === value.length) {
    // As many entries as the length: they are 1 … n, in whichever order.
    const array: PlainValue[] = new Array(entries.length);
    copies.set(value, array);
    for (const [key, element] of entries) array[(key as number) - 1] = copyToJS(element, copies);
    return array;
  }
  const object: { [key: string]: PlainValue } = {};
  copies.set(value, object);
  for (const [key, field] of entries) {
    if (typeof key !== "string" && typeof key !== "number")
      throw new TypeError(
        `a table has a key that no JavaScript object can have: a ${typeof key === "object" ? key.constructor.name : typeof key}`,
      );
    // Not an assignment, which would do something else for "__proto__".
    Object.defineProperty(object, key, { value: copyToJS(field, copies), writable: true, enumerable: true, configurable: true });
  }
  return object;
}

/** A new table with what is in an array, a Map or a plain object; undefined for any other object. */
export function copyToTable(bridge: Bridge, value: object, copies: Map<object, LuaTable>): LuaTable | undefined {
  const known = copies.get(value);
  if (known !== undefined) return known;
  const entries = entriesOf(value);
  if (entries === undefined) return undefined;
  const table = bridge.newTable(Array.isArray(value) ? entries.length : 0, Array.isArray(value) ? 0 : entries.length);
  copies.set(value, table);
  for (const [key, element] of entries) bridge.rawSet(table, key, element, copies);
  return table;
}

function entriesOf(value: object): (readonly [LuaInput, LuaInput])[] | undefined {
  if (Array.isArray(value)) return value.map((element: LuaInput, index) => [index + 1, element]);
  if (value instanceof Map) return [...(value as Map<LuaInput, LuaInput>)];
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : undefined;
}
