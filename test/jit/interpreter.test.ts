// SPDX-License-Identifier: MIT
/** The generated interpreter as IR: every instruction is there, and every call out of it can be walked. */
import { describe, expect, it } from "vitest";
import { emitContinuations } from "../../jit/interpreter/continuations.js";
import { emitCoroutineBuiltins } from "../../jit/interpreter/coroutines.js";
import { emitInterpreter } from "../../jit/interpreter/interpreter.js";
import { emitProtectedCalls } from "../../jit/interpreter/protected-calls.js";
import { Ir } from "../../jit/ir.js";
import { OPCODES } from "../../lang/bytecode.js";
import { layout } from "./support.js";

const ir = new Ir("interpreter", layout);
emitInterpreter(ir);
const csids = { next: layout.csids.generatedBuiltin };
for (const emit of [emitCoroutineBuiltins, emitProtectedCalls, emitContinuations]) emit(ir, csids);
const text = ir.print();

describe("the interpreter", () => {
  it("is well-formed", () => expect(ir.verify()).toBe(""));

  it("has a case for each opcode", () => {
    for (const { name } of OPCODES) expect(text).toMatch(new RegExp(`^${name}: `, "m"));
  });

  it("has a stackmap at every call of a host helper and of a language function, and none twice", () => {
    const lines = text.split("\n");
    // A tail call leaves no frame to be walked.
    const calls = lines.flatMap((line, index) =>
      !line.includes("%musttail.") && /call .*@yl_(?!leaf_)|call \{ i64, i64 \} %|@yg_stack_swap2\(i64 %/.test(line) ? [index] : [],
    );
    expect(calls.length).toBeGreaterThan(20);
    // The folding pass gives a marker to the next call behind it.
    for (const index of calls) {
      const before = lines.slice(0, index).findLast((line) => / call |^[\w-]+:/.test(line));
      expect(before, lines[index]).toMatch(/@yg\.stackmap\(i64 \d+/);
    }
    const csids = [...text.matchAll(/@yg\.stackmap\(i64 (\d+)/g)].map(([, csid]) => csid);
    expect(new Set(csids).size).toBe(csids.length);
  });

  it("keeps closure, pc and registers alive at its own call sites", () => {
    const own = [...text.matchAll(/@yg\.stackmap\(i64 (\d+)((?:, i64 %\d+)*)\)/g)].filter(([, csid]) => Number(csid) < layout.csids.pcall);
    for (const [, , values] of own) expect((values ?? "").split(", i64 ").length - 1).toBe(3);
  });
});
