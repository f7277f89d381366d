// SPDX-License-Identifier: MIT
/** What all grammars of random programs need: lines, indented by statement (see shrink.ts), and fresh names. */
import type { Random } from "./random.js";

export abstract class Writer {
  private readonly lines: string[] = [];
  private depth = 0;
  private names = 0;

  constructor(protected readonly random: Random) {}

  /** Writes the program; called once. */
  protected abstract write(): void;

  program(): string {
    this.write();
    return `${this.lines.join("\n")}\n`;
  }

  protected emit(...lines: string[]): void {
    for (const line of lines) this.lines.push("  ".repeat(this.depth) + line);
  }

  /** A construct of several lines: `open`, what `body` writes, `close`. */
  protected block(open: string, body: () => void, close = "end"): void {
    this.emit(open);
    this.indented(body);
    this.emit(close);
  }

  protected indented(body: () => void): void {
    this.depth++;
    body();
    this.depth--;
  }

  /** What comes between `then` and `end` when there is an else part. */
  protected alternatives(open: string, body: () => void, otherwise: () => void): void {
    this.block(open, body, "else");
    this.indented(otherwise);
    this.emit("end");
  }

  /** An `if`, with an `else` in so many per cent of the cases; `write` writes so many statements. */
  protected choice(elsePercent: number, condition: () => string, write: (statements: number) => void): void {
    const hasElse = this.random.chance(elsePercent);
    const open = `if ${condition()} then`;
    const body = (): void => write(1 + this.random.next(2));
    if (hasElse) this.alternatives(open, body, () => write(1));
    else this.block(open, body);
  }

  protected fresh(prefix: string): string {
    return `${prefix}${++this.names}`;
  }

  protected times(count: number, make: (index: number) => string): string[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}
