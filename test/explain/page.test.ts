// SPDX-License-Identifier: MIT
/** The page of `yugong explain --html`, in headless Chromium: what it shows, what it does when it is pointed at, and that it needs nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Explanation, Unit } from "../../runtime/explain/explanation.js";
import { explanationPage } from "../../runtime/explain/html.js";
import { Browser, type Page } from "./chromium.js";
import { observe, README_PROGRAM, SUM_BEFORE } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-page-"));
const file = join(folder, "page.html");
const WIDE = { width: 1600, height: 1000 };
const NARROW = { width: 420, height: 900 };
let browser: Browser;
let explanation: Explanation;
let unit: Unit;

beforeAll(async () => {
  browser = await Browser.start();
  explanation = (await observe(README_PROGRAM)).explain({ name: "total" });
  unit = explanation.units[explanation.shown] as Unit;
  writeFileSync(file, explanationPage(explanation));
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Texts of all elements, as they are rendered. */
const texts = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(`Array.from(document.querySelectorAll(${JSON.stringify(selector)}), (element) => element.innerText.trim())`);
const count = (page: Page, selector: string): Promise<number> =>
  page.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
const exists = (page: Page, condition: string): Promise<boolean> => page.evaluate(condition);

describe("the page", () => {
  it("is one file that asks for nothing else and runs without errors", async () => {
    const page = await browser.open(file, WIDE);
    expect(await texts(page, "h1")).toEqual(["total"]);
    expect(page.complaints).toEqual([]);
  });

  it("shows each source line with its bytecode, IR and assembly beside it", async () => {
    const page = await browser.open(file, WIDE);
    const rows = await page.evaluate<
      [string, number, number, number][]
    >(`Array.from(document.querySelectorAll(".row:not(.columns)"), (row) => [
      row.querySelector(".source pre").textContent,
      ...["bytecode", "ir", "asm"].map((column) => row.querySelectorAll("." + column + " > .item").length),
    ])`);
    const expected = unit.lines.map(({ source, line, bytecode, irAfter, assembly }) => [
      explanation.sources[source]?.lines[line - 1],
      bytecode.length,
      irAfter.length,
      assembly.length,
    ]);
    expect(rows).toEqual(expected);
    const { tops, heads } = await page.evaluate<{ tops: number[][]; heads: string[] }>(`({
      tops: Array.from(document.querySelectorAll(".row:not(.columns):not(.quiet)"), (row) => Array.from(row.children, (cell) => cell.getBoundingClientRect().top)),
      heads: Array.from(document.querySelectorAll(".row.columns > *"), (cell) => cell.innerText),
    })`);
    expect(heads).toHaveLength(4);
    for (const row of tops) expect(new Set(row).size).toBe(1);
  });

  it("shows and hides columns", async () => {
    const page = await browser.open(file, WIDE);
    await page.click('[data-column="irBefore"]');
    await page.click('[data-column="assembly"]');
    expect(await texts(page, ".row.columns > *")).toEqual([
      "Source",
      expect.stringContaining("Bytecode"),
      "LLVM IR as built",
      "LLVM IR after the passes",
    ]);
    expect(await count(page, ".ir .item:not(.label)")).toBe([...unit.irBefore, ...unit.irAfter].filter(({ isLabel }) => !isLabel).length);
  });

  it("takes programs for text, whatever they hold", async () => {
    const source = `local function f(n) local s = "</script><b>&amp;" for i = 1, n do s = s .. "<!--" if #s > 50 then s = "" end end return s end f(3000)`;
    const tricky = join(folder, "tricky.html");
    writeFileSync(tricky, explanationPage((await observe(source)).explain({ name: "f" })));
    const page = await browser.open(tricky, WIDE);
    expect(page.complaints).toEqual([]);
    expect(await texts(page, ".source pre")).toContain(source);
    expect(await count(page, "b")).toBe(0);
  });
});

describe("pointing at a call site", () => {
  const guard = () => unit.sites.find(({ reason, activation }) => reason === "not an int" && activation === 1) as Unit["sites"][number];

  it("shows its live values, where they are, and the frames that a deopt there builds", async () => {
    const page = await browser.open(file, WIDE);
    const { csid, frames } = guard();
    expect(await texts(page, "#inspector .hint")).toHaveLength(1);
    await page.hover(`.asm .site[data-csid="${csid}"]`);
    expect(await texts(page, "#inspector h2")).toEqual(["◆ Guard: not an int"]);
    expect(await texts(page, "#inspector .card .head")).toEqual(frames.map(({ function: { name }, line }) => `${name}:${line}`));
    const sum = frames[0]?.values.find(({ name }) => name === "sum");
    const cells = await page.evaluate<string[]>(`Array.from(document.querySelectorAll("#inspector .card td"), (cell) => cell.innerText)`);
    const at = cells.indexOf("r1 sum");
    expect(cells.slice(at, at + 3)).toEqual(["r1 sum", "int32", `← ${sum?.location}`]);
    expect(await texts(page, "#inspector td.place")).toContain(sum?.location);
    // Both marks of the site are lit: the one in the IR and the one in the assembly.
    expect(await count(page, `.site.shown[data-csid="${csid}"]`)).toBe(2);
  });

  it("links a value with its place", async () => {
    const page = await browser.open(file, WIDE);
    const { csid, frames } = guard();
    await page.click(`.asm .site[data-csid="${csid}"]`);
    const location = frames[0]?.values.find(({ name }) => name === "sum")?.location;
    await page.hover(`.card tr[data-location="${location}"]`);
    expect(await count(page, "tr.lit")).toBe(2);
  });

  it("links what is for the same instruction in all columns", async () => {
    const page = await browser.open(file, WIDE);
    const multiplication = unit.bytecode.find(({ activation, text }) => activation === 1 && text.startsWith("MUL"));
    await page.hover(`.bytecode [data-place="1:${multiplication?.pc}"]`);
    for (const column of ["bytecode", "ir", "asm"]) expect(await count(page, `.${column} .linked`)).toBeGreaterThan(0);
    expect(await texts(page, ".asm .linked")).toContainEqual(expect.stringMatching(/imull \$3/));
  });

  it("leads to the deopt that happened there", async () => {
    const page = await browser.open(file, WIDE);
    await page.click(`.asm .site[data-csid="${guard().csid}"]`);
    await page.click("#inspector .action");
    expect(await texts(page, ".steps h2")).toEqual([unit.deopts[0]?.title]);
  });
});

describe("a recorded deopt", () => {
  const steps = () => unit.deopts[0]?.steps ?? [];

  it("is stepped through with a button", async () => {
    const page = await browser.open(file, { ...WIDE, hash: "#deopt=1" });
    for (const [index, step] of steps().entries()) {
      expect(await texts(page, '[aria-current="step"]')).toEqual([expect.stringContaining(step.title)]);
      expect(await texts(page, ".steps .text")).toEqual([step.text]);
      expect(await count(page, ".frame")).toBe(step.stack.frames.length);
      expect(await texts(page, ".sp")).toEqual([`sp ${step.stack.sp}`]);
      expect(await exists(page, `document.getElementById("next").disabled`)).toBe(index === steps().length - 1);
      if (index < steps().length - 1) await page.click("#next");
    }
    expect(page.complaints).toEqual([]);
  });

  it("and with the arrow keys; what was popped leaves its outline", async () => {
    const page = await browser.open(file, { ...WIDE, hash: "#deopt=1" });
    await page.press("ArrowRight");
    await page.press("ArrowRight");
    expect(await texts(page, '[aria-current="step"]')).toEqual([expect.stringContaining("Pop")]);
    expect(await count(page, ".ghost")).toBeGreaterThan(0);
    await page.press("ArrowLeft");
    expect(await texts(page, '[aria-current="step"]')).toEqual([expect.stringContaining("Read")]);
    expect(await count(page, ".word.marked")).toBeGreaterThan(3);
  });

  it("is drawn to scale: heights are sizes, distances are differences of addresses", async () => {
    for (const step of [2, 5, 6]) {
      const page = await browser.open(file, { ...WIDE, hash: `#deopt=1&step=${step}` });
      const boxes = await page.evaluate<[string, number, number][]>(
        `Array.from(document.querySelectorAll(".frame"), (frame) => [frame.dataset.address, frame.getBoundingClientRect().bottom, frame.getBoundingClientRect().height])`,
      );
      const frames = steps()[step - 1]?.stack.frames ?? [];
      expect(boxes.map(([address]) => address)).toEqual(frames.map(({ address }) => address));
      const [first] = boxes;
      for (const [index, [address, bottom, height]] of boxes.entries()) {
        const words = frames[index]?.words.length ?? 0;
        const perWord = height / words;
        expect(perWord).toBeCloseTo((first as [string, number, number])[2] / (frames[0]?.words.length ?? 1), 5);
        const distance = Number(BigInt(first?.[0] ?? 0) - BigInt(address)) / 8;
        expect(bottom - (first?.[1] ?? 0)).toBeCloseTo(distance * perWord, 3);
      }
    }
  });

  it("says what each register was given, and from where", async () => {
    const page = await browser.open(file, { ...WIDE, hash: "#deopt=1&step=5" });
    const words = await texts(page, ".frame.pushed .word");
    expect(words).toContainEqual(expect.stringMatching(new RegExp(`r1 sum = ${SUM_BEFORE} +← (\\[rsp\\+\\d+\\]|r\\w+)$`)));
    expect(words).toContainEqual(expect.stringMatching(/r0 x = 0\.5 +← /));
  });
});

describe("on other screens", () => {
  it("fits a narrow one, in both views", async () => {
    for (const hash of ["", "#deopt=1&step=5"]) {
      const page = await browser.open(file, { ...NARROW, hash });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(NARROW.width);
    }
  });

  it("is dark where that is preferred, and on demand", async () => {
    const page = await browser.open(file, { ...WIDE, dark: true });
    const background = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const brightness = async (): Promise<number> => Number(/\d+/.exec(await background())?.[0]);
    expect(await brightness()).toBeLessThan(60);
    await page.click('[aria-label="Theme"] button');
    expect(await brightness()).toBeGreaterThan(200);
  });

  it("shows another unit when that is chosen", async () => {
    const page = await browser.open(file, WIDE);
    await page.click('[aria-label="Compiled units"] button');
    expect(await count(page, ".asm .item")).toBe(explanation.units[0]?.assembly.length);
    expect(await exists(page, 'location.hash.includes("unit=1")')).toBe(true);
  });
});
