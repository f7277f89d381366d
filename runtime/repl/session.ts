// SPDX-License-Identifier: MIT
/**
 * What the REPL does with a line, whoever reads it. As `lua5.1 -i`: what is no program yet is gone on with in the next line, `=` before an
 * expression prints its values. An expression needs no `=`.
 */
import { CompileError } from "../../lang/errors.js";
import { ExitError, InterruptError, LuaError } from "../embedding/errors.js";
import type { LuaFunction, LuaValue } from "../embedding/values.js";
import type { Engine } from "../engine.js";
import type { ProgramText } from "../given-files.js";
import { COMMANDS } from "./commands.js";
import type { Console } from "./console.js";
import { describeValue } from "./values.js";

const CHUNK = "=stdin";

/** After a line: `more` of the input is wanted, or a new one, or the session is over. */
export type Reaction = { readonly kind: "ready" | "more" } | { readonly kind: "exit"; readonly code: number };

const READY: Reaction = { kind: "ready" };
const MORE: Reaction = { kind: "more" };

export class Session {
  private input: string[] = [];
  /** Whether the input began with `=`: then it is an expression. */
  private isExpression = false;

  constructor(
    private readonly engine: Engine,
    private readonly console: Console,
  ) {}

  /** Forget the lines of an input that is not complete. */
  clear(): void {
    this.input = [];
  }

  /** A program before the first line. */
  runProgram({ source, name }: ProgramText): Reaction {
    return this.guarded(() => {
      const result = this.engine.runSource(source, name, []);
      if (result.ok) return result.exitCode === undefined ? READY : { kind: "exit", code: result.exitCode & 0xff };
      return this.complain(Buffer.concat([result.message, Buffer.from("\n"), result.traceback]).toString("utf8"));
    });
  }

  /** A line, without its end. */
  feed(line: string): Reaction {
    if (this.input.length === 0 && line.startsWith(":")) return this.command(line.slice(1));
    if (this.input.length === 0) this.isExpression = line.startsWith("=");
    this.input.push(this.input.length === 0 && this.isExpression ? line.slice(1) : line);
    const source = this.input.join("\n");
    const body = this.load(this.isExpression && source !== "" ? `return ${source}` : source, source);
    if (body === undefined) return MORE;
    this.input = [];
    return body instanceof Function ? this.run(body) : this.complain(body.text);
  }

  /**
   * What runs the input, an expression or else statements, and gives its results; what is wrong with both; undefined: more lines could make
   * it one of them.
   */
  private load(statements: string, expression: string): (() => LuaValue[]) | { text: string } | undefined {
    // `return f()` would be a tail call, whose caller is not in tracebacks.
    const values = this.compile(`return nil, ${expression}`);
    if (!(values instanceof CompileError)) return () => values.call().slice(1);
    const chunk = this.compile(statements);
    if (!(chunk instanceof CompileError)) return () => chunk.call();
    return chunk.isIncomplete || values.isIncomplete ? undefined : { text: chunk.render(statements) };
  }

  private compile(source: string): LuaFunction | CompileError {
    try {
      return this.engine.load(source, CHUNK);
    } catch (error) {
      if (error instanceof CompileError) return error;
      throw error;
    }
  }

  private run(body: () => LuaValue[]): Reaction {
    return this.guarded(() => {
      const results = body();
      if (results.length > 0) this.print(results);
      return READY;
    });
  }

  /** By the program's own `print`, as lua5.1 does. */
  private print(results: readonly LuaValue[]): void {
    try {
      this.engine.call(this.engine.get("print"), ...results);
    } catch (error) {
      if (!(error instanceof LuaError)) throw error;
      this.complain(`error calling 'print' (${error.message})`);
    }
  }

  private command(text: string): Reaction {
    const [, name = "", argument = ""] = /^\s*(\S*)\s*(.*?)\s*$/.exec(text) ?? [];
    const command = COMMANDS.find((each) => each.name === name);
    if (command === undefined) return this.complain(`there is no command :${name}; :help lists them`);
    return this.guarded(() => {
      const code = command.run(argument, this.console);
      return code === undefined ? READY : { kind: "exit", code };
    });
  }

  /** Errors are said, and the session goes on. */
  private guarded(body: () => Reaction): Reaction {
    try {
      return body();
    } catch (error) {
      if (error instanceof ExitError) return { kind: "exit", code: error.code & 0xff };
      if (error instanceof LuaError || error instanceof InterruptError)
        return this.complain(`${this.messageOf(error)}\n${error.traceback}`);
      if (error instanceof CompileError) return this.complain(error.render());
      if (error instanceof RangeError) return this.complain(error.message);
      throw error;
    }
  }

  private messageOf(error: LuaError | InterruptError): string {
    if (error instanceof InterruptError || typeof error.value === "string" || typeof error.value === "number") return error.message;
    return `(error object: ${describeValue(error.value, this.engine.inspection)})`;
  }

  private complain(text: string): Reaction {
    this.console.complain(text);
    return READY;
  }
}
