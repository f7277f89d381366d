// SPDX-License-Identifier: MIT
/** From Chevrotain's concrete syntax tree to the syntax tree: precedence, literals, and what the grammar is too coarse to reject. */
import type * as ast from "./ast.js";
import type { CstNode, IToken } from "./chevrotain.js";
import type { ErrorReporter, Position } from "./errors.js";
import * as t from "./lexer.js";
import { decodeEscapes, findLargeEscape, parseLongString, parseNumeral } from "./literals.js";
import { near, positionOf } from "./syntax-errors.js";

type Children = CstNode["children"];

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

function nodes(children: Children, name: string): CstNode[] {
  return (children[name] as CstNode[] | undefined) ?? [];
}
function node(children: Children, name: string): CstNode | undefined {
  return children[name]?.[0] as CstNode | undefined;
}
function tokens(children: Children, name: string): IToken[] {
  return (children[name] as IToken[] | undefined) ?? [];
}
function token(children: Children, name: string): IToken | undefined {
  return children[name]?.[0] as IToken | undefined;
}

/** Where a token ends as lua5.1 sees it: the line of its last byte. Only strings span lines. */
function endPosition(of: IToken): Position {
  const multiLine = of.tokenType === t.LongString || of.tokenType === t.ShortString;
  const breaks = multiLine ? t.countLineBreaks(of.image) : 0;
  return { line: (of.startLine as number) + breaks, column: breaks === 0 ? (of.startColumn as number) : 1 };
}

export interface SourceLimits {
  /** Where the source ends. */
  readonly end: Position;
  /** How deep blocks and expressions may be nested. */
  readonly levels: number;
}

class TreeBuilder {
  /** Loops of the current function around the current statement. */
  private loopDepth = 0;
  /** Blocks and expressions around, as lua5.1's parser counts them. */
  private level = 0;
  /** Where the current function begins; undefined in the main chunk. */
  private functionLine: number | undefined;
  private readonly end: Position;

  constructor(
    private readonly input: readonly IToken[],
    private readonly source: SourceLimits,
    private readonly report: ErrorReporter,
  ) {
    this.end = source.end;
  }

  chunk(cst: CstNode): ast.FunctionExpression {
    const { end } = this;
    const start = this.input[0] ? positionOf(this.input[0]) : end;
    const body = this.block(node(cst.children, "block") as CstNode);
    return { kind: "function", name: "main chunk", parameters: [], vararg: undefined, body, start, end };
  }

  // Statements

  private enterLevel(cst: CstNode): void {
    if (++this.level <= this.source.levels) return;
    const hint = "give a part of it a name: a local variable, or a function";
    throw this.report.error(this.positionOrEnd(firstToken(cst)), "chunk has too many syntax levels", hint);
  }

  private block(cst: CstNode): ast.Block {
    this.enterLevel(cst);
    const statements = nodes(cst.children, "statement").map((statement) => this.statement(statement));
    const last = node(cst.children, "returnStatement");
    const exit = token(cst.children, "Break");
    if (last) statements.push(this.returnStatement(last.children));
    if (exit) statements.push(this.breakStatement(exit));
    this.level--;
    return { statements };
  }

  private loopBody(children: Children): ast.Block {
    this.loopDepth++;
    const body = this.block(node(children, "block") as CstNode);
    this.loopDepth--;
    return body;
  }

  private breakStatement(keyword: IToken): ast.Statement {
    const position = positionOf(keyword);
    if (this.loopDepth === 0) {
      const next = this.tokenAfter(keyword);
      const hint = "'break' leaves the innermost loop; a function is left with 'return'";
      throw this.report.error(this.positionOrEnd(next), `no loop to break ${near(next)}`, hint);
    }
    return { kind: "break", start: position, end: position };
  }

  private statement(cst: CstNode): ast.Statement {
    const { children } = cst;
    for (const name in children) {
      const child = children[name]?.[0] as CstNode;
      switch (name) {
        case "expressionStatement":
          return this.expressionStatement(child.children);
        case "localStatement":
          return this.localStatement(child.children);
        case "ifStatement":
          return this.ifStatement(child.children);
        case "forStatement":
          return this.forStatement(child.children);
        case "functionStatement":
          return this.functionStatement(child.children);
        case "whileStatement":
          return this.whileStatement(child.children);
        case "doStatement": {
          const opener = token(child.children, "Do") as IToken;
          return { kind: "do", body: this.block(node(child.children, "block") as CstNode), ...this.span(opener, child.children) };
        }
        case "repeatStatement":
          return this.repeatStatement(child.children);
      }
    }
    throw new Error("a statement without alternatives");
  }

  /** From the opening token to `end`. */
  private span(opener: IToken, children: Children): { start: Position; end: Position } {
    return { start: positionOf(opener), end: positionOf(token(children, "End") as IToken) };
  }

  private expressionStatement(children: Children): ast.Statement {
    const list = nodes(children, "suffixedExpression");
    const targets = list.map((target) => this.suffixed(target.children));
    const [first] = targets as [ast.Expression];
    const equals = token(children, "Assign");
    if (equals === undefined) {
      if (first.kind === "call") return { kind: "callStatement", call: first, start: first.start, end: first.end };
      const next = this.tokenAfter(lastToken(list[0] as CstNode));
      const hint = "a statement is a call or an assignment";
      throw this.report.error(
        this.positionOrEnd(next),
        `${first.kind === "parenthesis" ? "syntax error" : "'=' expected"} ${near(next)}`,
        hint,
      );
    }
    for (const [index, target] of targets.entries()) {
      if (target.kind === "name" || target.kind === "index") continue;
      const next = this.tokenAfter(lastToken(list[index] as CstNode));
      const unexpected = target.kind === "call" && index === 0 ? "unexpected symbol" : "syntax error";
      throw this.report.error(this.positionOrEnd(next), `${unexpected} ${near(next)}`, "only variables and fields can be assigned to");
    }
    this.checkTargetCount(targets.length, equals);
    const values = this.expressionList(node(children, "expressionList"), targets.length === 1 ? pathOf(first) : undefined);
    const last = values.values.at(-1) as ast.Expression;
    return { kind: "assign", targets: targets as (ast.NameExpression | ast.IndexExpression)[], values, start: first.start, end: last.end };
  }

  /** lua5.1's parser recurs for each. */
  private checkTargetCount(count: number, equals: IToken): void {
    const most = this.source.levels - this.level;
    if (count - 1 <= most) return;
    const where = this.functionLine === undefined ? "main function" : `function at line ${this.functionLine}`;
    throw this.report.error(positionOf(equals), `${where} has more than ${most} variables in assignment`, "use several assignments");
  }

  private localStatement(children: Children): ast.Statement {
    const start = positionOf(token(children, "Local") as IToken);
    const body = node(children, "functionBody");
    if (body) {
      const name = token(children, "Name") as IToken;
      const keyword = token(children, "FunctionKeyword") as IToken;
      const built = this.functionBody(body.children, keyword, name.image, false);
      return { kind: "localFunction", name: identifier(name), function: built, start, end: built.end };
    }
    const names = tokens((node(children, "nameList") as CstNode).children, "Name");
    const values = this.expressionList(node(children, "expressionList"), names.length === 1 ? names[0]?.image : undefined);
    const end = values.values.at(-1)?.end ?? positionOf(names.at(-1) as IToken);
    return { kind: "local", names: names.map(identifier), values, start, end };
  }

  private ifStatement(children: Children): ast.Statement {
    const conditions = nodes(children, "expression");
    const blocks = nodes(children, "block");
    const opener = token(children, "If") as IToken;
    const clauses = conditions.map((condition, index) => ({
      condition: this.expression(condition),
      body: this.block(blocks[index] as CstNode),
    }));
    const otherwise = blocks[conditions.length];
    return { kind: "if", clauses, otherwise: otherwise && this.block(otherwise), ...this.span(opener, children) };
  }

  private forStatement(children: Children): ast.Statement {
    const opener = token(children, "For") as IToken;
    const name = identifier(token(children, "Name") as IToken);
    const clause = (node(children, "forClause") as CstNode).children;
    const iterator = node(clause, "expressionList");
    const bodyStart = positionOf(token(children, "Do") as IToken);
    const build = () => ({ bodyStart, body: this.loopBody(children), ...this.span(opener, children) });
    if (iterator) {
      const variables = [name, ...tokens(clause, "Name").map(identifier)];
      return { kind: "genericFor", variables, iterator: this.expressionList(iterator), ...build() };
    }
    const [first, limit, step] = nodes(clause, "expression").map((bound) => this.expression(bound));
    return { kind: "numericFor", variable: name, first: first as ast.Expression, limit: limit as ast.Expression, step, ...build() };
  }

  private returnStatement(children: Children): ast.Statement {
    const start = positionOf(token(children, "Return") as IToken);
    const values = this.expressionList(node(children, "expressionList"));
    return { kind: "return", values, start, end: values.values.at(-1)?.end ?? start };
  }

  /** `function a.b:c()` assigns to the index expression `a.b.c`. */
  private functionStatement(children: Children): ast.Statement {
    const names = tokens(children, "Name");
    const keyword = token(children, "FunctionKeyword") as IToken;
    const method = children.Colon !== undefined;
    const name = names.map((part, index) => (index === 0 ? "" : method && index === names.length - 1 ? ":" : ".") + part.image).join("");
    const [first, ...rest] = names as [IToken, ...IToken[]];
    const position = positionOf(first);
    let target: ast.NameExpression | ast.IndexExpression = { kind: "name", name: first.image, start: position, end: position };
    for (const part of rest) {
      const end = positionOf(part);
      const key: ast.Expression = { kind: "constant", value: { string: part.image }, start: end, end };
      target = { kind: "index", object: target, key, start: position, end };
    }
    const built = this.functionBody((node(children, "functionBody") as CstNode).children, keyword, name, method);
    return { kind: "functionStatement", target, function: built, start: positionOf(keyword), end: built.end };
  }

  private whileStatement(children: Children): ast.Statement {
    const opener = token(children, "While") as IToken;
    const condition = this.expression(node(children, "expression") as CstNode);
    return { kind: "while", condition, body: this.loopBody(children), ...this.span(opener, children) };
  }

  private repeatStatement(children: Children): ast.Statement {
    const opener = token(children, "Repeat") as IToken;
    const body = this.loopBody(children);
    const condition = this.expression(node(children, "expression") as CstNode);
    return { kind: "repeat", body, condition, start: positionOf(opener), end: condition.end };
  }

  // Expressions

  private expressionList(cst: CstNode | undefined, functionName?: string): ast.ExpressionList {
    if (cst === undefined) return { values: [], commas: [] };
    const values = nodes(cst.children, "expression").map((value) => this.expression(value, functionName));
    return { values, commas: tokens(cst.children, "Comma").map(positionOf) };
  }

  /** @param functionName what to call the expression if it is a function */
  private expression(cst: CstNode, functionName?: string): ast.Expression {
    const operands = nodes(cst.children, "operand");
    const operators = tokens(cst.children, "BinaryOperator");
    if (operators.length === 0 && operands[0]?.children.UnaryOperator === undefined) {
      this.enterLevel(cst);
      const simple = this.simple((operands[0] as CstNode).children, functionName);
      this.level--;
      return simple;
    }
    let nextOperand = 0;
    let nextUnary = 0;
    // Operator precedence climbing, as lua5.1's subexpr: reads operands and operators up to one that binds its left less than `limit`.
    const climb = (limit: number): ast.Expression => {
      this.enterLevel(operands[nextOperand] as CstNode);
      const expression = operation(limit);
      this.level--;
      return expression;
    };
    const operation = (limit: number): ast.Expression => {
      const operand = (operands[nextOperand] as CstNode).children;
      const unary = tokens(operand, "UnaryOperator")[nextUnary];
      let left: ast.Expression;
      if (unary) {
        nextUnary++;
        const inner = climb(UNARY_PRIORITY);
        left = { kind: "unary", operator: unary.image as ast.UnaryOperator, operand: inner, start: positionOf(unary), end: inner.end };
      } else {
        nextOperand++;
        nextUnary = 0;
        left = this.simple(operand);
      }
      for (;;) {
        const operator = operators[nextOperand - 1];
        if (operator === undefined) return left;
        const symbol = operator.image as ast.BinaryOperator;
        const [leftPriority, rightPriority] = PRIORITY[symbol];
        if (leftPriority <= limit) return left;
        const right = climb(rightPriority);
        left = { kind: "binary", operator: symbol, operatorPosition: positionOf(operator), left, right, start: left.start, end: right.end };
      }
    };
    return climb(0);
  }

  private simple(children: Children, functionName?: string): ast.Expression {
    const suffixed = node(children, "suffixedExpression");
    if (suffixed) return this.suffixed(suffixed.children);
    const table = node(children, "table");
    if (table) return this.table(table.children);
    const body = node(children, "functionBody");
    if (body) return this.functionBody(body.children, token(children, "FunctionKeyword") as IToken, functionName, false);
    for (const name in children) {
      if (name === "UnaryOperator") continue;
      const literal = children[name]?.[0] as IToken;
      if (name === "Ellipsis") return { kind: "vararg", start: positionOf(literal), end: positionOf(literal) };
      return this.literal(literal);
    }
    throw new Error("an operand without alternatives");
  }

  private literal(of: IToken): ast.ConstantExpression {
    const start = positionOf(of);
    const make = (value: ast.ConstantExpression["value"]): ast.ConstantExpression => ({
      kind: "constant",
      value,
      start,
      end: endPosition(of),
    });
    switch (of.tokenType) {
      case t.Nil:
        return make(null);
      case t.True:
        return make(true);
      case t.False:
        return make(false);
      case t.Numeral: {
        const value = parseNumeral(of.image);
        if (value === undefined) throw this.report.error(start, `malformed number ${near(of)}`);
        return make(value);
      }
      case t.LongString: {
        if (of.image.startsWith("[[") && of.image.indexOf("[[", 2) > 0) {
          const hint = "write [=[…]=] around text that contains '[['";
          throw this.report.error(start, "nesting of [[...]] is deprecated near '['", hint);
        }
        return make({ string: parseLongString(of.image) });
      }
      default: {
        const body = of.image.slice(1, -1);
        const large = findLargeEscape(body);
        if (large < 0) return make({ string: decodeEscapes(body) });
        const read = of.image[0] + decodeEscapes(body.slice(0, large));
        throw this.report.error(start, `escape sequence too large near '${read}'`, "\\ddd goes up to 255");
      }
    }
  }

  private suffixed(children: Children): ast.Expression {
    const name = token(children, "Name");
    let built: ast.Expression;
    if (name) {
      const position = positionOf(name);
      built = { kind: "name", name: name.image, start: position, end: position };
    } else {
      const inner = this.expression(node(children, "expression") as CstNode);
      const start = positionOf(token(children, "LeftParen") as IToken);
      built = { kind: "parenthesis", inner, start, end: positionOf(token(children, "RightParen") as IToken) };
    }
    for (const suffix of nodes(children, "suffix")) built = this.suffix(built, suffix.children);
    return built;
  }

  private suffix(object: ast.Expression, children: Children): ast.Expression {
    const { start } = object;
    const call = node(children, "callArguments");
    const name = token(children, "Name");
    if (call) {
      const before = name ? positionOf(name) : object.end;
      const { list, end } = this.callArguments(call.children, before);
      const method = name && { name: name.image, position: positionOf(name) };
      return { kind: "call", callee: object, method, arguments: list, start, end };
    }
    if (name) {
      const position = positionOf(name);
      const key: ast.Expression = { kind: "constant", value: { string: name.image }, start: position, end: position };
      return { kind: "index", object, key, start, end: position };
    }
    const key = this.expression(node(children, "expression") as CstNode);
    return { kind: "index", object, key, start, end: positionOf(token(children, "RightBracket") as IToken) };
  }

  private callArguments(children: Children, previous: Position): { list: ast.Arguments; end: Position } {
    const open = token(children, "LeftParen");
    if (open) {
      if (open.startLine !== previous.line) {
        const hint = "put ';' between two statements, or '(' on the line of the function";
        throw this.report.error(positionOf(open), "ambiguous syntax (function call x new statement) near '('", hint);
      }
      const list = this.expressionList(node(children, "expressionList"));
      return { list: { ...list, open: positionOf(open) }, end: positionOf(token(children, "RightParen") as IToken) };
    }
    const table = node(children, "table");
    if (table) {
      const value = this.table(table.children);
      return { list: { values: [value], commas: [], open: value.start }, end: value.end };
    }
    const value = this.literal((token(children, "ShortString") ?? token(children, "LongString")) as IToken);
    return { list: { values: [value], commas: [], open: value.end }, end: value.end };
  }

  private table(children: Children): ast.TableExpression {
    const fields = nodes(children, "field").map((field): ast.TableField => {
      const name = token(field.children, "Name");
      const equals = token(field.children, "Assign");
      const parts = nodes(field.children, "expression");
      if (equals === undefined) return { key: undefined, value: this.expression(parts[0] as CstNode), equals };
      const key = name ? constantName(name) : this.expression(parts[0] as CstNode);
      const value = this.expression(parts.at(-1) as CstNode, name?.image);
      return { key, value, equals: positionOf(equals) };
    });
    const start = positionOf(token(children, "LeftBrace") as IToken);
    const end = positionOf(token(children, "RightBrace") as IToken);
    return { kind: "table", fields, separators: tokens(children, "FieldSeparator").map(positionOf), start, end };
  }

  private functionBody(children: Children, keyword: IToken, name: string | undefined, method: boolean): ast.FunctionExpression {
    const parameters: ast.Identifier[] = method ? [{ name: "self", position: positionOf(token(children, "LeftParen") as IToken) }] : [];
    const list = nodes(children, "parameter");
    let vararg: Position | undefined;
    for (const [index, parameter] of list.entries()) {
      const ellipsis = token(parameter.children, "Ellipsis");
      if (ellipsis === undefined) parameters.push(identifier(token(parameter.children, "Name") as IToken));
      else {
        const next = this.tokenAfter(ellipsis);
        if (index < list.length - 1) throw this.report.error(this.positionOrEnd(next), `')' expected ${near(next)}`);
        vararg = positionOf(ellipsis);
      }
    }
    const { loopDepth, functionLine } = this;
    this.loopDepth = 0;
    this.functionLine = keyword.startLine;
    const body = this.block(node(children, "block") as CstNode);
    this.loopDepth = loopDepth;
    this.functionLine = functionLine;
    return { kind: "function", name, parameters, vararg, body, ...this.span(keyword, children) };
  }

  // Tokens around an error

  private tokenAfter(of: IToken): IToken | undefined {
    return this.input[this.input.indexOf(of) + 1];
  }

  private positionOrEnd(of: IToken | undefined): Position {
    return of ? positionOf(of) : this.end;
  }
}

/** "a.b.c" for an expression that is spelled so. */
function pathOf(expression: ast.Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "index" || expression.key.kind !== "constant") return undefined;
  const object = pathOf(expression.object);
  const { value } = expression.key;
  return object !== undefined && value !== null && typeof value === "object" ? `${object}.${value.string}` : undefined;
}

function constantName(name: IToken): ast.ConstantExpression {
  const position = positionOf(name);
  return { kind: "constant", value: { string: name.image }, start: position, end: position };
}

function identifier(of: IToken): ast.Identifier {
  return { name: of.image, position: positionOf(of) };
}

function isToken(element: CstNode | IToken): element is IToken {
  return "image" in element;
}

/** The last token below a node. Slow: for error messages only. */
function lastToken(cst: CstNode): IToken {
  let last: IToken | undefined;
  for (const list of Object.values(cst.children)) {
    for (const element of list) {
      if (!isToken(element) && Object.keys(element.children).length === 0) continue; // an empty block
      const candidate = isToken(element) ? element : lastToken(element);
      if (last === undefined || candidate.startOffset > last.startOffset) last = candidate;
    }
  }
  return last as IToken;
}

function firstToken(cst: CstNode): IToken | undefined {
  let first: IToken | undefined;
  for (const element of Object.values(cst.children).flat()) {
    const candidate = isToken(element) ? element : firstToken(element);
    if (candidate && (first === undefined || candidate.startOffset < first.startOffset)) first = candidate;
  }
  return first;
}

/**
 * Builds the syntax tree.
 *
 * @param input all tokens, to find the one that an error is near to
 */
export function buildTree(cst: CstNode, input: readonly IToken[], source: SourceLimits, report: ErrorReporter): ast.FunctionExpression {
  return new TreeBuilder(input, source, report).chunk(cst);
}
