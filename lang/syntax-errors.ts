// SPDX-License-Identifier: MIT
/** Words a parser failure as lua5.1 does, and adds hints for what people coming from other versions of Lua tend to write. */
import type { IToken, TokenType } from "./chevrotain.js";
import type { CompileError, ErrorReporter, Position } from "./errors.js";
import * as t from "./lexer.js";
import { decodeEscapes } from "./literals.js";
import type { SyntaxFailure } from "./parser.js";

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

/** Tokens that close what an earlier token opened: messages name the opening one if it is on another line. */
const CLOSES: ReadonlyMap<TokenType, TokenType> = new Map([
  [t.RightParen, t.LeftParen],
  [t.RightBrace, t.LeftBrace],
  [t.RightBracket, t.LeftBracket],
]);
const OPENS_BLOCK = new Set([t.If, t.For, t.While, t.FunctionKeyword, t.Repeat]);
const FOLLOWS_BLOCK = new Set([t.Else, t.ElseIf, t.End, t.Until]);

export function positionOf(token: IToken): Position {
  return { line: token.startLine as number, column: token.startColumn as number };
}

/** The token as lua5.1 puts it after "near". */
export function near(token: IToken | undefined): string {
  if (token === undefined || Number.isNaN(token.startOffset) || token.tokenType.name === "EOF") return "near '<eof>'";
  const { image } = token;
  if (token.tokenType === t.ShortString) return `near '${decodeEscapes(image)}'`;
  if (token.tokenType === t.InvalidCharacter && (image < " " || image === "\x7f")) return `near 'char(${image.charCodeAt(0)})'`;
  return `near '${image}'`;
}

/** The innermost construct that the tokens leave open. What precedes the failure is valid, so matching brackets is enough. */
function innermostOpen(tokens: readonly IToken[]): IToken | undefined {
  const open: IToken[] = [];
  for (const token of tokens) {
    const type = token.tokenType;
    const top = open.at(-1)?.tokenType;
    const partOfLoop = type === t.Do && (top === t.While || top === t.For) && !openedBodies.has(open.at(-1) as IToken);
    if (partOfLoop) openedBodies.add(open.at(-1) as IToken);
    else if (OPENS_BLOCK.has(type) || type === t.Do || type === t.LeftParen || type === t.LeftBrace || type === t.LeftBracket)
      open.push(token);
    else if (type === t.End || type === t.Until || CLOSES.has(type)) open.pop();
  }
  return open.at(-1);
}
/** Loops whose `do` has been seen: the next `do` opens a block of its own. */
const openedBodies = new WeakSet<IToken>();

/** @param atEnd whether the token goes up to the end of the source */
function lexicalMessage(token: IToken, atEnd: boolean): { message: string; hint?: string } | undefined {
  const sameLevel = "close it with as many '=' as it was opened with";
  switch (token.tokenType) {
    case t.InvalidString: {
      const hint = "close the string on its line; long strings are written [[…]]";
      return { message: `unfinished string near '${atEnd ? "<eof>" : decodeEscapes(token.image)}'`, hint };
    }
    case t.InvalidLongString:
      return { message: "unfinished long string near '<eof>'", hint: sameLevel };
    case t.InvalidLongComment:
      return { message: "unfinished long comment near '<eof>'", hint: sameLevel };
    case t.NestedLongString:
    case t.NestedLongComment:
      return { message: "nesting of [[...]] is deprecated near '['", hint: "write [=[…]=] around what contains '[['" };
    case t.InvalidDelimiter:
      return { message: `invalid long string delimiter near '${token.image}'` };
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
function hintFor(tokens: readonly IToken[], index: number): string | undefined {
  // The failing token is the second of these.
  const images = tokens.slice(Math.max(index - 1, 0), index + 2).map((token) => token.image);
  const upToFailure = images.slice(0, index === 0 ? 1 : 2).join(" ");
  const around = images.join(" ");
  return FOREIGN.find(([pattern]) => pattern.test(pattern.source.endsWith("$") ? upToFailure : around))?.[1];
}

function wording(failure: SyntaxFailure, tokens: readonly IToken[], index: number): string {
  const { expected, rule } = failure;
  const type = failure.token.tokenType;
  if (expected === "") {
    if (rule === "callArguments") return "function arguments expected";
    if (rule === "forClause") return "'=' or 'in' expected";
    if (rule === "parameter") return "<name> or '...' expected";
    if (rule === "localStatement") return "'<name>' expected";
    return "unexpected symbol";
  }
  const endsBlock = expected === "End" || expected === "Until" || expected === "EOF";
  // A block stops at the first token that can't start a statement; lua5.1 tries to read it as one.
  if (endsBlock && type.name !== "EOF" && !FOLLOWS_BLOCK.has(type) && !failure.afterLastStatement) return "unexpected symbol";
  // Likewise lists that may be empty: lua5.1 looks for the closing token first.
  const previous = tokens[index - 1]?.tokenType;
  if (expected === "RightBrace" && previous === t.LeftBrace) return "unexpected symbol";
  if (expected === "RightParen" && previous === t.LeftParen)
    return rule === "functionBody" ? "<name> or '...' expected" : "unexpected symbol";
  const spelling = `'${SPELLING[expected] ?? expected}' expected`;
  const open = innermostOpen(tokens.slice(0, index));
  const matches = endsBlock
    ? expected !== "EOF"
    : expected !== "RightBracket" && CLOSES.get(open?.tokenType as TokenType) === undefined && isClosing(expected);
  if (!matches || open === undefined || open.startLine === (failure.token.startLine ?? tokens.at(-1)?.startLine)) return spelling;
  if (expected === "RightParen" && rule === "functionBody") return spelling;
  return `${spelling} (to close '${open.image}' at line ${open.startLine})`;
}

function isClosing(expected: string): boolean {
  return expected === "RightParen" || expected === "RightBrace";
}

/** The error for a failure of the parser. */
export function syntaxError(failure: SyntaxFailure, tokens: readonly IToken[], source: string, report: ErrorReporter): CompileError {
  const atEnd = failure.token.tokenType.name === "EOF";
  const position = atEnd ? endOf(source) : positionOf(failure.token);
  const lexical = lexicalMessage(failure.token, failure.token.startOffset + failure.token.image.length === source.length);
  if (lexical) {
    const line = position.line + t.countLineBreaks(failure.token.image);
    return report.error(line === position.line ? position : { line, column: 1 }, lexical.message, lexical.hint);
  }
  const index = atEnd ? tokens.length : tokens.indexOf(failure.token);
  const withLine = atEnd ? { ...failure, token: { ...failure.token, startLine: position.line } } : failure;
  return report.error(position, `${wording(withLine, tokens, index)} ${near(failure.token)}`, hintFor(tokens, index));
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
