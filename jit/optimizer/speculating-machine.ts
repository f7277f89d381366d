// SPDX-License-Identifier: MIT
/**
 * What instruction definitions ask of a tier, as the optimizer has it: what it knows of the program it relies on behind guards, and each
 * place where the frame may be left has a frame state: guards, calls and helpers.
 *
 * A guard that fails leaves through the deopt stub with the state of all activations at the start of its instruction, which the
 * interpreter then executes again. Hence the rule: within an instruction, guards come before effects.
 */
import type { Instruction } from "../../lang/bytecode.js";
import type { Ir, IrValue } from "../ir.js";
import { swapStacks, switchStacks } from "../semantics/coroutines.js";
import { Machine, PathEnds, type Reason, type TableFacts } from "../semantics/machine.js";
import { boxedValue, constantValue, Type, testType, type Value } from "../semantics/values.js";
import { callDefinitions, inliningDefinitions } from "./calls.js";
import type { OptimizerContext, ProtoInfo } from "./context.js";
import { isWantedAsDouble } from "./demands.js";
import type { Activation, Environment } from "./environment.js";
import { expectationOf } from "./expectations.js";
import type { FrameStates, Mode } from "./frame-states.js";
import type { Headers } from "./headers.js";
import { callsBuiltin, coroutineBody, mayNeedStack, needsStack, onlyAllocates } from "./virtual-coroutines.js";

/** Why the guard of a load for what is wanted of it fails. */
const expectedReasons: ReadonlyMap<number, Reason> = new Map([
  [Type.Int, "not an int"],
  [Type.Double, "not a double"],
  [Type.Number, "not a number"],
  [Type.Table, "not a table"],
]);

/** Makes an instruction look as if it had seen everything: no speculation there any more. */
const anything = 0xffff;

/**
 * Helpers whose result is what their instruction is for: the value of its register, a condition, or that the store is done. Where another
 * one is called, the instruction is executed again if the frame has to be left meanwhile: those must not do anything that can be seen.
 */
const completing: ReadonlySet<string> = new Set(
  "arith concat len index set_index get_field set_field get_global set_global less equal".split(" ").map((name) => `yl_${name}`),
);

export abstract class SpeculatingMachine extends Machine {
  readonly recording = false;
  environment!: Environment;
  pc = 0;
  instruction!: Instruction;
  private before: Environment | undefined;
  /** What refined values were at first. */
  private readonly origins = new WeakMap<Value, Value>();

  constructor(
    ir: Ir,
    co: IrValue,
    readonly context: OptimizerContext,
    readonly headers: Headers,
    /** Undefined in a dry walk. */
    readonly states: FrameStates | undefined,
    /** Entered in the middle, by OSR. */
    readonly isLoopUnit: boolean,
  ) {
    super(ir, co);
  }

  get activation(): Activation {
    return this.environment.activation;
  }
  get info(): ProtoInfo {
    return this.activation.info;
  }
  /** The one that the machine frame is of; the others are inlined in it. */
  private get outermost(): Activation {
    let at = this.activation;
    while (at.parent !== undefined) at = at.parent;
    return at;
  }

  // ---- what is known of the program

  get seen(): number {
    const { info, pc } = this;
    return this.context.givenUp(info.id, pc) ? anything : info.feedback(pc).bits;
  }

  record(): void {}

  feedbackAddress(): IrValue {
    const { ir, info } = this;
    const feedback = ir.load(ir.i64, ir.word(info.address + BigInt(ir.layout.offset("Proto", "feedback"))), "instruction");
    return ir.address(feedback, this.pc * ir.layout.size("Feedback"));
  }

  override asExpected(word: IrValue): Value | undefined {
    const { info, pc } = this;
    const expected = expectationOf(info, this.ir.layout, pc, this.instruction.a);
    if (expected === undefined || this.context.givenUp(info.id, expected.pc)) return undefined;
    const { types } = expected;
    this.guard(testType(this.ir, boxedValue(word), types), expectedReasons.get(types) as Reason, expected.pc);
    return boxedValue(word, types);
  }

  override get wantsDouble(): boolean {
    return isWantedAsDouble(this.info, this.pc);
  }

  known(word: bigint): Value {
    return constantValue(this.ir, word);
  }

  knowTable({ identity }: Value, facts: TableFacts): void {
    if (identity !== undefined) this.environment.tables.set(identity, facts);
  }

  factsOf({ identity }: Value): TableFacts | undefined {
    return identity === undefined ? undefined : this.environment.tables.get(identity);
  }

  shapeOf(table: Value): bigint | undefined {
    return this.factsOf(table)?.shape;
  }

  shapesChange(shape?: bigint): void {
    if (shape === undefined) this.environment.forget();
    else this.environment.forgetShape(shape);
  }

  assume(assumption: bigint): void {
    this.context.assume(assumption);
  }

  refine(value: Value, refined: Value): void {
    this.origins.set(refined, this.originOf(value));
    this.environment.replace(value, refined);
  }

  private originOf(value: Value): Value {
    return this.origins.get(value) ?? value;
  }

  /** Whether two are the same value, though perhaps not as much is known of one. */
  isSame(a: Value, b: Value): boolean {
    return this.originOf(a) === this.originOf(b) || (a.constant !== undefined && a.constant === b.constant);
  }

  // ---- guards

  guard(condition: IrValue, reason: Reason, blamed = this.pc): void {
    const { ir } = this;
    if (condition === ir.bit(true)) return;
    if (condition === ir.bit(false)) this.deoptimize(reason);
    if (this.states === undefined) return;
    const exit = ir.block("exit");
    const next = ir.block("next");
    ir.branch(this.context.countsGuards ? ir.and(condition, this.isLeftAlone("guard_count", "failing_guard")) : condition, next, exit);
    ir.at(exit);
    this.exit(reason, blamed);
    ir.at(next);
  }

  deoptimize(reason: Reason): never {
    this.exit(reason);
    throw new PathEnds(reason);
  }

  private exit(reason: Reason, blamed = this.pc): void {
    if (this.states === undefined) return;
    this.states.mark(this.environment, this.pc, "execute", reason, blamed);
    this.ir.call(this.helper("yl_deopt"), [this.co]);
    this.ir.unreachable();
  }

  // ---- calls

  /** Emit something that the interpreter, if the frame is left in it, does again from the state `before`. */
  from(before: Environment, emit: () => void): void {
    this.before = before;
    emit();
    this.before = undefined;
  }

  /** The frame may have to be left while it waits for the helper. `mode`: what is to become of the instruction then, if that is known. */
  hostCall(name: string, args: IrValue[], mode: Mode = this.modeOfHelper(name)): IrValue {
    mayNeedStack(this, name);
    this.states?.mark(this.before ?? this.environment, this.pc, mode, "call");
    if (!onlyAllocates(name)) this.shapesChange();
    return this.ir.call(this.helper(name), args);
  }

  private modeOfHelper(name: string): Mode {
    if (!completing.has(name)) return "execute";
    const { op } = this.instruction;
    return callDefinitions.has(op) || inliningDefinitions.has(op) ? "execute" : "complete";
  }

  /**
   * What a handler returns is the instruction's result, which it is not within a call of a library function that is done in place. And where the body
   * of a virtual coroutine runs, a helper gives it a stack first.
   */
  override get callsHandlers(): boolean {
    return this.modeOfHelper("yl_index") === "complete" && coroutineBody(this.activation) === undefined;
  }

  /** Call a function, `builtin` if that is known to be one; the frame state is the one in which its results arrive. */
  override callEntry(entry: IrValue, args: IrValue[], builtin?: string): IrValue {
    if (builtin === undefined) needsStack(this);
    else callsBuiltin(this, builtin);
    this.mayBeDisturbed();
    this.states?.mark(this.environment, this.pc, "complete", "call");
    this.shapesChange();
    return this.ir.callEntry(entry, args);
  }

  /**
   * Swap to `next`, all else being done. `mode` says what is to become of the pair that the swap back delivers, should the frame have been
   * left by then.
   */
  swap(next: IrValue, first: IrValue, count: IrValue, mode: Mode): IrValue {
    needsStack(this);
    this.states?.mark(this.environment, this.pc, mode, "call");
    this.shapesChange();
    // Varargs are in a part of the frame whose size is known at its entry only: it has a frame pointer.
    const hasFramePointer = !this.isLoopUnit && this.outermost.varargs !== undefined;
    return (hasFramePointer ? swapStacks : switchStacks)(this, next, first, count);
  }

  override get recordsSwitches(): boolean {
    return this.context.recordsSwitches ?? false;
  }

  // ---- stress

  /** Under stress: at some calls, a frame that waits is treated as if its code had become invalid. */
  mayBeDisturbed(): void {
    if (!this.context.countsCalls) return;
    const { ir } = this;
    const [call, disturbed] = [ir.block("call"), ir.block("disturbed")];
    ir.branch(this.isLeftAlone("call_count", "disturbed_call"), call, disturbed);
    ir.at(disturbed);
    this.hostCall("yl_stress_call", [this.co]);
    ir.jump(call);
    ir.at(call);
  }

  /** Under stress: count, and whether the count is below the one at which something happens. */
  private isLeftAlone(counter: "guard_count" | "call_count", limit: "failing_guard" | "disturbed_call"): IrValue {
    const { ir } = this;
    const engine = this.coroutineWord("engine");
    const word = (field: string): IrValue => ir.address(engine, ir.layout.offset("Engine", field));
    const count = ir.add(ir.load(ir.i64, word(counter), "coroutine"), ir.word(1));
    ir.store(ir.i64, count, word(counter), "coroutine");
    return ir.compare("ult", count, ir.load(ir.i64, word(limit), "coroutine"));
  }
}
