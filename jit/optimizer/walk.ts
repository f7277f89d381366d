// SPDX-License-Identifier: MIT
/**
 * Work that stops from time to time, so that the program goes on: between two instructions of a walk, and before and after a loop is entered (walker.ts), when a slice of time is over.
 *
 *     walk a body ─► a block ─► an instruction that calls ─► what is inlined: walk a body ─► …
 *
 * Only what is on this way is a generator. All else that an instruction needs is done in one go, by plain functions; so what they have read of the
 * program is still true when they use it. Whoever reads something in a generator, and uses it behind a `yield*`, has to remember that the
 * program may have changed it: values stay what they are (OptimizerContext keeps them alive), but not what variables and tables hold.
 */
export type Walk<Result = void> = Generator<void, Result, void>;

/** All of it, without a stop. */
export function finish<Result>(walk: Walk<Result>): Result {
  for (;;) {
    const step = walk.next();
    if (step.done) return step.value;
  }
}
