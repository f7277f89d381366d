// SPDX-License-Identifier: MIT
/** `yugong-peel`: the first round of a loop before it, where that takes guards out of the others. */
import { describe, expect, it } from "vitest";
import { addon, attributes, bodyOf, module } from "./support.js";

const DECLARATIONS = `
${attributes("deopt: nounwind noreturn cold")}
declare void @deopt(i64)
declare void @anything()
`;
const PASSES = "loop-simplify,yugong-peel,gvn,instcombine,simplifycfg";

/** What is left of a function in which a loop loads, each round, from the addresses that it is given, behind guards. */
function optimized(body: string, passes = PASSES): string[] {
  const text = `${DECLARATIONS}define i64 @f(i64 %object, i64 %n) {\n${body}\n}`;
  const session = new addon.Session();
  session.define({ deopt: 0x1000n, anything: 0x2000n });
  const added = session.add(module(text), { pipeline: `function(${passes})`, irAfter: true });
  return bodyOf(added.irAfter ?? "", "f");
}

/** Loads \`*object\` each round, if the object's lowest bit is set; \`work\` is what is done besides. */
const loop = (work = ""): string => `
entry:
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loaded ]
  %sum = phi i64 [ 0, %entry ], [ %more, %loaded ]
  %bit = and i64 %object, 1
  %isOdd = icmp eq i64 %bit, 1
  br i1 %isOdd, label %ok, label %exit
exit:
  call void @deopt(i64 %i)
  unreachable
ok:
  %tbaa.count.1 = inttoptr i64 %object to i64*
  %x = load i64, i64* %tbaa.count.1
  %inBounds = icmp ult i64 %i, %x
  br i1 %inBounds, label %loaded, label %bounds
bounds:
  call void @deopt(i64 %i)
  unreachable
loaded:
  ${work}
  %more = add i64 %sum, %x
  %next = add i64 %i, 1
  %again = icmp slt i64 %next, %n
  br i1 %again, label %loop, label %done
done:
  ret i64 %more`;

/** The instructions from the target of the backward jump up to that. */
function inLoop(body: readonly string[]): readonly string[] {
  for (const [at, line] of body.entries()) {
    for (const [, target] of line.startsWith("br ") ? line.matchAll(/label %([\w.]+)/g) : []) {
      const header = body.indexOf(`${target}:`);
      if (header >= 0 && header < at) return body.slice(header, at);
    }
  }
  throw new Error(`no loop in\n${body.join("\n")}`);
}

const count = (lines: readonly string[], pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;

describe("yugong-peel", () => {
  it("leaves neither the guard of an invariant nor the load behind it in the loop", () => {
    const body = optimized(loop());
    expect(count(body, /= load /)).toBe(1);
    expect(count(inLoop(body), /= load |and i64/)).toBe(0);
    expect(count(inLoop(body), /icmp ult/)).toBe(1);
    expect(count(optimized(loop(), PASSES.replace("yugong-peel,", "")), /^loop:/)).toBe(1);
  });

  it("has an exit of each guard once, which both rounds leave by", () => {
    const body = optimized(loop());
    expect(count(body, /call void @deopt/)).toBe(2);
    expect(count(body, /= phi i64/)).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ["a call that may change what is loaded", "call void @anything()", 1],
    ["a store of the same class", "%tbaa.count.2 = inttoptr i64 %n to i64*\nstore i64 %i, i64* %tbaa.count.2", 1],
    ["a store of another class", "%tbaa.element.2 = inttoptr i64 %n to i64*\nstore i64 %i, i64* %tbaa.element.2", 0],
  ])("of a loop with %s keeps the right number of loads", (_, work, loads) => {
    const body = optimized(loop(work));
    expect(count(inLoop(body), /= load /)).toBe(loads);
    expect(count(inLoop(body), /and i64/)).toBe(0);
  });

  it("does not touch a loop that would not be better", () => {
    const varying = loop().replace("and i64 %object, 1", "and i64 %i, 1").replace("inttoptr i64 %object", "inttoptr i64 %i");
    expect(count(optimized(varying, "loop-simplify,yugong-peel"), /@deopt/)).toBe(2);
    expect(count(optimized(varying, "loop-simplify,yugong-peel"), /icmp ult/)).toBe(1);
  });

  it.each([
    ["the index is computed after the test of the round", "%next.0", "onward:\n  %next = add i64 %i, 1\n  br label %loop"],
    ["nothing is done after it", "%next.0", "onward:\n  br label %loop"],
  ])("ends a loop with its test when %s", (_, tested, onward) => {
    const split = loop()
      .replace(
        "%next = add i64 %i, 1",
        onward.includes("%next =") ? "%next.0 = add i64 %i, 1" : "%next.0 = add i64 %i, 1\n%next = add i64 %i, 1",
      )
      .replace("icmp slt i64 %next", `icmp slt i64 ${tested}`)
      .replaceAll("%loaded ]", "%onward ]")
      .replace("label %loop, label %done", `label %onward, label %done\n${onward}`);
    expect(count(inLoop(optimized(split)), /= load |and i64/)).toBe(0);
  });

  it("ends a loop with its test that begins with it", () => {
    const first = loop()
      .replace("%bit = and", "%again = icmp slt i64 %i, %n\nbr i1 %again, label %within, label %done\nwithin:\n  %bit = and")
      .replace("  %again = icmp slt i64 %next, %n\n  br i1 %again, label %loop, label %done", "  br label %loop")
      .replace("ret i64 %more", "ret i64 %sum");
    expect(count(inLoop(optimized(first)), /= load |and i64/)).toBe(0);
  });
});
