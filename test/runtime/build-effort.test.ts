// SPDX-License-Identifier: MIT
/** How long building a function is expected to take, from what others have taken. */
import { expect, it } from "vitest";
import { compileSource, type Proto } from "../../lang/index.js";
import { BuildEffort } from "../../runtime/build-effort.js";

const functionOf = (body: string): Proto => compileSource(`return function(a) ${body} end`, "=effort").protos[0] as Proto;
const leaf = functionOf("return a + 1");
const calling = functionOf("return a:one() + a:two()");

it("what a unit has inlined does not make functions look expensive that call nobody", () => {
  const effort = new BuildEffort();
  const [before, beforeCalling] = [effort.expected(leaf), effort.expected(calling)];
  // 0.1 ms for each instruction that is walked, nearly all of them inlined.
  for (let unit = 0; unit < 10; unit++) {
    const inlined = 150;
    effort.add(calling, inlined, 0.1 * (calling.code.length + 12 + inlined));
  }
  expect(effort.expected(leaf)).toBeLessThan(before);
  expect(effort.expected(leaf)).toBeCloseTo(0.1 * (leaf.code.length + 12), 0);
  expect(effort.expected(calling)).toBeGreaterThan(beforeCalling);
  expect(effort.expected(calling)).toBeCloseTo(0.1 * (calling.code.length + 12 + 150), -0.5);
});

it("the optimizer's first units, which take long because V8 has not compiled it, are soon forgotten", () => {
  const effort = new BuildEffort();
  const walked = leaf.code.length + 12;
  effort.add(leaf, 0, 5 * walked);
  expect(effort.expected(leaf)).toBeGreaterThan(walked / 2);
  for (let unit = 0; unit < 100; unit++) effort.add(leaf, 0, 0.05 * walked);
  expect(effort.expected(leaf)).toBeLessThan(0.06 * walked);
});
