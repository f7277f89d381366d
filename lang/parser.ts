// SPDX-License-Identifier: MIT
/**
 * The grammar of Lua 5.1, without actions: the result is Chevrotain's concrete syntax tree, from which `tree-builder.ts` makes the
 * syntax tree.
 *
 * It is LL(1) except for `name = value` in table constructors. Operators come as a flat list, precedence is the builder's: one
 * rule instead of eight per operand.
 */
import { type CstNode, CstParser, type IToken } from "./chevrotain.js";
import * as t from "./lexer.js";

/** The last tokens of calls. */
const CALL_ENDS = new Set([t.RightParen, t.RightBrace, t.ShortString, t.LongString]);

class LuaParser extends CstParser {
  constructor() {
    super(t.tokenTypes, {
      maxLookahead: 1,
      recoveryEnabled: false,
      nodeLocationTracking: "none",
      skipValidations: true,
      errorMessageProvider: {
        // Only the failing token's type leaves the parser; `syntax-errors.ts` words the message.
        buildMismatchTokenMessage: (failure) => failure.expected.name,
        buildNotAllInputParsedMessage: () => "EOF",
        buildNoViableAltMessage: () => "",
        buildEarlyExitMessage: () => "",
      },
    });
    this.performSelfAnalysis();
  }

  chunk = this.RULE("chunk", () => {
    this.SUBRULE(this.block);
  });

  /** The last token of the last `return` or `break` that was parsed: its block must end there. Only for messages. */
  lastStatementEnd: IToken | undefined;

  block = this.RULE("block", () => {
    this.MANY(() => this.SUBRULE(this.statement));
    this.OPTION(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.returnStatement) }, { ALT: () => this.CONSUME(t.Break) }]);
      this.OPTION2(() => this.CONSUME(t.Semicolon));
      this.ACTION(() => {
        this.lastStatementEnd = this.LA(0);
      });
    });
  });

  statement = this.RULE("statement", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.expressionStatement) },
      { ALT: () => this.SUBRULE(this.localStatement) },
      { ALT: () => this.SUBRULE(this.ifStatement) },
      { ALT: () => this.SUBRULE(this.forStatement) },
      { ALT: () => this.SUBRULE(this.functionStatement) },
      { ALT: () => this.SUBRULE(this.whileStatement) },
      { ALT: () => this.SUBRULE(this.doStatement) },
      { ALT: () => this.SUBRULE(this.repeatStatement) },
    ]);
    this.OPTION(() => this.CONSUME(t.Semicolon));
  });

  /** A call or an assignment. What ends as a call does may still be `(f)`: the builder rejects that. */
  expressionStatement = this.RULE("expressionStatement", () => {
    this.SUBRULE(this.suffixedExpression);
    const assignment = this.OPTION(() => {
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.suffixedExpression);
      });
      this.CONSUME(t.Assign);
      this.SUBRULE(this.expressionList);
      return true;
    });
    if (!assignment && !CALL_ENDS.has(this.LA(0).tokenType)) this.CONSUME2(t.Assign);
  });

  localStatement = this.RULE("localStatement", () => {
    this.CONSUME(t.Local);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.FunctionKeyword);
          this.CONSUME(t.Name);
          this.SUBRULE(this.functionBody);
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.nameList);
          this.OPTION(() => {
            this.CONSUME(t.Assign);
            this.SUBRULE(this.expressionList);
          });
        },
      },
    ]);
  });

  nameList = this.RULE("nameList", () => {
    this.CONSUME(t.Name);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.CONSUME2(t.Name);
    });
  });

  ifStatement = this.RULE("ifStatement", () => {
    this.CONSUME(t.If);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Then);
    this.SUBRULE(this.block);
    this.MANY(() => {
      this.CONSUME(t.ElseIf);
      this.SUBRULE2(this.expression);
      this.CONSUME2(t.Then);
      this.SUBRULE2(this.block);
    });
    this.OPTION(() => {
      this.CONSUME(t.Else);
      this.SUBRULE3(this.block);
    });
    this.CONSUME(t.End);
  });

  forStatement = this.RULE("forStatement", () => {
    this.CONSUME(t.For);
    this.CONSUME(t.Name);
    this.SUBRULE(this.forClause);
    this.CONSUME(t.Do);
    this.SUBRULE(this.block);
    this.CONSUME(t.End);
  });

  forClause = this.RULE("forClause", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Assign);
          this.SUBRULE(this.expression);
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.expression);
          this.OPTION(() => {
            this.CONSUME2(t.Comma);
            this.SUBRULE3(this.expression);
          });
        },
      },
      {
        ALT: () => {
          this.MANY(() => {
            this.CONSUME3(t.Comma);
            this.CONSUME(t.Name);
          });
          this.CONSUME(t.In);
          this.SUBRULE(this.expressionList);
        },
      },
    ]);
  });

  returnStatement = this.RULE("returnStatement", () => {
    this.CONSUME(t.Return);
    this.OPTION(() => this.SUBRULE(this.expressionList));
  });

  functionStatement = this.RULE("functionStatement", () => {
    this.CONSUME(t.FunctionKeyword);
    this.CONSUME(t.Name);
    this.MANY(() => {
      this.CONSUME(t.Dot);
      this.CONSUME2(t.Name);
    });
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      this.CONSUME3(t.Name);
    });
    this.SUBRULE(this.functionBody);
  });

  whileStatement = this.RULE("whileStatement", () => {
    this.CONSUME(t.While);
    this.SUBRULE(this.expression);
    this.CONSUME(t.Do);
    this.SUBRULE(this.block);
    this.CONSUME(t.End);
  });

  doStatement = this.RULE("doStatement", () => {
    this.CONSUME(t.Do);
    this.SUBRULE(this.block);
    this.CONSUME(t.End);
  });

  repeatStatement = this.RULE("repeatStatement", () => {
    this.CONSUME(t.Repeat);
    this.SUBRULE(this.block);
    this.CONSUME(t.Until);
    this.SUBRULE(this.expression);
  });

  functionBody = this.RULE("functionBody", () => {
    this.CONSUME(t.LeftParen);
    this.OPTION(() => {
      this.SUBRULE(this.parameter);
      this.MANY(() => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.parameter);
      });
    });
    this.CONSUME(t.RightParen);
    this.SUBRULE(this.block);
    this.CONSUME(t.End);
  });

  parameter = this.RULE("parameter", () => {
    this.OR([{ ALT: () => this.CONSUME(t.Name) }, { ALT: () => this.CONSUME(t.Ellipsis) }]);
  });

  expressionList = this.RULE("expressionList", () => {
    this.SUBRULE(this.expression);
    this.MANY(() => {
      this.CONSUME(t.Comma);
      this.SUBRULE2(this.expression);
    });
  });

  expression = this.RULE("expression", () => {
    this.SUBRULE(this.operand);
    this.MANY(() => {
      this.CONSUME(t.BinaryOperator);
      this.SUBRULE2(this.operand);
    });
  });

  operand = this.RULE("operand", () => {
    this.MANY(() => this.CONSUME(t.UnaryOperator));
    this.OR([
      { ALT: () => this.SUBRULE(this.suffixedExpression) },
      { ALT: () => this.CONSUME(t.Numeral) },
      { ALT: () => this.CONSUME(t.ShortString) },
      { ALT: () => this.CONSUME(t.LongString) },
      { ALT: () => this.CONSUME(t.Nil) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      { ALT: () => this.CONSUME(t.Ellipsis) },
      { ALT: () => this.SUBRULE(this.table) },
      {
        ALT: () => {
          this.CONSUME(t.FunctionKeyword);
          this.SUBRULE(this.functionBody);
        },
      },
    ]);
  });

  suffixedExpression = this.RULE("suffixedExpression", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Name) },
      {
        ALT: () => {
          this.CONSUME(t.LeftParen);
          this.SUBRULE(this.expression);
          this.CONSUME(t.RightParen);
        },
      },
    ]);
    this.MANY(() => this.SUBRULE(this.suffix));
  });

  suffix = this.RULE("suffix", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.CONSUME(t.Name);
        },
      },
      { ALT: () => this.SUBRULE(this.callArguments) },
      {
        ALT: () => {
          this.CONSUME(t.LeftBracket);
          this.SUBRULE(this.expression);
          this.CONSUME(t.RightBracket);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Colon);
          this.CONSUME2(t.Name);
          this.SUBRULE2(this.callArguments);
        },
      },
    ]);
  });

  callArguments = this.RULE("callArguments", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.LeftParen);
          this.OPTION(() => this.SUBRULE(this.expressionList));
          this.CONSUME(t.RightParen);
        },
      },
      { ALT: () => this.CONSUME(t.ShortString) },
      { ALT: () => this.CONSUME(t.LongString) },
      { ALT: () => this.SUBRULE(this.table) },
    ]);
  });

  table = this.RULE("table", () => {
    this.CONSUME(t.LeftBrace);
    this.OPTION(() => {
      this.SUBRULE(this.field);
      this.MANY({
        // A separator may also be the last thing in the table.
        GATE: () => this.LA(2).tokenType !== t.RightBrace,
        DEF: () => {
          this.CONSUME(t.FieldSeparator);
          this.SUBRULE2(this.field);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.FieldSeparator));
    });
    this.CONSUME(t.RightBrace);
  });

  field = this.RULE("field", () => {
    this.OR({
      DEF: [
        {
          GATE: () => this.LA(2).tokenType === t.Assign,
          ALT: () => {
            this.CONSUME(t.Name);
            this.CONSUME(t.Assign);
            this.SUBRULE(this.expression);
          },
        },
        { ALT: () => this.SUBRULE2(this.expression) },
        {
          ALT: () => {
            this.CONSUME(t.LeftBracket);
            this.SUBRULE3(this.expression);
            this.CONSUME(t.RightBracket);
            this.CONSUME2(t.Assign);
            this.SUBRULE4(this.expression);
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
  });
}

/** What stopped the parser. */
export interface SyntaxFailure {
  /** The token that doesn't fit; its type is EOF at the end of the source. */
  readonly token: IToken;
  /** The name of the one token type that would have fitted; "" where several would. */
  readonly expected: string;
  /** The innermost grammar rule. */
  readonly rule: string;
  /** The block's `return` or `break` ended just before. */
  readonly afterLastStatement: boolean;
}

let parser: LuaParser | undefined;

/** Parses a whole program. */
export function parse(tokens: IToken[]): { readonly tree: CstNode } | { readonly failure: SyntaxFailure } {
  parser ??= new LuaParser();
  parser.input = tokens;
  parser.lastStatementEnd = undefined;
  const tree = parser.chunk();
  const [error] = parser.errors;
  if (error === undefined) return { tree };
  const before = tokens[error.token.tokenType.name === "EOF" ? tokens.length - 1 : tokens.indexOf(error.token) - 1];
  const lastStatementEnd = parser.lastStatementEnd as IToken | undefined;
  const afterLastStatement = before !== undefined && before === lastStatementEnd && before.tokenType !== t.Return;
  const rule = error.context.ruleStack.at(-1) ?? "chunk";
  return { failure: { token: error.token, expected: error.message, rule, afterLastStatement } };
}
