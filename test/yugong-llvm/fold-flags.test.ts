// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";

import { bodyOf, folded } from "./support.js";

const foldBody = (body: string) =>
  bodyOf(
    folded(`
declare void @yg.tail()
declare void @yg.musttail()
declare void @done(i64)
declare i64 @g(i64)
define i64 @f(i64 %x) {
${body}
}
define void @v(i64 %x) {
  call void @yg.musttail()
  call void @done(i64 %x)
  ret void
}`),
    body === "" ? "v" : "f",
  );

describe("flags by name", () => {
  it("tail. and musttail. calls", () => {
    expect(foldBody("%tail.a = call i64 @g(i64 %x)\nret i64 %tail.a")[0]).toBe("%tail.a = tail call i64 @g(i64 %x)");
    expect(foldBody("%musttail.a = call i64 @g(i64 %x)\nret i64 %musttail.a")[0]).toBe("%musttail.a = musttail call i64 @g(i64 %x)");
  });

  it("markers before calls that have no result, and so no name", () => {
    expect(
      folded("declare void @yg.tail()\ndeclare void @d()\ndefine void @f() {\ncall void @yg.tail()\ncall void @d()\nret void\n}"),
    ).toMatch(/^ {2}tail call void @d\(\)$/m);
  });

  it("nsw. additions, subtractions and multiplications", () => {
    const body = foldBody(
      "%nsw.a = add i64 %x, 1\n%nsw.b = sub i64 %nsw.a, %x\n%nsw.c = mul i64 %nsw.b, %x\n%d = add i64 %nsw.c, 1\nret i64 %d",
    );
    expect(body.map((line) => line.includes(" nsw i64"))).toEqual([true, true, true, false, false]);
  });
});

describe("wrong flags are errors", () => {
  it("a musttail call that is not at the end", () => {
    expect(() => foldBody("%musttail.a = call i64 @g(i64 %x)\n%b = add i64 %musttail.a, 1\nret i64 %b")).toThrow(
      /invalid IR in function @f/,
    );
  });

  it("a marker without a call", () => {
    expect(() => foldBody("call void @yg.tail()\nret i64 0")).toThrow(/no call follows @yg.tail in its block, in function @f/);
  });
});
