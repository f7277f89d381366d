// SPDX-License-Identifier: MIT
/**
 * Pattern 10: a host call.
 *
 * Stacks of compiled code are small, and hold compiled frames only. What needs much stack, or must see and change the caller's frames, runs
 * on the host's stack, while the caller's is paused. To the caller it is an ordinary call. Here the host function is JavaScript.
 *
 *     expect: 3 of 10
 *     expect: 2 of 10
 *     expect: 1 of 10
 *     expect: sum 60
 *     expect: caught: enough
 *     expect: goes on: 2
 */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const m = new ModuleBuilder("10-host-call");
const b = m.builder;

// i64 count(i64 n) { sum = 0; while (n != 0) { sum += show(stack, n); n--; } return sum; }
m.define("count", 1, (start) => {
  const [n, sum] = [m.variable("n", start), m.variable("sum", m.word(0))];
  const [head, body, end] = [m.block("head"), m.block("body"), m.block("end")];
  b.CreateBr(head);
  m.at(head);
  b.CreateCondBr(b.CreateICmpNE(m.get(n), m.word(0)), body, end);
  m.at(body);
  m.stackmap(1, [m.get(n), m.word(10)]);
  const shown = m.call("show", [m.word(stack.address), m.get(n)]);
  m.set(sum, b.CreateAdd(m.get(sum), shown));
  m.set(n, b.CreateSub(m.get(n), m.word(1)));
  b.CreateBr(head);
  m.at(end);
  m.return(m.get(sum));
});

//   the stack, paused while `show` runs       the host's stack
//
//   sp ─► save area                           resume (JavaScript)
//         count    csid 1                     host call
//         bottom                              show (JavaScript)
const show = new HostFunction((caller, n) => {
  const [frame] = caller;
  console.log(`${frame!.keepAlives[0]} of ${frame!.keepAlives[1]}`);
  return n * 10n;
});

const session = new Session();
session.define({ show });
const count = session.compile(m).address("count");
stack.push(count);
console.log(`sum ${stack.resume(3)}`);

// An exception comes out of resume. The stack stays paused in the call, which the next resume gives a result.
session.define({
  show: new HostFunction(() => {
    throw new Error("enough");
  }),
});
stack.push(session.compile(m).address("count"));
try {
  stack.resume(1);
} catch (error) {
  console.log(`caught: ${(error as Error).message}`);
}
console.log(`goes on: ${stack.resume(2)}`);
