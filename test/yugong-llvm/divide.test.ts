// SPDX-License-Identifier: MIT
/** @yg.fdiv: a division that LLVM's passes do not do, so that the sign of 0/0 and of what follows from infinities is the machine's. */
import { describe, expect, it } from "vitest";
import { addon, module } from "./support.js";

const ATTRIBUTES = "yg.fdiv: nounwind readnone willreturn speculatable nofree nosync";
const DECLARATION = `
@yg.attributes = private constant [${ATTRIBUTES.length + 1} x i8] c"${ATTRIBUTES}\\00"
declare double @yg.fdiv(double, double)
`;

function optimized(body: string, declaration = DECLARATION): string {
  const added = new addon.Session().add(module(declaration + body), { level: 2, irAfter: true });
  return added.irAfter ?? "";
}

describe("@yg.fdiv", () => {
  it("becomes a division", () => {
    const ir = optimized("define double @f(double %x, double %y) {\n%q = call double @yg.fdiv(double %x, double %y)\nret double %q\n}");
    expect(ir).toMatch(/%q = fdiv double %x, %y/);
    expect(ir).not.toContain("yg.fdiv");
  });

  it("of zeros that only the passes find is the machine's negative NaN", () => {
    const zero = "%d = sub i64 %x, %x\n%z = sitofp i64 %d to double";
    const ir = optimized(`define double @f(i64 %x) {\n${zero}\n%q = call double @yg.fdiv(double %z, double %z)\nret double %q\n}`);
    expect(ir).toContain("ret double 0xFFF8000000000000");
  });

  it("is done once where it is written twice", () => {
    const call = "call double @yg.fdiv(double %x, double %y)";
    const ir = optimized(`define double @f(double %x, double %y) {\n%a = ${call}\n%b = ${call}\n%s = fadd double %a, %b\nret double %s\n}`);
    expect(ir.match(/fdiv/g)).toHaveLength(1);
  });

  it("keeps infinities from the passes: what is made of them and of zeros is the machine's", () => {
    const zero = "%d = sub i64 %x, %x\n%z = sitofp i64 %d to double";
    const body = (result: string): string => `define double @f(i64 %x) {\n${zero}\n${result}\nret double %r\n}`;
    const [positive, negative] = ["0x7ff0000000000000", "0xfff0000000000000"];
    for (const result of [
      `%r = fmul double %z, ${positive}`,
      `%i = fadd double %z, ${negative}\n%r = fadd double %i, ${positive}`,
      `%i = fsub double %z, ${positive}\n%s = fmul double %i, %z\n%r = fsub double %z, %s`,
    ])
      expect(optimized(body(result)), result).toContain("ret double 0xFFF8000000000000");
    expect(optimized(body(`%r = fsub double %z, ${positive}`))).toContain("ret double 0xFFF0000000000000");
  });

  it("is made where an infinity is used, and is none afterwards", () => {
    const ir = optimized("define double @f(double %x) {\n%r = fmul double %x, 0x7ff0000000000000\nret double %r\n}");
    expect(ir).toMatch(/fmul double (%x, )?0x7FF0000000000000/);
    expect(ir).not.toContain("fdiv");
  });

  it("has to be declared as what it is", () => {
    const body = "define float @f(float %x) {\n%q = call float @yg.fdiv(float %x, float %x)\nret float %q\n}";
    expect(() => optimized(body, "declare float @yg.fdiv(float, float)\n")).toThrow(
      /@yg\.fdiv has to be declared as double \(double, double\)/,
    );
  });

  it("has no address", () => {
    const body = "define i64 @f() {\nret i64 ptrtoint (double (double, double)* @yg.fdiv to i64)\n}";
    expect(() => optimized(body)).toThrow(/@yg\.fdiv can only be called/);
  });
});
