// SPDX-License-Identifier: MIT
/** `yugong-addresses`: fields of one object are told apart, whatever their class. */
import { describe, expect, it } from "vitest";
import { addon, bodyOf, module } from "./support.js";

const PASSES = "instcombine,yugong-addresses,gvn,instcombine";

/** Loads `*first`, stores to the second address, and loads from the first again: how many loads are left. */
function loads(first: string, second: string, passes = PASSES): number {
  const text = `define i64 @f(i64 %object, i64 %other, i64 %index) {
entry:
  %first = ${first}
  %second = ${second}
  %tbaa.slot.1 = inttoptr i64 %first to i64*
  %before = load i64, i64* %tbaa.slot.1
  %tbaa.slot.2 = inttoptr i64 %second to i64*
  store i64 %other, i64* %tbaa.slot.2
  %tbaa.slot.3 = inttoptr i64 %first to i64*
  %after = load i64, i64* %tbaa.slot.3
  %changed = sub i64 %after, %before
  ret i64 %changed
}`;
  const added = new addon.Session().add(module(text), { pipeline: `function(${passes})`, irAfter: true });
  return bodyOf(added.irAfter ?? "", "f").filter((line) => / = load /.test(line)).length;
}

describe("yugong-addresses", () => {
  it.each([
    ["other fields of an object", "add i64 %object, 16", "add i64 %object, 24"],
    ["its first field", "add i64 %object, 8", "add i64 %object, 0"],
    ["fields behind an address that is computed", "add i64 %index, 8", "add i64 %index, -8"],
  ])("sees that a store does not change %s", (_, first, second) => {
    expect(loads(first, second)).toBe(0);
    expect(loads(first, second, PASSES.replace("yugong-addresses,", ""))).toBe(2);
  });

  it.each([
    ["the same field of what may be the same object", "add i64 %object, 16", "add i64 %other, 16"],
    ["another field of it", "add i64 %object, 16", "add i64 %other, 24"],
    ["a field at an offset that is not known", "add i64 %object, 16", "add i64 %object, %index"],
    ["a field that overlaps", "add i64 %object, 16", "add i64 %object, 20"],
  ])("loads again behind a store to %s", (_, first, second) => {
    expect(loads(first, second)).toBe(2);
  });
});
