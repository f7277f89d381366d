// SPDX-License-Identifier: MIT
/**
 * The syntax tree. Nodes keep the positions of those tokens after which lua5.1's one-pass compiler emits code: it attributes an
 * instruction to the token read last, and run-time error messages show that line.
 */
import type { Position } from "./errors.js";
import type { FunctionInfo, Reference, Variable } from "./scope.js";

interface Node {
  /** The first token. */
  readonly start: Position;
  /** The last token; the line is the one where it ends. */
  readonly end: Position;
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "^" | ".." | "==" | "~=" | "<" | "<=" | ">" | ">=" | "and" | "or";
export type UnaryOperator = "-" | "not" | "#";

/** `nil`, `true`, `false`, a number or a string of bytes. */
export interface ConstantExpression extends Node {
  readonly kind: "constant";
  readonly value: null | boolean | number | { readonly string: string };
}

/** `...` */
export interface VarargExpression extends Node {
  readonly kind: "vararg";
}

export interface NameExpression extends Node {
  readonly kind: "name";
  readonly name: string;
  /** Set by the resolver. */
  reference?: Reference;
}

/** `object[key]`; `object.name` has a constant key. */
export interface IndexExpression extends Node {
  readonly kind: "index";
  readonly object: Expression;
  readonly key: Expression;
}

export interface Arguments {
  readonly values: readonly Expression[];
  readonly commas: readonly Position[];
  /** The token that opens the arguments: lua5.1's line of the call. */
  readonly open: Position;
}

/** `callee(…)`, or `callee:method(…)` */
export interface CallExpression extends Node {
  readonly kind: "call";
  readonly callee: Expression;
  readonly method: { readonly name: string; readonly position: Position } | undefined;
  readonly arguments: Arguments;
}

export interface FunctionExpression extends Node {
  readonly kind: "function";
  /** For people and stack traces: "fib", "Account.deposit"; undefined for an anonymous function. */
  readonly name: string | undefined;
  readonly parameters: readonly Identifier[];
  readonly vararg: Position | undefined;
  readonly body: Block;
  /** Set by the resolver. */
  info?: FunctionInfo;
}

export interface BinaryExpression extends Node {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly operatorPosition: Position;
  readonly left: Expression;
  readonly right: Expression;
}

export interface UnaryExpression extends Node {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

/** `(inner)`: truncates multiple results to one. */
export interface ParenthesisExpression extends Node {
  readonly kind: "parenthesis";
  readonly inner: Expression;
}

export interface TableField {
  /** undefined for an item of the array part. */
  readonly key: Expression | undefined;
  readonly value: Expression;
  /** Of the `=`. */
  readonly equals: Position | undefined;
}

export interface TableExpression extends Node {
  readonly kind: "table";
  readonly fields: readonly TableField[];
  readonly separators: readonly Position[];
}

export type Expression =
  | ConstantExpression
  | VarargExpression
  | NameExpression
  | IndexExpression
  | CallExpression
  | FunctionExpression
  | BinaryExpression
  | UnaryExpression
  | ParenthesisExpression
  | TableExpression;

/** A name that is declared. */
export interface Identifier {
  readonly name: string;
  readonly position: Position;
  /** Set by the resolver. */
  variable?: Variable;
}

export interface ExpressionList {
  readonly values: readonly Expression[];
  readonly commas: readonly Position[];
}

export interface Block {
  readonly statements: readonly Statement[];
}

export interface LocalStatement extends Node {
  readonly kind: "local";
  readonly names: readonly Identifier[];
  readonly values: ExpressionList;
}

export interface LocalFunctionStatement extends Node {
  readonly kind: "localFunction";
  readonly name: Identifier;
  readonly function: FunctionExpression;
}

/** `function a.b.c() … end`: an assignment whose target is compiled before, and whose line is the line of `function`. */
export interface FunctionStatement extends Node {
  readonly kind: "functionStatement";
  readonly target: NameExpression | IndexExpression;
  readonly function: FunctionExpression;
}

export interface AssignStatement extends Node {
  readonly kind: "assign";
  readonly targets: readonly (NameExpression | IndexExpression)[];
  readonly values: ExpressionList;
}

export interface CallStatement extends Node {
  readonly kind: "callStatement";
  readonly call: CallExpression;
}

export interface DoStatement extends Node {
  readonly kind: "do";
  readonly body: Block;
}

export interface WhileStatement extends Node {
  readonly kind: "while";
  readonly condition: Expression;
  readonly body: Block;
}

export interface RepeatStatement extends Node {
  readonly kind: "repeat";
  readonly body: Block;
  readonly condition: Expression;
}

export interface IfStatement extends Node {
  readonly kind: "if";
  readonly clauses: readonly { readonly condition: Expression; readonly body: Block }[];
  readonly otherwise: Block | undefined;
}

export interface NumericForStatement extends Node {
  readonly kind: "numericFor";
  readonly variable: Identifier;
  readonly first: Expression;
  readonly limit: Expression;
  readonly step: Expression | undefined;
  /** Of `do`. */
  readonly bodyStart: Position;
  readonly body: Block;
}

export interface GenericForStatement extends Node {
  readonly kind: "genericFor";
  readonly variables: readonly Identifier[];
  readonly iterator: ExpressionList;
  readonly bodyStart: Position;
  readonly body: Block;
}

export interface ReturnStatement extends Node {
  readonly kind: "return";
  readonly values: ExpressionList;
}

export interface BreakStatement extends Node {
  readonly kind: "break";
}

export type Statement =
  | LocalStatement
  | LocalFunctionStatement
  | FunctionStatement
  | AssignStatement
  | CallStatement
  | DoStatement
  | WhileStatement
  | RepeatStatement
  | IfStatement
  | NumericForStatement
  | GenericForStatement
  | ReturnStatement
  | BreakStatement;

/** A call that may give several results: `f()`, but not `(f())`. */
export function isMultiple(expression: Expression | undefined): boolean {
  return expression !== undefined && (expression.kind === "call" || expression.kind === "vararg");
}
