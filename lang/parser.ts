// SPDX-License-Identifier: MIT
/**
 * From tokens to the syntax tree, by recursive descent, in the order of lua5.1's own parser: where it gives up, ours does, with its message.
 * Expressions are in `expression-parser.ts`.
 */
import type * as ast from "./ast.js";
import type { ErrorReporter, Position } from "./errors.js";
import { ExpressionParser, identifier, nameConstant, type Signature } from "./expression-parser.js";
import type { Token, TokenType } from "./lexer.js";
import { positionOf } from "./syntax-errors.js";
import { TokenStream } from "./token-stream.js";

const ENDS_BLOCK: ReadonlySet<TokenType> = new Set(["else", "elseif", "end", "until", "<eof>"]);

class Parser extends ExpressionParser {
  /** Loops of the current function around the current statement. */
  private loopDepth = 0;

  chunk(): ast.FunctionExpression {
    const start = positionOf(this.tokens.token);
    const body = this.block();
    const end = positionOf(this.tokens.expect("<eof>"));
    return { kind: "function", name: "main chunk", parameters: [], vararg: undefined, body, start, end };
  }

  private block(): ast.Block {
    this.enterLevel();
    const statements: ast.Statement[] = [];
    let isLast = false;
    while (!isLast && !ENDS_BLOCK.has(this.tokens.token.type)) {
      isLast = this.tokens.is("return") || this.tokens.is("break");
      statements.push(this.statement());
      this.tokens.accept(";");
    }
    this.leaveLevel();
    return { statements };
  }

  private loopBody(): ast.Block {
    this.loopDepth++;
    const body = this.block();
    this.loopDepth--;
    return body;
  }

  private statement(): ast.Statement {
    const { tokens } = this;
    switch (tokens.token.type) {
      case "if":
        return this.ifStatement(tokens.take());
      case "while":
        return this.whileStatement(tokens.take());
      case "do": {
        const opener = tokens.take();
        return { kind: "do", body: this.block(), ...this.spanTo("end", opener) };
      }
      case "for":
        return this.forStatement(tokens.take());
      case "repeat":
        return this.repeatStatement(tokens.take());
      case "function":
        return this.functionStatement(tokens.take());
      case "local":
        return this.localStatement(tokens.take());
      case "return":
        return this.returnStatement(tokens.take());
      case "break":
        return this.breakStatement(tokens.take());
      default:
        return this.expressionStatement();
    }
  }

  /** From the opening token to the one that closes it, which is next. */
  private spanTo(type: TokenType, opener: Token, line?: number): { start: Position; end: Position } {
    return { start: positionOf(opener), end: positionOf(this.tokens.close(type, opener, line)) };
  }

  private breakStatement(keyword: Token): ast.Statement {
    if (this.loopDepth === 0)
      throw this.tokens.error("no loop to break", "'break' leaves the innermost loop; a function is left with 'return'");
    return { kind: "break", start: positionOf(keyword), end: positionOf(keyword) };
  }

  /** A call or an assignment. */
  private expressionStatement(): ast.Statement {
    if (this.tokens.is("=")) throw this.tokens.error("unexpected symbol", "only variables and fields can be assigned to");
    const first = this.suffixed();
    if (first.kind === "call") return { kind: "callStatement", call: first, start: first.start, end: first.end };
    const targets = [this.target(first)];
    while (this.tokens.accept(",")) {
      targets.push(this.target(this.suffixed()));
      this.checkTargetCount(targets.length);
    }
    if (!this.tokens.is("=")) throw this.tokens.error("'=' expected", "a statement is a call or an assignment");
    this.tokens.take();
    const values = this.expressionList(targets.length === 1 ? pathOf(first) : undefined);
    return { kind: "assign", targets, values, start: first.start, end: endOfList(values) ?? first.end };
  }

  private target(expression: ast.Expression): ast.NameExpression | ast.IndexExpression {
    if (expression.kind === "name" || expression.kind === "index") return expression;
    throw this.tokens.error("syntax error", "only variables and fields can be assigned to");
  }

  /** lua5.1's parser recurs for each. */
  private checkTargetCount(count: number): void {
    const most = this.levelsLeft;
    if (count - 1 <= most) return;
    const where = this.functionLine === undefined ? "main function" : `function at line ${this.functionLine}`;
    throw this.tokens.errorHere(`${where} has more than ${most} variables in assignment`, "use several assignments");
  }

  private localStatement(opener: Token): ast.Statement {
    const { tokens } = this;
    const start = positionOf(opener);
    const keyword = tokens.accept("function");
    if (keyword) {
      const name = tokens.expect("<name>");
      const built = this.functionBody({ keyword, line: tokens.token.endLine, name: name.text, method: false });
      return { kind: "localFunction", name: identifier(name), function: built, start, end: built.end };
    }
    const names = this.names(tokens.expect("<name>"));
    const values = tokens.accept("=") ? this.expressionList(names.length === 1 ? names[0]?.name : undefined) : { values: [], commas: [] };
    return { kind: "local", names, values, start, end: endOfList(values) ?? (names.at(-1) as ast.Identifier).position };
  }

  /** The names that follow the first, after commas. */
  private names(first: Token): ast.Identifier[] {
    const names = [identifier(first)];
    while (this.tokens.accept(",")) names.push(identifier(this.tokens.expect("<name>")));
    return names;
  }

  private ifStatement(opener: Token): ast.Statement {
    const { tokens } = this;
    const clauses = [this.clause()];
    while (tokens.accept("elseif")) clauses.push(this.clause());
    const otherwise = tokens.accept("else") && this.block();
    return { kind: "if", clauses, otherwise, ...this.spanTo("end", opener) };
  }

  private clause(): { condition: ast.Expression; body: ast.Block } {
    const condition = this.expression();
    this.tokens.expect("then");
    return { condition, body: this.block() };
  }

  private forStatement(opener: Token): ast.Statement {
    const { tokens } = this;
    const name = tokens.expect("<name>");
    if (tokens.is("=")) return this.numericFor(opener, identifier(name));
    if (!tokens.is(",") && !tokens.is("in")) throw tokens.error("'=' or 'in' expected");
    const variables = this.names(name);
    tokens.expect("in");
    const iterator = this.expressionList();
    return { kind: "genericFor", variables, iterator, ...this.forBody(opener) };
  }

  private numericFor(opener: Token, variable: ast.Identifier): ast.Statement {
    const { tokens } = this;
    tokens.expect("=");
    const first = this.expression();
    tokens.expect(",");
    const limit = this.expression();
    const step = tokens.accept(",") && this.expression();
    return { kind: "numericFor", variable, first, limit, step, ...this.forBody(opener) };
  }

  private forBody(opener: Token): { bodyStart: Position; body: ast.Block; start: Position; end: Position } {
    const bodyStart = positionOf(this.tokens.expect("do"));
    return { bodyStart, body: this.loopBody(), ...this.spanTo("end", opener) };
  }

  private returnStatement(keyword: Token): ast.Statement {
    const start = positionOf(keyword);
    const isEmpty = this.tokens.is(";") || ENDS_BLOCK.has(this.tokens.token.type);
    const values = isEmpty ? { values: [], commas: [] } : this.expressionList();
    return { kind: "return", values, start, end: endOfList(values) ?? start };
  }

  /** `function a.b:c()` assigns to the index expression `a.b.c`. */
  private functionStatement(keyword: Token): ast.Statement {
    const { tokens } = this;
    const first = tokens.expect("<name>");
    const start = positionOf(first);
    let name = first.text;
    let target: ast.NameExpression | ast.IndexExpression = { kind: "name", name, start, end: start };
    let separator: Token | undefined;
    while (separator?.type !== ":") {
      separator = tokens.accept(".") ?? tokens.accept(":");
      if (separator === undefined) break;
      const part = tokens.expect("<name>");
      name += separator.text + part.text;
      target = { kind: "index", object: target, key: nameConstant(part), start, end: positionOf(part) };
    }
    const built = this.functionBody({ keyword, line: keyword.line, name, method: separator?.type === ":" });
    return { kind: "functionStatement", target, function: built, start: positionOf(keyword), end: built.end };
  }

  private whileStatement(opener: Token): ast.Statement {
    const condition = this.expression();
    this.tokens.expect("do");
    return { kind: "while", condition, body: this.loopBody(), ...this.spanTo("end", opener) };
  }

  private repeatStatement(opener: Token): ast.Statement {
    const body = this.loopBody();
    this.tokens.close("until", opener);
    const condition = this.expression();
    return { kind: "repeat", body, condition, start: positionOf(opener), end: condition.end };
  }

  protected functionBody({ keyword, line, name, method }: Signature): ast.FunctionExpression {
    const open = this.tokens.expect("(");
    const { names, vararg } = this.parameters();
    const parameters = method ? [{ name: "self", position: positionOf(open) }, ...names] : names;
    this.tokens.expect(")");
    const { loopDepth, functionLine, hasVarargs } = this;
    this.loopDepth = 0;
    this.functionLine = line;
    this.hasVarargs = vararg !== undefined;
    const body = this.block();
    this.loopDepth = loopDepth;
    this.functionLine = functionLine;
    this.hasVarargs = hasVarargs;
    return { kind: "function", name, parameters, vararg, body, ...this.spanTo("end", keyword, line) };
  }

  private parameters(): { names: ast.Identifier[]; vararg: Position | undefined } {
    const { tokens } = this;
    const names: ast.Identifier[] = [];
    if (tokens.is(")")) return { names, vararg: undefined };
    do {
      const ellipsis = tokens.accept("...");
      if (ellipsis) return { names, vararg: positionOf(ellipsis) };
      if (!tokens.is("<name>")) throw tokens.error("<name> or '...' expected");
      names.push(identifier(tokens.take()));
    } while (tokens.accept(","));
    return { names, vararg: undefined };
  }
}

const endOfList = ({ values }: ast.ExpressionList): Position | undefined => values.at(-1)?.end;

/** "a.b.c" for an expression that is spelled so. */
function pathOf(expression: ast.Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "index" || expression.key.kind !== "constant") return undefined;
  const object = pathOf(expression.object);
  const { value } = expression.key;
  return object !== undefined && value !== null && typeof value === "object" ? `${object}.${value.string}` : undefined;
}

/**
 * Parses a whole program.
 *
 * @param tokens the last is "<eof>"
 * @param levels how deep blocks and expressions may be nested
 * @throws CompileError
 */
export function parse(tokens: readonly Token[], levels: number, report: ErrorReporter): ast.FunctionExpression {
  return new Parser(new TokenStream(tokens, report), levels).chunk();
}
