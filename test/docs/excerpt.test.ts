// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { compare, fitsLine, refresh } from "./excerpt.js";
import { anchorOf, parseMarkdown, replaceBlock } from "./markdown.js";

const lines = (text: string): string[] => text.split(" ");
const all = { quotation: false };
const part = { quotation: true };

describe("lines", () => {
  it("are compared without times, addresses and code sizes", () => {
    expect(fitsLine("   91.69 ms  deopt  1 frame rebuilt in 412 ns", "  108.10 ms  deopt  1 frame rebuilt in 1.43 µs")).toBe(true);
    expect(
      fitsLine("15 ms (build 3.5, llvm passes 4.7), 96 IR instructions, 412 bytes", "5.1 ms (build 1), 2,000 IR instructions, 1 byte"),
    ).toBe(true);
    expect(fitsLine("sp 0x7f0012345678", "sp 0x7fff00000000")).toBe(true);
    expect(fitsLine("%3 = add i64 %x.12, -704089620851264 #4", "%10 = add i64 %x.7, -704089620855552 #5")).toBe(true);
    expect(fitsLine("◆4112 guard, r1 sum int32 in [rsp]; 48 words", "◆4096 guard, r1 sum int32 in [rsp+8]; 1 word")).toBe(true);
    expect(fitsLine("%3 = add i64 %x, 4", "%3 = add i64 %y, 4")).toBe(false);
    expect(fitsLine("1 frame rebuilt in 412 ns", "2 frames rebuilt in 412 ns")).toBe(false);
    expect(fitsLine("rsp+0x18", "rsp+0x20")).toBe(false);
  });
  it("have gaps", () => {
    expect(fitsLine("a … (b)", "a x y (b)")).toBe(true);
    expect(fitsLine("a … (b)", "a x y b")).toBe(false);
  });
});

describe("an output", () => {
  it("is shown whole", () => {
    expect(compare(lines("a b c"), lines("a b c"), all)).toBeUndefined();
    expect(compare(lines("a b"), lines("a b c"), all)).toBeDefined();
    expect(compare(lines("b c"), lines("a b c"), all)).toBeDefined();
    expect(compare(lines("a x c"), lines("a b c"), all)).toEqual({ line: 0, what: "shown:  x\nthere:  b" });
  });
  it("has gaps of any size", () => {
    expect(compare(lines("a … d"), lines("a b c d"), all)).toBeUndefined();
    expect(compare(lines("a … d"), lines("a d"), all)).toBeUndefined();
    expect(compare(lines("… c …"), lines("a b c d"), all)).toBeUndefined();
    expect(compare(lines("a … c"), lines("a b c d"), all)).toMatchObject({ line: 2 });
    expect(compare(lines("… c … b …"), lines("a b c d"), all)).toMatchObject({ line: 3 });
  });
  it("is written anew, within gaps between first and last lines", () => {
    expect(refresh(lines("a x"), lines("a b c"), all)).toEqual(lines("a b c"));
    expect(refresh(lines("… b x d … f …"), lines("a b c c d e f"), all)).toEqual(lines("… b c c d … f …"));
    expect(() => refresh(lines("… x …"), lines("a b"), all)).toThrow("by hand");
  });
});

describe("a quotation", () => {
  const there = ["void f() {", "  if (x) {", "    g();", "  }", "}"];
  it("is anywhere, however indented", () => {
    expect(compare(["if (x) {", "  g();", "}"], there, part)).toBeUndefined();
    expect(compare(["if (x) {", "g();", "}"], there, part)).toBeDefined();
    expect(compare(["void f() {", "…", "}"], there, part)).toBeUndefined();
  });
  it("is written anew with its indentation", () => {
    expect(refresh(["if (x) {", "  h();", "}"], there, part)).toEqual(["if (x) {", "  g();", "}"]);
  });
});

describe("Markdown", () => {
  const text = "# One, `two`\n[a](b.md#c) `x/y`\n```console exit=1\n$ false\n```\n";
  it("has blocks, links, headings and paths", () => {
    const { blocks, links, headings, codes } = parseMarkdown(text);
    expect(blocks).toEqual([{ line: 3, language: "console", options: new Map([["exit", "1"]]), lines: ["$ false"] }]);
    expect(links).toEqual([{ line: 2, text: "b.md#c" }]);
    expect(headings.map(anchorOf)).toEqual(["one-two"]);
    expect(codes.map((code) => code.text)).toEqual(["two", "x/y"]);
    expect(replaceBlock(text, blocks[0]!, ["$ true", "x"])).toBe(text.replace("$ false", "$ true\nx"));
  });
});
