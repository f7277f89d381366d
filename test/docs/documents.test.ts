// SPDX-License-Identifier: MIT
/** What is said of documents that are wrong. */
import { describe, expect, it } from "vitest";
import { brokenReferences, checkBlock, type Document, refreshBlock } from "./documents.js";
import { parseMarkdown, replaceBlock } from "./markdown.js";

const documentOf = (text: string): Document => ({ path: "docs/made-up.md", text, markdown: parseMarkdown(text) });

async function complaintAbout(text: string): Promise<string> {
  const document = documentOf(text);
  return checkBlock(document, document.markdown.blocks[0]!).then(
    () => "",
    (error: Error) => error.message,
  );
}

async function refreshed(text: string): Promise<string> {
  const block = parseMarkdown(text).blocks[0]!;
  return replaceBlock(text, block, await refreshBlock(block));
}

describe("a command", () => {
  it("prints what is shown", async () => {
    expect(await complaintAbout("```console\n$ echo one; echo two >&2\none\ntwo\n```")).toBe("");
  });
  it("prints something else: where, what, and what to do", async () => {
    const message = await complaintAbout("# Title\n\n```console\n$ echo one\none\n$ echo two\n2\n```");
    expect(message).toBe(
      "docs/made-up.md:7: the output of `echo two` is different. `npm run docs` writes it anew; read the difference before you believe it.\n" +
        "shown:  2\nthere:  two",
    );
  });
  it("is written anew", async () => {
    expect(await refreshed("```console\n$ echo one; echo more\n1\n$ echo two\n2\n```")).toBe(
      "```console\n$ echo one; echo more\none\nmore\n$ echo two\ntwo\n```",
    );
  });
  it("fails, or does not fail as it should", async () => {
    expect(await complaintAbout("```console\n$ echo why; false\nwhy\n```")).toBe(
      "docs/made-up.md:1: `echo why; false` ends with 1, not 0:\nwhy",
    );
    expect(await complaintAbout("```console exit=1\n$ echo why; false\nwhy\n```")).toBe("");
    expect(await complaintAbout("```console exit=1\n$ true\n```")).toMatch("ends with 0, not 1");
  });
});

describe("a quotation", () => {
  it("is not in the file, or there is no file", async () => {
    expect(await complaintAbout('```json file=package.json\n"name": "yugong",\n```')).toBe("");
    expect(await complaintAbout('```json file=package.json\n"name": "jugong",\n```')).toMatch(
      /^docs\/made-up\.md:2: the quotation of package\.json/,
    );
    expect(await complaintAbout("```json file=gone.json\n{}\n```")).toBe("docs/made-up.md:1: there is no file gone.json");
  });
});

it("no block goes unchecked by mistake", async () => {
  expect(await complaintAbout("```c\nint x;\n```")).toBe("docs/made-up.md:1: a block is `console`, has `file=PATH`, or is `text`");
  expect(await complaintAbout("```console\none\n```")).toMatch("begins with `$ `");
  expect(() => parseMarkdown("```text\nno end")).toThrow("line 1");
});

it("references lead nowhere", () => {
  const one = documentOf("# A heading\n[a](gone.md) [b](#a-heading) [c](#gone) `lang/gone.ts` `lang/index.ts` [d](../lang/index.ts)\n");
  expect(brokenReferences(one, [one])).toEqual([
    "docs/made-up.md:2: there is no docs/gone.md",
    "docs/made-up.md:2: docs/made-up.md has no heading #gone",
    "docs/made-up.md:2: there is no lang/gone.ts",
  ]);
});
