// SPDX-License-Identifier: MIT
/**
 * Tokens of Lua 5.1. Source text is a "binary string": each character is one byte.
 *
 * What lua5.1's lexer rejects becomes a token whose type says why, which no grammar rule accepts: the parser reports it when it gets there,
 * so lexical and syntax errors come in the order in which lua5.1 meets them.
 */
import { decodeEscapes, findLargeEscape, parseLongString, parseNumeral } from "./literals.js";

// biome-ignore format: one family a line
const KEYWORDS = [
  "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then",
  "true", "until", "while",
] as const;
/** Where one begins with another, the longer comes first. */
// biome-ignore format: one family a line
const SYMBOLS = [
  "...", "..", "==", "~=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "^", "#", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".",
] as const;

/** What a token cannot be. */
export type InvalidType =
  | "malformed number"
  | "large escape"
  | "unfinished string"
  | "unfinished long string"
  | "unfinished long comment"
  | "nested long string"
  | "nested long comment"
  | "invalid delimiter";

/** Keywords and symbols are their own types. An "invalid character" is a token for lua5.1, too, of which no rule knows. */
export type TokenType =
  | (typeof KEYWORDS)[number]
  | (typeof SYMBOLS)[number]
  | "<name>"
  | "<number>"
  | "<string>"
  | "<eof>"
  | "invalid character"
  | InvalidType;

export interface Token {
  readonly type: TokenType;
  /** As it stands in the source. */
  readonly text: string;
  /** Of a number, or the bytes of a string. */
  readonly value: number | string | undefined;
  /** Where it begins; offsets count from 0, lines and columns from 1. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** The line where it ends: only strings span lines. */
  readonly endLine: number;
}

const keywords: ReadonlyMap<string, TokenType> = new Map(KEYWORDS.map((text) => [text, text]));
const symbols: ReadonlyMap<string, TokenType> = new Map(SYMBOLS.map((text) => [text, text]));

const LINE_BREAK = /\r\n|\n\r|\n|\r/g;
const BLANK = /[ \t\v\f\r\n]+/y;
const SHORT_COMMENT = /--[^\n\r]*/y;
const LONG_COMMENT = /--\[(=*)\[/y;
const LONG_STRING = /\[(=*)\[/y;
const DELIMITER = /\[=+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** As lua5.1 reads numerals: greedily, validity is checked when it is converted. */
const NUMERAL = /\.?[0-9][0-9.]*(?:[eE][+-]?)?[A-Za-z0-9_]*/y;
/** Anything but the delimiter; a backslash takes the next character with it, line breaks included. */
const SHORT_STRING = /"[^"\\\n\r]*(?:\\(?:\r\n|\n\r|[\s\S])[^"\\\n\r]*)*"|'[^'\\\n\r]*(?:\\(?:\r\n|\n\r|[\s\S])[^'\\\n\r]*)*'/y;
const UNFINISHED = /"[^"\\\n\r]*(?:\\(?:\r\n|\n\r|[\s\S])[^"\\\n\r]*)*\\?|'[^'\\\n\r]*(?:\\(?:\r\n|\n\r|[\s\S])[^'\\\n\r]*)*\\?/y;
const SYMBOL = new RegExp(`${SYMBOLS.map((text) => text.replace(/\W/g, "\\$&")).join("|")}|[^]`, "y");

class Lexer {
  readonly tokens: Token[] = [];
  private offset = 0;
  private line = 1;
  /** Where each line begins. */
  private readonly lineStarts = [0];

  constructor(private readonly source: string) {
    for (const { 0: lineBreak, index } of source.matchAll(LINE_BREAK)) this.lineStarts.push(index + lineBreak.length);
  }

  run(): Token[] {
    const { source } = this;
    while (this.offset < source.length) {
      if (this.matches(BLANK)) this.offset = BLANK.lastIndex;
      else this.next(source[this.offset] as string);
    }
    this.add("<eof>", this.offset);
    return this.tokens;
  }

  private next(first: string): void {
    if (this.matches(NAME)) {
      const text = this.source.slice(this.offset, NAME.lastIndex);
      this.add(keywords.get(text) ?? "<name>", NAME.lastIndex);
    } else if (this.matches(NUMERAL)) {
      const value = parseNumeral(this.source.slice(this.offset, NUMERAL.lastIndex));
      this.add(value === undefined ? "malformed number" : "<number>", NUMERAL.lastIndex, value);
    } else if (first === '"' || first === "'") this.shortString();
    else if (first === "[" && this.matches(LONG_STRING)) this.long(LONG_STRING, "string");
    else if (first === "-" && this.matches(LONG_COMMENT)) this.long(LONG_COMMENT, "comment");
    else if (first === "-" && this.matches(SHORT_COMMENT)) this.offset = SHORT_COMMENT.lastIndex;
    else if (first === "[" && this.matches(DELIMITER)) this.add("invalid delimiter", DELIMITER.lastIndex);
    else {
      this.matches(SYMBOL);
      this.add(symbols.get(this.source.slice(this.offset, SYMBOL.lastIndex)) ?? "invalid character", SYMBOL.lastIndex);
    }
  }

  private shortString(): void {
    const isFinished = this.matches(SHORT_STRING) || !this.matches(UNFINISHED);
    const end = (isFinished ? SHORT_STRING : UNFINISHED).lastIndex;
    const body = this.source.slice(this.offset + 1, isFinished ? end - 1 : end);
    if (findLargeEscape(body) >= 0) this.add("large escape", end);
    else if (isFinished) this.add("<string>", end, decodeEscapes(body));
    else this.add("unfinished string", end);
  }

  /** Of `opener`, which has just matched, a string or comment in long brackets. Those without '=' nested once, which lua5.1 refuses. */
  private long(opener: RegExp, kind: "string" | "comment"): void {
    const { source, offset } = this;
    const start = opener.lastIndex;
    const level = start - source.indexOf("[", offset) - 2;
    const close = `]${"=".repeat(level)}]`;
    const closed = source.indexOf(close, start);
    const nested = level === 0 ? source.slice(start, closed < 0 ? undefined : closed).indexOf("[[") : -1;
    const end = closed < 0 ? source.length : closed + close.length;
    if (nested >= 0) this.add(`nested long ${kind}`, start + nested + 2);
    else if (closed < 0) this.add(`unfinished long ${kind}`, end);
    else if (kind === "comment") this.offset = end;
    else this.add("<string>", end, parseLongString(source.slice(offset, end)));
  }

  private matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.offset;
    return pattern.test(this.source);
  }

  private add(type: TokenType, end: number, value?: number | string): void {
    const { offset } = this;
    const line = this.lineAt(offset);
    const column = offset - (this.lineStarts[line - 1] as number) + 1;
    this.tokens.push({ type, text: this.source.slice(offset, end), value, offset, line, column, endLine: this.lineAt(end) });
    this.offset = end;
  }

  /** Of an offset that is not before the last one asked for. */
  private lineAt(offset: number): number {
    while ((this.lineStarts[this.line] ?? Number.POSITIVE_INFINITY) <= offset) this.line++;
    return this.line;
  }
}

/** Splits a program into tokens, of which the last is "<eof>". Never fails: what is no token becomes one of the invalid types. */
export function tokenize(source: string): Token[] {
  return new Lexer(source).run();
}
