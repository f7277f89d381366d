// SPDX-License-Identifier: MIT
/** `yugong-bounds`: guards of a counted loop are tested before it. That both loops do the same is for the language's tests to say. */
import { describe, expect, it } from "vitest";
import { addon, attributes, bodyOf, module } from "./support.js";

const DECLARATIONS = `
${attributes("deopt: nounwind noreturn cold")}
declare void @deopt(i32)
declare void @anything()
declare { i32, i1 } @llvm.sadd.with.overflow.i32(i32, i32)
`;

/** What is left of a function whose loop stores to \`p[i]\` behind a guard. */
function optimized(body: string): string[] {
  const text = `${DECLARATIONS}define void @f(i64* %p, i32 %first, i32 %limit, i32 %n, i32 %half, i32* %size) {\n${body}\n}`;
  const session = new addon.Session();
  session.define({ deopt: 0x1000n, anything: 0x2000n });
  const added = session.add(module(text), { pipeline: "function(yugong-bounds,instcombine,simplifycfg)", irAfter: true });
  return bodyOf(added.irAfter ?? "", "f");
}

const STORE = `%wide = zext i32 %at to i64
  %address = getelementptr i64, i64* %p, i64 %wide
  store i64 7, i64* %address`;
const AT = "%at = add i32 %i, -1";
const TEST = "%next = add nsw i32 %i, 1\n  %again = icmp slt i32 %i, %limit";

const loop = ({ at = AT, bound = "%n", work = STORE, test = TEST } = {}): string => `
entry:
  br label %loop
loop:
  %i = phi i32 [ %first, %entry ], [ %next, %within ]
  ${at}
  %isWithin = icmp ult i32 %at, ${bound}
  br i1 %isWithin, label %within, label %exit
exit:
  call void @deopt(i32 %i)
  unreachable
within:
  ${work}
  ${test}
  br i1 %again, label %loop, label %done
done:
  ret void`;

const count = (lines: readonly string[], pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;

/** The loops, by their headers, each with the instructions up to the jump back. */
function loops(body: readonly string[]): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const [at, line] of body.entries())
    for (const [, target] of line.startsWith("br ") ? line.matchAll(/label %([\w.]+)/g) : []) {
      const header = body.indexOf(`${target}:`);
      if (header >= 0 && header < at) found.set(target as string, body.slice(header, at + 1));
    }
  return found;
}

const SUM = `%pair = call { i32, i1 } @llvm.sadd.with.overflow.i32(i32 %i, i32 %half)
  %overflows = extractvalue { i32, i1 } %pair, 1
  br i1 %overflows, label %exit, label %fits
fits:
  %sum = extractvalue { i32, i1 } %pair, 0
  %at = add i32 %sum, -1`;

describe("yugong-bounds", () => {
  it.each([
    ["the index", loop()],
    ["the next index", loop({ test: "%next = add nsw i32 %i, 1\n  %again = icmp slt i32 %next, %limit" })],
    ["the next index, the limit included", loop({ test: "%next = add i32 %i, 1\n  %again = icmp sle i32 %next, %limit" })],
    ["the opposite", loop({ test: "%next = add nsw i32 %i, 1\n  %again = icmp sgt i32 %limit, %i" })],
  ])("has no guard in a loop that ends with a test of %s, and another loop with it", (_, text) => {
    const body = optimized(text);
    const both = [...loops(body).values()];
    expect(both).toHaveLength(2);
    expect(both.map((lines) => count(lines, /icmp ult/)).sort()).toEqual([0, 1]);
    expect(both.map((lines) => count(lines, /store i64 7/))).toEqual([1, 1]);
    expect(count(body, /call void @deopt/)).toBe(1);
  });

  it("asks before the loop for the first index, the last and their order", () => {
    const body = optimized(loop());
    const before = body.slice(
      0,
      body.findIndex((line) => line.startsWith("br ")),
    );
    expect(before.filter((line) => /icmp/.test(line))).toHaveLength(2);
    expect(body[before.length]).toMatch(/!prof/);
  });

  it("knows of sums that they do not overflow between two that do not", () => {
    const body = optimized(loop({ at: SUM }));
    const both = [...loops(body).values()];
    expect(both.map((lines) => count(lines, /with\.overflow|icmp ult/)).sort()).toEqual([0, 2]);
  });

  /** Neither the first nor the last index plus `half` plus 1 need overflow for one between them to do so. */
  it("does not believe that what is added to may not wrap", () => {
    const wrapping = SUM.replace("i32 %i, i32 %half", "i32 %wraps, i32 1");
    const body = optimized(loop({ at: `%wraps = add i32 %i, %half\n  ${wrapping}` }));
    const before = body.slice(
      0,
      body.findIndex((line) => line.startsWith("br ")),
    );
    const definition = (name: string): string | undefined => before.find((line) => line.startsWith(`${name} = `))?.replace(/^\S+ = /, "");
    const orders = before.flatMap((line) => [...(/icmp sle i32 (%\S+), (%\S+)$/.exec(line)?.slice(1).map(definition) ?? [])]);
    expect(orders).toEqual(["add i32 %first, %half", "add i32 %limit, %half"]);
  });

  it.each([
    [
      "a bound that changes",
      loop({ bound: "%bound", at: `${AT}\n  %bound = load i32, i32* %size`, work: `${STORE}\n  call void @anything()` }),
    ],
    ["an index that is multiplied", loop({ at: "%at = mul i32 %i, 3" })],
    ["another step", loop({ test: "%next = add nsw i32 %i, 2\n  %again = icmp slt i32 %i, %limit" })],
    [
      "a limit that changes",
      loop({ test: "%next = add nsw i32 %i, 1\n  %end = load i32, i32* %size\n  call void @anything()\n  %again = icmp slt i32 %i, %end" }),
    ],
    ["a test that an index may pass", loop({ test: "%next = add i32 %i, 1\n  %again = icmp ne i32 %i, %limit" })],
  ])("leaves a loop alone with %s", (_, text) => {
    const body = optimized(text);
    expect(loops(body).size).toBe(1);
    expect(count(body, /icmp ult/)).toBe(1);
  });
});
