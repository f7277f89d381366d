// SPDX-License-Identifier: MIT
/** 64-bit words as bigints, which is how values travel between JavaScript and stacks. */

/** A bigint is taken modulo 2^64; a number must be a safe integer; undefined is 0. */
export type WordLike = bigint | number | undefined;

export function toWord(value: WordLike, what: string): bigint {
  if (value === undefined) return 0n;
  if (typeof value === "bigint") return BigInt.asUintN(64, value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt.asUintN(64, BigInt(value));
  throw new TypeError(`${what} must be a bigint or a safe integer, not ${typeof value === "number" ? value : typeof value}`);
}

/** An address: a bigint of 64 bits that is not 0. */
export function toAddress(value: bigint, what: string): bigint {
  if (typeof value !== "bigint") throw new TypeError(`${what} must be an address (a bigint), not ${typeof value}`);
  if (value <= 0n || value >= 1n << 64n) throw new RangeError(`${what} must be an address, not ${value}`);
  return value;
}

/** The word as a signed integer. */
export const toSigned = (word: bigint): bigint => BigInt.asIntN(64, word);

/** The word as the double with these bits. */
export function toDouble(word: bigint): number {
  return new Float64Array(BigUint64Array.of(word).buffer)[0]!;
}

/** The double's bits as a word. */
export function fromDouble(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0]!;
}
