// SPDX-License-Identifier: MIT
/** The names of lua5.1's library, and which of them programs can use. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Provided globals. */
export const providedGlobals: ReadonlySet<string> = new Set([
  "_G",
  "_VERSION",
  "arg",
  "assert",
  "collectgarbage",
  "bit",
  "coroutine",
  "debug",
  "dofile",
  "error",
  "getmetatable",
  "io",
  "ipairs",
  "load",
  "loadfile",
  "loadstring",
  "math",
  "next",
  "os",
  "package",
  "pairs",
  "pcall",
  "print",
  "rawequal",
  "rawget",
  "rawset",
  "require",
  "select",
  "setmetatable",
  "string",
  "table",
  "tonumber",
  "tostring",
  "type",
  "unpack",
  "xpcall",
]);

/** Provided fields of the provided library tables. */
export const providedFields: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["coroutine", words("create resume running status wrap yield")],
  ["debug", new Set(["traceback"])],
  [
    "math",
    words(
      "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min mod modf pi pow rad random randomseed " +
        "sin sinh sqrt tan tanh",
    ),
  ],
  ["io", words("close flush input lines open output read stderr stdin stdout type write")],
  ["os", words("clock date difftime exit getenv time")],
  ["package", words("config cpath loaded loaders path preload")],
  ["string", words("byte char find format gfind gmatch gsub len lower match rep reverse sub upper")],
  ["table", words("concat foreach foreachi getn insert maxn remove setn sort")],
]);

/** All globals of lua5.1. A program that reads one of them means the library's, unless it assigns the name itself. */
export const standardGlobals: ReadonlySet<string> = words(
  "_G _VERSION assert collectgarbage coroutine debug dofile error gcinfo getfenv getmetatable io ipairs load loadfile loadstring math " +
    "module newproxy next os package pairs pcall print rawequal rawget rawset require select setfenv setmetatable string table tonumber " +
    "tostring type unpack xpcall",
);

/** All fields of lua5.1's library tables. */
export const standardFields: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["coroutine", words("create resume running status wrap yield")],
  [
    "debug",
    words(
      "debug getfenv gethook getinfo getlocal getmetatable getregistry getupvalue setfenv sethook setlocal setmetatable setupvalue traceback",
    ),
  ],
  ["io", words("close flush input lines open output popen read stderr stdin stdout tmpfile type write")],
  [
    "math",
    words(
      "abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min mod modf pi pow rad random randomseed " +
        "sin sinh sqrt tan tanh",
    ),
  ],
  ["os", words("clock date difftime execute exit getenv remove rename setlocale time tmpname")],
  ["package", words("config cpath loaded loaders loadlib path preload seeall")],
  ["string", words("byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper")],
  ["table", words("concat foreach foreachi getn insert maxn remove setn sort")],
]);

/** What to write instead of a name that isn't provided; keyed by "name" or "table.field". */
export const replacements: ReadonlyMap<string, string> = new Map([
  ["module", "collect the module's functions in a table, and return it at the end of the file: local M = {} … return M"],
  ["package.loadlib", "modules can be written in Lua only"],
  ["package.seeall", "return a table at the end of the module's file"],
  ["getfenv", "pass what the function needs as parameters"],
  ["setfenv", "pass what the function needs as parameters"],
]);
