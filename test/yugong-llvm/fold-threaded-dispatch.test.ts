// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";

import { addon, attributes, bodyOf, folded, module } from "./support.js";

/** A little interpreter: opcode 0 returns, every other one changes the accumulator by a branch of its own. */
function interpreter(opcodes: number, options: { cases?: (opcode: number) => number; defaultBody?: string; block?: string } = {}): string {
  const block = options.block ?? "dispatch";
  const handlers = Array.from({ length: opcodes }, (_, opcode) => opcode).slice(1);
  const handler = (n: number) => `
h${n}:
  %a${n} = load i64, i64* %r
  %c${n} = icmp ult i64 %a${n}, ${n}
  br i1 %c${n}, label %y${n}, label %z${n}
y${n}:
  %b${n} = add i64 %a${n}, ${n + 100}
  store i64 %b${n}, i64* %r
  br label %${block}
z${n}:
  %d${n} = xor i64 %a${n}, ${n + 200}
  store i64 %d${n}, i64* %r
  br label %${block}`;
  return `${attributes("run: yg-threaded-dispatch")}
define i64 @run(i8* %code, i64* %r) {
entry:
  br label %${block}
${block}:
  %pc = phi i8* [ %code, %entry ]${handlers.map((n) => `, [ %next, %y${n} ], [ %next, %z${n} ]`).join("")}
  %opcode = load i8, i8* %pc
  %next = getelementptr i8, i8* %pc, i64 1
  switch i8 %opcode, label %invalid [ ${[0, ...handlers].map((n) => `i8 ${options.cases?.(n) ?? n}, label %h${n}`).join(" ")} ]
invalid:
  %never = phi i8* [ %pc, %${block} ]
  ${options.defaultBody ?? "unreachable"}
h0:
  %result = load i64, i64* %r
  ret i64 %result
${handlers.map(handler).join("")}
}`;
}

describe("threaded dispatch", () => {
  it("replaces the switch by a jump through a table of block addresses", () => {
    const ir = folded(interpreter(4));
    expect(ir).toContain(
      "@run.dispatch = private unnamed_addr constant [4 x i8*] [i8* blockaddress(@run, %h0), i8* blockaddress(@run, %h1), " +
        "i8* blockaddress(@run, %h2), i8* blockaddress(@run, %h3)]",
    );
    expect(bodyOf(ir, "run")).toContain("indirectbr i8* %dispatch.target, [label %h0, label %h1, label %h2, label %h3]");
    expect(ir).not.toContain("switch i8");
  });

  it("orders the table by opcode, not by case", () => {
    expect(folded(interpreter(3, { cases: (n) => 2 - n }))).toContain(
      "[3 x i8*] [i8* blockaddress(@run, %h2), i8* blockaddress(@run, %h1), i8* blockaddress(@run, %h0)]",
    );
  });

  it("gives every handler its own indirect jump", () => {
    const assembly = new addon.Session().add(module(interpreter(40)), { asm: true }).asm!;
    expect(assembly.match(/jmpq\s+\*\(%\w+,%\w+,8\)/g)!.length).toBeGreaterThanOrEqual(39);
  });
});

describe("threaded dispatch is an error", () => {
  const cases: [string, string, RegExp][] = [
    ["without the block", interpreter(3, { block: "loop" }), /@run: there is no block named 'dispatch'/],
    ["with a hole in the cases", interpreter(3, { cases: (n) => 2 * n }), /cases are not dense: 3 cases, but one for/],
    ["with a default block that does something", interpreter(3, { defaultBody: "ret i64 0" }), /default block is not just 'unreachable'/],
    [
      "without a switch",
      `${attributes("run: yg-threaded-dispatch")}define void @run() {\nbr label %dispatch\ndispatch:\nret void\n}`,
      /block 'dispatch' does not end in a switch/,
    ],
  ];
  it.each(cases)("%s", (_, text, message) => expect(() => folded(text)).toThrow(message));
});
