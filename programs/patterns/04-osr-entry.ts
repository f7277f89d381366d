// SPDX-License-Identifier: MIT
/**
 * Pattern 4: on-stack replacement into a loop.
 *
 * A function is called once and loops for long, in slow code. Now and then its loop asks whether there is better code by now. If so, the
 * slow frame is dropped in the middle of the loop, and the fast code goes on with the slow one's variables.
 *
 *     expect: slow at i = 100
 *     expect: slow at i = 200
 *     expect: fast from i = 300, sum = 44850
 *     expect: result 499500
 */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const session = new Session();

/** for (; i < n; i++) { each(i); sum += i; } return sum; */
function emitLoop(m: ModuleBuilder, start: { n: IrValue; i: IrValue; sum: IrValue }, each?: (i: IrValue, sum: IrValue) => void): void {
  const [i, sum] = [m.variable("i", start.i), m.variable("sum", start.sum)];
  const [head, body, end] = [m.block("head"), m.block("body"), m.block("end")];
  m.builder.CreateBr(head);
  m.at(head);
  m.builder.CreateCondBr(m.builder.CreateICmpSLT(m.get(i), start.n), body, end);
  m.at(body);
  each?.(m.get(i), m.get(sum));
  m.set(sum, m.builder.CreateAdd(m.get(sum), m.get(i)));
  m.set(i, m.builder.CreateAdd(m.get(i), m.word(1)));
  m.builder.CreateBr(head);
  m.at(end);
  m.return(m.get(sum));
}
type IrValue = ReturnType<ModuleBuilder["word"]>;

// The slow version asks every time around. Its keep-alives are what the loop needs in order to go on elsewhere: its frame state.
const slow = new ModuleBuilder("slow");
slow.define("sum", 1, (n) =>
  emitLoop(slow, { n, i: slow.word(0), sum: slow.word(0) }, (i, sum) => {
    slow.stackmap(1, [n, i, sum]);
    slow.call("ask", [slow.word(stack.address), i]);
  }),
);

// The fast version has an entry of its own for this loop: i64 sum_from(i64 *state, i64 unused). The state is its payload.
const fast = new ModuleBuilder("fast");
fast.define("sum_from", 2, (state) => emitLoop(fast, { n: fast.load(state, 0), i: fast.load(state, 1), sum: fast.load(state, 2) }));

//   in `ask`              pop                   push                     when `ask` returns
//
//   sp ─► save area       sp ─► save area       sp ─► save area          sum_from   <- RSP
//         sum   csid 1          bottom                sum_from              n, i, sum
//         bottom                                         n, i, sum      bottom
//                                                     bottom
const ask = new HostFunction((caller, i) => {
  if (i % 100n !== 0n || i === 0n) return;
  if (i < 300n) return console.log(`slow at i = ${i}`);
  const code = session.compile(fast);
  const cursor = caller.cursor();
  const state = cursor.frame.keepAlives;
  console.log(`fast from i = ${state[1]}, sum = ${state[2]}`);
  cursor.step();
  cursor.pop();
  cursor.push(code.address("sum_from"), new Uint8Array(BigUint64Array.from(state).buffer));
});

session.define({ ask });
stack.push(session.compile(slow).address("sum"));
console.log(`result ${stack.resume(1000)}`);
