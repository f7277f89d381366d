// SPDX-License-Identifier: MIT
/** `npm run docs [-- FILE…]`: writes the blocks of docs/ anew whose commands print, or whose files contain, something else by now. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { projectRoot } from "../../runtime/native.js";
import { hasCheckedBlocks, readDocuments, refreshBlock } from "./documents.js";
import { replaceBlock } from "./markdown.js";

const command = new Command("docs")
  .description("Writes the blocks of documents anew whose commands print, or whose files contain, something else by now.")
  .argument("[FILE...]", "documents, such as docs/stackmaps.md, if not all")
  .parse();
const chosen = command.args;
const documents = readDocuments().filter((one) => hasCheckedBlocks(one) && (chosen.length === 0 || chosen.includes(one.path)));
for (const path of chosen)
  if (!documents.some((one) => one.path === path)) command.error(`error: there is no document ${path} with such blocks`);

for (const { path, text, markdown } of documents) {
  const fresh = await Promise.allSettled(markdown.blocks.map(refreshBlock));
  let changed = text;
  // From the last to the first, so that the lines of the others stay where they are.
  for (const [index, block] of [...markdown.blocks.entries()].reverse()) {
    const result = fresh[index]!;
    if (result.status === "rejected") {
      process.stderr.write(`${path}:${block.line}: ${(result.reason as Error).message}\n`);
      process.exitCode = 1;
    } else if (result.value.join("\n") !== block.lines.join("\n")) {
      process.stdout.write(`${path}:${block.line} written anew\n`);
      changed = replaceBlock(changed, block, result.value);
    }
  }
  if (changed !== text) writeFileSync(join(projectRoot, path), changed);
}
