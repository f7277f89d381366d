// SPDX-License-Identifier: MIT
/** `yugong-numbers`: a branch in place of a conversion whose result is not wanted most of the time. */
import { describe, expect, it } from "vitest";
import { addon, attributes, bodyOf, module } from "./support.js";

const DECLARATIONS = `
${attributes("deopt: nounwind noreturn cold")}
declare void @deopt(i64)
`;

/** What is left of a function that makes a double of a word; words below -4000 are doubles, below -3000 numbers. */
function optimized(body: string): string[] {
  const text = `${DECLARATIONS}define double @f(i64 %word, i64 %other) {\n${body}\n}`;
  const session = new addon.Session();
  session.define({ deopt: 0x1000n });
  return bodyOf(session.add(module(text), { pipeline: "function(yugong-numbers)", irAfter: true }).irAfter ?? "", "f");
}

const choice = (word: string, limit = -4000): string => `
  %isDouble = icmp ult i64 ${word}, ${limit}
  %double = bitcast i64 ${word} to double
  %int = trunc i64 ${word} to i32
  %converted = sitofp i32 %int to double
  %number = select i1 %isDouble, double %double, double %converted
  ret double %number`;

const guarded = (asked: string, chosen: string): string => `
  %isNumber = icmp ult i64 ${asked}, -3000
  br i1 %isNumber, label %ok, label %exit
exit:
  call void @deopt(i64 %word)
  unreachable
ok:${chosen}`;

/** The lines of a block, without its name. */
function block(body: readonly string[], name: RegExp): readonly string[] {
  const at = body.findIndex((line) => name.test(line) && line.endsWith(":"));
  if (at < 0) throw new Error(`no block ${name} in\n${body.join("\n")}`);
  const rest = body.slice(at + 1);
  const end = rest.findIndex((line) => line.endsWith(":"));
  return end < 0 ? rest : rest.slice(0, end);
}

const has = (lines: readonly string[], pattern: RegExp): boolean => lines.some((line) => pattern.test(line));

describe("yugong-numbers", () => {
  it("converts only what is no double", () => {
    const body = optimized(choice("%word"));
    expect(has(body, /select/)).toBe(false);
    expect(body.filter((line) => /sitofp/.test(line))).toHaveLength(1);
    const before = body.slice(
      0,
      body.findIndex((line) => line.startsWith("br ")),
    );
    expect(has(before, /sitofp/)).toBe(false);
  });

  it("asks whether it is a number only of what is no double", () => {
    const body = optimized(guarded("%word", choice("%word")));
    const branch = body.find((line) => line.startsWith("br ")) as string;
    expect(has(body.slice(0, body.indexOf(branch)), /-4000/)).toBe(true);
    expect(branch).toMatch(/label %ok, label %other/);
    expect(has(block(body, /^other/), /br i1 %isNumber, label %convert, label %exit/)).toBe(true);
    expect(has(block(body, /^other/), /-3000/)).toBe(true);
    expect(has(block(body, /^convert/), /sitofp/)).toBe(true);
    expect(has(block(body, /^ok/), /phi double/)).toBe(true);
  });

  it("does so when there is another guard between", () => {
    const between = `\n  %o = icmp ult i64 %other, -3000\n  br i1 %o, label %fine, label %exit\nfine:${choice("%word")}`;
    const body = optimized(guarded("%word", between));
    expect(has(block(body, /^other/), /br i1 %isNumber, label %convert, label %exit/)).toBe(true);
    expect(has(block(body, /^ok/), /phi double/)).toBe(true);
  });

  it.each([
    ["of another word", guarded("%other", choice("%word"))],
    ["that lets fewer doubles in", guarded("%word", choice("%word", -2000))],
  ])("leaves a guard alone %s", (_, text) => {
    const body = optimized(text);
    expect(body.find((line) => line.startsWith("br "))).toMatch(/br i1 %isNumber, label %ok, label %exit/);
    expect(has(body, /select/)).toBe(false);
  });

  it("leaves other selects alone", () => {
    const other = choice("%word").replace("bitcast i64 %word", "bitcast i64 %other");
    expect(has(optimized(other), /select/)).toBe(true);
  });
});
