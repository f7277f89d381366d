// SPDX-License-Identifier: MIT
/** Values in a few words, without asking the program's metatables: looking must not run anything. */
import { withLine } from "../../lang/bytecode.js";
import { LuaCoroutine, LuaFile, LuaFunction, LuaTable, type LuaValue } from "../embedding/values.js";
import type { Inspection } from "../inspection.js";

const LONGEST_STRING = 40;
const MOST_ENTRIES = 4;

function describeString(text: string): string {
  return JSON.stringify(text.length > LONGEST_STRING ? `${text.slice(0, LONGEST_STRING)}…` : text);
}

function describeNumber(number: number): string {
  if (Number.isFinite(number)) return Object.is(number, -0) ? "-0" : String(number);
  return Number.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
}

/** `{1, 2, name = "x", …}`; tables in it are `{…}`. */
function describeTable(table: LuaTable, inspection: Inspection): string {
  const entries = table.entries();
  const shown = entries.slice(0, MOST_ENTRIES).map(([key, value], index) => {
    const text = describeValue(value, inspection, false);
    if (key === index + 1) return text;
    return `${typeof key === "string" && /^[A-Za-z_]\w*$/.test(key) ? key : `[${describeValue(key, inspection, false)}]`} = ${text}`;
  });
  return `{${[...shown, ...(entries.length > MOST_ENTRIES ? [`… ${entries.length} entries`] : [])].join(", ")}}`;
}

export function describeFunction(value: LuaFunction, inspection: Inspection): string {
  const described = inspection.describe(value);
  return described.kind === "builtin"
    ? described.name
    : `${described.proto.name} (${withLine(described.proto.source, described.proto.line)})`;
}

/** @param open whether to show what is in a table */
export function describeValue(value: LuaValue, inspection: Inspection, open = true): string {
  if (value === undefined) return "nil";
  if (typeof value === "string") return describeString(value);
  if (typeof value === "number") return describeNumber(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof LuaTable) return open ? describeTable(value, inspection) : "{…}";
  if (value instanceof LuaFunction) return `function ${describeFunction(value, inspection)}`;
  if (value instanceof LuaCoroutine) return `coroutine, ${value.status}`;
  return value instanceof LuaFile ? "file" : describeString(value.toString("latin1"));
}
