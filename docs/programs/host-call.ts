// SPDX-License-Identifier: MIT
/** A host call, seen from the function that it runs; the second time it replaces its caller's frame. */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";
import { Names, showTop } from "./words.js";

const stack = new Stack();
const names = new Names(stack);

// i64 add(i64 x) { return ask(stack, x) + x; }
const m = new ModuleBuilder("host-call");
m.define("add", 1, (x) => {
  m.stackmap(1, [x]);
  m.return(m.builder.CreateAdd(m.call("ask", [m.word(stack.address), x]), x));
});
// i64 instead(i64 *payload, i64 value) { return *payload * value; }
m.define("instead", 2, (payload, value) => m.return(m.builder.CreateMul(m.load(payload), value)));

const SAVED = ["~r15", "~r14", "~r13", "~r12"];
const ask = new HostFunction((caller, x) => {
  console.log(`  ask(${x}) runs on the host's stack. The stack that called it, in state ${caller.state}:`);
  showTop(names, ["PC", ...SAVED, "rbx", "~rbp", "return address", "~", "x, kept alive", "~rbx of add's caller", "return address"]);
  if (x === 1n) return 100n;

  const cursor = caller.cursor();
  cursor.step();
  cursor.pop();
  console.log("  add popped:");
  showTop(names, ["PC", ...SAVED, "~rbx", "~rbp", "return address"]);

  cursor.push(code.address("instead"), new Uint8Array(BigUint64Array.of(6n).buffer));
  console.log("  instead pushed, with a payload of one word:");
  showTop(names, ["PC", ...SAVED, "~rbx", "~rbp", "service routine", "function", "extent", "payload", "return address"]);
  return 7n;
});

const session = new Session();
session.define({ ask });
const code = session.compile(m);
names.add(code, "add", "instead");
for (const x of [1, 2]) {
  console.log(`add(${x}) is called`);
  stack.push(code.address("add"));
  console.log(`and ${stack.resume(x)} comes back\n`);
}
