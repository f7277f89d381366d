// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";

import { addon, bodyOf, definitionOf, folded, module } from "./support.js";

const tag = (line: string) => line.match(/!tbaa (!\d+)/)?.[1];

describe("alias classes", () => {
  const ir = folded(`
define void @f(i64* %p) {
  %tbaa.slot. = getelementptr i64, i64* %p, i64 1
  %tbaa.slot.1 = getelementptr i64, i64* %p, i64 2
  %tbaa.array = getelementptr i64, i64* %p, i64 3
  %tbaa.const.x = getelementptr i64, i64* %p, i64 4
  %c = bitcast i64* %tbaa.slot. to double*
  %plain = getelementptr i64, i64* %p, i64 5
  %v0 = load i64, i64* %tbaa.slot.
  %v1 = load i64, i64* %tbaa.slot.1
  store i64 0, i64* %tbaa.array
  %v3 = load double, double* %c
  %v4 = load i64, i64* %tbaa.const.x
  store i64 0, i64* %tbaa.const.x
  %v6 = load i64, i64* %plain
  ret void
}`);
  const accesses = bodyOf(ir, "f").slice(6, -1);

  it("come from pointers' names, whatever LLVM appended, through casts", () => {
    const [slot, slot1, array, cast, constant, constantStore, plain] = accesses.map(tag);
    expect(slot).toBeDefined();
    expect(slot1).toBe(slot);
    expect(cast).toBe(slot);
    expect(array).not.toBe(slot);
    expect(constantStore).toBe(constant);
    expect(plain).toBeUndefined();
  });

  it("are scalars under one root", () => {
    const type = definitionOf(ir, tag(accesses[0]!)!).match(/^!\{(!\d+), \1, i64 0\}$/)![1]!;
    expect(definitionOf(ir, type)).toMatch(/^!\{!"slot", !\d+, i64 0\}$/);
    const root = definitionOf(ir, type).match(/, (!\d+),/)![1]!;
    expect(definitionOf(ir, root)).toBe('!{!"yugong"}');
  });

  it("come from a load's own name when its pointer is constant", () => {
    const constant = folded("define i64 @f() {\n%tbaa.slot. = load i64, i64* inttoptr (i64 4096 to i64*)\nret i64 %tbaa.slot.\n}");
    expect(tag(bodyOf(constant, "f")[0]!)).toBeDefined();
  });

  it("make loads of class const invariant", () => {
    expect(accesses.map((line) => line.includes("!invariant.load"))).toEqual([false, false, false, false, true, false, false]);
  });

  it("let LLVM reuse a load across a store to another class", () => {
    const text = (other: string) => `
define i64 @f(i64* %p, i64* %q) {
  %tbaa.slot. = getelementptr i64, i64* %p, i64 1
  %tbaa.${other}.b = getelementptr i64, i64* %q, i64 1
  %a = load i64, i64* %tbaa.slot.
  store i64 7, i64* %tbaa.${other}.b
  %b = load i64, i64* %tbaa.slot.
  %r = sub i64 %a, %b
  ret i64 %r
}`;
    const session = new addon.Session();
    expect(session.add(module(text("array")), { irAfter: true }).irAfter).toContain("ret i64 0");
    expect(session.add(module(text("slot")), { irAfter: true }).irAfter).not.toContain("ret i64 0");
  });
});

describe("branch weights", () => {
  const branchOn = (name: string) => `
define i64 @f(i64 %x) {
  %${name} = icmp eq i64 %x, 0
  br i1 %${name}, label %a, label %b
a:
  ret i64 1
b:
  ret i64 2
}`;
  const weights = (name: string) => {
    const ir = folded(branchOn(name));
    const reference = bodyOf(ir, "f")[1]!.match(/!prof (!\d+)/)?.[1];
    return reference === undefined ? undefined : definitionOf(ir, reference);
  };

  it("come from the condition's name", () => {
    expect(weights("likely.fast")).toBe('!{!"branch_weights", i32 2000, i32 1}');
    expect(weights("unlikely.")).toBe('!{!"branch_weights", i32 1, i32 2000}');
    expect(weights("likelihood")).toBeUndefined();
  });

  it("turn round with the condition", () => {
    const ir = folded(branchOn("likely.").replace("br i1 %likely.", "%not = xor i1 %likely., true\nbr i1 %not"));
    expect(definitionOf(ir, bodyOf(ir, "f")[2]!.match(/!prof (!\d+)/)![1]!)).toContain("i32 1, i32 2000");
  });

  it("ignore constant conditions", () => {
    expect(() => folded(branchOn("likely.").replace("br i1 %likely.", "br i1 true"))).not.toThrow();
  });
});
