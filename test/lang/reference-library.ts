// SPDX-License-Identifier: MIT
/** As much of the library as the compiler's tests need. */
import { formatNumber, type Host, LuaError, LuaFunction, LuaTable, toNumber, typeName, type Value } from "./reference-interpreter.js";

function toText(value: Value): string {
  if (value === null) return "nil";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  return `${typeName(value)}: 0x0`;
}

/** Iterates over a snapshot's order: the table may be changed meanwhile. */
function nextEntry(table: LuaTable, key: Value): Value[] {
  const keys = [...table.entries.keys()];
  const index = key === null ? 0 : keys.indexOf(key) + 1;
  const found = keys[index];
  return index < keys.length && found !== undefined ? [found, table.get(found)] : [null];
}

export function createLibrary(host: Host): void {
  const define = (name: string, call: (args: Value[]) => Value[]): LuaFunction => {
    const created = new LuaFunction(call);
    host.globals.set(name, created);
    return created;
  };
  const at = (level: number): string => {
    const position = level > 0 ? host.positions.at(-level) : undefined;
    return position === undefined || position === "" ? "" : `${position} `;
  };
  const table = (value: Value | undefined, position: number, name: string): LuaTable => {
    if (value instanceof LuaTable) return value;
    const got = value === undefined ? "no value" : typeName(value);
    throw new LuaError(`${at(1)}bad argument #${position} to '${name}' (table expected, got ${got})`);
  };

  define("print", (args) => {
    host.output += `${args.map(toText).join("\t")}\n`;
    return [];
  });
  const converter = (name: string, convert: (value: Value) => Value): void => {
    define(name, ([value]) => {
      if (value === undefined) throw new LuaError(`${at(1)}bad argument #1 to '${name}' (value expected)`);
      return [convert(value)];
    });
  };
  converter("type", typeName);
  converter("tostring", toText);
  converter("tonumber", (value) => toNumber(value) ?? null);
  const next = define("next", ([object, key = null]) => nextEntry(table(object, 1, "next"), key));
  define("pairs", ([object]) => [next, table(object, 1, "pairs"), null]);
  const step = new LuaFunction(([object, index]) => {
    const value = (object as LuaTable).get((index as number) + 1);
    return value === null ? [null] : [(index as number) + 1, value];
  });
  define("ipairs", ([object]) => [step, table(object, 1, "ipairs"), 0]);
  define("assert", (args) => {
    const [condition = null, message = "assertion failed!"] = args;
    if (condition === null || condition === false) throw new LuaError(at(1) + String(message));
    return args;
  });
  define("error", ([message = null, level = 1]) => {
    throw new LuaError(typeof message === "string" ? at(level as number) + message : message);
  });
  define("pcall", ([callee = null, ...args]) => {
    const depth = host.positions.length;
    try {
      if (!(callee instanceof LuaFunction)) throw new LuaError(`attempt to call a ${typeName(callee)} value`);
      host.positions.push(""); // functions of the library have no position
      const results = callee.call(args);
      host.positions.pop();
      return [true, ...results];
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      host.positions.length = depth;
      return [false, error.value];
    }
  });
  define("select", ([index, ...rest]) => (index === "#" ? [rest.length] : rest.slice((index as number) - 1)));

  const math = new LuaTable();
  host.globals.set("math", math);
  const numeric = (name: string, call: (...numbers: number[]) => number): void =>
    math.set(name, new LuaFunction((args) => [call(...args.map((value) => toNumber(value) ?? Number.NaN))]));
  numeric("floor", Math.floor);
  numeric("sqrt", Math.sqrt);
  numeric("abs", Math.abs);
  numeric("max", Math.max);
  numeric("min", Math.min);
  math.set("huge", Number.POSITIVE_INFINITY);
  math.set("pi", Math.PI);
}
