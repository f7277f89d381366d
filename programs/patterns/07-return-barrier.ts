// SPDX-License-Identifier: MIT
/**
 * Pattern 7: a return barrier, and lazy deoptimization of a suspended stack.
 *
 * While a stack is suspended, an assumption dies that one of its frames was compiled with. The frame is in the middle of the stack: the call
 * it waits for must run to its end first. So a barrier is put between the two. When control returns through it, the frame is replaced.
 *
 *     expect: paused: inner, outer
 *     expect: the rate is 3 now, which outer does not know
 *     expect: inner returns 50 into outer, with x = 7
 *     expect: result 157
 */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const m = new ModuleBuilder("07-return-barrier");

// i64 inner() { return swap(stack, host, 0); }
m.attributes("inner: noinline");
m.define("inner", 0, () => {
  m.stackmap(2);
  m.return(m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), m.word(0)]));
});

// i64 outer(i64 x) { return inner() * rate + x; }, compiled for rate = 2
m.define("outer", 1, (x) => {
  m.stackmap(1, [x]);
  m.return(m.builder.CreateAdd(m.builder.CreateMul(m.call("inner", []), m.word(2)), x));
});

// Where it goes on for any rate: i64 outer_from(i64 *state /* x, rate */, i64 result)
m.define("outer_from", 2, (state, result) => {
  m.return(m.builder.CreateAdd(m.builder.CreateMul(result, m.load(state, 1)), m.load(state, 0)));
});

const code = new Session().compile(m);
const names: Record<string, string> = { 1: "outer", 2: "inner" };

stack.push(code.address("outer"));
stack.resume(7);
console.log(`paused: ${[...stack].map((frame) => names[`${frame.csid}`]).join(", ")}`);

//   1. suspended          2. with a barrier      3. inner has returned      4. the barrier returns
//
//   sp ─► save area       sp ─► save area        sp ─► save area            outer_from   <- RSP
//         inner  csid 2         inner                  outer                  7, 3
//         outer  csid 1         ┄ barrier ┄            bottom               bottom
//         bottom                outer
//                               bottom
const rate = 3n;
console.log(`the rate is ${rate} now, which outer does not know`);
const barrier = new HostFunction((suspended, result) => {
  const cursor = suspended.cursor();
  const [x] = cursor.frame.keepAlives;
  console.log(`inner returns ${result} into ${names[`${cursor.frame.csid}`]}, with x = ${x}`);
  cursor.step();
  cursor.pop();
  cursor.push(code.address("outer_from"), new Uint8Array(BigUint64Array.of(x!, rate).buffer));
  return result;
});
const cursor = stack.cursor();
while (cursor.frame.csid !== 1n) cursor.step();
cursor.setReturnBarrier(barrier);

console.log(`result ${stack.resume(50)}`);
