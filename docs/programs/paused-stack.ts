// SPDX-License-Identifier: MIT
/** A function that pauses its stack: the words at the stack's top before it runs and while it is paused. */
import { ModuleBuilder, Session, Stack } from "../../runtime/index.js";
import { Names, showTop } from "./words.js";

const stack = new Stack();

// i64 multiply(i64 x) { y = swap(stack, host, x + 1); return x * y; }
const m = new ModuleBuilder("paused-stack");
m.define("multiply", 1, (x) => {
  const y = m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), m.builder.CreateAdd(x, m.word(1))]);
  m.return(m.builder.CreateMul(x, y));
});
const code = new Session().compile(m);
const names = new Names(stack).add(code, "multiply");

console.log("a new stack, multiply pushed:");
stack.push(code.address("multiply"));
showTop(names, ["service routine", "function", "slot of the frame below", "its function", "its extent"]);

console.log(`\nresume(10) gives ${stack.resume(10)}; paused:`);
showTop(names, ["PC", "~r15", "~r14", "~r13", "~r12", "rbx", "~rbp", "return address", "~rbx of multiply's caller", "return address"]);

console.log(`\nresume(20) gives ${stack.resume(20)}; no frame is left: ${stack.isEmpty}`);
