// SPDX-License-Identifier: MIT
/** How messages show tokens, what is wrong with those that are none, and hints for what people coming from other versions of Lua tend to write. */
import type { Position } from "./errors.js";
import type { Token } from "./lexer.js";
import { decodeEscapes, findLargeEscape } from "./literals.js";

/** Where the token begins. */
export function positionOf({ line, column }: Token): Position {
  return { line, column };
}

/** Where it ends as lua5.1 sees it: the line of its last byte. */
export function endPosition({ line, column, endLine }: Token): Position {
  return endLine === line ? { line, column } : { line: endLine, column: 1 };
}

/** The token as lua5.1 puts it after "near": a string between its delimiters, as it has been read. */
export function near({ type, text, value }: Token): string {
  if (type === "<eof>") return "near '<eof>'";
  if (type === "<string>") {
    const delimiter = text.startsWith("[") ? text.indexOf("[", 1) + 1 : 1;
    return `near '${text.slice(0, delimiter)}${value}${text.slice(-delimiter)}'`;
  }
  if (type === "invalid character" && (text < " " || text === "\x7f")) return `near 'char(${text.charCodeAt(0)})'`;
  return `near '${text}'`;
}

/**
 * What is wrong with a token that lua5.1's lexer refuses.
 *
 * @param atEnd whether the token goes up to the end of the source
 */
export function lexicalError({ type, text }: Token, atEnd: boolean): { message: string; hint?: string } | undefined {
  const sameLevel = "close it with as many '=' as it was opened with";
  switch (type) {
    case "malformed number":
      return { message: `malformed number near '${text}'` };
    case "large escape": {
      const read = text[0] + decodeEscapes(text.slice(1, 1 + findLargeEscape(text.slice(1))));
      return { message: `escape sequence too large near '${read}'`, hint: "\\ddd goes up to 255" };
    }
    case "unfinished string": {
      const hint = "close the string on its line; long strings are written [[…]]";
      return { message: `unfinished string near '${atEnd ? "<eof>" : decodeEscapes(text)}'`, hint };
    }
    case "unfinished long string":
    case "unfinished long comment":
      return { message: `${type} near '<eof>'`, hint: sameLevel };
    case "nested long string":
    case "nested long comment":
      return { message: "nesting of [[...]] is deprecated near '['", hint: "write [=[…]=] around what contains '[['" };
    case "invalid delimiter":
      return { message: `invalid long string delimiter near '${text}'` };
    default:
      return undefined;
  }
}

/** What programs written for other versions of Lua, or in other languages, contain around the failure. */
const FOREIGN: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^goto /, "'goto' is Lua 5.2: use loops, break, or a function with return"],
  [/: ?:/, "labels and 'goto' are Lua 5.2: use loops, break, or a function with return"],
  [/\/ \/$/, "'//' is Lua 5.3: write math.floor(a / b)"],
  [/[-+*/.] =/, "Lua has no compound assignment: write a = a + b"],
  [/\+ \+/, "Lua has no increment: write a = a + 1"],
  [/! ?$|! =/, "Lua writes 'not' and '~='"],
  [/[&|] [&|]/, "Lua writes 'and' and 'or'"],
  [/[&|~] ?|< <|> >/, "bitwise operators are Lua 5.3: not supported"],
  [/^\w+ < (const|close)/, "attribs are Lua 5.4: write a plain 'local'"],
];

/** @param index of the token that doesn't fit */
export function hintFor(tokens: readonly Token[], index: number): string | undefined {
  // The failing token is the second of these.
  const texts = tokens.slice(Math.max(index - 1, 0), Math.min(index + 2, tokens.length - 1)).map((token) => token.text);
  const upToFailure = texts.slice(0, index === 0 ? 1 : 2).join(" ");
  const around = texts.join(" ");
  return FOREIGN.find(([pattern]) => pattern.test(pattern.source.endsWith("$") ? upToFailure : around))?.[1];
}

/** Where the token after the one at `position` begins: lua5.1 has read on by one when it finds some errors. */
export function positionAfter(position: Position, tokens: readonly Token[]): Position {
  const at = tokens.findIndex((token) => token.line === position.line && token.column === position.column);
  return positionOf(tokens[at < 0 ? tokens.length - 1 : Math.min(at + 1, tokens.length - 1)] as Token);
}
