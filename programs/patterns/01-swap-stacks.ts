// SPDX-License-Identifier: MIT
/**
 * Pattern 1: swap stacks.
 *
 * Compiled code pauses the stack it runs on and gives a value away; whoever resumes the stack gives a value back. The host is a stack, too:
 * the one that JavaScript runs on.
 *
 *     expect: 11
 *     expect: 22
 *     expect: returned 33
 *     expect: empty: true
 */
import { ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();

// i64 counter(i64 x) { y = swap(stack, host, x + 1); z = swap(stack, host, y + 2); return z + 3; }
const m = new ModuleBuilder("01-swap-stacks");
m.define("counter", 1, (x) => {
  const pause = (value: typeof x) => m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), value]);
  const y = pause(m.builder.CreateAdd(x, m.word(1)));
  const z = pause(m.builder.CreateAdd(y, m.word(2)));
  m.return(m.builder.CreateAdd(z, m.word(3)));
});
const code = new Session().compile(m);

//   push(counter)           resume(10)               swap(…, 11)              resume(20) …
//
//   │ counter, to begin │   │ counter   <- RSP  │    │ save area   <- sp │
//   │ bottom            │   │ bottom            │    │ counter           │    as in the second picture
//   └───────────────────┘   └───────────────────┘    │ bottom            │
//     sp: at the top          sp: 0, it runs         └───────────────────┘
stack.push(code.address("counter"));
console.log(`${stack.resume(10)}`);
console.log(`${stack.resume(20)}`);

// When the stack's first function returns, so does resume, and the stack can be used again.
console.log(`returned ${stack.resume(30)}`);
console.log(`empty: ${stack.isEmpty}`);
