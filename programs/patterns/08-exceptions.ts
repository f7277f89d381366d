// SPDX-License-Identifier: MIT
/**
 * Pattern 8: exceptions by popping frames.
 *
 * No landing pads and no tables: `throw` walks the stack to the nearest call that has a handler, pops that frame with all above it, and
 * pushes the handler in its place. Code that does not throw pays nothing.
 *
 *     expect: 10 / 2: 5
 *     expect: passing divide, middle
 *     expect: handler in guarded, with x = 10
 *     expect: 10 / 0: -7
 *     expect: nobody handles 7
 */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const m = new ModuleBuilder("08-exceptions");
const b = m.builder;
m.attributes("*: noinline");

// i64 divide(i64 x, i64 y) { if (y == 0) return throw(stack, 7); return x / y; }
m.define("divide", 2, (x, y) => {
  const [zero, fine] = [m.block("zero"), m.block("fine")];
  b.CreateCondBr(b.CreateICmpEQ(y, m.word(0)), zero, fine);
  m.at(zero);
  m.stackmap(1);
  m.return(m.call("throw", [m.word(stack.address), m.word(7)]));
  m.at(fine);
  m.return(b.CreateSDiv(x, y));
});
m.define("middle", 2, (x, y) => {
  m.stackmap(2);
  m.return(b.CreateAdd(m.call("divide", [x, y]), m.word(0)));
});
// i64 guarded(i64 x, i64 y) { try { return middle(x, y); } catch (error) { return -error; } }
m.define("guarded", 2, (x, y) => {
  m.stackmap(3, [x]);
  m.return(b.CreateAdd(m.call("middle", [x, y]), m.word(0)));
});
// The catch block: i64 handler(i64 *payload /* error, x */, i64 unused). It returns in place of `guarded`.
m.define("handler", 2, (payload) => m.return(b.CreateSub(m.word(0), m.load(payload, 0))));

/** What the compiler knows about its ids. */
const meaning: Record<string, { name: string; handler?: string }> = {
  1: { name: "divide" },
  2: { name: "middle" },
  3: { name: "guarded", handler: "handler" },
};

//   in `throw`                  pop to bottom, push
//
//   sp ─► save area             sp ─► save area
//         divide   csid 1             handler
//         middle   csid 2               7, 10
//         guarded  csid 3             bottom
//         bottom
const raise = new HostFunction((thrower, error) => {
  const passed: string[] = [];
  const cursor = thrower.cursor();
  for (; cursor.frame.kind !== "bottom"; cursor.step()) {
    const { name, handler } = meaning[`${cursor.frame.csid}`]!;
    if (handler === undefined) {
      passed.push(name);
      continue;
    }
    const [x] = cursor.frame.keepAlives;
    console.log(`passing ${passed.join(", ")}`);
    console.log(`handler in ${name}, with x = ${x}`);
    cursor.step();
    cursor.pop();
    cursor.push(code.address(handler), new Uint8Array(BigUint64Array.of(error, x!).buffer));
    return;
  }
  throw new Error(`nobody handles ${error}`);
});

const session = new Session();
session.define({ throw: raise });
const code = session.compile(m);
for (const y of [2, 0]) {
  stack.push(code.address("guarded"));
  console.log(`10 / ${y}: ${BigInt.asIntN(64, stack.resumePair(10, y)[0])}`);
}

stack.push(code.address("middle"));
try {
  stack.resumePair(10, 0);
} catch (error) {
  console.log((error as Error).message);
}
