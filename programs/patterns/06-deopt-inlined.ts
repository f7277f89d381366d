// SPDX-License-Identifier: MIT
/**
 * Pattern 6: deoptimization of inlined frames.
 *
 * The compiler has inlined `inner` into `outer`: there is one frame on the stack where the program has two. LLVM's inliner joins the states
 * that the two calls carry, the caller's first. So that they can be told apart, each state begins with its own id and its length:
 *
 *     in outer, at the call of inner     60, 1, x
 *     in inner, at the guard's exit      61, 2, a, b
 *     after inlining, at the exit        60, 1, x, 61, 2, a, b
 *
 *     expect: 2 * (20 + 10) = 60
 *     expect: one frame for: outer (60) x = 2147483647; inner (61) a = 2147483647, b = 10
 *     expect: then: inner_from, outer_from
 *     expect: 2 * (2147483647 + 10) = 4294967314
 */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const m = new ModuleBuilder("06-deopt-inlined");
const b = m.builder;

// Optimized: the sum is assumed to fit into 32 bits.
m.attributes("inner: alwaysinline internal");
m.define("inner", 2, (a, c) => {
  const sum = b.CreateAdd(a, c);
  const [exit, fits] = [m.block("exit"), m.block("fits")];
  b.CreateCondBr(b.CreateICmpEQ(sum, b.CreateSExt(b.CreateTrunc(sum, b.getInt32Ty()), m.i64), "likely.fits"), fits, exit);
  m.at(exit);
  m.stackmap(61, [m.word(61), m.word(2), a, c]);
  m.return(m.call("deopt", [m.word(stack.address)]));
  m.at(fits);
  m.return(sum);
});
m.define("outer", 1, (x) => {
  m.stackmap(60, [m.word(60), m.word(1), x]);
  m.return(b.CreateMul(m.call("inner", [x, m.word(10)]), m.word(2)));
});

// Not optimized: where each goes on. `inner_from` begins again at the sum; `outer_from` is given what inner returns.
m.define("inner_from", 2, (state) => m.return(b.CreateAdd(m.load(state, 0), m.load(state, 1))));
m.define("outer_from", 2, (_state, result) => m.return(b.CreateMul(result, m.word(2))));

/** What the compiler knows about its ids. */
const meaning: Record<string, { name: string; values: string[]; entry: string }> = {
  60: { name: "outer", values: ["x"], entry: "outer_from" },
  61: { name: "inner", values: ["a", "b"], entry: "inner_from" },
};

/** Cut the joined states apart, the outermost first. */
function parse(words: bigint[]): { id: string; values: bigint[] }[] {
  const states = [];
  for (let at = 0; at < words.length; at += 2 + Number(words[at + 1])) {
    states.push({ id: `${words[at]}`, values: words.slice(at + 2, at + 2 + Number(words[at + 1])) });
  }
  return states;
}

//   in `deopt`                 pop, push, push
//
//   sp ─► save area            sp ─► save area
//         outer  csid 61             inner_from      gets a, b; what it returns is…
//         bottom                       a, b
//                                    outer_from      …the second argument of this
//                                      x
//                                    bottom
const deopt = new HostFunction((caller) => {
  const cursor = caller.cursor();
  const states = parse(cursor.frame.keepAlives);
  const show = ({ id, values }: (typeof states)[number]) =>
    `${meaning[id]!.name} (${id}) ${meaning[id]!.values.map((name, index) => `${name} = ${values[index]}`).join(", ")}`;
  console.log(`one frame for: ${states.map(show).join("; ")}`);
  cursor.step();
  cursor.pop();
  for (const { id, values } of states) cursor.push(code.address(meaning[id]!.entry), new Uint8Array(BigUint64Array.from(values).buffer));
  console.log(
    `then: ${[...caller].map((frame) => Object.values(meaning).find(({ entry }) => code.address(entry) === frame.pc)!.entry).join(", ")}`,
  );
});

const session = new Session();
session.define({ deopt });
const code = session.compile(m);
for (const x of [20, 2147483647]) {
  stack.push(code.address("outer"));
  console.log(`2 * (${x} + 10) = ${stack.resume(x)}`);
}
