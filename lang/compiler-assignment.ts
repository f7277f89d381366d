// SPDX-License-Identifier: MIT
/** Assignments: targets are evaluated left to right, then the values left to right, then they are stored right to left. */
import type * as ast from "./ast.js";
import { readsAfterFirst } from "./compiler-conditions.js";
import { compileAdjustedList, compileAllButLast, compileExpression, compileIndex } from "./compiler-expressions.js";
import { discharge, release, store, toOperand, type Value } from "./compiler-values.js";
import type { FunctionState, Operand } from "./function-state.js";
import { needsCell, type Variable } from "./scope.js";

/** What can be assigned to. */
type Target = Extract<Value, { kind: "register" | "cell" | "upvalue" | "global" | "indexed" }>;

export function compileAssignment(f: FunctionState, node: ast.AssignStatement): void {
  const { targets, values } = node;
  const [only] = targets;
  if (targets.length === 1 && values.values.length === 1 && only) {
    const target = compileTarget(f, only);
    const value = values.values[0] as ast.Expression;
    storeIn(f, target, compileExpression(f, value, registerFor(only, value)));
    return;
  }

  const places: Target[] = [];
  for (const target of targets) places.push(compileTargetAfter(f, places, target));
  if (values.values.length === places.length) {
    // The last value needs no register of its own.
    const last = compileAllButLast(f, values.values, values.commas) as Value;
    storeIn(f, places.pop() as Target, last);
  } else {
    compileAdjustedList(f, values, places.length);
    const extra = values.values.length - places.length;
    if (extra > 0) f.free -= extra;
  }
  for (const place of places.reverse()) storeIn(f, place, { kind: "register", register: f.free - 1 });
}

/** `function name() … end`: lua5.1 attributes the store to the function's first line. */
export function compileFunctionStatement(f: FunctionState, node: ast.FunctionStatement): void {
  const target = compileTarget(f, node.target);
  const value = compileExpression(f, node.function);
  const before = f.here;
  storeIn(f, target, value);
  for (let pc = before; pc < f.here; pc++) f.setPosition(pc, node.start);
}

export function storeInVariable(f: FunctionState, variable: Variable, value: Value): void {
  storeIn(f, { kind: needsCell(variable) ? "cell" : "register", register: variable.register }, value);
}

function compileTarget(f: FunctionState, node: ast.NameExpression | ast.IndexExpression): Target {
  return node.kind === "index" ? compileIndex(f, node) : (compileExpression(f, node) as Target);
}

/**
 * Evaluates one more target. If it is a variable that an earlier target, as in `t[i], t = 1, 2`, uses as table or key, then that
 * one gets a copy: it must not see the new value.
 */
function compileTargetAfter(f: FunctionState, earlier: Target[], node: ast.NameExpression | ast.IndexExpression): Target {
  const target = compileTarget(f, node);
  if (target.kind !== "register" && target.kind !== "cell") return target;
  const operand = target.kind === "cell" ? ~target.register : target.register;
  const uses = (place: Target): boolean => place.kind === "indexed" && (place.table === operand || (!place.field && place.key === operand));
  if (!earlier.some(uses)) return target;
  const copy = f.reserve(1);
  store(f, target, copy);
  const replaced = (used: Operand): Operand => (used === operand ? copy : used);
  for (const [index, place] of earlier.entries()) {
    if (place.kind !== "indexed") continue;
    earlier[index] = { ...place, table: replaced(place.table), key: place.field ? place.key : replaced(place.key) };
  }
  return target;
}

/** The variable's own register, if `value` is an `and` or `or` that doesn't need the variable's old value after its first operand. */
function registerFor(target: ast.NameExpression | ast.IndexExpression, value: ast.Expression): number | undefined {
  if (target.kind !== "name" || target.reference?.kind !== "local") return undefined;
  const { variable } = target.reference;
  if (needsCell(variable) || readsAfterFirst(value, (part) => mentions(part, variable))) return undefined;
  return variable.register;
}

/** Whether evaluating the expression reads the variable, which is not captured. */
function mentions(node: ast.Expression, variable: Variable): boolean {
  const inAny = (nodes: readonly ast.Expression[]): boolean => nodes.some((child) => mentions(child, variable));
  switch (node.kind) {
    case "name":
      return node.reference?.kind === "local" && node.reference.variable === variable;
    case "constant":
    case "vararg":
    case "function":
      return false;
    case "index":
      return inAny([node.object, node.key]);
    case "call":
      return inAny([node.callee, ...node.arguments.values]);
    case "binary":
      return inAny([node.left, node.right]);
    case "unary":
      return mentions(node.operand, variable);
    case "parenthesis":
      return mentions(node.inner, variable);
    case "table":
      return node.fields.some((field) => inAny(field.key ? [field.key, field.value] : [field.value]));
  }
}

function storeIn(f: FunctionState, target: Target, value: Value): void {
  if (target.kind === "register") {
    const discharged = discharge(f, value);
    release(f, discharged);
    store(f, discharged, target.register);
    return;
  }
  const operand = toOperand(f, value);
  switch (target.kind) {
    case "cell":
      f.withValues([operand], (v) => f.emit("SETCELL", target.register, v));
      break;
    case "upvalue":
      f.withValues([operand], (v) => f.emit("SETUPCELL", target.index, v));
      break;
    case "global":
      f.withValues([operand], (v) => f.emit("SETGLOBAL", target.index, v));
      break;
    case "indexed":
      if (target.field) f.withValues([target.table, operand], (t, v) => f.emit("SETFIELD", t, target.key, v));
      else f.withValues([target.table, target.key, operand], (t, k, v) => f.emit("SETINDEX", t, k, v));
      break;
  }
  f.release(operand);
}
