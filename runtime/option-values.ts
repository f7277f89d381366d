// SPDX-License-Identifier: MIT
/** Parsers of options' values, for commander, which puts what they throw as an InvalidArgumentError after the name of the option. */
import { InvalidArgumentError } from "commander";

/** Counts of the native side have 32 bits. */
const MOST = 2 ** 31 - 1;

export function argumentParser<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

/** A whole number that is not less than this. */
export function wholeNumber(least: number): (text: string) => number {
  return argumentParser((text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > MOST) throw new RangeError(`a whole number from ${least} to ${MOST} is needed`);
    return value;
  });
}
