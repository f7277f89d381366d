// SPDX-License-Identifier: MIT
/** The part of the parser that reads expressions. */
import type * as ast from "./ast.js";
import type { Position } from "./errors.js";
import type { Token, TokenType } from "./lexer.js";
import { endPosition, positionOf } from "./syntax-errors.js";
import type { TokenStream } from "./token-stream.js";

/** [left, right]: an operator binds its left operand with the first, its right operand with the second (smaller: right associative). */
const PRIORITY: Readonly<Record<ast.BinaryOperator, readonly [number, number]>> = {
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
};
const UNARY_PRIORITY = 8;

const isBinary = (type: TokenType): type is ast.BinaryOperator => type in PRIORITY;
const isUnary = (type: TokenType): type is ast.UnaryOperator => type === "-" || type === "not" || type === "#";

/** What stands before a function's parameters. */
export interface Signature {
  readonly keyword: Token;
  /** Which line lua5.1 takes for the function's. */
  readonly line: number;
  /** For people. */
  readonly name: string | undefined;
  /** Whether it has a parameter `self`. */
  readonly method: boolean;
}

export abstract class ExpressionParser {
  /** Where the current function begins; undefined in the main chunk. */
  protected functionLine: number | undefined;
  /** Whether the current function has a parameter `...`; of the main chunk, the program's arguments. */
  protected hasVarargs = true;
  /** Blocks and expressions around, as lua5.1's parser counts them. */
  private level = 0;

  constructor(
    protected readonly tokens: TokenStream,
    private readonly levels: number,
  ) {}

  /** From the parameters on. */
  protected abstract functionBody(signature: Signature): ast.FunctionExpression;

  protected enterLevel(): void {
    if (++this.level <= this.levels) return;
    throw this.tokens.errorHere("chunk has too many syntax levels", "give a part of it a name: a local variable, or a function");
  }

  protected leaveLevel(): void {
    this.level--;
  }

  protected get levelsLeft(): number {
    return this.levels - this.level;
  }

  /** @param functionName what to call expressions that are functions */
  protected expressionList(functionName?: string): ast.ExpressionList {
    const values = [this.expression(functionName)];
    const commas: Position[] = [];
    while (this.tokens.is(",")) {
      commas.push(positionOf(this.tokens.take()));
      values.push(this.expression(functionName));
    }
    return { values, commas };
  }

  /**
   * Operator precedence climbing, as lua5.1's subexpr: reads operands and operators up to one that binds its left less than `limit`.
   *
   * @param functionName what to call the expression if it is a function
   */
  protected expression(functionName?: string, limit = 0): ast.Expression {
    this.enterLevel();
    let left = this.operand(functionName);
    for (;;) {
      const { type } = this.tokens.token;
      if (!isBinary(type)) break;
      const [leftPriority, rightPriority] = PRIORITY[type];
      if (leftPriority <= limit) break;
      const operatorPosition = positionOf(this.tokens.take());
      const right = this.expression(undefined, rightPriority);
      left = { kind: "binary", operator: type, operatorPosition, left, right, start: left.start, end: right.end };
    }
    this.leaveLevel();
    return left;
  }

  private operand(functionName: string | undefined): ast.Expression {
    const { type } = this.tokens.token;
    if (!isUnary(type)) return this.simple(functionName);
    const start = positionOf(this.tokens.take());
    const operand = this.expression(undefined, UNARY_PRIORITY);
    return { kind: "unary", operator: type, operand, start, end: operand.end };
  }

  private simple(functionName: string | undefined): ast.Expression {
    const { tokens } = this;
    switch (tokens.token.type) {
      case "nil":
        return constant(tokens.take(), null);
      case "true":
        return constant(tokens.take(), true);
      case "false":
        return constant(tokens.take(), false);
      case "<number>": {
        const literal = tokens.take();
        return constant(literal, literal.value as number);
      }
      case "<string>":
        return this.string();
      case "...": {
        const hint = "make it a parameter of this function, too; or keep it in a variable, as in local args = {...}";
        if (!this.hasVarargs) throw tokens.error("cannot use '...' outside a vararg function", hint);
        const position = positionOf(tokens.take());
        return { kind: "vararg", start: position, end: position };
      }
      case "{":
        return this.table();
      case "function": {
        const keyword = tokens.take();
        return this.functionBody({ keyword, line: tokens.token.endLine, name: functionName, method: false });
      }
      default:
        return this.suffixed();
    }
  }

  /** A variable or something in parentheses, with fields, indices and calls after it. */
  protected suffixed(): ast.Expression {
    let built = this.primary();
    for (;;) {
      const suffixed = this.suffix(built);
      if (suffixed === undefined) return built;
      built = suffixed;
    }
  }

  private primary(): ast.Expression {
    const { tokens } = this;
    if (tokens.is("<name>")) {
      const name = tokens.take();
      const position = positionOf(name);
      return { kind: "name", name: name.text, start: position, end: position };
    }
    if (!tokens.is("(")) throw tokens.error("unexpected symbol");
    const open = tokens.take();
    const inner = this.expression();
    return { kind: "parenthesis", inner, start: positionOf(open), end: positionOf(tokens.close(")", open)) };
  }

  private suffix(object: ast.Expression): ast.Expression | undefined {
    const { tokens } = this;
    const { start } = object;
    switch (tokens.token.type) {
      case ".": {
        tokens.take();
        const name = tokens.expect("<name>");
        return { kind: "index", object, key: nameConstant(name), start, end: positionOf(name) };
      }
      case "[":
        return { kind: "index", object, ...this.index(), start };
      case ":": {
        tokens.take();
        const name = tokens.expect("<name>");
        return this.call(object, { name: name.text, position: positionOf(name) });
      }
      case "(":
      case "{":
      case "<string>":
        return this.call(object, undefined);
      default:
        return undefined;
    }
  }

  /** `[key]`; its end is the closing bracket's. */
  private index(): { key: ast.Expression; end: Position } {
    this.tokens.expect("[");
    const key = this.expression();
    return { key, end: positionOf(this.tokens.expect("]")) };
  }

  private call(callee: ast.Expression, method: ast.CallExpression["method"]): ast.CallExpression {
    const { list, end } = this.callArguments();
    return { kind: "call", callee, method, arguments: list, start: callee.start, end };
  }

  private callArguments(): { list: ast.Arguments; end: Position } {
    const { tokens } = this;
    switch (tokens.token.type) {
      case "(":
        return this.parenthesizedArguments();
      case "{": {
        const value = this.table();
        return { list: { values: [value], commas: [], open: value.start }, end: value.end };
      }
      case "<string>": {
        const value = this.string();
        return { list: { values: [value], commas: [], open: value.end }, end: value.end };
      }
      default:
        throw tokens.error("function arguments expected");
    }
  }

  private parenthesizedArguments(): { list: ast.Arguments; end: Position } {
    const { tokens } = this;
    if (tokens.token.line !== tokens.previousLine) {
      const hint = "put ';' between two statements, or '(' on the line of the function";
      throw tokens.error("ambiguous syntax (function call x new statement)", hint);
    }
    const open = tokens.take();
    const list = tokens.is(")") ? { values: [], commas: [] } : this.expressionList();
    return { list: { ...list, open: positionOf(open) }, end: positionOf(tokens.close(")", open)) };
  }

  private table(): ast.TableExpression {
    const { tokens } = this;
    const open = tokens.expect("{");
    const fields: ast.TableField[] = [];
    const separators: Position[] = [];
    while (!tokens.is("}")) {
      fields.push(this.field());
      const separator = tokens.accept(",") ?? tokens.accept(";");
      if (separator === undefined) break;
      separators.push(positionOf(separator));
    }
    return { kind: "table", fields, separators, start: positionOf(open), end: positionOf(tokens.close("}", open)) };
  }

  private field(): ast.TableField {
    const { tokens } = this;
    const name = tokens.is("<name>") && tokens.following?.type === "=" ? tokens.take() : undefined;
    if (name === undefined && !tokens.is("[")) return { key: undefined, value: this.expression(), equals: undefined };
    const key = name ? nameConstant(name) : this.index().key;
    const equals = positionOf(tokens.expect("="));
    return { key, value: this.expression(name?.text), equals };
  }

  private string(): ast.ConstantExpression {
    const literal = this.tokens.expect("<string>");
    return constant(literal, { string: literal.value as string });
  }
}

function constant(literal: Token, value: ast.ConstantExpression["value"]): ast.ConstantExpression {
  return { kind: "constant", value, start: positionOf(literal), end: endPosition(literal) };
}

/** The key that a name after a dot stands for. */
export function nameConstant(name: Token): ast.ConstantExpression {
  return constant(name, { string: name.text });
}

export function identifier(name: Token): ast.Identifier {
  return { name: name.text, position: positionOf(name) };
}
