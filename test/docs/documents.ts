// SPDX-License-Identifier: MIT
/**
 * The documents, and what has to be true of their blocks:
 *
 *     ```console                     what a terminal shows: `$ command`, then all that it prints
 *     ```cpp file=native/….cc        a quotation: these lines are in the file
 *     ```text                        a drawing, or a form that is explained: not checked
 *
 * `exit=N` after `console`: the last command ends with N; 0 otherwise.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { projectRoot } from "../../runtime/native.js";
import { run } from "./commands.js";
import { compare, type Matching, refresh } from "./excerpt.js";
import { anchorOf, type Block, type Markdown, parseMarkdown } from "./markdown.js";

const HOW_TO_UPDATE = "`npm run docs` writes it anew; read the difference before you believe it.";

export interface Document {
  readonly path: string;
  readonly text: string;
  readonly markdown: Markdown;
}

/** All tracked Markdown files. */
export function readDocuments(): Document[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(projectRoot, path)))
    .map((path) => {
      const text = readFileSync(join(projectRoot, path), "utf8");
      return { path, text, markdown: parseMarkdown(text) };
    });
}

export const hasCheckedBlocks = ({ path }: Document): boolean => /^docs\/[^/]+\.md$/.test(path);

/** One command of a console block with the lines below it. */
interface Session {
  readonly command: string;
  /** In the block, from 0. */
  readonly at: number;
  readonly shown: readonly string[];
}

function sessionsOf(block: Block): Session[] {
  const sessions: Session[] = [];
  for (let at = 0; at < block.lines.length; ) {
    if (!block.lines[at]!.startsWith("$ ")) throw new Error("a console block begins with `$ ` and a command");
    let command = block.lines[at++]!.slice(2);
    while (command.endsWith("\\")) command = `${command}\n${block.lines[at++] ?? ""}`;
    const next = block.lines.findIndex((line, index) => index >= at && line.startsWith("$ "));
    const end = next < 0 ? block.lines.length : next;
    sessions.push({ command, at, shown: block.lines.slice(at, end) });
    at = end;
  }
  return sessions;
}

const titleOf = (command: string): string => command.split("\n")[0]!.slice(0, 100);

/** What is there instead of `shown`, which begins at line `at` of the block. */
interface Source {
  readonly what: string;
  readonly at: number;
  readonly shown: readonly string[];
  readonly there: readonly string[];
  readonly how: Matching;
}

async function sourcesOf(block: Block): Promise<Source[]> {
  const file = block.options.get("file");
  if (file !== undefined) {
    if (!existsSync(join(projectRoot, file))) throw new Error(`there is no file ${file}`);
    const there = readFileSync(join(projectRoot, file), "utf8").split("\n");
    return [{ what: `the quotation of ${file}`, at: 0, shown: block.lines, there, how: { quotation: true } }];
  }
  if (block.language === "text") return [];
  if (block.language !== "console") throw new Error("a block is `console`, has `file=PATH`, or is `text`");
  const sessions = sessionsOf(block);
  const sources: Source[] = [];
  for (const { command, at, shown } of sessions) {
    const { lines, exitCode } = await run(command);
    const expected = at === sessions.at(-1)!.at ? Number(block.options.get("exit") ?? 0) : 0;
    if (exitCode !== expected)
      throw new Error(`\`${titleOf(command)}\` ends with ${exitCode}, not ${expected}:\n${lines.slice(-20).join("\n")}`);
    sources.push({ what: `the output of \`${titleOf(command)}\``, at, shown, there: lines, how: { quotation: false } });
  }
  return sources;
}

/** For test names. */
export const describeBlock = (block: Block): string =>
  block.options.get("file") ?? (block.language === "console" ? titleOf(block.lines[0] ?? "") : block.language);

/** Throws an Error that says where the block is and what is wrong with it. */
export async function checkBlock(document: Document, block: Block): Promise<void> {
  const fail = (line: number, what: string): never => {
    throw new Error(`${document.path}:${line}: ${what}`);
  };
  const sources = await sourcesOf(block).catch((error: Error) => fail(block.line, error.message));
  for (const { what, at, shown, there, how } of sources) {
    const difference = compare(shown, there, how);
    if (difference) fail(block.line + 1 + at + difference.line, `${what} is different. ${HOW_TO_UPDATE}\n${difference.what}`);
  }
}

/** The block's lines as they would be right. */
export async function refreshBlock(block: Block): Promise<string[]> {
  let lines = [...block.lines];
  let shift = 0;
  for (const { at, shown, there, how } of await sourcesOf(block)) {
    if (compare(shown, there, how) === undefined) continue;
    const fresh = refresh(shown, there, how);
    lines = lines.toSpliced(at + shift, shown.length, ...fresh);
    shift += fresh.length - shown.length;
  }
  return lines;
}

/** What is wrong with links and with paths in inline code, one line each. */
export function brokenReferences(document: Document, all: readonly Document[]): string[] {
  const { path, markdown } = document;
  const broken: string[] = [];
  for (const { line, text } of markdown.links) {
    if (/^[a-z]+:/.test(text)) continue;
    const [target, anchor] = text.split("#") as [string, string | undefined];
    const resolved = target === "" ? path : normalize(join(dirname(path), target)).replace(/\/$/, "");
    const other = all.find((one) => one.path === resolved);
    if (other === undefined && !existsSync(join(projectRoot, resolved))) broken.push(`${path}:${line}: there is no ${resolved}`);
    else if (anchor !== undefined && !other?.markdown.headings.some((heading) => anchorOf(heading) === anchor))
      broken.push(`${path}:${line}: ${resolved} has no heading #${anchor}`);
  }
  if (!hasCheckedBlocks(document)) return broken;
  for (const { line, text } of markdown.codes) {
    const isPath = /^(lang|jit|runtime|native|programs|test|bench|bin|docs)\/[\w./-]+$/.test(text);
    if (isPath && !existsSync(join(projectRoot, text))) broken.push(`${path}:${line}: there is no ${text}`);
  }
  return broken;
}
