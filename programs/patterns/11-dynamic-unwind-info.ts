// SPDX-License-Identifier: MIT
/**
 * Pattern 11: dynamic unwind info.
 *
 * Machine code by hand, with a prologue, a body, an early exit and an epilogue, described by regions: what each instruction does to the frame.
 * From them come the state at every instruction, and a cursor's way through the code while it waits in a host call. (In C++, the pattern
 * of the same name stops at every instruction and has stock libunwind walk from there.)
 *
 *     expect: offset  bytes                          instruction    CFA     caller's registers
 *     expect: 0       53                             push rbx       rsp+8   rip=[cfa-8]
 *     expect: 1       48 83 ec 20                    sub rsp, 32    rsp+16  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 5       48 89 f3                       mov rbx, rsi   rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 8       48 85 f6                       test rsi, rsi  rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 11      75 08                          jne +21        rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 13      31 c0                          xor eax, eax   rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 15      48 83 c4 20                    add rsp, 32    rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 19      5b                             pop rbx        rsp+16  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 20      c3                             ret            rsp+8   rip=[cfa-8]
 *     expect: 21      48 b8 <address of look>        mov rax, look  rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 31      ff d0                          call rax       rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 33      48 01 d8                       add rax, rbx   rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 36      48 83 c4 20                    add rsp, 32    rsp+48  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 40      5b                             pop rbx        rsp+16  rbx=[cfa-16] rip=[cfa-8]
 *     expect: 41      c3                             ret            rsp+8   rip=[cfa-8]
 *     expect: look(7): by hand +33 <- lost
 *     expect: without regions: 21
 *     expect: look(7): by hand +33 <- caller, call site 1
 *     expect: with regions: 21
 *     expect: early exit: 0
 */
import { dump, Procedure } from "../../runtime/dynamic/index.js";
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const session = new Session();

//   a cursor, while `look` runs: the frame of the code by hand, the frame of its caller, the stack's bottom
let start = 0n;
let size = 0;
const look = new HostFunction((waiting, n) => {
  const seen: string[] = [];
  try {
    for (const frame of waiting) {
      const isByHand = frame.pc >= start && frame.pc < start + BigInt(size);
      seen.push(isByHand ? `by hand +${frame.pc - start}` : frame.kind === "compiled" ? `caller, call site ${frame.csid}` : frame.kind);
    }
  } catch {
    seen.push("lost");
  }
  console.log(`look(${n}): ${seen.join(" <- ")}`);
  return 2n * n;
});

// i64 f(stack, n) { return n == 0 ? 0 : n + look(stack, n); }
const imm64 = (value: bigint): number[] => [...new Uint8Array(BigUint64Array.of(value).buffer)];
const instructions: [text: string, bytes: number[]][] = [
  ["push rbx", [0x53]], //                                  +0  prologue
  ["sub rsp, 32", [0x48, 0x83, 0xec, 0x20]], //             +1
  ["mov rbx, rsi", [0x48, 0x89, 0xf3]], //                  +5  body
  ["test rsi, rsi", [0x48, 0x85, 0xf6]], //                 +8
  ["jne +21", [0x75, 0x08]], //                             +11
  ["xor eax, eax", [0x31, 0xc0]], //                        +13
  ["add rsp, 32", [0x48, 0x83, 0xc4, 0x20]], //             +15 early exit
  ["pop rbx", [0x5b]], //                                   +19
  ["ret", [0xc3]], //                                       +20
  ["mov rax, look", [0x48, 0xb8, ...imm64(look.address)]], // +21 the body goes on
  ["call rax", [0xff, 0xd0]], //                            +31
  ["add rax, rbx", [0x48, 0x01, 0xd8]], //                  +33
  ["add rsp, 32", [0x48, 0x83, 0xc4, 0x20]], //             +36 epilogue
  ["pop rbx", [0x5b]], //                                   +40
  ["ret", [0xc3]], //                                       +41
];
const code = Uint8Array.from(instructions.flatMap(([, bytes]) => bytes));
size = code.length;

// A function of nothing but these bytes: LLVM places them where code may run.
const ir = `define i64 @f(i64, i64) naked nounwind {
  call void asm sideeffect ".byte ${code.join(", ")}", ""()
  unreachable
}`;
const byHand = session.compile(Buffer.from(ir));
start = byHand.address("f");

//   region 0   prologue                        the pushed register, 32 bytes
//   region 1   body, early exit                its entry state gets a label; then the frame goes, piece by piece
//   region 2   the body goes on, epilogue      the labelled state again; at the end, popFrames undoes all three regions
const procedure = new Procedure("by hand", start, size)
  .region(5, (r) => r.add(0, "rsp", -8).spillStack(0, "rbx", 0).add(1, "rsp", -32))
  .region(16, (r) => r.labelState(1).add(10, "rsp", 32).add(14, "rsp", 8).restore(14, "rbx"))
  .region(21, (r) => r.copyState(1).add(15, "rsp", 32).popFrames(19, 3));

const listing = instructions.map(([text, { length }], i) => {
  const offset = instructions.slice(0, i).reduce((sum, [, bytes]) => sum + bytes.length, 0);
  return { offset, size: length, text };
});
for (const line of dump(procedure, code, listing).split("\n")) console.log(line.replace(/(?<= b8 )..( ..){7}/, "<address of look>      "));

const m = new ModuleBuilder("caller");
m.define("caller", 1, (n) => {
  m.stackmap(1, [n]);
  m.return(m.call("f", [m.word(stack.address), n]));
});
session.define({ f: start });
const caller = session.compile(m);
const run = (n: bigint): bigint => {
  stack.push(caller.address("caller"));
  return stack.resume(n);
};

console.log(`without regions: ${run(7n)}`);
const registration = procedure.register();
console.log(`with regions: ${run(7n)}`);
console.log(`early exit: ${run(0n)}`);
registration.cancel();
