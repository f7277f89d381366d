// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";

import { bodyOf, definitionOf, folded } from "./support.js";

const DECLARATIONS = `
declare void @yg.stackmap(i64, ...)
declare void @llvm.donothing()
declare i64 @callee(i64)
declare void @stop()
`;

function foldBody(body: string): string {
  return folded(`${DECLARATIONS}define i64 @f(i64 %x, i32 %i, double %d, i8* %p) {\n${body}\n}`);
}

const marker = (csid: string, ...values: string[]) => `call void (i64, ...) @yg.stackmap(${[`i64 ${csid}`, ...values].join(", ")})`;

describe("a stackmap marker", () => {
  it("becomes the deopt bundle and identifier of the next call", () => {
    const ir = foldBody(`${marker("71", "i32 4", "i64 %x", "double %d", "i8* %p")}\n%r = call i64 @callee(i64 %x)\nret i64 %r`);
    const [call, end] = bodyOf(ir, "f");
    expect(call).toMatch(/^%r = call i64 @callee\(i64 %x\) #\d+ \[ "deopt"\(i32 4, i64 %x, double %d, i8\* %p\) \]$/);
    expect(end).toBe("ret i64 %r");
    expect(definitionOf(ir, call!.match(/#\d+/)![0])).toContain('"statepoint-id"="71"');
    expect(ir).not.toContain("yg.stackmap");
  });

  it("keeps attributes, calling convention and metadata of the call", () => {
    const call = "%r = tail call fastcc zeroext i64 @callee(i64 signext %x) nounwind, !mine !{}";
    const ir = foldBody(`${marker("1")}\n${call}\nret i64 %r`);
    const line = bodyOf(ir, "f")[0]!;
    expect(line).toMatch(/^%r = tail call fastcc zeroext i64 @callee\(i64 signext %x\) #\d+ \[ "deopt"\(\) \], !mine/);
    expect(definitionOf(ir, line.match(/#\d+/)![0])).toContain("nounwind");
  });

  it("skips intrinsics and other instructions on the way to its call", () => {
    const ir = foldBody(
      `${marker("5", "i64 %x")}\ncall void @llvm.donothing()\n%y = add i64 %x, 1\n%r = call i64 @callee(i64 %y)\nret i64 %r`,
    );
    expect(bodyOf(ir, "f")[2]).toMatch(/@callee\(i64 %y\) #\d+ \[ "deopt"\(i64 %x\) \]/);
  });

  it("describes calls through pointers and noreturn calls", () => {
    const ir = foldBody(
      `%f = bitcast i8* %p to void (i32)*\n${marker("6")}\ncall void %f(i32 %i)\n${marker("7")}\ncall void @stop()\nunreachable`,
    );
    expect(ir.match(/"deopt"\(\)/g)).toHaveLength(2);
  });

  it("takes identifiers of 64 bits", () => {
    const ir = foldBody(`${marker("-1")}\ncall void @stop()\nunreachable`);
    expect(ir).toContain('"statepoint-id"="18446744073709551615"');
  });
});

describe("a wrong stackmap marker is an error that names function and identifier", () => {
  const cases: [string, string, RegExp][] = [
    ["without a call", `${marker("3")}\nret i64 0`, /stackmap 3 in function @f: no call follows/],
    [
      "with the call in another block",
      `${marker("3")}\nbr label %next\nnext:\ncall void @stop()\nret i64 0`,
      /stackmap 3 .*no call follows/,
    ],
    ["for a call that has one", `${marker("3")}\n${marker("4")}\ncall void @stop()\nret i64 0`, /stackmap 4 .*has a stackmap already/],
    ["with identifier 0", `${marker("0")}\ncall void @stop()\nret i64 0`, /stackmap 0 in function @f: CSID 0/],
    ["with a variable identifier", `${marker("%x")}\ncall void @stop()\nret i64 0`, /function @f: the CSID is not a constant/],
    ["with a wide value", `${marker("3", "i128 1")}\ncall void @stop()\nret i64 0`, /stackmap 3 .*value 0 is not an integer/],
    ["for inline assembly", `${marker("3")}\ncall void asm "nop", ""()\nret i64 0`, /stackmap 3 .*inline assembly/],
    ["with too many values", `${marker("3", ...Array<string>(65_536).fill("i64 %x"))}\ncall void @stop()\nret i64 0`, /65536 values/],
    [
      "for a musttail call",
      `${marker("3")}\n%musttail.r = call i64 @f(i64 %x, i32 %i, double %d, i8* %p)\nret i64 %musttail.r`,
      /musttail/,
    ],
  ];
  it.each(cases)("%s", (_, body, message) => expect(() => foldBody(body)).toThrow(message));

  it("used as a value", () => {
    const text = `${DECLARATIONS}@p = global void (i64, ...)* @yg.stackmap`;
    expect(() => folded(text)).toThrow(/@yg.stackmap is a marker and can only be called directly/);
  });
});
