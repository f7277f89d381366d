// SPDX-License-Identifier: MIT
/** Elements from JavaScript. Texts come from programs, so nothing is ever made from HTML. */

/**
 * element("button", { class: "site guard", onclick }, "◆", 4128)
 * @param {string} name
 * @param {Record<string, unknown>} attributes a function is a listener, false and undefined leave an attribute out
 * @param {...unknown} children text, numbers, nodes, and arrays of them; undefined is nothing
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(
    ...children
      .flat(3)
      .filter((child) => child !== undefined && child !== "")
      .map((child) => (child instanceof Node ? child : String(child))),
  );
  return node;
}

export const div = (className, ...children) => element("div", { class: className }, ...children);
export const span = (className, ...children) => element("span", { class: className }, ...children);

/** A row of buttons of which one is chosen. `items`: [value, content]. */
export function choices(label, items, chosen, choose) {
  return element(
    "div",
    { class: "choices", role: "group", "aria-label": label },
    items.map(([value, ...content]) =>
      element("button", { "aria-pressed": String(value === chosen), onclick: () => choose(value) }, ...content),
    ),
  );
}

export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
