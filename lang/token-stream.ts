// SPDX-License-Identifier: MIT
/** A program's tokens, as the parser goes through them: it sees one, and now and then the next. */
import type { CompileError, ErrorReporter } from "./errors.js";
import type { Token, TokenType } from "./lexer.js";
import { endPosition, hintFor, lexicalError, near } from "./syntax-errors.js";

export class TokenStream {
  /** The one that is looked at. */
  token: Token;
  /** The line where the one before ends. */
  previousLine = 1;
  private index = 0;

  /** @param tokens the last is "<eof>" */
  constructor(
    private readonly tokens: readonly Token[],
    private readonly report: ErrorReporter,
  ) {
    this.token = tokens[0] as Token;
    this.check();
  }

  /** The token after the one that is looked at. */
  get following(): Token | undefined {
    return this.tokens[this.index + 1];
  }

  is(type: TokenType): boolean {
    return this.token.type === type;
  }

  /** Goes on to the next token. */
  take(): Token {
    const { token } = this;
    this.previousLine = token.endLine;
    this.token = this.tokens[++this.index] ?? token;
    this.check();
    return token;
  }

  /** Takes the token if it is of this type. */
  accept(type: TokenType): Token | undefined {
    return this.token.type === type ? this.take() : undefined;
  }

  /** Takes a token that must be of this type. */
  expect(type: TokenType): Token {
    if (this.token.type !== type) throw this.error(`'${type}' expected`);
    return this.take();
  }

  /** Takes the token that closes what `opener` has opened: the message names that if it is on another line. */
  close(type: TokenType, opener: Token, line = opener.line): Token {
    if (this.token.type === type || line === this.token.endLine) return this.expect(type);
    throw this.error(`'${type}' expected (to close '${opener.text}' at line ${line})`);
  }

  /** The error that the token does not fit; a hint that fits better may follow from what stands around it. */
  error(message: string, hint?: string): CompileError {
    return this.report.error(endPosition(this.token), `${message} ${near(this.token)}`, hintFor(this.tokens, this.index) ?? hint);
  }

  /** An error that has come to light here, and not because of the token. */
  errorHere(message: string, hint: string): CompileError {
    return this.report.error(endPosition(this.token), message, hint);
  }

  /** lua5.1 reads a token when it takes the one before. */
  private check(): void {
    const { token, tokens } = this;
    const lexical = lexicalError(token, token.offset + token.text.length === tokens.at(-1)?.offset);
    if (lexical) throw this.report.error(endPosition(token), lexical.message, lexical.hint);
  }
}
