// SPDX-License-Identifier: MIT
/** The code view: source line by source line, what it became. Pointing at something shows what else belongs to the same instruction. */
import { div, element, span } from "./dom.js";

/** The columns besides the source, and how wide each is. */
export const COLUMNS = [
  { key: "bytecode", title: "Bytecode, what was seen, what is known", name: "Bytecode", width: 29 },
  { key: "irBefore", title: "LLVM IR as built", name: "IR before", width: 30 },
  { key: "irAfter", title: "LLVM IR after the passes", name: "IR after", width: 30 },
  { key: "assembly", title: "Assembly", name: "Assembly", width: 24 },
];
const SOURCE_WIDTH = 19;

/** @param {Set<string>} shown keys of COLUMNS */
export function codeView(explanation, unit, shown) {
  const columns = COLUMNS.filter(({ key }) => shown.has(key));
  const template = [SOURCE_WIDTH, ...columns.map(({ width }) => width)].map((width) => `minmax(0, ${width}fr)`).join(" ");
  const sites = new Map(unit.sites.map((site) => [site.csid, site]));
  const context = { explanation, unit, sites };
  const rows = [row("columns", template, [div("", "Source"), ...columns.map(({ title }) => div("", title))])];
  for (const [index, group] of unit.lines.entries()) {
    const before = unit.lines[index - 1];
    if (before !== undefined && (before.source !== group.source || before.line + 1 < group.line)) {
      rows.push(div("skip", before.source === group.source ? "⋮" : explanation.sources[group.source].name));
    }
    const isQuiet = COLUMNS.every(({ key }) => group[key].length === 0);
    const cells = isQuiet ? [] : columns.map(({ key }) => CELLS[key](context, group[key]));
    rows.push(row(isQuiet ? "quiet" : "", template, [sourceCell(context, group), ...cells]));
  }
  const view = div("lines", rows);
  linkOnHover(view);
  return view;
}

const row = (className, template, cells) => element("div", { class: `row ${className}`, style: `--columns: ${template}` }, cells);

const KEYWORDS = /\b(?:and|break|do|else|elseif|end|false|for|function|if|in|local|nil|not|or|repeat|return|then|true|until|while)\b/;
const TOKENS = new RegExp(`(--.*)|("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')|(${KEYWORDS.source})`, "g");

function highlighted(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [token, comment, string] = match;
    parts.push(text.slice(at, match.index), span(comment ? "com" : string ? "str" : "kw", token));
    at = match.index + token.length;
  }
  return [...parts, text.slice(at)];
}

function sourceCell({ explanation, unit }, { source, line, bytecode }) {
  const inlined = new Set(bytecode.map((index) => unit.bytecode[index].activation).filter((activation) => activation > 0));
  const times = new Map();
  for (const activation of inlined) {
    const { inlinedInto, function: fn } = unit.activations[activation];
    const what = `${fn.name} is inlined into ${unit.activations[inlinedInto.activation].function.name}, line ${inlinedInto.line}`;
    times.set(what, (times.get(what) ?? 0) + 1);
  }
  const tags = [...times].map(([what, count]) => div("tag", count === 1 ? what : `${what} (${count} times)`));
  const text = explanation.sources[source].lines[line - 1] ?? "";
  return div("source", div("here", span("number mono", line), element("pre", {}, highlighted(text)), tags));
}

const CELLS = {
  bytecode: ({ unit }, indexes) => {
    let last = 0;
    const items = indexes.flatMap((index) => {
      const { activation, pc, text, feedback, types, header } = unit.bytecode[index];
      const into = unit.activations[activation].inlinedInto;
      const change =
        activation === last || into === undefined
          ? []
          : [div("activation", `${unit.activations[activation].function.name}, inlined at line ${into.line}`)];
      last = activation;
      const loop = header === undefined ? [] : [div("header", `loop: ${header}`)];
      const cells = [span("pc", pc), span("", text), span(feedback === "never" ? "seen never" : "seen", feedback), span("known", types)];
      return [...change, ...loop, element("div", { class: "item", "data-place": `${activation}:${pc}` }, cells)];
    });
    return div("bytecode code", items);
  },
  irBefore: (context, indexes) => irCell(context, context.unit.irBefore, indexes),
  irAfter: (context, indexes) => irCell(context, context.unit.irAfter, indexes),
  assembly: (context, indexes) => {
    const items = withGaps(indexes, (index) => {
      const { offset, text, jump, where, isInferred, csid } = context.unit.assembly[index];
      const className = `item${isInferred ? " inferred" : ""}${jump === undefined ? "" : " jump"}`;
      const attributes = { class: className, "data-place": placeOf(where), "data-offset": offset, "data-jump": jump };
      return element("div", attributes, span("offset", `+${offset}`), text, siteButton(context, csid));
    });
    return div("asm code", items);
  },
};

function irCell(context, list, indexes) {
  const items = withGaps(indexes, (index) => {
    const { text, isLabel, where, csid } = list[index];
    return element("div", { class: isLabel ? "item label" : "item", "data-place": placeOf(where) }, text, siteButton(context, csid));
  });
  return div("ir code", items);
}

const placeOf = (where) => (where?.pc === undefined ? undefined : `${where.activation}:${where.pc}`);

function withGaps(indexes, make) {
  return indexes.flatMap((index, at) => (at > 0 && indexes[at - 1] !== index - 1 ? [span("gap", "⋮"), make(index)] : [make(index)]));
}

export function siteButton({ sites }, csid) {
  const site = csid === undefined ? undefined : sites.get(csid);
  if (site === undefined) return undefined;
  return element(
    "button",
    { class: `site ${site.kind}`, "data-csid": csid, title: `${site.kind}: ${site.reason}` },
    site.kind === "guard" ? "◆" : "●",
    csid,
  );
}

/** What is pointed at and what else is for the same instruction gets a background; and where a jump goes. */
function linkOnHover(view) {
  const light = (selector, className) => {
    for (const node of view.querySelectorAll(`.${className}`)) node.classList.remove(className);
    if (selector !== undefined) for (const node of view.querySelectorAll(selector)) node.classList.add(className);
  };
  view.addEventListener("pointerover", ({ target }) => {
    const item = target.closest(".item");
    light(item?.dataset.place && `[data-place="${item.dataset.place}"]`, "linked");
    light(item?.dataset.jump && `[data-offset="${item.dataset.jump}"]`, "target");
  });
  view.addEventListener("pointerleave", () => {
    light(undefined, "linked");
    light(undefined, "target");
  });
  view.addEventListener("click", ({ target }) => {
    const jump = target.closest(".jump")?.dataset.jump;
    if (jump !== undefined && target.closest(".site") === null)
      view.querySelector(`[data-offset="${jump}"]`)?.scrollIntoView({ block: "center" });
  });
}
