// SPDX-License-Identifier: MIT
/**
 * Makes a program that fails smaller: delta debugging by statement. Statements are told by indentation, as the generator writes them: a
 * line, or a line with the deeper ones below it and, when it is not deeper, the `end` that closes it.
 */

interface Statement {
  readonly head: string;
  readonly body: readonly Statement[];
  /** Lines of the same depth that belong to it: `else` with its body, `end`. */
  readonly rest: readonly Statement[];
}

const depthOf = (line: string): number => line.length - line.trimStart().length;
const CONTINUES = /^\s*(end|else|elseif|until|\}|\))/;

function parse(lines: readonly string[]): Statement[] {
  const statements: Statement[] = [];
  let at = 0;
  const bodyAfter = (line: string): Statement[] => {
    const start = at;
    while (at < lines.length && depthOf(lines[at]!) > depthOf(line)) at++;
    return parse(lines.slice(start, at));
  };
  while (at < lines.length) {
    const head = lines[at++]!;
    const body = bodyAfter(head);
    const rest: Statement[] = [];
    while (at < lines.length && CONTINUES.test(lines[at]!)) {
      const next = lines[at++]!;
      rest.push({ head: next, body: bodyAfter(next), rest: [] });
    }
    statements.push({ head, body, rest });
  }
  return statements;
}

const linesOf = ({ head, body, rest }: Statement): string[] => [head, ...body.flatMap(linesOf), ...rest.flatMap(linesOf)];

/** All lists of statements in a list, itself included, each with a function that puts another list in its place. */
function* listsIn(list: readonly Statement[], put: (list: readonly Statement[]) => readonly Statement[]): Generator<Place> {
  yield { list, put };
  for (const [index, statement] of list.entries()) {
    const replace = (other: Statement) => put(list.with(index, other));
    yield* listsIn(statement.body, (body) => replace({ ...statement, body }));
    for (const [at, part] of statement.rest.entries())
      yield* listsIn(part.body, (body) => replace({ ...statement, rest: statement.rest.with(at, { ...part, body }) }));
  }
}

interface Place {
  readonly list: readonly Statement[];
  readonly put: (list: readonly Statement[]) => readonly Statement[];
}

const dedent = (statement: Statement): Statement => ({
  head: statement.head.replace(/^ {2}/, ""),
  body: statement.body.map(dedent),
  rest: statement.rest.map(dedent),
});

/** Programs that are smaller by `size` neighbouring statements, or by a construct of which the body is kept. */
function candidates(program: readonly Statement[], size: number): (readonly Statement[])[] {
  const found: (readonly Statement[])[] = [];
  for (const { list, put } of listsIn(program, (top) => top)) {
    for (let at = 0; at < list.length; at += size) {
      if (size > 1 && list.length < size) continue;
      found.push(put([...list.slice(0, at), ...list.slice(at + size)]));
      if (size === 1 && list[at]!.body.length > 0)
        found.push(put([...list.slice(0, at), ...list[at]!.body.map(dedent), ...list.slice(at + 1)]));
    }
  }
  return found;
}

/**
 * @param fails which of some programs still fail; it is given many at once
 * @returns the smallest program found
 */
export async function shrink(source: string, fails: (programs: readonly string[]) => Promise<readonly boolean[]>): Promise<string> {
  const textOf = (program: readonly Statement[]): string => `${program.flatMap(linesOf).join("\n")}\n`;
  let best = parse(source.split("\n").filter((line) => line.trim() !== "")) as readonly Statement[];
  for (let size = 2 ** Math.floor(Math.log2(Math.max(best.length, 1))); size >= 1; ) {
    const smaller = await firstFailing(candidates(best, size), (some) => fails(some.map(textOf)));
    if (smaller) best = smaller;
    else size = Math.floor(size / 2);
  }
  return textOf(best);
}

const AT_ONCE = 24;

async function firstFailing<Item>(
  items: readonly Item[],
  fails: (items: readonly Item[]) => Promise<readonly boolean[]>,
): Promise<Item | undefined> {
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const some = items.slice(at, at + AT_ONCE);
    const index = (await fails(some)).indexOf(true);
    if (index >= 0) return some[index];
  }
  return undefined;
}
