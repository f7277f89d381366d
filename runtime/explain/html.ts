// SPDX-License-Identifier: MIT
/** An Explanation as one self-contained page: the files of page/, with the explanation as JSON in it. Opens from a file, without network. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withLine } from "../../lang/bytecode.js";
import { projectRoot } from "../native.js";
import type { Explanation } from "./explanation.js";

const folder = join(projectRoot, "runtime", "explain", "page");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

const STYLES = ["top.css", "code.css", "inspector.css", "stack.css"];
/** Each after those that it imports. */
const MODULES = ["dom.js", "code.js", "inspector.js", "stack.js", "main.js"];

export function explanationPage(explanation: Explanation): string {
  const parts: Readonly<Record<string, string>> = {
    TITLE: escapeHtml(`${withLine(explanation.function.name, explanation.function.line)} explained`),
    STYLE: `<style>\n${STYLES.map(read).join("\n")}</style>`,
    // In a script element only "</script" and "<!--" mean something to HTML, and JSON can say "<" otherwise.
    DATA: `<script type="application/json" id="explanation">${JSON.stringify(explanation).replaceAll("<", "\\u003c")}</script>`,
    SCRIPT: `<script type="module">\n${MODULES.map(moduleText).join("\n")}</script>`,
  };
  return read("page.html").replace(/<!--(\w+)-->/g, (whole, name: string) => parts[name] ?? whole);
}

/** One script has no modules to import from: what they export are its top-level names, which are distinct. */
function moduleText(name: string): string {
  return read(name)
    .replace(/^import .*;\n/gm, "")
    .replace(/^export /gm, "");
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
