// SPDX-License-Identifier: MIT
/** One call site: which values are live, where each is in the machine frame, and the interpreter frames that a deopt there would build. */
import { div, element, plural, span } from "./dom.js";

/** @param {(index: number) => void} step called to go through a recorded deopt, by its number */
export function inspect(unit, site, step) {
  const deopt = unit.deopts.findIndex(({ csid }) => csid === site.csid);
  const view = div("inspected", about(unit, site, deopt, step), machineFrame(site), interpreterFrames(site));
  view.addEventListener("pointerover", ({ target }) => {
    const place = target.closest("[data-location]")?.dataset.location;
    for (const row of view.querySelectorAll("tr.lit")) row.classList.remove("lit");
    if (place !== undefined) for (const row of view.querySelectorAll(`[data-location="${CSS.escape(place)}"]`)) row.classList.add("lit");
  });
  return view;
}

function about(unit, site, deopt, step) {
  const machine = unit.activations[0].function.name;
  const place = `${unit.activations[site.activation].function.name}, line ${site.line}, column ${site.column}`;
  const title = site.kind === "guard" ? `◆ Guard: ${site.reason}` : "● Call";
  const builds = `the machine frame of ${machine} is replaced by ${plural(site.frames.length, "interpreter frame")}`;
  const innermost = site.frames.at(-1);
  const then =
    innermost.mode === "execute"
      ? "The innermost executes its instruction again."
      : "The innermost completes its instruction with what the call returns.";
  return div(
    "",
    element("h2", { class: site.kind }, title),
    element("p", {}, place),
    element("p", {}, site.kind === "guard" ? `If it fails, ${builds}. ` : `If the code is invalidated meanwhile, ${builds}. `, then),
    element(
      "p",
      { class: "muted" },
      `Call site ${site.csid}`,
      site.offset === undefined ? ", removed by LLVM" : `, returns to +${site.offset}`,
    ),
    deopt < 0
      ? undefined
      : element("button", { class: "action", onclick: () => step(deopt) }, "Step through the deopt that happened here →"),
  );
}

/** What is live, by where it is. */
function machineFrame(site) {
  const byPlace = new Map();
  const add = (value, prefix) => {
    if (value.representation === "constant" || value.representation === "virtual") return;
    const known = byPlace.get(value.location) ?? { representation: value.representation, names: new Set() };
    known.names.add(`${prefix}${nameOf(value)}`);
    byPlace.set(value.location, known);
  };
  for (const frame of site.frames) {
    const prefix = site.frames.length > 1 ? `${frame.function.name}: ` : "";
    for (const value of [frame.closure, ...frame.values, ...frame.varargs, ...frame.results]) add(value, prefix);
  }
  for (const { name, parts } of site.objects) for (const value of parts) add(value, `${name}: `);
  const offset = (place) => Number(/^\[rsp\+?(-?\d*)\]$/.exec(place)?.[1] ?? -1);
  const places = [...byPlace].sort(([a], [b]) => offset(b) - offset(a));
  const rows = places.map(([place, { representation, names }]) =>
    element(
      "tr",
      { "data-location": place },
      element("td", { class: "place" }, place),
      element("td", { class: "muted" }, representation),
      element("td", {}, [...names].join(", ")),
    ),
  );
  return div("", element("h3", {}, "Machine frame: live values"), element("table", { class: "mono" }, rows));
}

const nameOf = ({ register, name }) => [register, name].filter(Boolean).join(" ");

function interpreterFrames(site) {
  const cards = site.frames.flatMap((frame, index) => {
    const { function: fn, line, pc, instruction, mode, closure, values, varargs, results } = frame;
    const how = [mode === "execute" ? "executes " : "completes ", span("mono", `${pc} ${instruction.replace(/\s+/g, " ")}`)];
    const made = card(`${fn.name}:${line}`, how, [closure, ...values, ...varargs, ...results]);
    return index === 0 ? [made] : [span("then", "▸"), made];
  });
  const tables = site.objects.map(({ name, parts }) => card(name, ["made by the deopt"], parts));
  return div("", element("h3", {}, "Interpreter frames that a deopt builds, the outermost first"), div("frames", cards, tables));
}

const card = (title, how, values) =>
  div("card", div("head", title), div("how", how), element("table", { class: "mono" }, values.map(valueRow)));

function valueRow(value) {
  const isPlaced = value.representation !== "constant" && value.representation !== "virtual";
  return element(
    "tr",
    { "data-location": isPlaced ? value.location : undefined },
    element("td", {}, nameOf(value)),
    element("td", { class: "muted" }, value.representation),
    element("td", { class: "place" }, isPlaced ? `← ${value.location}` : value.location),
  );
}
