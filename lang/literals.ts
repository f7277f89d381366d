// SPDX-License-Identifier: MIT
/** What numerals and string literals mean. */

/** The value of a numeral, or undefined if lua5.1 calls it malformed. It accepts what C99's strtod does: hexadecimal with a binary exponent too. */
export function parseNumeral(text: string): number | undefined {
  const hexadecimal = /^0[xX]([0-9a-fA-F]+)(?:[pP]([0-9]+))?$/.exec(text);
  if (hexadecimal) {
    // BigInt keeps all digits, so that the one rounding is the conversion's.
    const digits = Number(BigInt(`0x${hexadecimal[1]}`));
    return hexadecimal[2] === undefined ? digits : digits * 2 ** Number(hexadecimal[2]);
  }
  if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return undefined;
  return Number(text);
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };
const ESCAPE = /\\(?:([0-9]{1,3})|(\r\n|\n\r|\r|\n)|([\s\S]))/g;

/** The bytes that stand between quotes. A backslash before a character that is no escape just vanishes. */
export function decodeEscapes(body: string): string {
  if (!body.includes("\\")) return body;
  return body.replace(ESCAPE, (_, digits?: string, lineBreak?: string, other?: string) => {
    if (digits !== undefined) return String.fromCharCode(Number(digits) & 255);
    if (lineBreak !== undefined) return "\n";
    return SIMPLE_ESCAPES[other as string] ?? (other as string);
  });
}

/** Where between the quotes an escape above 255 starts; -1 for nowhere. */
export function findLargeEscape(body: string): number {
  for (const match of body.matchAll(ESCAPE)) if (Number(match[1] ?? 0) > 255) return match.index;
  return -1;
}

/** The bytes of `[[…]]` or `[==[…]==]`: the first line break doesn't count, all others become "\n". */
export function parseLongString(text: string): string {
  const delimiter = text.indexOf("[", 1) + 1;
  const body = text.slice(delimiter, -delimiter).replace(/\r\n|\n\r|\r/g, "\n");
  return body.startsWith("\n") ? body.slice(1) : body;
}
