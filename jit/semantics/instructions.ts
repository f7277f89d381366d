// SPDX-License-Identifier: MIT
/**
 * What each instruction does: the one table behind both tiers.
 *
 * The interpreter calls each entry once, at build time, with operands that are fetched at run time. The optimizer calls it for each
 * instruction of a hot function, with operands that are SSA values and constants. Calls, returns and closures, where the tiers
 * differ in kind (the optimizer inlines), are in the tiers themselves; what they share is in transfer.ts.
 */
import type { OpcodeName } from "../../lang/bytecode.js";
import type { IrValue } from "../ir.js";
import { arithmetic, binaryOperators, negate } from "./arithmetic.js";
import { equals, lessEqual, lessThan, not, order, truthy } from "./comparison.js";
import { type FieldCases, type FieldStore, getField, type LoadCases, setField } from "./fields.js";
import { forLoop, forPrepare } from "./loops.js";
import type { Machine } from "./machine.js";
import { concatSlowly } from "./metatables.js";
import { safepoint } from "./safepoint.js";
import { getIndex, length, newTable, setIndex } from "./tables.js";
import { boxedValue, isNilWord, Type, type Value } from "./values.js";
import { getCell, getGlobal, newCell, setCell, setGlobal } from "./variables.js";

type Field = "a" | "b" | "c";

/** One instruction's operands, as the tier provides them. */
export interface Operands {
  readonly m: Machine;
  /** The running closure. */
  readonly closure: IrValue;
  /** A register, or a constant. */
  rk(field: Field): Value;
  register(field: Field, offset?: number): Value;
  constant(field: Field): Value;
  count(field: Field): IrValue;
  /** What the running closure has captured. */
  capture(field: Field): Value;
  globalAddress(field: Field): IrValue;
  /** The value of a global variable that code may rely on. */
  globalConstant(field: Field): Value | undefined;
  set(field: Field, value: Value, offset?: number): void;
  /** Continue at C if the condition holds, else at the next instruction. */
  branch(condition: IrValue): void;
  /** Continue at C. */
  jump(): void;
  /** The same for edges to a loop header, where loops get hot. */
  jumpBack(): void;
  branchBack(condition: IrValue): void;
  /** A table that nobody else has seen yet. */
  isNew(table: Value): void;
  /** What is known of all shapes that a field access has seen. */
  fieldLoads(object: Value): LoadCases | undefined;
  fieldStores(object: Value): FieldCases<FieldStore> | undefined;
  /** Store the registers from `first` on (`count` of them, as an operand) into the coroutine's argument buffer: how many, and of what types. */
  spill(first: Field, offset: number, count: Field): { readonly count: IrValue; readonly types: number };
}

type Definition = (o: Operands) => void;

export const definitions = new Map<OpcodeName, Definition>();
const define = (name: OpcodeName, definition: Definition): void => void definitions.set(name, definition);

define("MOVE", (o) => o.set("a", o.rk("b")));
define("GETGLOBAL", (o) => o.set("a", o.globalConstant("b") ?? getGlobal(o.m, o.globalAddress("b"))));
define("SETGLOBAL", (o) => setGlobal(o.m, o.globalAddress("a"), o.rk("b")));
define("GETUPVAL", (o) => o.set("a", o.capture("b")));
define("GETUPCELL", (o) => o.set("a", getCell(o.m, o.capture("b"))));
define("SETUPCELL", (o) => setCell(o.m, o.capture("a"), o.rk("b")));
define("NEWCELL", (o) => o.set("a", newCell(o.m, o.rk("b"))));
define("GETCELL", (o) => o.set("a", getCell(o.m, o.register("b"))));
define("SETCELL", (o) => setCell(o.m, o.register("a"), o.rk("b")));

define("NEWTABLE", (o) => {
  const table = newTable(o.m, o.count("b"), o.count("c"));
  o.set("a", table);
  o.isNew(table);
});
define("GETINDEX", (o) => o.set("a", getIndex(o.m, o.register("b"), o.rk("c"))));
define("SETINDEX", (o) => setIndex(o.m, o.register("a"), o.rk("b"), o.rk("c")));
define("GETFIELD", (o) => o.set("a", getField(o.m, o.register("b"), o.constant("c"), o.fieldLoads(o.register("b")))));
define("SETFIELD", (o) => setField(o.m, o.register("a"), o.constant("b"), o.rk("c"), o.fieldStores(o.register("a"))));

for (const operator of binaryOperators) define(operator.opcode, (o) => o.set("a", arithmetic(o.m, operator, o.rk("b"), o.rk("c"))));
define("UNM", (o) => o.set("a", negate(o.m, o.rk("b"))));
define("NOT", (o) => o.set("a", not(o.m, o.rk("b"))));
define("LEN", (o) => o.set("a", length(o.m, o.rk("b"))));
define("CONCAT", (o) => {
  const { m } = o;
  const { count, types } = o.spill("b", 0, "c");
  const short = m.leaf("yl_leaf_concat", [m.co, count]);
  const word = m.either(
    m.ir.compare("ne", short, m.ir.word(m.ir.layout.notFound), "likely.found"),
    () => short,
    () => concatSlowly(m, count),
  );
  o.set("a", boxedValue(word, (types & ~(Type.String | Type.Number)) === 0 ? Type.String : Type.Any));
});

define("JMP", (o) => o.jump());
define("LOOP", (o) => {
  safepoint(o.m);
  o.jumpBack();
});
define("JIF", (o) => o.branch(truthy(o.m, o.rk("a"))));
define("JIFNOT", (o) => o.branch(o.m.ir.not(truthy(o.m, o.rk("a")))));

const compared = (what: typeof lessThan) => (o: Operands) => order(o.m, what, o.rk("a"), o.rk("b"));
const comparisons: [OpcodeName, OpcodeName, (o: Operands) => IrValue][] = [
  ["JEQ", "JNE", (o) => equals(o.m, o.rk("a"), o.rk("b"))],
  ["JLT", "JNLT", compared(lessThan)],
  ["JLE", "JNLE", compared(lessEqual)],
];
for (const [positive, negative, condition] of comparisons) {
  define(positive, (o) => o.branch(condition(o)));
  define(negative, (o) => o.branch(o.m.ir.not(condition(o))));
}

define("FORPREP", (o) => {
  const state = forPrepare(o.m, o.register("a"), o.register("a", 1), o.register("a", 2));
  o.set("a", state.index);
  o.set("a", state.limit, 1);
  o.set("a", state.step, 2);
  o.set("a", state.index, 3);
  o.branch(o.m.ir.not(state.runs));
});
define("FORLOOP", (o) => {
  safepoint(o.m);
  const { next, again } = forLoop(o.m, o.register("a"), o.register("a", 1), o.register("a", 2));
  o.set("a", next);
  o.set("a", next, 3);
  o.branchBack(again);
});
define("TFORLOOP", (o) => {
  safepoint(o.m);
  const key = o.register("a", 3);
  const again = key.type & Type.Nil ? o.m.ir.not(isNilWord(o.m.ir, o.m.boxed(key))) : o.m.ir.bit(true);
  // On the way out both registers are dead, so the narrower type may be written before the branch.
  const notNil: Value = { ...key, type: key.type & ~Type.Nil };
  o.set("a", notNil, 2);
  o.set("a", notNil, 3);
  o.branchBack(again);
});
