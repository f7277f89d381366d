// SPDX-License-Identifier: MIT
/**
 * Functions and statements: from the resolved syntax tree to bytecode.
 *
 * The design is that of lua5.1's compiler (lcode.c): values stay descriptions as long as possible, temporaries are a stack above the
 * variables. Two things are different: captured variables that are assigned live in cells, and code that can't be reached is left out.
 */
import type * as ast from "./ast.js";
import { isMultiple } from "./ast.js";
import type { Capture, Proto } from "./bytecode.js";
import { compileAssignment, compileFunctionStatement, storeInVariable } from "./compiler-assignment.js";
import { compileCondition } from "./compiler-conditions.js";
import { compileAdjustedList, compileExpression, compileOpenList } from "./compiler-expressions.js";
import { toNextRegister, toRegisterOrCell, type Value } from "./compiler-values.js";
import type { ErrorReporter } from "./errors.js";
import { FunctionState, type JumpList } from "./function-state.js";
import { buildProto } from "./proto-builder.js";
import { type CapturedVariable, type FunctionInfo, needsCell, type Variable } from "./scope.js";

/** Compiles a whole program. */
export function compileProgram(main: ast.FunctionExpression, source: string, report: ErrorReporter): Proto {
  return compileBody(new FunctionState(main.start, source, report), main);
}

/** Compiles a function inside another one. */
export function compileFunction(outer: FunctionState, node: ast.FunctionExpression): Proto {
  return compileBody(new FunctionState(node.start, outer.source, outer.report), node);
}

function compileBody(f: FunctionState, node: ast.FunctionExpression): Proto {
  f.reserve(node.parameters.length);
  declare(f, node.parameters);
  compileBlock(f, node.body);
  f.position = node.end;
  f.finish();
  f.deactivate(0);
  const { captures, usesVarargs } = node.info as FunctionInfo;
  return buildProto(f, {
    name: node.name ?? `function at line ${node.start.line}`,
    line: node.name === "main chunk" ? 0 : node.start.line,
    parameterCount: node.parameters.length,
    usesVarargs,
    captures: captures.map(describeCapture),
  });
}

function describeCapture({ variable, from }: CapturedVariable): Capture {
  const { name } = variable;
  const cell = needsCell(variable);
  if (typeof from === "object") return { from: "upvalue", index: from.capture, name, cell };
  // A closure can't hold itself before it exists, but a variable that is assigned later is a cell anyway.
  if (from === "self" && !cell) return { from: "self", index: 0, name, cell };
  return { from: "local", index: variable.register, name, cell };
}

/** The registers from `activeRegisters` on, which hold values already, become these variables. */
function declare(f: FunctionState, identifiers: readonly ast.Identifier[]): void {
  const first = f.activeRegisters;
  f.activate(identifiers.map((identifier) => identifier.name));
  for (const [index, identifier] of identifiers.entries()) {
    const variable = identifier.variable as Variable;
    variable.register = first + index;
    if (needsCell(variable)) f.emit("NEWCELL", variable.register, variable.register);
  }
}

/** Compiles what is in a scope of its own. */
function inScope(f: FunctionState, body: () => void): void {
  const { activeRegisters } = f;
  body();
  f.deactivate(activeRegisters);
}

function compileBlock(f: FunctionState, block: ast.Block): void {
  inScope(f, () => compileStatements(f, block));
}

function compileStatements(f: FunctionState, block: ast.Block): void {
  for (const statement of block.statements) {
    f.statementStarts.push(f.here);
    f.position = statement.start;
    compileStatement(f, statement);
    f.position = statement.end;
    f.free = f.activeRegisters;
  }
}

function compileStatement(f: FunctionState, node: ast.Statement): void {
  switch (node.kind) {
    case "local":
      compileAdjustedList(f, node.values, node.names.length);
      declare(f, node.names);
      break;
    case "localFunction":
      compileLocalFunction(f, node);
      break;
    case "functionStatement":
      compileFunctionStatement(f, node);
      break;
    case "assign":
      compileAssignment(f, node);
      break;
    case "callStatement": {
      const call = compileExpression(f, node.call) as Extract<Value, { kind: "call" }>;
      f.patch(call.pc, { c: 0 });
      break;
    }
    case "do":
      compileBlock(f, node.body);
      break;
    case "while":
      compileWhile(f, node);
      break;
    case "repeat":
      compileRepeat(f, node);
      break;
    case "if":
      compileIf(f, node);
      break;
    case "numericFor":
      compileNumericFor(f, node);
      break;
    case "genericFor":
      compileGenericFor(f, node);
      break;
    case "return":
      compileReturn(f, node);
      break;
    case "break":
      f.jump(f.breaks.at(-1) as JumpList);
      break;
  }
}

// Functions

/** The variable exists while the function is compiled, so that it can call itself. */
function compileLocalFunction(f: FunctionState, node: ast.LocalFunctionStatement): void {
  const register = f.reserve(1);
  f.activate([node.name.name]);
  const variable = node.name.variable as Variable;
  variable.register = register;
  if (needsCell(variable)) f.emit("NEWCELL", register, f.constantOperand(null));
  storeInVariable(f, variable, compileExpression(f, node.function));
}

function compileReturn(f: FunctionState, { values: { values, commas } }: ast.ReturnStatement): void {
  const [single] = values;
  if (values.length === 1 && single && !isMultiple(single)) {
    const register = toRegisterOrCell(f, compileExpression(f, single));
    f.withValues([register], (first) => f.emitReturn(first as number, 1));
    return;
  }
  if (values.length === 1 && single?.kind === "call") {
    f.makeTailCall((compileExpression(f, single) as Extract<Value, { kind: "call" }>).pc);
    return;
  }
  const first = f.free;
  f.emitReturn(first, compileOpenList(f, values, commas));
}

// Branches and loops

/**
 *     if a then …  JIFNOT a, next
 *                  …
 *                  JMP end
 *     else …       next: …
 *     end          end:
 */
function compileIf(f: FunctionState, node: ast.IfStatement): void {
  const [first] = node.clauses;
  if (node.clauses.length === 1 && first?.body.statements.length === 1 && first.body.statements[0]?.kind === "break" && !node.otherwise) {
    // `if a then break end` is one jump.
    compileCondition(f, first.condition, true, f.breaks.at(-1) as JumpList);
    return;
  }
  const end: JumpList = [];
  for (const [index, { condition, body }] of node.clauses.entries()) {
    const next: JumpList = [];
    compileCondition(f, condition, false, next);
    compileBlock(f, body);
    if (index < node.clauses.length - 1 || node.otherwise) f.jump(end);
    f.land(next);
  }
  if (node.otherwise) compileBlock(f, node.otherwise);
  f.land(end);
}

/** Compiles a loop whose breaks land after what `body` emits. */
function inLoop(f: FunctionState, body: () => void): void {
  const exits: JumpList = [];
  f.breaks.push(exits);
  body();
  f.breaks.pop();
  f.land(exits);
}

/**
 *     header: JIFNOT condition, end
 *             …
 *             LOOP header
 *     end:
 */
function compileWhile(f: FunctionState, node: ast.WhileStatement): void {
  const header = f.here;
  const end: JumpList = [];
  compileCondition(f, node.condition, false, end);
  inLoop(f, () => {
    compileBlock(f, node.body);
    f.position = node.end;
    f.loopTo(header);
    f.land(end);
  });
}

/** The condition is in the body's scope. */
function compileRepeat(f: FunctionState, node: ast.RepeatStatement): void {
  const header = f.here;
  const end: JumpList = [];
  inLoop(f, () =>
    inScope(f, () => {
      compileStatements(f, node.body);
      compileCondition(f, node.condition, true, end);
      f.loopTo(header);
      f.land(end);
    }),
  );
}

/**
 *             FORPREP A, end
 *     header: …
 *             FORLOOP A, header
 *     end:
 */
function compileNumericFor(f: FunctionState, node: ast.NumericForStatement): void {
  inScope(f, () => {
    const base = f.free;
    toNextRegister(f, compileExpression(f, node.first));
    toNextRegister(f, compileExpression(f, node.limit));
    toNextRegister(f, node.step ? compileExpression(f, node.step) : { kind: "constant", value: 1 });
    f.activate(["(for index)", "(for limit)", "(for step)"]);
    f.position = node.bodyStart;
    const end: JumpList = [];
    f.jumpIf("FORPREP", base, 0, end);
    const header = f.here;
    inLoop(f, () => {
      compileForBody(f, [node.variable], node.body);
      f.position = node.start;
      f.emit("FORLOOP", base, 0, header);
      f.land(end);
    });
  });
}

/**
 * The first call of the iterator is before the loop, so that the loop is entered by its header only:
 *
 *             TFORCALL A, n
 *             JEQ      A+3, nil, end
 *             MOVE     A+2, A+3
 *     header: …
 *             TFORCALL A, n
 *             TFORLOOP A, header
 *     end:
 */
function compileGenericFor(f: FunctionState, node: ast.GenericForStatement): void {
  inScope(f, () => {
    const base = f.free;
    const count = node.variables.length;
    // lua5.1 takes the line of the first token after `in` for the line of the calls.
    const position = node.iterator.values[0]?.start ?? node.start;
    compileAdjustedList(f, node.iterator, 3);
    f.activate(["(for generator)", "(for state)", "(for control)"]);
    f.position = position;
    const end: JumpList = [];
    f.emit("TFORCALL", base, count);
    f.jumpIf("JEQ", base + 3, f.constantOperand(null), end);
    f.emit("MOVE", base + 2, base + 3);
    const header = f.here;
    inLoop(f, () => {
      compileForBody(f, node.variables, node.body);
      f.position = position;
      f.emit("TFORCALL", base, count);
      f.emit("TFORLOOP", base, 0, header);
      f.land(end);
    });
  });
}

function compileForBody(f: FunctionState, variables: readonly ast.Identifier[], body: ast.Block): void {
  inScope(f, () => {
    f.free = f.activeRegisters;
    f.reserve(variables.length);
    declare(f, variables);
    compileBlock(f, body);
  });
}
