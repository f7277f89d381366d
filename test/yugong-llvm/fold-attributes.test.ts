// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";

import { attributes, bodyOf, definitionOf, folded } from "./support.js";

const FUNCTIONS = `
declare void @stop()
define i8 @f(i8* %a, i8* %b) {
  call void @stop()
  %r = call i8 @g(i8* %a, i8* %b)
  ret i8 %r
}
define i8 @g(i8* %a, i8* %b) { ret i8 0 }
`;

const foldWith = (...lines: string[]) => folded(attributes(...lines) + FUNCTIONS);
const signature = (ir: string, name: string) =>
  ir.split("\n").find((line) => /^(define|declare)/.test(line) && line.includes(`@${name}(`))!;
const functionAttributes = (ir: string, name: string) => definitionOf(ir, signature(ir, name).match(/#\d+/)![0]);

describe("attribute lines", () => {
  it("give functions LLVM's attributes and are erased", () => {
    const ir = foldWith("stop: noreturn cold", "f:readonly  willreturn");
    expect(functionAttributes(ir, "stop")).toBe("{ cold noreturn }");
    expect(functionAttributes(ir, "f")).toBe("{ readonly willreturn }");
    expect(ir).not.toContain("yg.attributes");
  });

  it("give string attributes", () => {
    const ir = foldWith("f: frame-pointer=all yg-mark");
    expect(functionAttributes(ir, "f")).toBe('{ "frame-pointer"="all" "yg-mark" }');
  });

  it("give results and parameters attributes", () => {
    const ir = foldWith("f: ret:zeroext param 0:noalias param 1:align=16 param 1:nocapture");
    expect(signature(ir, "f")).toContain("zeroext i8 @f(i8* noalias %a, i8* nocapture align 16 %b)");
  });

  it("set linkage and visibility", () => {
    const ir = foldWith("g: internal", "f: hidden");
    expect(signature(ir, "g")).toContain("define internal i8 @g");
    expect(signature(ir, "f")).toContain("define hidden i8 @f");
  });

  it("set the calling convention of a function and its direct calls", () => {
    const ir = foldWith("g: cc=tail", "stop: cc=preserve_most");
    expect(signature(ir, "g")).toContain("define tailcc i8 @g");
    expect(bodyOf(ir, "f")).toEqual(["call preserve_mostcc void @stop()", "%r = call tailcc i8 @g(i8* %a, i8* %b)", "ret i8 %r"]);
  });

  it("apply * to all functions that have a body", () => {
    const ir = foldWith("*: nounwind");
    expect(functionAttributes(ir, "f")).toBe("{ nounwind }");
    expect(functionAttributes(ir, "g")).toBe("{ nounwind }");
    expect(signature(ir, "stop")).toBe("declare void @stop()");
  });

  it("may be none", () => {
    expect(folded("@yg.attributes = private constant [1 x i8] zeroinitializer\n")).not.toContain("yg.attributes");
  });

  it("may come in several strings, as LLVM renames the second", () => {
    const second = attributes("g: cold").replace("@yg.attributes", "@yg.attributes.1");
    const ir = folded(attributes("f: cold") + second + FUNCTIONS);
    expect(functionAttributes(ir, "f")).toBe("{ cold }");
    expect(functionAttributes(ir, "g")).toBe("{ cold }");
  });
});

describe("a wrong attribute line is an error", () => {
  const cases: [string, string, RegExp][] = [
    ["unknown function", "nobody: cold", /there is no function @nobody/],
    ["unknown attribute", "f: colt", /@f: unknown attribute 'colt'/],
    ["not a line", "cold", /line 'cold' is not of the form/],
    ["for another place", "f: ret:noreturn", /'noreturn' does not apply to a result/],
    ["parameter out of range", "f: param 2:noalias", /@f: there is no parameter 2/],
    ["parameter without number", "f: param noalias", /'param' must be followed by 'N:attribute'/],
    ["number missing", "f: param 0:align", /'align' needs a number/],
    ["needless value", "f: cold=1", /'cold' takes no value/],
    ["type attribute", "f: param 0:byval", /takes a type/],
    ["calling convention", "f: cc=pascal", /unknown calling convention 'pascal'/],
    ["internal declaration", "stop: internal", /without a body cannot be internal/],
  ];
  it.each(cases)("%s", (_, line, message) => expect(() => foldWith(line)).toThrow(message));
});
