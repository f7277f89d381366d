// SPDX-License-Identifier: MIT
/** Failures of the parser in lua5.1's words, and hints for what people coming from other versions of Lua tend to write. */
import type { IToken } from "./chevrotain.js";
import type { Position } from "./errors.js";
import * as t from "./lexer.js";
import { decodeEscapes, findLargeEscape, parseLongString, parseNumeral } from "./literals.js";

/** How messages show a token that is expected. */
const SPELLING: Readonly<Record<string, string>> = {
  EOF: "<eof>",
  Name: "<name>",
  Assign: "=",
  LeftParen: "(",
  RightParen: ")",
  RightBrace: "}",
  RightBracket: "]",
  Comma: ",",
  Do: "do",
  Then: "then",
  End: "end",
  Until: "until",
  In: "in",
};

/** Where the token begins. */
export function positionOf(token: IToken): Position {
  return { line: token.startLine as number, column: token.startColumn as number };
}

/** Where it ends as lua5.1 sees it: the line of its last byte. Only strings span lines, and what is no token. */
export function endPosition({ image, tokenType, startLine, startColumn }: IToken): Position {
  const breaks = t.MULTI_LINE.has(tokenType) ? t.countLineBreaks(image) : 0;
  return { line: (startLine as number) + breaks, column: breaks === 0 ? (startColumn as number) : 1 };
}

/** The token as lua5.1 puts it after "near": a string between its delimiters, as it has been read. */
export function near(token: IToken): string {
  const { image } = token;
  if (token.tokenType.name === "EOF") return "near '<eof>'";
  if (token.tokenType === t.ShortString) return `near '${decodeEscapes(image)}'`;
  if (token.tokenType === t.LongString) {
    const delimiter = image.indexOf("[", 1) + 1;
    return `near '${image.slice(0, delimiter)}${parseLongString(image)}${image.slice(-delimiter)}'`;
  }
  if (token.tokenType === t.InvalidCharacter && (image < " " || image === "\x7f")) return `near 'char(${image.charCodeAt(0)})'`;
  return `near '${image}'`;
}

/**
 * What is wrong with a token that lua5.1's lexer refuses.
 *
 * @param atEnd whether the token goes up to the end of the source
 */
export function lexicalError({ tokenType, image }: IToken, atEnd: boolean): { message: string; hint?: string } | undefined {
  const sameLevel = "close it with as many '=' as it was opened with";
  switch (tokenType) {
    case t.Numeral:
      return parseNumeral(image) === undefined ? { message: `malformed number near '${image}'` } : undefined;
    case t.ShortString: {
      const large = findLargeEscape(image.slice(1, -1));
      if (large < 0) return undefined;
      const read = image[0] + decodeEscapes(image.slice(1, 1 + large));
      return { message: `escape sequence too large near '${read}'`, hint: "\\ddd goes up to 255" };
    }
    case t.InvalidString: {
      const hint = "close the string on its line; long strings are written [[…]]";
      return { message: `unfinished string near '${atEnd ? "<eof>" : decodeEscapes(image)}'`, hint };
    }
    case t.InvalidLongString:
      return { message: "unfinished long string near '<eof>'", hint: sameLevel };
    case t.InvalidLongComment:
      return { message: "unfinished long comment near '<eof>'", hint: sameLevel };
    case t.LongString:
    case t.NestedLongString:
    case t.NestedLongComment:
      if (tokenType === t.LongString && !(image.startsWith("[[") && image.indexOf("[[", 2) > 0)) return undefined;
      return { message: "nesting of [[...]] is deprecated near '['", hint: "write [=[…]=] around what contains '[['" };
    case t.InvalidDelimiter:
      return { message: `invalid long string delimiter near '${image}'` };
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
export function hintFor(tokens: readonly IToken[], index: number): string | undefined {
  // The failing token is the second of these.
  const images = tokens.slice(Math.max(index - 1, 0), index + 2).map((token) => token.image);
  const upToFailure = images.slice(0, index === 0 ? 1 : 2).join(" ");
  const around = images.join(" ");
  return FOREIGN.find(([pattern]) => pattern.test(pattern.source.endsWith("$") ? upToFailure : around))?.[1];
}

/** What is wrong where none of the rule's alternatives begins with the next token. */
export function noAlternative(rule: string): string {
  switch (rule) {
    case "callArguments":
      return "function arguments expected";
    case "forClause":
      return "'=' or 'in' expected";
    case "parameter":
      return "<name> or '...' expected";
    case "localStatement":
      return "'<name>' expected";
    default:
      return "unexpected symbol";
  }
}

/**
 * What is wrong where there is another token than the one that has to be there.
 *
 * @param before the token before
 * @param closing what the expected one would close, if that is on another line
 */
export function mismatch(expected: string, rule: string, before: IToken, closing: string | undefined): string {
  // Of lists that may be empty, lua5.1 looks for the closing token first.
  if (expected === "RightBrace" && before.tokenType === t.LeftBrace) return "unexpected symbol";
  if (expected === "RightParen" && before.tokenType === t.LeftParen)
    return rule === "functionBody" ? noAlternative("parameter") : "unexpected symbol";
  const wanted = `'${SPELLING[expected] ?? expected}' expected`;
  return closing === undefined ? wanted : `${wanted} (${closing})`;
}

/** Where the token after the one at `position` begins: lua5.1 has read on by one when it finds some errors. */
export function positionAfter(position: Position, tokens: readonly IToken[], source: string): Position {
  const at = tokens.findIndex((token) => token.startLine === position.line && token.startColumn === position.column);
  const next = at < 0 ? undefined : tokens[at + 1];
  return next ? positionOf(next) : endOf(source);
}

/** The position just after the last byte. */
export function endOf(source: string): Position {
  const line = 1 + t.countLineBreaks(source);
  const column = source.length - Math.max(source.lastIndexOf("\n"), source.lastIndexOf("\r"));
  return { line, column };
}
