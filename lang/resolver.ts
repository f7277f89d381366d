// SPDX-License-Identifier: MIT
/**
 * Resolves names: which variable each one is, which variables inner functions capture, which are assigned; and rejects what is
 * not in the subset.
 */
import type * as ast from "./ast.js";
import type { ErrorReporter, Position } from "./errors.js";
import { replacements, standardFields, standardGlobals } from "./library-names.js";
import type { CapturedVariable, Reference, Variable } from "./scope.js";

/** lua5.1's limits. */
const MAX_LOCALS = 200;
const MAX_CAPTURES = 60;
/** The hidden variables of a for loop; they count as locals. */
const FOR_LOOP_STATE = 3;

export interface LibraryNames {
  /** Globals that exist when the program starts. */
  readonly knownGlobals: ReadonlySet<string>;
  /** The fields of those that are library tables. */
  readonly knownFields: ReadonlyMap<string, ReadonlySet<string>>;
}

interface FunctionScope {
  readonly parent: FunctionScope | undefined;
  readonly line: number;
  readonly captures: CapturedVariable[];
  /** The active variables, innermost last. */
  readonly active: Variable[];
  hiddenLocals: number;
  readonly hasVarargs: boolean;
  usesVarargs: boolean;
  /** The variable that `local function` gives this function. */
  readonly self: Variable | undefined;
}

/** A read of a library name, judged when all assignments are known. */
interface LibraryRead {
  readonly name: string;
  readonly field: string | undefined;
  readonly position: Position;
  readonly fieldPosition: Position;
}

class Resolver {
  private scope: FunctionScope | undefined;
  private readonly assignedGlobals = new Set<string>();
  private readonly assignedFields = new Set<string>();
  private readonly reads: LibraryRead[] = [];

  constructor(
    private readonly library: LibraryNames,
    private readonly report: ErrorReporter,
    private readonly after: (name: Position) => Position,
  ) {}

  program(main: ast.FunctionExpression): void {
    this.function(main, undefined);
    for (const read of this.reads) this.checkRead(read);
  }

  // Scopes

  private get current(): FunctionScope {
    return this.scope as FunctionScope;
  }

  private declare(identifier: ast.Identifier): Variable {
    const variable: Variable = { name: identifier.name, position: identifier.position, captured: false, assigned: false, register: -1 };
    identifier.variable = variable;
    const { current } = this;
    current.active.push(variable);
    if (current.active.length + current.hiddenLocals > MAX_LOCALS) throw this.tooMany("local variables", MAX_LOCALS, identifier.position);
    return variable;
  }

  private tooMany(what: string, limit: number, position: Position): Error {
    const where = this.current.parent ? `function at line ${this.current.line}` : "main function";
    return this.report.error(
      this.after(position),
      `${where} has more than ${limit} ${what}`,
      "put some of them into a table, or into functions of their own",
    );
  }

  private inScope(body: () => void): void {
    const { active } = this.current;
    const depth = active.length;
    body();
    active.length = depth;
  }

  private function(node: ast.FunctionExpression, self: Variable | undefined): void {
    const parent = this.scope;
    // The main chunk's are the program's arguments.
    const hasVarargs = node.vararg !== undefined || parent === undefined;
    this.scope = { parent, line: node.start.line, captures: [], active: [], hiddenLocals: 0, self, hasVarargs, usesVarargs: false };
    for (const parameter of node.parameters) this.declare(parameter);
    this.block(node.body);
    node.info = { captures: this.scope.captures, usesVarargs: this.scope.usesVarargs };
    this.scope = parent;
  }

  private lookUp(name: string, position: Position): Reference {
    const variable = findLocal(this.current, name);
    if (variable) return { kind: "local", variable };
    const index = this.capture(this.current, name, position);
    if (index === undefined && name === "arg") this.refuseImplicitArg(position);
    if (index === undefined) return { kind: "global" };
    return { kind: "upvalue", index, variable: (this.current.captures[index] as CapturedVariable).variable };
  }

  /** In a function with `...`, and in those inside it, lua5.1 has a local `arg`: a table of the arguments, or nil where `...` is used. */
  private refuseImplicitArg(position: Position): void {
    for (let scope = this.current; scope.parent !== undefined; scope = scope.parent) {
      if (!scope.hasVarargs) continue;
      const hint = "write local arg = {...} for the arguments; copy the global to a local outside for those of the program";
      throw this.report.error(position, "'arg' in a function with '...' is not supported", hint);
    }
  }

  /** The index of the capture of `name` in `scope`, made if need be; undefined if no enclosing function has the variable. */
  private capture(scope: FunctionScope, name: string, position: Position): number | undefined {
    const { parent } = scope;
    if (parent === undefined) return undefined;
    const variable = findLocal(parent, name);
    let captured: CapturedVariable;
    if (variable) {
      captured = { variable, from: variable === scope.self ? "self" : "local" };
      variable.captured = true;
    } else {
      const outer = this.capture(parent, name, position);
      if (outer === undefined) return undefined;
      captured = { variable: (parent.captures[outer] as CapturedVariable).variable, from: { capture: outer } };
    }
    const known = scope.captures.findIndex((other) => other.variable === captured.variable);
    if (known >= 0) return known;
    if (scope.captures.length >= MAX_CAPTURES) throw this.tooMany("upvalues", MAX_CAPTURES, position);
    return scope.captures.push(captured) - 1;
  }

  // Statements

  private block(block: ast.Block): void {
    this.inScope(() => {
      for (const statement of block.statements) this.statement(statement);
    });
  }

  private statement(node: ast.Statement): void {
    switch (node.kind) {
      case "local":
        this.expressions(node.values);
        for (const name of node.names) this.declare(name);
        break;
      case "localFunction":
        this.function(node.function, this.declare(node.name));
        break;
      case "functionStatement":
        this.target(node.target);
        this.function(node.function, undefined);
        break;
      case "assign":
        for (const target of node.targets) this.target(target);
        this.expressions(node.values);
        break;
      case "callStatement":
        this.expression(node.call);
        break;
      case "do":
        this.block(node.body);
        break;
      case "while":
        this.expression(node.condition);
        this.block(node.body);
        break;
      case "repeat":
        this.inScope(() => {
          for (const statement of node.body.statements) this.statement(statement);
          this.expression(node.condition);
        });
        break;
      case "if":
        for (const clause of node.clauses) {
          this.expression(clause.condition);
          this.block(clause.body);
        }
        if (node.otherwise) this.block(node.otherwise);
        break;
      case "numericFor":
        this.expression(node.first);
        this.expression(node.limit);
        if (node.step) this.expression(node.step);
        this.forBody([node.variable], node.body);
        break;
      case "genericFor":
        this.expressions(node.iterator);
        this.forBody(node.variables, node.body);
        break;
      case "return":
        this.expressions(node.values);
        break;
      case "break":
        break;
    }
  }

  private forBody(variables: readonly ast.Identifier[], body: ast.Block): void {
    this.current.hiddenLocals += FOR_LOOP_STATE;
    this.inScope(() => {
      for (const variable of variables) this.declare(variable);
      this.block(body);
    });
    this.current.hiddenLocals -= FOR_LOOP_STATE;
  }

  private target(node: ast.NameExpression | ast.IndexExpression): void {
    if (node.kind === "index") {
      const field = libraryField(node);
      if (field !== undefined && this.isGlobal(node.object)) this.assignedFields.add(field);
      this.index(node, field === undefined);
      return;
    }
    const reference = this.lookUp(node.name, node.start);
    node.reference = reference;
    if (reference.kind === "global") this.assignedGlobals.add(node.name);
    else reference.variable.assigned = true;
  }

  private isGlobal(node: ast.Expression): boolean {
    return node.kind === "name" && this.lookUp(node.name, node.start).kind === "global";
  }

  // Expressions

  private expressions(list: ast.ExpressionList): void {
    for (const value of list.values) this.expression(value);
  }

  private expression(node: ast.Expression): void {
    switch (node.kind) {
      case "constant":
        break;
      case "vararg":
        this.current.usesVarargs = true;
        break;
      case "name":
        node.reference = this.lookUp(node.name, node.start);
        if (node.reference.kind === "global") this.read(node, undefined);
        break;
      case "index":
        this.index(node, true);
        break;
      case "call":
        this.expression(node.callee);
        this.expressions(node.arguments);
        break;
      case "function":
        this.function(node, undefined);
        break;
      case "binary":
        this.expression(node.left);
        this.expression(node.right);
        break;
      case "unary":
        this.expression(node.operand);
        break;
      case "parenthesis":
        this.expression(node.inner);
        break;
      case "table":
        for (const field of node.fields) {
          if (field.key) this.expression(field.key);
          this.expression(field.value);
        }
        break;
    }
  }

  /** @param isRead whether the field is read: a library's fields may be assigned to freely */
  private index(node: ast.IndexExpression, isRead: boolean): void {
    const field = libraryField(node);
    if (field !== undefined && this.isGlobal(node.object)) {
      const object = node.object as ast.NameExpression;
      object.reference = { kind: "global" };
      this.read(object, isRead ? node.key : undefined);
      return;
    }
    this.expression(node.object);
    this.expression(node.key);
  }

  // Library names

  private read(name: ast.NameExpression, key: ast.Expression | undefined): void {
    if (!standardGlobals.has(name.name)) return;
    const field = key?.kind === "constant" ? stringValue(key) : undefined;
    this.reads.push({ name: name.name, field, position: name.start, fieldPosition: key?.start ?? name.start });
  }

  private checkRead({ name, field, position, fieldPosition }: LibraryRead): void {
    if (this.assignedGlobals.has(name)) return;
    if (!this.library.knownGlobals.has(name)) {
      throw this.report.error(position, `'${name}' is not supported yet`, this.hint(name, this.library.knownGlobals));
    }
    if (field === undefined) return;
    const known = this.library.knownFields.get(name);
    const full = `${name}.${field}`;
    if (known === undefined || known.has(field) || this.assignedFields.has(full) || !standardFields.get(name)?.has(field)) return;
    throw this.report.error(fieldPosition, `'${full}' is not supported yet`, this.hint(full, known, `${name}.`));
  }

  private hint(name: string, known: ReadonlySet<string>, prefix = ""): string {
    return replacements.get(name) ?? `supported: ${[...known].map((other) => prefix + other).join(", ")}`;
  }
}

function findLocal(scope: FunctionScope, name: string): Variable | undefined {
  return scope.active.findLast((variable) => variable.name === name);
}

function stringValue(node: ast.ConstantExpression): string | undefined {
  const { value } = node;
  return value !== null && typeof value === "object" ? value.string : undefined;
}

/** "math.sin" if the expression is spelled so and `math` is a table of lua5.1's library. */
function libraryField(node: ast.IndexExpression): string | undefined {
  if (node.object.kind !== "name" || node.key.kind !== "constant" || !standardFields.has(node.object.name)) return undefined;
  const field = stringValue(node.key);
  return field === undefined ? undefined : `${node.object.name}.${field}`;
}

/**
 * Links every name of the program to what it stands for. Throws CompileError.
 *
 * @param after where the token after a name begins
 */
export function resolve(
  main: ast.FunctionExpression,
  library: LibraryNames,
  report: ErrorReporter,
  after: (name: Position) => Position,
): void {
  new Resolver(library, report, after).program(main);
}
