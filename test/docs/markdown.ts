// SPDX-License-Identifier: MIT
/** What the tests look at in a Markdown file: fenced blocks, links, headings, and paths in inline code. */

export interface Block {
  /** Number of the opening fence's line, from 1. */
  readonly line: number;
  /** The first word after the fence: console, text, ts, cpp, … */
  readonly language: string;
  /** `name=value` pairs after it. */
  readonly options: ReadonlyMap<string, string>;
  readonly lines: readonly string[];
}

export interface Mention {
  readonly line: number;
  readonly text: string;
}

export interface Markdown {
  readonly blocks: readonly Block[];
  /** Targets of links and images. */
  readonly links: readonly Mention[];
  readonly headings: readonly string[];
  /** Text between single backquotes. */
  readonly codes: readonly Mention[];
}

const FENCE = /^(`{3,})(\S*)\s*(.*)$/;

export function parseMarkdown(text: string): Markdown {
  const [blocks, links, headings, codes]: [Block[], Mention[], string[], Mention[]] = [[], [], [], []];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const fence = FENCE.exec(line);
    if (fence) {
      const [, marks, language, info] = fence as unknown as [string, string, string, string];
      const end = lines.findIndex((other, index) => index > at && other.trimEnd() === marks);
      if (end < 0) throw new Error(`line ${at + 1}: the block has no end`);
      const options = new Map(info.split(/\s+/).flatMap((word) => (word === "" ? [] : [splitOption(word)])));
      blocks.push({ line: at + 1, language, options, lines: lines.slice(at + 1, end) });
      at = end;
      continue;
    }
    const heading = /^#+ (.*)$/.exec(line);
    if (heading) headings.push(heading[1]!);
    for (const [, code] of line.matchAll(/`([^`]+)`/g)) codes.push({ line: at + 1, text: code! });
    for (const [, target] of line.replace(/`[^`]*`/g, "`").matchAll(/\]\(([^)\s]+)\)/g)) links.push({ line: at + 1, text: target! });
  }
  return { blocks, links, headings, codes };
}

function splitOption(word: string): [string, string] {
  const at = word.indexOf("=");
  return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
}

/** The text with the lines of a block replaced. */
export function replaceBlock(text: string, block: Block, lines: readonly string[]): string {
  return text
    .split("\n")
    .toSpliced(block.line, block.lines.length, ...lines)
    .join("\n");
}

/** The anchor that GitHub gives to a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
    .replaceAll(" ", "-");
