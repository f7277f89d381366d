// SPDX-License-Identifier: MIT
/** What the grammar's rules rest on: Chevrotain's parser, its failures in lua5.1's words, and the count of nested constructs. */
import { EmbeddedActionsParser, EOF, type IParserErrorMessageProvider, type IToken, type TokenType } from "./chevrotain.js";
import type { CompileError, ErrorReporter, Position } from "./errors.js";
import * as t from "./lexer.js";
import { endPosition, hintFor, lexicalError, mismatch, near, noAlternative } from "./syntax-errors.js";

/** What is parsed. */
export interface Source {
  readonly tokens: IToken[];
  /** Just behind the last byte. */
  readonly end: Position;
  /** The number of bytes. */
  readonly length: number;
  /** How deep blocks and expressions may be nested. */
  readonly levels: number;
  readonly report: ErrorReporter;
}

/** A token and what closes it. */
interface Opener {
  readonly token: IToken;
  /** Where it is as lua5.1 sees it. */
  readonly line: number;
}

/** Chevrotain asks for a message and throws; ours is an error of the program, which ends the parse at once. */
class Failures implements IParserErrorMessageProvider {
  parser!: TokenParser;

  buildMismatchTokenMessage(failure: Parameters<IParserErrorMessageProvider["buildMismatchTokenMessage"]>[0]): never {
    throw this.parser.mismatch(failure.expected.name, failure.ruleName);
  }

  buildNoViableAltMessage(failure: Parameters<IParserErrorMessageProvider["buildNoViableAltMessage"]>[0]): never {
    throw this.parser.failure(noAlternative(failure.ruleName));
  }

  /** The rule for a whole program looks itself; this is asked when another error has ended the parse. */
  buildNotAllInputParsedMessage(): string {
    return "";
  }

  buildEarlyExitMessage(): string {
    return "";
  }
}

export abstract class TokenParser extends EmbeddedActionsParser {
  protected source!: Source;
  /** Blocks and expressions around, as lua5.1's parser counts them. */
  private level = 0;
  /** What the next token has to close. */
  private opener: Opener | undefined;

  constructor() {
    const failures = new Failures();
    super(t.tokenTypes, { maxLookahead: 1, recoveryEnabled: false, skipValidations: true, errorMessageProvider: failures });
    failures.parser = this;
  }

  protected begin(source: Source): void {
    this.source = source;
    this.level = 0;
    this.opener = undefined;
    this.input = source.tokens;
  }

  // ---- tokens

  protected isNext(type: TokenType): boolean {
    return this.LA(1).tokenType === type;
  }

  /** Where the next token ends. */
  private nextEnd(): Position {
    return this.isNext(EOF) ? this.source.end : endPosition(this.LA(1));
  }

  /** The line that lua5.1 has come to. */
  protected currentLine(): number {
    return this.ACTION(() => this.nextEnd().line);
  }

  /** Consume the token that closes what `token` has opened. */
  protected close(type: TokenType, token: IToken, line?: number): IToken {
    this.ACTION(() => {
      this.opener = { token, line: line ?? (token.startLine as number) };
    });
    const closing = this.CONSUME(type);
    this.opener = undefined;
    return closing;
  }

  // ---- failures

  /** The error that the next token does not fit; what stands around it may give a better hint. */
  failure(message: string, hint?: string): CompileError {
    const { tokens } = this.source;
    const index = this.isNext(EOF) ? tokens.length : tokens.indexOf(this.LA(1));
    return this.failureHere(`${message} ${near(this.LA(1))}`, hintFor(tokens, index) ?? hint);
  }

  /**
   * An error that has come to light here. lua5.1 has read the next token by now: it would have complained of that, if it is none.
   */
  protected failureHere(message: string, hint: string | undefined): CompileError {
    const { message: text, hint: advice } = this.malformed() ?? { message, hint };
    return this.source.report.error(this.nextEnd(), text, advice);
  }

  /** Refuse the next token, if it only looks like one. */
  protected refuseMalformed(): void {
    const found = this.malformed();
    if (found !== undefined) throw this.failureHere(found.message, found.hint);
  }

  private malformed(): { message: string; hint?: string } | undefined {
    const token = this.LA(1);
    return lexicalError(token, token.startOffset + token.image.length === this.source.length);
  }

  mismatch(expected: string, rule: string): CompileError {
    const { opener } = this;
    const isElsewhere = opener !== undefined && opener.line !== this.currentLine();
    return this.failure(
      mismatch(expected, rule, this.LA(0), isElsewhere ? `to close '${opener.token.image}' at line ${opener.line}` : undefined),
    );
  }

  // ---- nested constructs

  protected enterLevel(): void {
    this.ACTION(() => {
      if (++this.level <= this.source.levels) return;
      throw this.failureHere("chunk has too many syntax levels", "give a part of it a name: a local variable, or a function");
    });
  }

  protected leaveLevel(): void {
    this.level--;
  }

  protected get levelsLeft(): number {
    return this.source.levels - this.level;
  }
}
