// SPDX-License-Identifier: MIT
/** The page: what is chosen, and the view of it. What is chosen is in the address, so that a view can be linked to. */
import { COLUMNS, codeView } from "./code.js";
import { choices, div, element, plural, span } from "./dom.js";
import { inspect } from "./inspector.js";
import { deoptView } from "./stack.js";

const explanation = JSON.parse(document.getElementById("explanation").textContent);
const [top, view, inspector] = ["top", "view", "inspector"].map((id) => document.getElementById(id));

const state = {
  unit: explanation.shown,
  view: "code",
  columns: new Set(window.innerWidth < 1000 ? ["bytecode", "assembly"] : ["bytecode", "irAfter", "assembly"]),
  deopt: 0,
  step: 0,
  /** The call site that was clicked: it stays when the pointer goes elsewhere. */
  pinned: undefined,
  theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
};

const unit = () => explanation.units[state.unit];

function readAddress() {
  const words = new URLSearchParams(location.hash.slice(1));
  const number = (name, most) => Math.min(Math.max(Number(words.get(name) ?? 1) - 1, 0), most);
  if (words.has("unit")) state.unit = number("unit", explanation.units.length - 1);
  if (words.has("columns")) state.columns = new Set(words.get("columns").split(" "));
  if (words.has("theme")) state.theme = words.get("theme");
  if (words.has("site")) state.pinned = Number(words.get("site"));
  if (words.has("deopt") && unit().deopts.length > 0) {
    state.view = "deopt";
    state.deopt = number("deopt", unit().deopts.length - 1);
    state.step = number("step", unit().deopts[state.deopt].steps.length - 1);
  }
}

function writeAddress() {
  const words = new URLSearchParams({ unit: state.unit + 1 });
  if (state.view === "deopt") {
    words.set("deopt", state.deopt + 1);
    words.set("step", state.step + 1);
  }
  history.replaceState(null, "", `#${words}`);
}

function choose(change) {
  Object.assign(state, change);
  writeAddress();
  render();
}

// ---- the top

const unitName = ({ kind, line }) => (kind === "loop" ? `Loop at line ${line}` : "Whole function");

function topView() {
  const { function: fn, sources, units, notes } = explanation;
  const { activations, sites, deopts } = unit();
  const guards = sites.filter(({ kind }) => kind === "guard").length;
  const unitItems = units.map((each, index) => {
    const fate = each.isPreview ? "never ran" : each.discarded === undefined ? "in use" : `discarded: ${each.discarded}`;
    return [index, unitName(each), " ", element("small", {}, `${plural(each.bytes, "byte")}, ${each.milliseconds.toFixed(0)} ms, ${fate}`)];
  });
  const views = [
    ["code", "Code"],
    ["deopt", deopts.length === 0 ? "No deopt in this run" : `Deopts in this run (${deopts.length})`],
  ];
  const columns = div(
    "choices",
    COLUMNS.map(({ key, name }) =>
      element("button", { "aria-pressed": String(state.columns.has(key)), "data-column": key, onclick: () => toggleColumn(key) }, name),
    ),
  );
  return [
    div(
      "title",
      element("h1", {}, fn.name),
      span("where", `${sources[activations[0].source].name}${fn.line === 0 ? "" : `:${fn.line}`}`),
      span(
        "muted",
        `${plural(guards, "guard")}, ${plural(sites.length - guards, "call")}, ${plural(activations.length - 1, "inlined function")}`,
      ),
      span("spacer"),
      choices(
        "Theme",
        [
          ["light", "Light"],
          ["dark", "Dark"],
        ],
        state.theme,
        (theme) => choose({ theme }),
      ),
    ),
    notes.map((note) => element("p", { class: "note" }, note)),
    div(
      "bar",
      choices("Compiled units", unitItems, state.unit, (index) =>
        choose({
          unit: index,
          deopt: 0,
          step: 0,
          pinned: undefined,
          view: explanation.units[index].deopts.length > 0 ? state.view : "code",
        }),
      ),
    ),
    div(
      "bar",
      div(
        "views",
        choices("View", views, state.view, (name) => deopts.length > 0 && choose({ view: name })),
      ),
      state.view === "code" ? columns : undefined,
    ),
  ];
}

function toggleColumn(key) {
  const columns = new Set(state.columns);
  if (!columns.delete(key)) columns.add(key);
  choose({ columns });
}

// ---- the inspector

function showSite(csid) {
  const site = unit().sites.find((each) => each.csid === csid);
  for (const button of view.querySelectorAll(".site.shown")) button.classList.remove("shown");
  if (site === undefined) {
    const hint =
      "Point at a call site (◆ a guard, ● a call) to see its live values, where each is, and the frames that a deopt there builds.";
    inspector.replaceChildren(div("hint", hint));
    return;
  }
  for (const button of view.querySelectorAll(`.site[data-csid="${csid}"]`)) button.classList.add("shown");
  inspector.replaceChildren(inspect(unit(), site, (deopt) => choose({ view: "deopt", deopt, step: 0 })));
}

const csidAt = (target) => Number(target.closest?.(".site")?.dataset.csid ?? Number.NaN);

view.addEventListener("pointerover", ({ target }) => {
  const csid = csidAt(target);
  if (!Number.isNaN(csid)) showSite(csid);
});
view.addEventListener("focusin", ({ target }) => {
  const csid = csidAt(target);
  if (!Number.isNaN(csid)) showSite(csid);
});
view.addEventListener("click", ({ target }) => {
  const csid = csidAt(target);
  if (Number.isNaN(csid)) return;
  state.pinned = csid;
  showSite(csid);
});

// ---- all of it

function render() {
  document.documentElement.dataset.theme = state.theme;
  top.replaceChildren(...topView().flat());
  document.documentElement.style.setProperty("--top", `${top.offsetHeight}px`);
  if (state.view === "deopt") {
    view.replaceChildren(deoptView(explanation, unit(), { deopt: state.deopt, step: state.step }, choose));
    inspector.replaceChildren();
  } else {
    view.replaceChildren(codeView(explanation, unit(), state.columns));
    showSite(state.pinned);
  }
}

document.addEventListener("keydown", ({ key }) => {
  if (state.view !== "deopt" || (key !== "ArrowRight" && key !== "ArrowLeft")) return;
  const last = unit().deopts[state.deopt].steps.length - 1;
  choose({ step: Math.min(Math.max(state.step + (key === "ArrowRight" ? 1 : -1), 0), last) });
});
window.addEventListener("resize", () => document.documentElement.style.setProperty("--top", `${top.offsetHeight}px`));
window.addEventListener("hashchange", () => {
  readAddress();
  render();
});

readAddress();
render();
