// SPDX-License-Identifier: MIT
/** `yugong-double-loads`: what is tested as a word and used as a double is loaded twice. */
import { describe, expect, it } from "vitest";
import { addon, attributes, bodyOf, module } from "./support.js";

const DECLARATIONS = `
${attributes("deopt: nounwind noreturn cold")}
declare void @deopt(i64)
declare void @anything()
`;

/** What is left of a function that tests the word at \`%p\` and goes on in \`body\`; \`between\` is done after the load. */
function optimized(body: string, between = "", exit = "call void @deopt(i64 0)"): string[] {
  const text = `${DECLARATIONS}define double @f(i64* %p, i64* %q, double %y) {
  %word = load i64, i64* %p
  ${between}
  %isDouble = icmp ult i64 %word, -4000
  br i1 %isDouble, label %body, label %exit
exit:
  ${exit}
  unreachable
body:
  ${body}
}`;
  const session = new addon.Session();
  session.define({ deopt: 0x1000n, anything: 0x2000n });
  return bodyOf(session.add(module(text), { pipeline: "function(yugong-double-loads)", irAfter: true }).irAfter ?? "", "f");
}

const MULTIPLY = "%x = bitcast i64 %word to double\n%product = fmul double %x, %y";
const count = (lines: readonly string[], pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
const behind = (lines: readonly string[], block: string): readonly string[] => lines.slice(lines.indexOf(`${block}:`) + 1);

describe("yugong-double-loads", () => {
  it("loads the double where it is used", () => {
    const body = optimized(`${MULTIPLY}\nret double %product`);
    expect(count(body, /= load i64/)).toBe(1);
    expect(count(body, /bitcast i64 %word/)).toBe(0);
    expect(count(behind(body, "body"), /= load double/)).toBe(1);
  });

  it("loads it before what is stored there later", () => {
    const body = optimized(`store i64 1, i64* %q\n${MULTIPLY}\nret double %product`);
    const rest = behind(body, "body");
    expect(rest.findIndex((line) => line.includes("= load double"))).toBeLessThan(rest.findIndex((line) => line.startsWith("store ")));
    expect(count(rest, /= load double/)).toBe(1);
  });

  it("gives an exit the word of the double, on the way there", () => {
    const body = optimized(`${MULTIPLY}
      %more = fcmp olt double %product, 1.0
      br i1 %more, label %done, label %later
      later:
      %state = phi i64 [ %word, %body ], [ 7, %done ]
      call void @deopt(i64 %state)
      unreachable
      done:
      %less = fcmp olt double %product, -1.0
      br i1 %less, label %end, label %later
      end:
      ret double %product`);
    expect(count(body, /= load double/)).toBe(1);
    const cast = body.findIndex((line) => /bitcast double .* to i64/.test(line));
    expect(body[cast + 1]).toMatch(/^br label %later/);
  });

  it("stores the double, where the word is copied", () => {
    const body = optimized(`store i64 %word, i64* %q\n${MULTIPLY}\nret double %product`);
    expect(count(body, /bitcast double .* to i64/)).toBe(1);
    expect(count(body, /= load double/)).toBe(1);
  });

  it("loads the word again where it is no double", () => {
    const body = optimized(`${MULTIPLY}\nret double %product`, "", "call void @deopt(i64 %word)");
    expect(count(body, /= load i64/)).toBe(2);
    expect(count(body, /= load double/)).toBe(1);
  });

  it("gives an exit that is shared the word, on the way there", () => {
    const body = optimized(
      `%x = bitcast i64 %word to double\n%more = fcmp olt double %x, %y\nbr i1 %more, label %end, label %exit\nend:\nret double %x`,
      "",
      "%state = phi i64 [ %word, %0 ], [ 7, %body ]\ncall void @deopt(i64 %state)",
    );
    expect(count(body, /= load double/)).toBe(1);
    expect(count(body, /= load i64/)).toBe(2);
  });

  it("loads for a test that comes behind another guard", () => {
    const body = optimized(
      `${MULTIPLY}\nret double %product`,
      "%o = fcmp olt double %y, 1.0\nbr i1 %o, label %tested, label %cold\ncold:\ncall void @deopt(i64 %word)\nunreachable\ntested:",
    );
    expect(count(body, /= load double/)).toBe(1);
    const tested = behind(body, "tested");
    expect(tested.findIndex((line) => line.includes("= load i64"))).toBe(0);
  });

  it.each([
    ["something may be stored before the test", `${MULTIPLY}\nret double %product`, "call void @anything()"],
    ["nothing uses it as a double", "call void @deopt(i64 %word)\nunreachable", ""],
    ["the word is computed with", `${MULTIPLY}\n%masked = and i64 %word, 7\nstore i64 %masked, i64* %q\nret double %product`, ""],
  ])("leaves a load alone when %s", (_, body, between) => {
    expect(count(optimized(body, between), /= load double/)).toBe(0);
  });
});
