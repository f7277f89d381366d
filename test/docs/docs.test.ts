// SPDX-License-Identifier: MIT
/** What docs/ shows is what there is, and links lead somewhere. */
import { describe, expect, it } from "vitest";
import { brokenReferences, checkBlock, describeBlock, hasCheckedBlocks, readDocuments } from "./documents.js";

const documents = readDocuments();

describe.each(documents.map((document) => [document.path, document] as const))("%s", (_, document) => {
  it("leads to files and headings that exist", () => expect(brokenReferences(document, documents)).toEqual([]));
  if (!hasCheckedBlocks(document)) return;
  for (const block of document.markdown.blocks)
    it.concurrent(`line ${block.line}: ${describeBlock(block)}`, () => checkBlock(document, block));
});

describe("docs/README.md", () => {
  it("leads to every chapter", () => {
    const contents = documents.find(({ path }) => path === "docs/README.md");
    const linked = contents?.markdown.links.map(({ text }) => `docs/${text.split("#")[0]}`) ?? [];
    expect(
      documents.filter((one) => hasCheckedBlocks(one) && one !== contents && !linked.includes(one.path)).map(({ path }) => path),
    ).toEqual([]);
  });
});
