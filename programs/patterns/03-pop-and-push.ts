// SPDX-License-Identifier: MIT
/**
 * Pattern 3: pop frames, push frames.
 *
 * A paused stack is changed from outside. Popping to a frame drops all frames above it; that frame then waits for a value, the result of the
 * call it made. Pushing puts a function there that will run first and give that value.
 *
 *     expect: inner, outer
 *     expect: outer
 *     expect: to begin, outer
 *     expect: result 1042
 */
import { type Frame, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const m = new ModuleBuilder("03-pop-and-push");

// inner pauses and would give back what it is resumed with; outer adds 1000 to what it gets.
m.attributes("inner: noinline");
m.define("inner", 1, (x) => {
  m.stackmap(2);
  m.return(m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), x]));
});
m.define("outer", 1, (x) => {
  m.stackmap(1);
  m.return(m.builder.CreateAdd(m.call("inner", [x]), m.word(1000)));
});
// What is pushed in inner's place: i64 replacement(i64 *payload, i64 value) { return payload[0] * value; }
m.define("replacement", 2, (payload, value) => m.return(m.builder.CreateMul(m.load(payload), value)));

const code = new Session().compile(m);
const names: Record<string, string> = { 1: "outer", 2: "inner", 0: "to begin" };
const show = (frames: Iterable<Frame>): void => console.log([...frames].map((frame) => names[`${frame.csid}`]).join(", "));

//   1. paused          2. pop to outer        3. push replacement     4. resume(7)
//
//   sp ─► save area    sp ─► save area        sp ─► save area         replacement(payload, 7)
//         inner              outer                  replacement       outer
//         outer              bottom                   payload: 6      bottom
//         bottom                                    outer
//                                                   bottom
stack.push(code.address("outer"));
stack.resume(5);
show(stack);

const cursor = stack.cursor();
cursor.step();
cursor.pop();
show(stack);

cursor.push(code.address("replacement"), new Uint8Array(BigUint64Array.of(6n).buffer));
show(stack);

// The registers that outer has kept across its call are restored with it: the new top's save area has them.
console.log(`result ${stack.resume(7)}`);
