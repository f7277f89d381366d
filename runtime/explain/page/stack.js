// SPDX-License-Identifier: MIT
/**
 * A recorded deopt, step by step: the top of the stack as it lay in memory, to scale. High addresses are at the top, as the stack grows
 * down; an address is at the same height in every step, so that what is popped and pushed can be seen to move.
 */
import { choices, div, element, plural, span } from "./dom.js";

const WORD_PIXELS = 15;
const WORD_BYTES = 8n;
const STATES = { there: "", going: "about to be popped", new: "just pushed", resumed: "is resumed" };

const sizeOf = ({ words }) => WORD_BYTES * BigInt(words.length);
const startOf = ({ address }) => BigInt(address);

/** @param {{ deopt: number, step: number }} at which is shown @param {(at: { deopt: number, step: number }) => void} go shows another */
export function deoptView(explanation, unit, at, go) {
  const deopt = unit.deopts[at.deopt];
  const site = unit.sites.find(({ csid }) => csid === deopt.csid);
  const source = explanation.sources[unit.activations[site.activation].source].lines[site.line - 1] ?? "";
  const others = unit.deopts.map((each, index) => [index, `${index + 1}  ${each.title}`]);
  const step = deopt.steps[at.step];
  const move = (by) => go({ ...at, step: Math.min(Math.max(at.step + by, 0), deopt.steps.length - 1) });
  const list = deopt.steps.map(({ title }, index) =>
    element(
      "li",
      {},
      element(
        "button",
        { "aria-current": index === at.step && "step", onclick: () => go({ ...at, step: index }) },
        span("", index + 1),
        title,
      ),
    ),
  );
  return div(
    "deopt",
    div(
      "steps",
      element("h2", {}, deopt.title),
      div("muted", `${deopt.kind} deopt, call site ${deopt.csid}, recorded in this run`),
      element("pre", { class: "line" }, span("number", site.line), source.trim()),
      unit.deopts.length > 1 ? choices("Deopts", others, at.deopt, (index) => go({ deopt: index, step: 0 })) : undefined,
      element("ol", {}, list),
      element("p", { class: "text" }, step.text),
      div(
        "go",
        element("button", { id: "back", disabled: at.step === 0, onclick: () => move(-1) }, "Back"),
        element("button", { id: "next", disabled: at.step === deopt.steps.length - 1, onclick: () => move(1) }, "Next"),
        span("", "or the arrow keys"),
      ),
    ),
    div("scroller", picture(deopt, at.step)),
  );
}

function picture(deopt, index) {
  const stacks = deopt.steps.map(({ stack }) => stack);
  const frames = stacks.flatMap((stack) => stack.frames);
  const top = frames.map((frame) => startOf(frame) + sizeOf(frame)).reduce((a, b) => (a > b ? a : b));
  const bottom = stacks.map(({ sp }) => BigInt(sp)).reduce((a, b) => (a < b ? a : b));
  const y = (address) => (Number(top - address) / Number(WORD_BYTES)) * WORD_PIXELS;
  const stack = stacks[index];
  const here = new Set(stack.frames.map(({ address, title }) => `${address} ${title}`));
  const ghosts = deopt.steps.slice(0, index).flatMap(({ stack: { frames } }) => frames.filter(({ state }) => state === "going"));
  const gone = new Map(ghosts.filter(({ address, title }) => !here.has(`${address} ${title}`)).map((frame) => [frame.address, frame]));
  return element(
    "div",
    {
      class: "stack",
      style: `height: ${y(bottom) + 24}px`,
      role: "img",
      "aria-label": `The stack: ${stack.frames.map(({ title }) => title).join("; ")}`,
    },
    [...gone.values()].map((frame) => element("div", { class: "ghost", style: boxStyle(frame, y) })),
    stack.frames.flatMap((frame) => frameNodes(frame, y)),
    element("div", { class: "sp", style: `top: ${y(BigInt(stack.sp))}px` }, `sp ${stack.sp}`),
  );
}

const boxStyle = (frame, y) => `top: ${y(startOf(frame) + sizeOf(frame))}px; height: ${frame.words.length * WORD_PIXELS}px`;

function frameNodes(frame, y) {
  const { title, kind, state, address, words, cut } = frame;
  const rows = [...words].reverse().map(({ word, label, value, origin, isMarked }) => {
    const text = [label, value === "" ? undefined : [" = ", span("value", value)], origin && span("origin", `  ${origin}`)];
    const whole = `${label}${value === "" ? "" : ` = ${value}`}`;
    return div(isMarked ? "word marked" : "word", span("hex", word), element("span", { title: whole || undefined }, text));
  });
  const bytes = 8 * (words.length + cut);
  const height = y(startOf(frame) + sizeOf(frame));
  return [
    element("div", { class: `frame ${kind} ${state}${cut > 0 ? " cut" : ""}`, style: boxStyle(frame, y), "data-address": address }, rows),
    element("div", { class: "address", style: `top: ${y(startOf(frame)) - WORD_PIXELS}px` }, address),
    element(
      "div",
      { class: `name ${state}`, style: `top: ${height}px; --height: ${words.length * WORD_PIXELS}px` },
      title,
      span(
        "state",
        [STATES[state], `${plural(bytes, "byte")}${cut > 0 ? `, ${plural(8 * cut, "byte")} of them not shown` : ""}`]
          .filter(Boolean)
          .join(", "),
      ),
    ),
  ];
}
