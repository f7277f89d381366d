// SPDX-License-Identifier: MIT
/** What the grammars share that write functions of statements over a scope of variables with kinds. */
import { Writer } from "./writer.js";

/** A variable of a program; its kind says what the grammar may do with it. */
export interface Typed<Kind extends string> {
  readonly name: string;
  readonly kind: Kind;
}

export abstract class StatementGrammar<Variable extends Typed<string>> extends Writer {
  /** Loops around the current statement, over all functions: it bounds the time that a program takes. */
  private loops = 0;

  /** Writes one statement, with others inside it to the depth; returns the scope after it. */
  protected abstract statement(scope: readonly Variable[], depth: number): readonly Variable[];

  /** Writes statements; returns the scope after them. */
  protected statements(scope: readonly Variable[], count: number, depth: number): readonly Variable[] {
    let after = scope;
    for (let index = 0; index < count; index++) after = this.statement(after, depth);
    return after;
  }

  /** An `if` with statements in its parts; with an `else` in so many per cent of the cases. */
  protected branches(scope: readonly Variable[], depth: number, elsePercent: number, condition: () => string): readonly Variable[] {
    this.choice(elsePercent, condition, (count) => this.statements(scope, count, depth - 1));
    return scope;
  }

  protected get mayLoop(): boolean {
    return this.loops < 2;
  }

  protected inLoop(body: () => void): void {
    this.loops++;
    body();
    this.loops--;
  }

  /** A loop of several lines. */
  protected loopOf(open: string, body: () => void): void {
    this.block(open, () => this.inLoop(body));
  }

  /** One of the last so many variables that are accepted: the later ones are the more interesting ones. */
  protected latest(scope: readonly Variable[], count: number, accepts: (variable: Variable) => boolean): Variable | undefined {
    const found = scope.filter(accepts);
    return found.length === 0 ? undefined : this.random.pick(found.slice(-count));
  }

  /**
   * The driver of the functions: calls each in a hot loop, protected, with what `call` writes. One of the seven `inputs` is odd, from the
   * start or from some round on; `before` writes what else happens in a round.
   */
  protected drive(functions: readonly string[], odd: string, inputs: string, before: () => void, call: (name: string) => string): void {
    const { random } = this;
    this.emit(inputs);
    for (const name of functions) {
      this.block(`for i = 1, ${20 + random.next(30)} do`, () => {
        if (random.chance(40)) this.emit(`if i == ${10 + random.next(20)} then inputs[${1 + random.next(7)}] = ${odd} end`);
        before();
        this.emit(`print(i, pcall(${call(name)}))`);
      });
    }
  }
}
