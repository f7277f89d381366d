// SPDX-License-Identifier: MIT
/**
 * Pattern 12: generators and symmetric coroutines.
 *
 * A generator swaps with whoever asks it for the next value: asymmetric. Symmetric coroutines choose whom they swap to; the host hears
 * nothing of it until one of them swaps to the host.
 *
 *     expect: squares: 1, 4, 9, 16
 *     expect: ping counts to 1
 *     expect: pong counts to 2
 *     expect: ping counts to 3
 *     expect: pong counts to 4
 *     expect: both are done at 5
 */
import { type Code, HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const session = new Session();

// ---- a generator: void squares(i64 *payload /* its stack */, i64 n) { for (i = 1; i <= n; i++) swap(stack, host, i * i); }

const m = new ModuleBuilder("generator");
const b = m.builder;
m.define("squares", 2, (payload, n) => {
  const i = m.variable("i", m.word(1));
  const [head, body, end] = [m.block("head"), m.block("body"), m.block("end")];
  b.CreateBr(head);
  m.at(head);
  b.CreateCondBr(b.CreateICmpSLE(m.get(i), n), body, end);
  m.at(body);
  m.stackmap(1, [m.get(i)]);
  m.call("yg_stack_swap", [m.load(payload), m.word(Stack.host), b.CreateMul(m.get(i), m.get(i))]);
  m.set(i, b.CreateAdd(m.get(i), m.word(1)));
  b.CreateBr(head);
  m.at(end);
  m.return(m.word(0));
});

//   each next():   host ──resume──► generator        when it has returned, its stack is empty
//                  host ◄───swap─── generator
function* generate(code: Code, name: string, argument: number): Generator<bigint, void, void> {
  const stack = new Stack();
  stack.push(code.address(name), new Uint8Array(BigUint64Array.of(stack.address).buffer));
  for (let value = stack.resume(argument); !stack.isEmpty; value = stack.resume()) yield value;
  stack.free();
}
console.log(`squares: ${[...generate(session.compile(m), "squares", 4)].join(", ")}`);

// ---- symmetric: void count(i64 *payload /* mine, the other's */, i64 n) { while (n < 5) { tell(mine, n); n = swap(mine, other, n + 1); } swap(mine, host, n); }

const c = new ModuleBuilder("symmetric");
c.define("count", 2, (payload, start) => {
  const [mine, other] = [c.load(payload, 0), c.load(payload, 1)];
  const n = c.variable("n", start);
  const [head, body, end] = [c.block("head"), c.block("body"), c.block("end")];
  c.builder.CreateBr(head);
  c.at(head);
  c.builder.CreateCondBr(c.builder.CreateICmpSLT(c.get(n), c.word(5)), body, end);
  c.at(body);
  c.stackmap(2, [c.get(n)]);
  c.call("tell", [mine, c.get(n)]);
  c.stackmap(3, [c.get(n)]);
  c.set(n, c.call("yg_stack_swap", [mine, other, c.builder.CreateAdd(c.get(n), c.word(1))]));
  c.builder.CreateBr(head);
  c.at(end);
  c.stackmap(4, [c.get(n)]);
  c.return(c.call("yg_stack_swap", [mine, c.word(Stack.host), c.get(n)]));
});

//   host ──► ping ──► pong ──► ping ──► pong ──► ping ──► host
const [ping, pong] = [new Stack(), new Stack()];
session.define({ tell: new HostFunction((stack, n) => console.log(`${stack === ping ? "ping" : "pong"} counts to ${n}`)) });
const count = session.compile(c).address("count");
ping.push(count, new Uint8Array(BigUint64Array.of(ping.address, pong.address).buffer));
pong.push(count, new Uint8Array(BigUint64Array.of(pong.address, ping.address).buffer));
console.log(`both are done at ${ping.resume(1)}`);
