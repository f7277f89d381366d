// SPDX-License-Identifier: MIT
/**
 * Comparing what a document shows with what is there.
 *
 * A line `…` stands for any number of lines, `…` within a line for any text. What differs from run to run and machine to machine is not
 * compared (normalize). An excerpt that no longer fits is written anew between the first and the last line of each of its pieces:
 *
 *     shown          there            anew
 *     a              a                a
 *     old            new              new
 *     b              b                b
 *     …              c                …
 *     d              d                d
 */

const GAP = "…";

/** Addresses, times, sizes of generated code and of frames, and how values, call sites and places in frames are numbered. */
export function normalize(line: string): string {
  return line
    .replace(/\b0x[0-9a-f]{7,}\b|-?\b\d{13,}\b/g, "<address>")
    .replace(/%([a-z.-]*)\d+\b/g, "%$1<n>")
    .replace(/ #\d+\b/g, " #<n>")
    .replace(/(◆|call site |stackmap\(i64 )\d{4,}/g, "$1<id>")
    .replace(/\[rsp(\+\d+)?\]/g, "[rsp+<n>]")
    .replace(/\b\d+( more)? words?\b/g, "<n>$1 words")
    .replace(/\s*\b\d+(\.\d+)?(e[+-]\d+)? (ns|µs|ms|s)\b/g, " <time>")
    .replace(/ \((\w[\w ]* \d[\d.]*)(, \w[\w ]* \d[\d.]*)*\)/g, " (<times>)")
    .replace(/\d[\d,]* IR instructions?, \d[\d,]* bytes?/g, "<size>")
    .trimEnd();
}

/** Whether a line that is there is what is shown. */
export function fitsLine(shown: string, there: string): boolean {
  const [wanted, found] = [normalize(shown), normalize(there)];
  if (!wanted.includes(GAP)) return wanted === found;
  const pieces = wanted.split(GAP).map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pieces.join(".*")}$`, "s").test(found);
}

/** Without the indentation that all lines have. */
export function dedent(lines: readonly string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^\s*/.exec(line)![0].length);
  const common = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return lines.map((line) => line.slice(Math.min(common, line.length)));
}

export interface Matching {
  /** The pieces may be anywhere, and be indented otherwise: a quotation. Else they are all that there is, but for gaps. */
  readonly quotation: boolean;
}

interface Piece {
  /** Where it begins among the shown lines. */
  readonly at: number;
  readonly lines: readonly string[];
}

function piecesOf(shown: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  let lines: string[] = [];
  for (const [at, line] of [...shown, GAP].entries()) {
    if (line.trim() !== GAP) lines.push(line);
    else {
      if (lines.length > 0) pieces.push({ at: at - lines.length, lines });
      lines = [];
    }
  }
  return pieces;
}

function fitsAt(piece: Piece, there: readonly string[], at: number, { quotation }: Matching): boolean {
  const window = there.slice(at, at + piece.lines.length);
  if (window.length < piece.lines.length) return false;
  const [shown, found] = quotation ? [dedent(piece.lines), dedent(window)] : [piece.lines, window];
  return shown.every((line, index) => fitsLine(line, found[index]!));
}

/** Where the pieces lie, in order; the first that has no place ends the list. */
function places(pieces: readonly Piece[], shown: readonly string[], there: readonly string[], how: Matching): number[] {
  const found: number[] = [];
  let from = 0;
  for (const [number, piece] of pieces.entries()) {
    const isFixed = !how.quotation && piece.at === 0;
    const isLast = !how.quotation && number === pieces.length - 1 && piece.at + piece.lines.length === shown.length;
    const candidates = isFixed ? [0] : isLast ? [there.length - piece.lines.length] : range(from, there.length - piece.lines.length + 1);
    const at = candidates.find(
      (start) => start >= from && fitsAt(piece, there, start, how) && (!isLast || start + piece.lines.length === there.length),
    );
    if (at === undefined) return found;
    found.push(at);
    from = at + piece.lines.length;
  }
  return found;
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** Undefined when what is shown is there; else which shown line, from 0, begins the piece that is not, and a text about it. */
export function compare(shown: readonly string[], there: readonly string[], how: Matching): { line: number; what: string } | undefined {
  const pieces = piecesOf(shown);
  if (pieces.length === 0) return shown.length > 0 || there.length === 0 ? undefined : { line: 0, what: "the block is empty" };
  const found = places(pieces, shown, there, how);
  const missing = pieces[found.length];
  if (missing === undefined) return undefined;
  const from = found.length === 0 ? 0 : found.at(-1)! + pieces[found.length - 1]!.lines.length;
  return { line: missing.at, what: describe(missing, there, from, how) };
}

/** The place that has most of the piece's lines, and the first line that differs there. */
function describe(piece: Piece, there: readonly string[], from: number, { quotation }: Matching): string {
  const bare = (line: string | undefined): string => (quotation ? (line ?? "").trim() : (line ?? ""));
  const fits = (start: number, index: number): boolean => fitsLine(bare(piece.lines[index]), bare(there[start + index]));
  const starts = range(from, Math.max(there.length, from + 1));
  const scores = starts.map((start) => piece.lines.filter((_, index) => fits(start, index)).length);
  const start = starts[scores.indexOf(Math.max(...scores))]!;
  const different = piece.lines.findIndex((_, index) => !fits(start, index));
  const index = different < 0 ? piece.lines.length : different;
  return `shown:  ${piece.lines[index] ?? "(nothing more)"}\nthere:  ${there[start + index] ?? "(nothing)"}`;
}

/** The shown lines as they would be right. Throws when a piece's first or last line cannot be found. */
export function refresh(shown: readonly string[], there: readonly string[], how: Matching): string[] {
  if (!how.quotation && !shown.some((line) => line.trim() === GAP)) return [...there];
  const result = [...shown];
  let [shift, from] = [0, 0];
  for (const piece of piecesOf(shown)) {
    const at = range(from, there.length).find((start) => fitsAt(piece, there, start, how));
    const [start, end] = at === undefined ? between(piece, there, from) : [at, at + piece.lines.length];
    if (at === undefined) {
      const indent = how.quotation ? /^\s*/.exec(piece.lines.find((line) => line.trim() !== "") ?? "")![0] : "";
      const window = there.slice(start, end);
      const fresh = how.quotation ? dedent(window).map((line) => (line === "" ? "" : indent + line)) : window;
      result.splice(piece.at + shift, piece.lines.length, ...fresh);
      shift += fresh.length - piece.lines.length;
    }
    from = end;
  }
  return result;
}

function between(piece: Piece, there: readonly string[], from: number): [start: number, end: number] {
  const find = (line: string, start: number): number =>
    there.findIndex((other, index) => index >= start && fitsLine(line.trim(), other.trim()));
  const start = find(piece.lines[0]!, from);
  const last = start < 0 || piece.lines.length < 2 ? -1 : find(piece.lines.at(-1)!, start + 1);
  if (last < 0) throw new Error(`by hand: neither is it there, nor can its first and last line be found:\n${piece.lines.join("\n")}`);
  return [start, last + 1];
}
