// SPDX-License-Identifier: MIT
/**
 * Expressions. Instructions come in lua5.1's order, operands are evaluated when lua5.1 does: so side effects, error messages and
 * their lines are the same.
 */

import type * as ast from "./ast.js";
import { type Expression, isMultiple } from "./ast.js";
import { PLUS_MULTIPLE } from "./bytecode.js";
import { compileFunction } from "./compiler.js";
import { compileConditionValue, compileLogical, isCondition, isNumber, isTruthy } from "./compiler-conditions.js";
import {
  type Discharged,
  discharge,
  isMultipleValue,
  keepAllResults,
  release,
  store,
  takeResults,
  toNextRegister,
  toOperand,
  toRegisterOrCell,
  type Value,
} from "./compiler-values.js";
import type { FunctionState } from "./function-state.js";
import { needsCell } from "./scope.js";

const ARITHMETIC = { "+": "ADD", "-": "SUB", "*": "MUL", "/": "DIV", "%": "MOD", "^": "POW" } as const;
type ArithmeticOperator = keyof typeof ARITHMETIC;

/** SETLIST stores at most so many items at once, so that long constructors need few registers. */
const ITEMS_PER_SETLIST = 50;
const MAX_SIZE_HINT = 0xffff;

/**
 * Evaluates an expression as far as lua5.1 does when it has read its last token.
 *
 * @param wanted the register that `and` and `or` may use for their result, if the caller knows one
 */
export function compileExpression(f: FunctionState, node: Expression, wanted?: number): Value {
  const value = compileNode(f, node, wanted);
  f.position = node.end;
  return node.kind === "parenthesis" && value.kind !== "logical" ? discharge(f, value) : value;
}

function compileNode(f: FunctionState, node: Expression, wanted: number | undefined): Value {
  switch (node.kind) {
    case "constant":
      return { kind: "constant", value: node.value };
    case "vararg":
      return { kind: "vararg", pc: f.emit("VARARG") };
    case "name":
      return compileName(f, node);
    case "index":
      return compileIndex(f, node);
    case "call":
      return compileCall(f, node);
    case "function": {
      const proto = compileFunction(f, node);
      return { kind: "pending", pc: f.emit("CLOSURE", 0, f.protos.push(proto) - 1) };
    }
    case "parenthesis":
      return compileExpression(f, node.inner, wanted);
    case "unary":
      return compileUnary(f, node);
    case "binary":
      return compileBinary(f, node, wanted);
    case "table":
      return compileTable(f, node);
  }
}

function compileName(f: FunctionState, node: ast.NameExpression): Value {
  const { reference } = node;
  switch (reference?.kind) {
    case "local":
      return { kind: needsCell(reference.variable) ? "cell" : "register", register: reference.variable.register };
    case "upvalue":
      return { kind: "upvalue", index: reference.index, cell: needsCell(reference.variable) };
    default:
      return { kind: "global", index: f.global(node.name) };
  }
}

/** `object[key]`: the object is evaluated first, but a variable is read when the operation happens. */
export function compileIndex(f: FunctionState, node: ast.IndexExpression): Extract<Value, { kind: "indexed" }> {
  const table = toRegisterOrCell(f, compileExpression(f, node.object));
  const key = withoutJumps(f, compileExpression(f, node.key));
  f.position = node.end;
  if (key.kind === "constant" && typeof key.value === "object" && key.value !== null) {
    return { kind: "indexed", table, key: f.constant(key.value), field: true };
  }
  return { kind: "indexed", table, key: toOperand(f, key), field: false };
}

/** lua5.1 reads a key before the `]`; `a < b` and `a and b` also get their register then. */
function withoutJumps(f: FunctionState, value: Value): Discharged {
  const discharged = discharge(f, value);
  return discharged.kind === "condition" ? { kind: "register", register: toNextRegister(f, discharged) } : discharged;
}

// Calls

function compileCall(f: FunctionState, node: ast.CallExpression): Value {
  const base = node.method ? compileMethod(f, node.callee, node.method) : toNextRegister(f, compileExpression(f, node.callee));
  const { values, commas, open } = node.arguments;
  f.position = open;
  const argumentCount = compileOpenList(f, values, commas, node.end);
  const self = node.method ? 1 : 0;
  const pc = f.emit("CALL", base, argumentCount + self, 1);
  f.setPosition(pc, open);
  f.free = base + 1;
  return { kind: "call", pc, register: base };
}

/**
 * `object:name(…)`: the function goes into register f, the object into f + 1, where it is the first argument.
 *
 *     GETGLOBAL f+1 object
 *     GETFIELD  f f+1 name
 */
function compileMethod(f: FunctionState, callee: Expression, method: { name: string; position: ast.CallExpression["start"] }): number {
  const object = compileExpression(f, callee);
  f.position = method.position;
  const discharged = discharge(f, object);
  release(f, discharged);
  const base = f.reserve(2);
  store(f, discharged, base + 1);
  const pc = f.emit("GETFIELD", base, base + 1, f.constant({ string: method.name }));
  if (pc >= 0) f.methodLookups.add(pc);
  return base;
}

/**
 * Evaluates a list into consecutive registers; a call at its end gives all its results.
 *
 * @param end the token that lua5.1 reads before it puts the last value into a register
 * @returns the count of values, as CALL and RETURN have it
 */
export function compileOpenList(
  f: FunctionState,
  values: readonly Expression[],
  commas: ast.ExpressionList["commas"],
  end?: ast.Arguments["open"],
): number {
  const last = compileAllButLast(f, values, commas);
  if (end) f.position = end;
  if (last === undefined) return 0;
  if (isMultipleValue(last) && isMultiple(values.at(-1))) {
    keepAllResults(f, last);
    return (values.length - 1) | PLUS_MULTIPLE;
  }
  toNextRegister(f, last);
  return values.length;
}

/** Evaluates a list, all values but the last into consecutive registers. */
export function compileAllButLast(
  f: FunctionState,
  values: readonly Expression[],
  commas: ast.ExpressionList["commas"],
): Value | undefined {
  let value: Value | undefined;
  for (const [index, node] of values.entries()) {
    if (value) {
      f.position = commas[index - 1] ?? f.position;
      toNextRegister(f, value);
    }
    value = compileExpression(f, node);
  }
  return value;
}

/** Makes `count` values out of a list, in consecutive registers: drops or adds nils, or takes them from a call at its end. */
export function compileAdjustedList(f: FunctionState, list: ast.ExpressionList, count: number): void {
  const last = compileAllButLast(f, list.values, list.commas);
  let missing = count - list.values.length;
  if (isMultipleValue(last) && isMultiple(list.values.at(-1))) {
    takeResults(f, last, Math.max(missing + 1, 0));
    return;
  }
  if (last) toNextRegister(f, last);
  for (; missing > 0; missing--) toNextRegister(f, { kind: "constant", value: null });
}

// Operators

function compileUnary(f: FunctionState, node: ast.UnaryExpression): Value {
  if (node.operator === "not" && (isCondition(node) || isCondition(node.operand))) return compileConditionValue(f, node);
  const value = compileExpression(f, node.operand);
  if (value.kind === "constant") {
    if (node.operator === "not") return { kind: "constant", value: !isTruthy(value.value) };
    if (node.operator === "-" && typeof value.value === "number") return { kind: "constant", value: -value.value };
  }
  const operand = toOperand(f, value);
  const op = node.operator === "not" ? "NOT" : node.operator === "-" ? "UNM" : "LEN";
  const pc = f.withValues([operand], (register) => f.emit(op, 0, register));
  f.release(operand);
  return { kind: "pending", pc };
}

function compileBinary(f: FunctionState, node: ast.BinaryExpression, wanted: number | undefined): Value {
  switch (node.operator) {
    case "and":
    case "or":
      return compileLogical(f, node, wanted);
    case "..":
      return compileConcat(f, node);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
    case "^":
      return compileArithmetic(f, node, node.operator);
    default:
      return compileConditionValue(f, node);
  }
}

function compileArithmetic(f: FunctionState, node: ast.BinaryExpression, operator: ArithmeticOperator): Value {
  const leftValue = compileExpression(f, node.left);
  f.position = node.operatorPosition;
  // A number waits, it might be folded.
  const early = isNumber(leftValue) ? undefined : toOperand(f, leftValue);
  const rightValue = compileExpression(f, node.right);
  if (isNumber(leftValue) && isNumber(rightValue)) {
    const folded = fold(operator, leftValue.value, rightValue.value);
    if (folded !== undefined) return { kind: "constant", value: folded };
  }
  const left = early ?? toOperand(f, leftValue);
  const right = toOperand(f, rightValue);
  const pc = f.withValues([left, right], (a, b) => f.emit(ARITHMETIC[operator], 0, a, b));
  f.releaseBoth(left, right);
  return { kind: "pending", pc };
}

/** The result, unless it is a division by zero, NaN, or might be rounded differently by C's pow. */
function fold(operator: ArithmeticOperator, a: number, b: number): number | undefined {
  const result = compute(operator, a, b);
  return Number.isNaN(result) ? undefined : result;
}

function compute(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0 ? Number.NaN : a / b;
    case "%":
      return b === 0 ? Number.NaN : a - Math.floor(a / b) * b;
    case "^":
      return exactPower(a, b);
  }
}

/** a ^ b if it is an integer that needs no rounding, NaN otherwise. */
function exactPower(a: number, b: number): number {
  if (!Number.isSafeInteger(a) || !Number.isInteger(b) || b < 0 || b > 64) return Number.NaN;
  let result = 1;
  for (let count = 0; count < b; count++) result *= a;
  return Number.isSafeInteger(result) ? result : Number.NaN;
}

/** `a .. b .. c` is one instruction: its operands go into consecutive registers. */
function compileConcat(f: FunctionState, whole: ast.BinaryExpression): Value {
  const first = f.free;
  let node: Expression = whole;
  for (;;) {
    const inner: Expression = skipParentheses(node);
    if (inner.kind !== "binary" || inner.operator !== "..") break;
    const left = compileExpression(f, inner.left);
    f.position = inner.operatorPosition;
    toNextRegister(f, left);
    node = inner.right;
  }
  toNextRegister(f, compileExpression(f, node));
  const pc = f.emit("CONCAT", 0, first, f.free - first);
  f.free = first;
  return { kind: "pending", pc };
}

function skipParentheses(node: Expression): Expression {
  let inner = node;
  while (inner.kind === "parenthesis") inner = inner.inner;
  return inner;
}

// Tables

/** Items collect in the registers above the table's until SETLIST stores them; other fields are stored at once. */
function compileTable(f: FunctionState, node: ast.TableExpression): Value {
  const table = f.reserve(1);
  const items = node.fields.filter((field) => field.key === undefined).length;
  const last = node.fields.at(-1);
  const sizeHint = last !== undefined && last.key === undefined && isMultiple(last.value) ? items - 1 : items;
  f.emit("NEWTABLE", table, Math.min(sizeHint, MAX_SIZE_HINT), Math.min(node.fields.length - items, MAX_SIZE_HINT));
  f.position = node.start;

  let stored = 0;
  let collected = 0;
  let item: Value | undefined;
  const flush = (count: number): void => {
    f.emit("SETLIST", table, count, stored + 1);
    stored += collected;
    collected = 0;
    f.free = table + 1;
  };
  const closeItem = (): void => {
    if (item === undefined) return;
    toNextRegister(f, item);
    item = undefined;
    if (collected === ITEMS_PER_SETLIST) flush(collected);
  };
  for (const [index, field] of node.fields.entries()) {
    closeItem();
    if (field.key === undefined) {
      item = compileExpression(f, field.value);
      collected++;
    } else {
      compileField(f, table, field, field.key);
    }
    f.position = node.separators[index] ?? f.position;
  }
  f.position = node.end;
  if (isMultipleValue(item) && isMultiple(last?.value)) {
    keepAllResults(f, item);
    flush((collected - 1) | PLUS_MULTIPLE);
  } else {
    if (item) toNextRegister(f, item);
    if (collected > 0) flush(collected);
  }
  return { kind: "register", register: table };
}

function compileField(f: FunctionState, table: number, field: ast.TableField, keyNode: Expression): void {
  const { free } = f;
  const keyValue = withoutJumps(f, compileExpression(f, keyNode));
  f.position = field.equals ?? f.position;
  if (keyValue.kind === "constant" && typeof keyValue.value === "object" && keyValue.value !== null) {
    const value = toOperand(f, compileExpression(f, field.value));
    f.withValues([value], (v) => f.emit("SETFIELD", table, f.constant(keyValue.value), v));
  } else {
    const key = toOperand(f, keyValue);
    const value = toOperand(f, compileExpression(f, field.value));
    f.withValues([key, value], (k, v) => f.emit("SETINDEX", table, k, v));
  }
  f.free = free;
}
