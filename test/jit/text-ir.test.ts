// SPDX-License-Identifier: MIT
/** The optimizer's Ir says the same as llvm-bindings': LLVM makes the same machine code of both. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Ir } from "../../jit/ir.js";
import { Layout } from "../../jit/layout.js";
import { createTextIr } from "../../jit/text-ir.js";
import type * as YugongLlvm from "../../native/yugong-llvm/yugong-llvm.js";
import { loadYugong, loadYugongLlvm } from "../../runtime/native.js";

const layout = new Layout(loadYugong().layoutJson);
const folder = mkdtempSync(join(tmpdir(), "yugong-text-ir-"));
afterAll(() => rmSync(folder, { recursive: true }));

const INT_PREDICATES = ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"] as const;
const FLOAT_PREDICATES = ["oeq", "une", "olt", "ole", "ult", "ule", "uge", "ugt"] as const;

/** Uses every operation, each so that its result counts. */
function exercise(ir: Ir): void {
  ir.defineFunction("f", ir.entryType, "nounwind");
  const [entry, loop, end] = [ir.block("entry"), ir.block("loop"), ir.block("end")];
  ir.at(entry);
  const [co, closure, argc] = [ir.argument(0), ir.argument(1), ir.argument(2)];
  const [a0, a1, a2] = [ir.argument(3), ir.argument(4), ir.argument(5)];
  let word = ir.xor(ir.addExactly(a0, ir.word(-3)), ir.sub(a1, ir.word(0x7ff8_0000_0000_0001n)));
  word = ir.or(ir.and(word, ir.word(0xffff_0000_1234_5678n)), ir.shl(a2, 7));
  word = ir.add(ir.lshr(word, 3), ir.add(ir.srem(word, ir.word(1000)), ir.sdiv(word, ir.word(7))));
  for (const operation of ["shl", "lshr", "ashr"] as const) word = ir.add(word, ir.shift(operation, word, ir.and(argc, ir.word(63))));
  for (const predicate of INT_PREDICATES) word = ir.add(word, ir.zeroExtend(ir.compare(predicate, word, argc, "unlikely.x")));
  word = ir.select(ir.not(ir.compare("eq", word, a2)), word, ir.select(ir.bit(true), a1, ir.undef(ir.i64)));
  const int = ir.truncate(word, ir.i32);
  for (const operation of ["sadd", "ssub", "smul"] as const) {
    const { result, overflow } = ir.overflowing(operation, int, ir.int32(-7));
    word = ir.add(word, ir.add(ir.signExtend(result), ir.zeroExtend(overflow)));
  }
  let double = ir.fadd(ir.bitsToDouble(a1), ir.intToDouble(int));
  for (const value of [0.1, -0, 1e308, Number.POSITIVE_INFINITY])
    double = ir.fmul(ir.fsub(double, ir.double(value)), ir.fdiv(double, ir.double(3)));
  for (const name of ["floor", "sqrt", "fabs"] as const) double = ir.fadd(ir.fneg(ir.floatIntrinsic(name, double)), double);
  for (const predicate of FLOAT_PREDICATES) word = ir.add(word, ir.zeroExtend(ir.compareDouble(predicate, double, ir.double(2.5))));
  word = ir.add(word, ir.signExtend(ir.doubleToInt(double)));
  const variable = ir.variable(ir.i64, "counter");
  ir.set(variable, word);
  const words = ir.frameWords(argc, "varargs");
  ir.store(ir.i64, ir.returnAddressSlot(), ir.element(words, a0, 8), "payload");
  ir.prefetch(ir.address(co, 128));
  ir.store(ir.i32, int, ir.address(co, 24), "volatile");
  ir.store(ir.f64, double, ir.address(co, 0), "slot");
  const helper = ir.external("helper", ir.i64, [ir.i64, ir.f64], "nounwind cold");
  const nothing = ir.external("nothing", ir.void, [ir.i64]);
  ir.stackmap(4711, [word, int, double]);
  word = ir.call(helper, [closure, double]);
  ir.call(nothing, [ir.functionAddress(helper)]);
  const keepsNothing = ir.external("keepsNothing", ir.pair, [ir.i64, ir.i64, ir.i64], "nounwind cc=ghc");
  word = ir.add(word, ir.extract(ir.call(keepsNothing, [word, ir.undef(ir.i64), argc]), 1));
  ir.jump(loop);
  ir.at(loop);
  const phi = ir.phi(ir.i64);
  ir.incoming(phi, word, entry);
  ir.stackmap(4712, [phi]);
  const both = ir.callEntry(ir.load(ir.i64, ir.address(phi, 8), "instruction"), [co, closure, argc, phi, a1, ir.get(ir.i64, variable)]);
  ir.incoming(phi, ir.extract(both, 0), ir.current());
  const leave = ir.block("leave");
  ir.branch(ir.compare("ult", ir.extract(both, 1), ir.word(10), "likely.on"), loop, leave);
  ir.at(leave);
  const [tail, dead] = [ir.block("tail"), ir.block("dead")];
  ir.branch(ir.compare("eq", ir.load(ir.i64, ir.word(0x1000), "volatile"), ir.doubleToBits(double)), end, tail);
  ir.at(tail);
  ir.branch(ir.compare("sgt", phi, ir.word(0)), dead, end);
  ir.at(dead);
  ir.stackmap(4713, []);
  ir.call(nothing, [ir.word(1)]);
  ir.unreachable();
  ir.at(end);
  ir.returnPair(phi, ir.word(1));
}

function tailCall(ir: Ir): void {
  ir.defineFunction("f", ir.functionType(ir.pair, new Array(6).fill(ir.i64)));
  ir.at(ir.block("entry"));
  const args = [0, 1, 2, 3, 4, 5].map((index) => ir.argument(index));
  ir.tailCallEntry(ir.load(ir.i64, args[1]!, "code"), args);
}

/** Instructions, without the comments, which have names of blocks. */
function assembly(module: Buffer): string {
  const session = new (loadYugongLlvm<typeof YugongLlvm>().Session)();
  session.define({ helper: 0x1000n, nothing: 0x2000n, keepsNothing: 0x2800n, floor: 0x3000n });
  const { asm = "" } = session.add(module, {
    pipeline: "function(sroa,instcombine,simplifycfg,gvn,instcombine)",
    codegenLevel: 2,
    asm: true,
  });
  return asm.replace(/\s*#.*$/gm, "").replace(/^\s*\.file.*$/gm, "");
}

describe("text-ir", () => {
  it.each([
    ["every operation", exercise],
    ["a tail call", tailCall],
  ])("is compiled to what llvm-bindings' IR is compiled to: %s", (name, build) => {
    const path = join(folder, `${name}.bc`);
    const theirs = new Ir("module", layout);
    build(theirs);
    theirs.write(path);
    const ours = createTextIr("module", layout);
    build(ours);
    expect(assembly(Buffer.from(ours.print(), "latin1"))).toBe(assembly(readFileSync(path)));
  });

  it("has every operation that Ir has, but for those of modules that are written to files", () => {
    const missing = Object.getOwnPropertyNames(Ir.prototype).filter((name) => !(name in createTextIr("module", layout)));
    expect(missing.sort()).toEqual(["pointer", "verify", "write"]);
  });
});
