// SPDX-License-Identifier: MIT
/**
 * The grammar of expressions. Rules make the syntax tree as they go. Chevrotain first calls each with nothing, to learn the grammar: hence
 * `ACTION` around what needs real tokens.
 */
import type * as ast from "./ast.js";
import type { IToken, ParserMethod } from "./chevrotain.js";
import type { Position } from "./errors.js";
import * as t from "./lexer.js";
import { decodeEscapes, parseLongString, parseNumeral } from "./literals.js";
import { endPosition, positionOf } from "./syntax-errors.js";
import { TokenParser } from "./token-parser.js";

/** [left, right]: an operator binds its left operand with the first, its right operand with the second (smaller: right associative). */
const PRIORITY: ReadonlyMap<string, readonly [number, number]> = new Map(
  Object.entries({
    or: [1, 1],
    and: [2, 2],
    "<": [3, 3],
    ">": [3, 3],
    "<=": [3, 3],
    ">=": [3, 3],
    "~=": [3, 3],
    "==": [3, 3],
    "..": [5, 4],
    "+": [6, 6],
    "-": [6, 6],
    "*": [7, 7],
    "/": [7, 7],
    "%": [7, 7],
    "^": [10, 9],
  } satisfies Record<ast.BinaryOperator, readonly [number, number]>),
);
const UNARY_PRIORITY = 8;

/** How an operator binds; any other token binds nothing. */
const priorityOf = ({ image }: IToken): readonly [number, number] => PRIORITY.get(image) ?? [0, 0];

/** What stands before a function's parameters. */
export interface Signature {
  readonly keyword: IToken;
  /** Which line lua5.1 takes for the function's. */
  readonly line: number;
  /** For people. */
  readonly name: string | undefined;
  /** Whether it has a parameter `self`. */
  readonly method: boolean;
}

const NOTHING: ast.ExpressionList = { values: [], commas: [] };

export abstract class ExpressionParser extends TokenParser {
  /** Whether the current function has a parameter `...`; of the main chunk, the program's arguments. */
  protected hasVarargs = true;

  /** From the parameters on. */
  protected abstract readonly functionBody: ParserMethod<[Signature], ast.FunctionExpression>;

  /** Its parameter: what to call expressions that are functions. */
  protected readonly expressionList = this.RULE("expressionList", (functionName?: string): ast.ExpressionList => {
    const values = [this.SUBRULE(this.expression, { ARGS: [functionName] })];
    const commas: Position[] = [];
    this.MANY(() => {
      commas.push(positionOf(this.CONSUME(t.Comma)));
      values.push(this.SUBRULE2(this.expression, { ARGS: [functionName] }));
    });
    return { values, commas };
  });

  /** Operator precedence climbing, as lua5.1's subexpr: operands and operators up to one that binds its left less than `limit`. */
  protected readonly expression = this.RULE("expression", (functionName?: string, limit = 0): ast.Expression => {
    this.enterLevel();
    let left = this.SUBRULE(this.operand, { ARGS: [functionName] });
    this.MANY({
      GATE: () => priorityOf(this.LA(1))[0] > limit,
      DEF: () => {
        const operator = this.CONSUME(t.BinaryOperator);
        const priority = this.ACTION(() => priorityOf(operator)[1]);
        const right = this.SUBRULE(this.expression, { ARGS: [undefined, priority] });
        const symbol = operator.image as ast.BinaryOperator;
        left = { kind: "binary", operator: symbol, operatorPosition: positionOf(operator), left, right, start: left.start, end: right.end };
      },
    });
    this.leaveLevel();
    return left;
  });

  private readonly operand = this.RULE(
    "operand",
    (functionName?: string): ast.Expression =>
      this.OR([
        { ALT: () => this.SUBRULE(this.suffixedExpression) },
        { ALT: () => this.SUBRULE(this.number) },
        { ALT: () => this.SUBRULE(this.string) },
        { ALT: () => constant(this.CONSUME(t.Nil), null) },
        { ALT: () => constant(this.CONSUME(t.True), true) },
        { ALT: () => constant(this.CONSUME(t.False), false) },
        { ALT: () => this.SUBRULE(this.table) },
        {
          ALT: () => {
            const keyword = this.CONSUME(t.FunctionKeyword);
            const signature = { keyword, line: this.currentLine(), name: functionName, method: false };
            return this.SUBRULE(this.functionBody, { ARGS: [signature] });
          },
        },
        {
          ALT: () => {
            const operator = this.CONSUME(t.UnaryOperator);
            const inner = this.SUBRULE(this.expression, { ARGS: [undefined, UNARY_PRIORITY] });
            return {
              kind: "unary",
              operator: operator.image as ast.UnaryOperator,
              operand: inner,
              start: positionOf(operator),
              end: inner.end,
            };
          },
        },
        {
          ALT: () => {
            this.ACTION(() => {
              const hint = "make it a parameter of this function, too; or keep it in a variable, as in local args = {...}";
              if (!this.hasVarargs) throw this.failure("cannot use '...' outside a vararg function", hint);
            });
            const position = positionOf(this.CONSUME(t.Ellipsis));
            return { kind: "vararg", start: position, end: position };
          },
        },
      ]),
  );

  /** A variable or something in parentheses, with fields, indices and calls after it. */
  protected readonly suffixedExpression = this.RULE("suffixedExpression", (): ast.Expression => {
    let built = this.OR<ast.Expression>([
      {
        ALT: () => {
          const name = this.CONSUME(t.Name);
          const position = positionOf(name);
          return { kind: "name", name: name.image, start: position, end: position };
        },
      },
      {
        ALT: () => {
          const open = this.CONSUME(t.LeftParen);
          const inner = this.SUBRULE(this.expression);
          return { kind: "parenthesis", inner, start: positionOf(open), end: positionOf(this.close(t.RightParen, open)) };
        },
      },
    ]);
    this.MANY(() => {
      built = this.SUBRULE(this.suffix, { ARGS: [built] });
    });
    return built;
  });

  private readonly suffix = this.RULE("suffix", (object: ast.Expression): ast.Expression => {
    const start = this.ACTION(() => object.start);
    return this.OR<ast.Expression>([
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          const name = this.CONSUME(t.Name);
          return { kind: "index", object, key: nameConstant(name), start, end: positionOf(name) };
        },
      },
      {
        ALT: () => {
          const { list, end } = this.SUBRULE(this.callArguments);
          return { kind: "call", callee: object, method: undefined, arguments: list, start, end };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LeftBracket);
          const key = this.SUBRULE(this.expression);
          return { kind: "index", object, key, start, end: positionOf(this.CONSUME(t.RightBracket)) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.Colon);
          const method = identifier(this.CONSUME2(t.Name));
          const { list, end } = this.SUBRULE2(this.callArguments);
          return { kind: "call", callee: object, method, arguments: list, start, end };
        },
      },
    ]);
  });

  private readonly callArguments = this.RULE("callArguments", (): { list: ast.Arguments; end: Position } =>
    this.OR([
      {
        ALT: () => {
          this.ACTION(() => this.refuseOnNewLine());
          const open = this.CONSUME(t.LeftParen);
          const list = this.OPTION(() => this.SUBRULE(this.expressionList)) ?? NOTHING;
          return { list: { ...list, open: positionOf(open) }, end: positionOf(this.close(t.RightParen, open)) };
        },
      },
      {
        ALT: () => {
          const value = this.SUBRULE(this.string);
          return { list: { values: [value], commas: [], open: value.end }, end: value.end };
        },
      },
      {
        ALT: () => {
          const value = this.SUBRULE(this.table);
          return { list: { values: [value], commas: [], open: value.start }, end: value.end };
        },
      },
    ]),
  );

  private refuseOnNewLine(): void {
    if (this.currentLine() === endPosition(this.LA(0)).line) return;
    const hint = "put ';' between two statements, or '(' on the line of the function";
    throw this.failure("ambiguous syntax (function call x new statement)", hint);
  }

  private readonly table = this.RULE("table", (): ast.TableExpression => {
    const open = this.CONSUME(t.LeftBrace);
    const fields: ast.TableField[] = [];
    const separators: Position[] = [];
    this.OPTION(() => {
      fields.push(this.SUBRULE(this.field));
      this.MANY({
        // A separator may also be the last thing in the table.
        GATE: () => this.LA(2).tokenType !== t.RightBrace,
        DEF: () => {
          separators.push(positionOf(this.CONSUME(t.FieldSeparator)));
          fields.push(this.SUBRULE2(this.field));
        },
      });
      this.OPTION2(() => separators.push(positionOf(this.CONSUME2(t.FieldSeparator))));
    });
    return { kind: "table", fields, separators, start: positionOf(open), end: positionOf(this.close(t.RightBrace, open)) };
  });

  private readonly field = this.RULE("field", (): ast.TableField => {
    const pair = (key: ast.Expression, functionName?: string): ast.TableField => {
      const equals = positionOf(this.CONSUME(t.Assign));
      return { key, value: this.SUBRULE(this.expression, { ARGS: [functionName] }), equals };
    };
    return this.OR({
      DEF: [
        {
          GATE: () => this.LA(2).tokenType === t.Assign,
          ALT: () => {
            const name = this.CONSUME(t.Name);
            return pair(nameConstant(name), name.image);
          },
        },
        { ALT: () => ({ key: undefined, value: this.SUBRULE2(this.expression), equals: undefined }) },
        {
          ALT: () => {
            this.CONSUME(t.LeftBracket);
            const key = this.SUBRULE3(this.expression);
            this.CONSUME(t.RightBracket);
            return pair(key);
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    });
  });

  private readonly string = this.RULE("string", (): ast.ConstantExpression => {
    this.ACTION(() => this.refuseMalformed());
    return this.OR([
      {
        ALT: () => {
          const literal = this.CONSUME(t.ShortString);
          return constant(literal, { string: decodeEscapes(literal.image.slice(1, -1)) });
        },
      },
      {
        ALT: () => {
          const literal = this.CONSUME(t.LongString);
          return constant(literal, { string: parseLongString(literal.image) });
        },
      },
    ]);
  });

  private readonly number = this.RULE("number", (): ast.ConstantExpression => {
    this.ACTION(() => this.refuseMalformed());
    const literal = this.CONSUME(t.Numeral);
    return constant(literal, parseNumeral(literal.image) as number);
  });
}

function constant(literal: IToken, value: ast.ConstantExpression["value"]): ast.ConstantExpression {
  return { kind: "constant", value, start: positionOf(literal), end: endPosition(literal) };
}

/** The key that a name after a dot stands for. */
export function nameConstant(name: IToken): ast.ConstantExpression {
  return constant(name, { string: name.image });
}

export function identifier(name: IToken): ast.Identifier {
  return { name: name.image, position: positionOf(name) };
}
