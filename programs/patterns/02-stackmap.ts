// SPDX-License-Identifier: MIT
/**
 * Pattern 2: a stackmap at a call, and reading the values it keeps alive.
 *
 * Each call that may pause gets a call-site id (CSID) and a list of values. While the call has not returned, the id says where the frame is,
 * and the values can be read from it, wherever the register allocator has put them. The ids are the compiler's to choose: it keeps beside
 * each what the values mean.
 *
 *     expect: middle (41): y = 14
 *     expect: outer (40): x = 7, half = 3.5, constant = -1
 *     expect: result 114
 */
import { ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const m = new ModuleBuilder("02-stackmap");
const b = m.builder;

// i64 middle(i64 y) { return swap(stack, host, 0) + y; }
m.attributes("middle: noinline");
m.define("middle", 1, (y) => {
  m.stackmap(41, [y]);
  m.return(b.CreateAdd(m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), m.word(0)]), y));
});

// i64 outer(i64 x) { double half = x / 2.0; return middle(2 * x) + (i64) (half * 0); }
m.define("outer", 1, (x) => {
  const half = b.CreateFMul(b.CreateSIToFP(x, m.double), m.llvm.ConstantFP.get(m.double, 0.5));
  m.stackmap(40, [x, half, m.word(-1)]);
  m.return(m.call("middle", [b.CreateMul(x, m.word(2))]));
});

const code = new Session().compile(m);
stack.push(code.address("outer"));
stack.resume(7);

//   sp ─► save area           made by yg_stack_swap; no frame of its own
//         middle   csid 41    waits for yg_stack_swap; keeps y
//         outer    csid 40    waits for middle; keeps x, half, −1
//         bottom
const meaning: Record<string, (frame: { keepAlives: bigint[]; keepAliveDouble(index: number): number }) => string> = {
  40: (frame) =>
    `outer (40): x = ${frame.keepAlives[0]}, half = ${frame.keepAliveDouble(1)}, constant = ${BigInt.asIntN(64, frame.keepAlives[2]!)}`,
  41: (frame) => `middle (41): y = ${frame.keepAlives[0]}`,
};
for (const frame of stack) console.log(meaning[`${frame.csid}`]!(frame));

console.log(`result ${stack.resume(100)}`);
