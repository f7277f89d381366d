// SPDX-License-Identifier: MIT
/**
 * The grammar of Lua 5.1, whose rules make the syntax tree as they go, in the order of lua5.1's own parser: where it gives up, ours does, with
 * its message. Expressions are in `expression-parser.ts`. It is LL(1) except for `name = value` in table constructors.
 */
import type * as ast from "./ast.js";
import { EOF, type IToken, type TokenType } from "./chevrotain.js";
import type { Position } from "./errors.js";
import { ExpressionParser, identifier, nameConstant, type Signature } from "./expression-parser.js";
import * as t from "./lexer.js";
import { positionOf } from "./syntax-errors.js";
import type { Source } from "./token-parser.js";

const ENDS_BLOCK: ReadonlySet<TokenType> = new Set([t.Else, t.ElseIf, t.End, t.Until, EOF]);

const noValues = (): ast.ExpressionList => ({ values: [], commas: [] });

class LuaParser extends ExpressionParser {
  /** Loops of the current function around the current statement. */
  private loopDepth = 0;
  /** Where the current function begins; undefined in the main chunk. */
  private functionLine: number | undefined;

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  parse(source: Source): ast.FunctionExpression {
    this.begin(source);
    this.loopDepth = 0;
    this.functionLine = undefined;
    this.hasVarargs = true;
    const start = source.tokens[0] ? positionOf(source.tokens[0]) : source.end;
    const body = this.chunk();
    return { kind: "function", name: "main chunk", parameters: [], vararg: undefined, body, start, end: source.end };
  }

  private readonly chunk = this.RULE("chunk", (): ast.Block => {
    const body = this.SUBRULE(this.block);
    this.ACTION(() => {
      if (!this.isNext(EOF)) throw this.failure("'<eof>' expected");
    });
    return body;
  });

  private readonly block = this.RULE("block", (): ast.Block => {
    this.enterLevel();
    const statements: ast.Statement[] = [];
    this.MANY(() => statements.push(this.SUBRULE(this.statement)));
    // lua5.1 reads what begins no statement as an expression.
    this.ACTION(() => {
      if (!this.isNext(t.Return) && !this.isNext(t.Break)) this.expectBlockEnd();
    });
    this.OPTION(() => {
      statements.push(
        this.OR<ast.Statement>([{ ALT: () => this.SUBRULE(this.returnStatement) }, { ALT: () => this.SUBRULE(this.breakStatement) }]),
      );
      this.OPTION2(() => this.CONSUME(t.Semicolon));
    });
    this.leaveLevel();
    return { statements };
  });

  private expectBlockEnd(): void {
    if (!ENDS_BLOCK.has(this.LA(1).tokenType)) throw this.failure("unexpected symbol");
  }

  private loopBody(): ast.Block {
    this.loopDepth++;
    const body = this.SUBRULE(this.block);
    this.loopDepth--;
    return body;
  }

  private readonly statement = this.RULE("statement", (): ast.Statement => {
    const statement = this.OR<ast.Statement>([
      { ALT: () => this.SUBRULE(this.expressionStatement) },
      { ALT: () => this.SUBRULE(this.localStatement) },
      { ALT: () => this.SUBRULE(this.ifStatement) },
      { ALT: () => this.SUBRULE(this.forStatement) },
      { ALT: () => this.SUBRULE(this.functionStatement) },
      { ALT: () => this.SUBRULE(this.whileStatement) },
      { ALT: () => this.SUBRULE(this.doStatement) },
      { ALT: () => this.SUBRULE(this.repeatStatement) },
    ]);
    this.OPTION(() => this.CONSUME(t.Semicolon));
    return statement;
  });

  /** From the opening token to `end`, which is next. */
  private spanToEnd(opener: IToken, line?: number): { start: Position; end: Position } {
    return { start: this.ACTION(() => positionOf(opener)), end: positionOf(this.close(t.End, opener, line)) };
  }

  /** A call or an assignment. */
  private readonly expressionStatement = this.RULE("expressionStatement", (): ast.Statement => {
    const first = this.SUBRULE(this.suffixedExpression);
    const assignment = this.OPTION({
      GATE: () => first.kind !== "call",
      DEF: (): ast.Statement => {
        const targets = [this.target(first)];
        this.MANY(() => {
          this.CONSUME(t.Comma);
          targets.push(this.target(this.SUBRULE2(this.suffixedExpression)));
          this.ACTION(() => this.checkTargetCount(targets.length));
        });
        this.ACTION(() => this.expectAssign());
        this.CONSUME(t.Assign);
        const functionName = this.ACTION(() => (targets.length === 1 ? pathOf(first) : undefined));
        const values = this.SUBRULE(this.expressionList, { ARGS: [functionName] });
        return { kind: "assign", targets, values, start: first.start, end: this.endOf(values) ?? first.end };
      },
    });
    if (assignment !== undefined) return assignment;
    return this.ACTION((): ast.Statement => {
      if (first.kind === "call") return { kind: "callStatement", call: first, start: first.start, end: first.end };
      this.target(first);
      throw this.noAssignment();
    });
  });

  private expectAssign(): void {
    if (!this.isNext(t.Assign)) throw this.noAssignment();
  }

  private noAssignment(): Error {
    return this.failure("'=' expected", "a statement is a call or an assignment");
  }

  private target(expression: ast.Expression): ast.NameExpression | ast.IndexExpression {
    return this.ACTION(() => {
      if (expression.kind === "name" || expression.kind === "index") return expression;
      throw this.failure("syntax error", "only variables and fields can be assigned to");
    });
  }

  private endOf(list: ast.ExpressionList | undefined): Position | undefined {
    return this.ACTION(() => list?.values.at(-1)?.end);
  }

  /** lua5.1's parser recurs for each. */
  private checkTargetCount(count: number): void {
    const most = this.levelsLeft;
    if (count - 1 <= most) return;
    const where = this.functionLine === undefined ? "main function" : `function at line ${this.functionLine}`;
    throw this.failureHere(`${where} has more than ${most} variables in assignment`, "use several assignments");
  }

  private readonly localStatement = this.RULE("localStatement", (): ast.Statement => {
    const start = positionOf(this.CONSUME(t.Local));
    return this.OR<ast.Statement>([
      {
        ALT: () => {
          const keyword = this.CONSUME(t.FunctionKeyword);
          const name = this.CONSUME(t.Name);
          const signature = { keyword, line: this.currentLine(), name: name.image, method: false };
          const built = this.SUBRULE(this.functionBody, { ARGS: [signature] });
          return { kind: "localFunction", name: identifier(name), function: built, start, end: built.end };
        },
      },
      {
        ALT: () => {
          const names = this.SUBRULE(this.nameList);
          const functionName = this.ACTION(() => (names.length === 1 ? names[0]?.name : undefined));
          const values = this.OPTION(() => {
            this.CONSUME(t.Assign);
            return this.SUBRULE(this.expressionList, { ARGS: [functionName] });
          });
          const end = this.ACTION(() => this.endOf(values) ?? (names.at(-1) as ast.Identifier).position);
          return { kind: "local", names, values: values ?? noValues(), start, end };
        },
      },
    ]);
  });

  private readonly nameList = this.RULE("nameList", (): ast.Identifier[] => {
    const names = [identifier(this.CONSUME(t.Name))];
    this.MANY(() => {
      this.CONSUME(t.Comma);
      names.push(identifier(this.CONSUME2(t.Name)));
    });
    return names;
  });

  private readonly ifStatement = this.RULE("ifStatement", (): ast.Statement => {
    const opener = this.CONSUME(t.If);
    const clauses = [this.SUBRULE(this.clause)];
    this.MANY(() => {
      this.CONSUME(t.ElseIf);
      clauses.push(this.SUBRULE2(this.clause));
    });
    const otherwise = this.OPTION(() => {
      this.CONSUME(t.Else);
      return this.SUBRULE(this.block);
    });
    return { kind: "if", clauses, otherwise, ...this.spanToEnd(opener) };
  });

  private readonly clause = this.RULE("clause", (): { condition: ast.Expression; body: ast.Block } => {
    const condition = this.SUBRULE(this.expression);
    this.CONSUME(t.Then);
    return { condition, body: this.SUBRULE(this.block) };
  });

  private readonly forStatement = this.RULE("forStatement", (): ast.Statement => {
    const opener = this.CONSUME(t.For);
    const name = identifier(this.CONSUME(t.Name));
    const clause = this.SUBRULE(this.forClause, { ARGS: [name] });
    const bodyStart = positionOf(this.CONSUME(t.Do));
    return { ...clause, bodyStart, body: this.loopBody(), ...this.spanToEnd(opener) };
  });

  private readonly forClause = this.RULE("forClause", (name: ast.Identifier): NumericClause | GenericClause =>
    this.OR<NumericClause | GenericClause>([
      {
        ALT: () => {
          this.CONSUME(t.Assign);
          const first = this.SUBRULE(this.expression);
          this.CONSUME(t.Comma);
          const limit = this.SUBRULE2(this.expression);
          const step = this.OPTION(() => {
            this.CONSUME2(t.Comma);
            return this.SUBRULE3(this.expression);
          });
          return { kind: "numericFor", variable: name, first, limit, step };
        },
      },
      {
        ALT: () => {
          const variables = [name];
          this.MANY(() => {
            this.CONSUME3(t.Comma);
            variables.push(identifier(this.CONSUME(t.Name)));
          });
          this.CONSUME(t.In);
          return { kind: "genericFor", variables, iterator: this.SUBRULE(this.expressionList) };
        },
      },
    ]),
  );

  private readonly returnStatement = this.RULE("returnStatement", (): ast.Statement => {
    const start = positionOf(this.CONSUME(t.Return));
    const values = this.OPTION(() => this.SUBRULE(this.expressionList));
    this.ACTION(() => {
      if (values === undefined && !this.isNext(t.Semicolon)) this.expectBlockEnd();
    });
    return { kind: "return", values: values ?? noValues(), start, end: this.endOf(values) ?? start };
  });

  private readonly breakStatement = this.RULE("breakStatement", (): ast.Statement => {
    const position = positionOf(this.CONSUME(t.Break));
    this.ACTION(() => {
      if (this.loopDepth > 0) return;
      throw this.failure("no loop to break", "'break' leaves the innermost loop; a function is left with 'return'");
    });
    return { kind: "break", start: position, end: position };
  });

  /** `function a.b:c()` assigns to the index expression `a.b.c`. */
  private readonly functionStatement = this.RULE("functionStatement", (): ast.Statement => {
    const keyword = this.CONSUME(t.FunctionKeyword);
    const first = this.CONSUME(t.Name);
    const start = positionOf(first);
    let name = first.image;
    let target: ast.NameExpression | ast.IndexExpression = { kind: "name", name, start, end: start };
    const add = (separator: IToken, part: IToken): void => {
      name += separator.image + part.image;
      target = { kind: "index", object: target, key: nameConstant(part), start, end: positionOf(part) };
    };
    this.MANY(() => add(this.CONSUME(t.Dot), this.CONSUME2(t.Name)));
    const colon = this.OPTION(() => {
      const separator = this.CONSUME(t.Colon);
      add(separator, this.CONSUME3(t.Name));
      return separator;
    });
    const signature = { keyword, line: keyword.startLine as number, name, method: colon !== undefined };
    const built = this.SUBRULE(this.functionBody, { ARGS: [signature] });
    return { kind: "functionStatement", target, function: built, start: positionOf(keyword), end: built.end };
  });

  private readonly whileStatement = this.RULE("whileStatement", (): ast.Statement => {
    const opener = this.CONSUME(t.While);
    const condition = this.SUBRULE(this.expression);
    this.CONSUME(t.Do);
    return { kind: "while", condition, body: this.loopBody(), ...this.spanToEnd(opener) };
  });

  private readonly doStatement = this.RULE("doStatement", (): ast.Statement => {
    const opener = this.CONSUME(t.Do);
    return { kind: "do", body: this.SUBRULE(this.block), ...this.spanToEnd(opener) };
  });

  private readonly repeatStatement = this.RULE("repeatStatement", (): ast.Statement => {
    const opener = this.CONSUME(t.Repeat);
    const body = this.loopBody();
    this.close(t.Until, opener);
    const condition = this.SUBRULE(this.expression);
    return { kind: "repeat", body, condition, start: positionOf(opener), end: condition.end };
  });

  protected override readonly functionBody = this.RULE("functionBody", (signature: Signature): ast.FunctionExpression => {
    const open = this.CONSUME(t.LeftParen);
    const { names, vararg } = this.OPTION(() => this.SUBRULE(this.parameters)) ?? { names: [], vararg: undefined };
    this.CONSUME(t.RightParen);
    const { loopDepth, functionLine, hasVarargs } = this;
    this.ACTION(() => Object.assign(this, { loopDepth: 0, functionLine: signature.line, hasVarargs: vararg !== undefined }));
    const body = this.SUBRULE(this.block);
    Object.assign(this, { loopDepth, functionLine, hasVarargs });
    const { keyword, line, name, method } = signature ?? {};
    const parameters = method ? [{ name: "self", position: positionOf(open) }, ...names] : names;
    return { kind: "function", name, parameters, vararg, body, ...this.spanToEnd(keyword, line) };
  });

  private readonly parameters = this.RULE("parameters", (): { names: ast.Identifier[]; vararg: Position | undefined } => {
    const names: ast.Identifier[] = [];
    let vararg: Position | undefined;
    const take = (parameter: ast.Identifier | Position): void => {
      if ("name" in parameter) names.push(parameter);
      else vararg = parameter;
    };
    take(this.SUBRULE(this.parameter));
    this.MANY({
      GATE: () => vararg === undefined,
      DEF: () => {
        this.CONSUME(t.Comma);
        take(this.SUBRULE2(this.parameter));
      },
    });
    return { names, vararg };
  });

  private readonly parameter = this.RULE("parameter", (): ast.Identifier | Position =>
    this.OR<ast.Identifier | Position>([
      { ALT: () => identifier(this.CONSUME(t.Name)) },
      { ALT: () => positionOf(this.CONSUME(t.Ellipsis)) },
    ]),
  );
}

type NumericClause = Pick<ast.NumericForStatement, "kind" | "variable" | "first" | "limit" | "step">;
type GenericClause = Pick<ast.GenericForStatement, "kind" | "variables" | "iterator">;

/** "a.b.c" for an expression that is spelled so. */
function pathOf(expression: ast.Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind !== "index" || expression.key.kind !== "constant") return undefined;
  const object = pathOf(expression.object);
  const { value } = expression.key;
  return object !== undefined && value !== null && typeof value === "object" ? `${object}.${value.string}` : undefined;
}

let parser: LuaParser | undefined;

/**
 * Parses a whole program.
 *
 * @throws CompileError
 */
export function parse(source: Source): ast.FunctionExpression {
  parser ??= new LuaParser();
  return parser.parse(source);
}
