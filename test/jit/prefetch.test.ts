// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { SeenCall } from "../../jit/semantics/feedback.js";
import { ImaginedProgram } from "./support.js";

/** `iterator` is that of ipairs, all other calls are of a library function. */
function prefetches(body: string, callee = "coroutine.resume"): number {
  const source = `function f(iterator, tasks, call) for _, task in iterator, tasks, 0 do ${body} end end`;
  const { text } = new ImaginedProgram(source, {
    feedback: ({ op }) => (op === "CALL" ? { bits: SeenCall.Seen, reference: 0x5000n } : op === "TFORCALL" ? { reference: 0x6000n } : {}),
    callee: (value) => ({ kind: "builtin", name: value === 0x6000n ? "ipairs.iterator" : callee, code: 0x7700n }),
  }).compile("f");
  return text.match(/call void @llvm\.prefetch/g)?.length ?? 0;
}

describe("coroutines of an array", () => {
  it("are asked for ahead, with two lines of their stacks, where a loop resumes them", () => {
    expect(prefetches("call(task)")).toBe(3);
    expect(prefetches("local ok, delay = call(task, 1) if delay then tasks = ok end")).toBe(3);
  });

  it("are not where the loop does something else with them", () => {
    expect(prefetches("local x = task")).toBe(0);
    expect(prefetches("call(tasks)")).toBe(0);
    expect(prefetches("call(1, task)")).toBe(0);
    expect(prefetches("task = tasks call(task)")).toBe(0);
    expect(prefetches("call(task)", "coroutine.status")).toBe(0);
  });
});
