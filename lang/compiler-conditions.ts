// SPDX-License-Identifier: MIT
/** `and`, `or`, `not` and comparisons: as jumps where only the truth matters, as values elsewhere. */
import type * as ast from "./ast.js";
import type { OpcodeName } from "./bytecode.js";
import { compileExpression } from "./compiler-expressions.js";
import { discharge, release, store, toOperand, toRegisterOrCell, type Value } from "./compiler-values.js";
import type { Position } from "./errors.js";
import type { FunctionState, JumpList } from "./function-state.js";

interface Comparison {
  readonly jumpIf: OpcodeName;
  readonly jumpIfNot: OpcodeName;
  readonly swap: boolean;
}

const COMPARISONS: ReadonlyMap<ast.BinaryOperator, Comparison> = new Map([
  ["==", { jumpIf: "JEQ", jumpIfNot: "JNE", swap: false }],
  ["~=", { jumpIf: "JNE", jumpIfNot: "JEQ", swap: false }],
  ["<", { jumpIf: "JLT", jumpIfNot: "JNLT", swap: false }],
  ["<=", { jumpIf: "JLE", jumpIfNot: "JNLE", swap: false }],
  [">", { jumpIf: "JLT", jumpIfNot: "JNLT", swap: true }],
  [">=", { jumpIf: "JLE", jumpIfNot: "JNLE", swap: true }],
]);

export function isTruthy(constant: ast.ConstantExpression["value"]): boolean {
  return constant !== null && constant !== false;
}

export function isNumber(value: Value): value is { kind: "constant"; value: number } {
  return value.kind === "constant" && typeof value.value === "number";
}

function isComparison(node: ast.Expression): node is ast.BinaryExpression {
  return node.kind === "binary" && COMPARISONS.has(node.operator);
}

function isLogical(node: ast.Expression): node is ast.BinaryExpression {
  return node.kind === "binary" && (node.operator === "and" || node.operator === "or");
}

/** Removes parentheses that don't matter here: they only truncate the results of calls. */
function unwrap(node: ast.Expression): ast.Expression {
  let inner = node;
  while (inner.kind === "parenthesis") inner = inner.inner;
  return inner.kind === "binary" || inner.kind === "unary" ? inner : node;
}

/** Whether the truth of the expression is best computed by jumps. */
export function isCondition(node: ast.Expression): boolean {
  const inner = unwrap(node);
  if (inner.kind === "unary" && inner.operator === "not") return isCondition(inner.operand) || isLogical(unwrap(inner.operand));
  return isComparison(inner);
}

/**
 * Jumps to `list` if the expression's truth is `when`, falls through otherwise.
 *
 * @param after the token that lua5.1 reads before it gets the value: the operator after a left operand; by default, the expression's last
 */
export function compileCondition(f: FunctionState, whole: ast.Expression, when: boolean, list: JumpList, after?: Position): void {
  const node = unwrap(whole);
  if (node.kind === "unary" && node.operator === "not") {
    compileCondition(f, node.operand, !when, list);
  } else if (isLogical(node)) {
    // `a and b` is false as soon as `a` is; the other way round for `or`.
    const early = node.operator === "or";
    const skip: JumpList = [];
    compileCondition(f, node.left, early, early === when ? list : skip, node.operatorPosition);
    f.position = node.operatorPosition;
    compileCondition(f, node.right, when, list);
    f.land(skip);
  } else if (isComparison(node)) {
    compileComparison(f, node, when, list);
  } else {
    const value = compileExpression(f, whole);
    if (after) f.position = after;
    if (value.kind === "constant") {
      if (isTruthy(value.value) === when) f.jump(list);
    } else {
      const operand = toRegisterOrCell(f, value);
      f.withValues([operand], (register) => f.jumpIf(when ? "JIF" : "JIFNOT", register, 0, list));
      f.release(operand);
    }
  }
}

function compileComparison(f: FunctionState, node: ast.BinaryExpression, when: boolean, list: JumpList): void {
  const { jumpIf, jumpIfNot, swap } = COMPARISONS.get(node.operator) as Comparison;
  const leftValue = compileExpression(f, node.left);
  f.position = node.operatorPosition;
  const left = toOperand(f, leftValue);
  const right = toOperand(f, compileExpression(f, node.right));
  f.withValues(swap ? [right, left] : [left, right], (a, b) => f.jumpIf(when ? jumpIf : jumpIfNot, a as number, b as number, list));
  f.releaseBoth(left, right);
}

/** A comparison or `not` as a value. */
export function compileConditionValue(f: FunctionState, node: ast.Expression): Value {
  const falseJumps: JumpList = [];
  compileCondition(f, node, false, falseJumps);
  return { kind: "condition", falseJumps };
}

/**
 * `a or b` as a value:
 *
 *     MOVE   r a
 *     JIF    r end
 *     MOVE   r b
 *     end:
 *
 * @param wanted a variable's register to be used as `r`; by default, it is the next one
 */
export function compileLogical(f: FunctionState, node: ast.BinaryExpression, wanted?: number): Value {
  let register = wanted;
  if (register === undefined) {
    register = f.reserve(1);
    f.release(register);
  }
  const exits: JumpList = [];
  branchWithValue(f, node.left, node.operator === "or", register, exits, node.operatorPosition);
  f.position = node.operatorPosition;
  const last = compileExpression(f, node.right, wanted);
  return { kind: "logical", register, exits, last: last.kind === "logical" ? last : discharge(f, last) };
}

/** If the expression's truth is `when`, puts its value into `register` and jumps to `exits`; otherwise falls through, `register` is undefined. */
function branchWithValue(f: FunctionState, whole: ast.Expression, when: boolean, register: number, exits: JumpList, after: Position): void {
  const node = unwrap(whole);
  if (isLogical(node)) {
    const early = node.operator === "or";
    const skip: JumpList = [];
    if (early === when) branchWithValue(f, node.left, when, register, exits, node.operatorPosition);
    else compileCondition(f, node.left, early, skip, node.operatorPosition);
    f.position = node.operatorPosition;
    branchWithValue(f, node.right, when, register, exits, node.right.end);
    f.land(skip);
    return;
  }
  if (isCondition(node)) {
    const skip: JumpList = [];
    compileCondition(f, node, !when, skip, after);
    f.emit("MOVE", register, f.constantOperand(when));
    f.jump(exits);
    f.land(skip);
    return;
  }
  const value = compileExpression(f, whole);
  f.position = after;
  const discharged = discharge(f, value);
  if (discharged.kind === "constant") {
    if (isTruthy(discharged.value) !== when) return;
    store(f, discharged, register);
    f.jump(exits);
    return;
  }
  release(f, discharged);
  store(f, discharged, register);
  f.jumpIf(when ? "JIF" : "JIFNOT", register, 0, exits);
}

/** Whether evaluating into `variable`'s own register would overwrite it while the expression still needs it. */
export function readsAfterFirst(node: ast.Expression, reads: (leaf: ast.Expression) => boolean): boolean {
  const inner = unwrap(node);
  if (!isLogical(inner)) return false;
  return readsAfterFirst(inner.left, reads) || reads(inner.right);
}
