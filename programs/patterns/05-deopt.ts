// SPDX-License-Identifier: MIT
/**
 * Pattern 5: deoptimization with one frame.
 *
 * Optimized code assumes something that it checks (a guard): here, that products fit into 32 bits. When the guard fails, the optimized frame
 * is dropped, and code that assumes nothing goes on from the same point of the program.
 *
 *     expect: 12! = 479001600
 *     expect: deopt: n = 15, i = 13, product = 479001600
 *     expect: 15! = 1307674368000
 */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const m = new ModuleBuilder("05-deopt");
const b = m.builder;

/** for (; i <= n; i++) product = multiply(product, i); return product; */
function emitLoop(n: IrValue, start: IrValue, product: IrValue, multiply: (product: IrValue, i: IrValue) => IrValue): void {
  const [i, result] = [m.variable("i", start), m.variable("product", product)];
  const [head, body, end] = [m.block("head"), m.block("body"), m.block("end")];
  b.CreateBr(head);
  m.at(head);
  b.CreateCondBr(b.CreateICmpSLE(m.get(i), n), body, end);
  m.at(body);
  m.set(result, multiply(m.get(result), m.get(i)));
  m.set(i, b.CreateAdd(m.get(i), m.word(1)));
  b.CreateBr(head);
  m.at(end);
  m.return(m.get(result));
}
type IrValue = ReturnType<ModuleBuilder["word"]>;

// The optimized version. What the other one needs in order to go on is kept alive at the guard's exit, and costs nothing before that:
//
//     product = product * i;
//     if (product != (int32_t) product) return deopt(stack);      csid 1: n, i, the product before
m.define("factorial", 1, (n) =>
  emitLoop(n, m.word(1), m.word(1), (product, i) => {
    const next = b.CreateMul(product, i);
    const [exit, fits] = [m.block("exit"), m.block("fits")];
    b.CreateCondBr(b.CreateICmpEQ(next, b.CreateSExt(b.CreateTrunc(next, b.getInt32Ty()), m.i64), "likely.fits"), fits, exit);
    m.at(exit);
    m.stackmap(1, [n, i, product]);
    m.return(m.call("deopt", [m.word(stack.address)]));
    m.at(fits);
    return next;
  }),
);

// The version that assumes nothing, with an entry in the middle of the loop: i64 factorial_from(i64 *state, i64 unused).
m.define("factorial_from", 2, (state) =>
  emitLoop(m.load(state, 0), m.load(state, 1), m.load(state, 2), (product, i) => b.CreateMul(product, i)),
);

//   in `deopt`                 pop, push                     when `deopt` returns
//
//   sp ─► save area            sp ─► save area               factorial_from   <- RSP
//         factorial  csid 1          factorial_from             n, i, product
//         bottom                        n, i, product        bottom
//                                    bottom
const deopt = new HostFunction((caller) => {
  const cursor = caller.cursor();
  const [n, i, product] = cursor.frame.keepAlives;
  console.log(`deopt: n = ${n}, i = ${i}, product = ${product}`);
  cursor.step();
  cursor.pop();
  cursor.push(code.address("factorial_from"), new Uint8Array(BigUint64Array.of(n!, i!, product!).buffer));
});

const session = new Session();
session.define({ deopt });
const code = session.compile(m);
for (const n of [12, 15]) {
  stack.push(code.address("factorial"));
  console.log(`${n}! = ${stack.resume(n)}`);
}
