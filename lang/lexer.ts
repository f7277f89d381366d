// SPDX-License-Identifier: MIT
/**
 * Tokens of Lua 5.1. Source text is a "binary string": each character is one byte.
 *
 * What lua5.1's lexer rejects becomes a token of type `Invalid…`, which no grammar rule accepts: so lexical and syntax errors are
 * reported in the order in which lua5.1 meets them.
 */
import { createToken, type IToken, Lexer, type TokenType } from "./chevrotain.js";

/** Categories, for the grammar: it doesn't need to tell operators apart, the tree builder knows their precedence. */
export const BinaryOperator = createToken({ name: "BinaryOperator", pattern: Lexer.NA });
export const UnaryOperator = createToken({ name: "UnaryOperator", pattern: Lexer.NA });
export const FieldSeparator = createToken({ name: "FieldSeparator", pattern: Lexer.NA });

const Blank = createToken({ name: "Blank", pattern: /[ \t\v\f\r\n]+/, group: Lexer.SKIPPED, line_breaks: true });
const LongComment = createToken({
  name: "LongComment",
  pattern: /--\[(=*)\[[\s\S]*?\]\1\]/,
  group: Lexer.SKIPPED,
  line_breaks: true,
  start_chars_hint: ["-"],
});
export const InvalidLongComment = createToken({
  name: "InvalidLongComment",
  pattern: /--\[=*\[[\s\S]*/,
  line_breaks: true,
  start_chars_hint: ["-"],
});
/** In long brackets without '=', lua5.1 refuses a second opening bracket: they nested once. The token ends with it. */
const UP_TO_NESTED = "[^[\\]]*(?:(?:\\[(?!\\[)|\\](?!\\]))[^[\\]]*)*\\[\\[";
export const NestedLongComment = createToken({
  name: "NestedLongComment",
  pattern: new RegExp(`--\\[\\[${UP_TO_NESTED}`),
  line_breaks: true,
  start_chars_hint: ["-"],
});
export const NestedLongString = createToken({
  name: "NestedLongString",
  pattern: new RegExp(`\\[\\[${UP_TO_NESTED}`),
  line_breaks: true,
  start_chars_hint: ["["],
});
const Comment = createToken({ name: "Comment", pattern: /--[^\n\r]*/, group: Lexer.SKIPPED, start_chars_hint: ["-"] });

export const Name = createToken({ name: "Name", pattern: /[A-Za-z_][A-Za-z0-9_]*/ });
/** As lua5.1 reads numerals: greedily, validity is checked when it is converted. */
export const Numeral = createToken({
  name: "Numeral",
  pattern: /\.?[0-9][0-9.]*(?:[eE][+-]?)?[A-Za-z0-9_]*/,
  start_chars_hint: [..."0123456789."],
});

/** Anything but the delimiter; a backslash takes the next character with it, line breaks included. */
const SHORT_STRING = /"[^"\\\n\r]*(?:\\(?:\r\n|\n\r|[\s\S])[^"\\\n\r]*)*"|'[^'\\\n\r]*(?:\\(?:\r\n|\n\r|[\s\S])[^'\\\n\r]*)*'/;
const UNFINISHED_STRING = /"[^"\\\n\r]*(?:\\(?:\r\n|\n\r|[\s\S])[^"\\\n\r]*)*\\?|'[^'\\\n\r]*(?:\\(?:\r\n|\n\r|[\s\S])[^'\\\n\r]*)*\\?/;
const QUOTES = ['"', "'"];
export const ShortString = createToken({ name: "ShortString", pattern: SHORT_STRING, line_breaks: true, start_chars_hint: QUOTES });
export const InvalidString = createToken({
  name: "InvalidString",
  pattern: UNFINISHED_STRING,
  line_breaks: true,
  start_chars_hint: QUOTES,
});
export const LongString = createToken({
  name: "LongString",
  pattern: /\[(=*)\[[\s\S]*?\]\1\]/,
  line_breaks: true,
  start_chars_hint: ["["],
});
export const InvalidLongString = createToken({
  name: "InvalidLongString",
  pattern: /\[=*\[[\s\S]*/,
  line_breaks: true,
  start_chars_hint: ["["],
});
export const InvalidDelimiter = createToken({ name: "InvalidDelimiter", pattern: /\[=+/, start_chars_hint: ["["] });
/** Any other byte. */
export const InvalidCharacter = createToken({
  name: "InvalidCharacter",
  pattern: /[\s\S]/,
  line_breaks: false,
  start_chars_hint: Array.from({ length: 256 }, (_, code) => code),
});

const keyword = (name: string, text: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: text, longer_alt: Name, categories });
const symbol = (name: string, text: string, categories: TokenType[] = []): TokenType => createToken({ name, pattern: text, categories });

export const And = keyword("And", "and", [BinaryOperator]);
export const Break = keyword("Break", "break");
export const Do = keyword("Do", "do");
export const Else = keyword("Else", "else");
export const ElseIf = keyword("ElseIf", "elseif");
export const End = keyword("End", "end");
export const False = keyword("False", "false");
export const For = keyword("For", "for");
export const FunctionKeyword = keyword("FunctionKeyword", "function");
export const If = keyword("If", "if");
export const In = keyword("In", "in");
export const Local = keyword("Local", "local");
export const Nil = keyword("Nil", "nil");
export const Not = keyword("Not", "not", [UnaryOperator]);
export const Or = keyword("Or", "or", [BinaryOperator]);
export const Repeat = keyword("Repeat", "repeat");
export const Return = keyword("Return", "return");
export const Then = keyword("Then", "then");
export const True = keyword("True", "true");
export const Until = keyword("Until", "until");
export const While = keyword("While", "while");

export const Ellipsis = symbol("Ellipsis", "...");
export const Concat = symbol("Concat", "..", [BinaryOperator]);
export const Equal = symbol("Equal", "==", [BinaryOperator]);
export const NotEqual = symbol("NotEqual", "~=", [BinaryOperator]);
export const LessEqual = symbol("LessEqual", "<=", [BinaryOperator]);
export const GreaterEqual = symbol("GreaterEqual", ">=", [BinaryOperator]);
export const Less = symbol("Less", "<", [BinaryOperator]);
export const Greater = symbol("Greater", ">", [BinaryOperator]);
export const Assign = symbol("Assign", "=");
export const Plus = symbol("Plus", "+", [BinaryOperator]);
export const Minus = symbol("Minus", "-", [BinaryOperator, UnaryOperator]);
export const Star = symbol("Star", "*", [BinaryOperator]);
export const Slash = symbol("Slash", "/", [BinaryOperator]);
export const Percent = symbol("Percent", "%", [BinaryOperator]);
export const Caret = symbol("Caret", "^", [BinaryOperator]);
export const Hash = symbol("Hash", "#", [UnaryOperator]);
export const LeftParen = symbol("LeftParen", "(");
export const RightParen = symbol("RightParen", ")");
export const LeftBrace = symbol("LeftBrace", "{");
export const RightBrace = symbol("RightBrace", "}");
export const LeftBracket = symbol("LeftBracket", "[");
export const RightBracket = symbol("RightBracket", "]");
export const Semicolon = symbol("Semicolon", ";", [FieldSeparator]);
export const Colon = symbol("Colon", ":");
export const Comma = symbol("Comma", ",", [FieldSeparator]);
export const Dot = symbol("Dot", ".");

// biome-ignore format: the order is the priority, one family a line
export const tokenTypes: TokenType[] = [
  Blank, NestedLongComment, LongComment, InvalidLongComment, Comment,
  And, Break, Do, ElseIf, Else, End, False, For, FunctionKeyword, If, In, Local, Nil, Not, Or, Repeat, Return, Then, True, Until, While,
  Name, Numeral, ShortString, InvalidString, NestedLongString, LongString, InvalidLongString, InvalidDelimiter,
  Ellipsis, Concat, Equal, NotEqual, LessEqual, GreaterEqual, Less, Greater, Assign, Plus, Minus, Star, Slash, Percent, Caret, Hash,
  LeftParen, RightParen, LeftBrace, RightBrace, LeftBracket, RightBracket, Semicolon, Colon, Comma, Dot,
  InvalidCharacter,
  BinaryOperator, UnaryOperator, FieldSeparator,
];

/** Tokens in which there may be line breaks. */
export const MULTI_LINE: ReadonlySet<TokenType> = new Set(tokenTypes.filter((type) => type.LINE_BREAKS === true));

const lexer = new Lexer(tokenTypes, {
  skipValidations: true,
  positionTracking: "onlyStart",
  lineTerminatorsPattern: /\r\n|\n\r|\n|\r/g,
  lineTerminatorCharacters: [10, 13],
});

/** Splits a program into tokens. Never fails: what is no token becomes one of the `Invalid…` types. */
export function tokenize(source: string): IToken[] {
  return lexer.tokenize(source).tokens;
}

/** The number of line breaks in a token, as lua5.1 counts them. */
export function countLineBreaks(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 10 && code !== 13) continue;
    count++;
    const next = text.charCodeAt(index + 1);
    if ((next === 10 || next === 13) && next !== code) index++;
  }
  return count;
}
