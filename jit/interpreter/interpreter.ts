// SPDX-License-Identifier: MIT
/**
 * Generates the interpreter: one function in the calling convention of all language functions, with one case an opcode, each made
 * by the definition in `semantics/`.
 *
 *     yl_interpreter(co, closure, argc, a0, a1, a2)
 *       registers = alloca(proto.register_count)        the frame's registers live in the native frame
 *       dispatch: switch (*ip) { case MOVE: … ip += 8; goto dispatch; … }
 *
 * Every call it makes has a stackmap with three values, [closure, pc, address of the registers], from which the rest of the system
 * can read, remove and rebuild the frame. A rebuilt frame enters here again with `argc` = mode (see InterpreterPayload).
 */
import { CONSTANT_FLAG, OPCODES } from "../../lang/bytecode.js";
import type { Ir, IrBlock, IrValue } from "../ir.js";
import { truthy } from "../semantics/comparison.js";
import { definitions, type Operands } from "../semantics/instructions.js";
import { enterCall } from "../semantics/safepoint.js";
import { forEachIndex } from "../semantics/transfer.js";
import { boxedValue, isDoubleWord, isNilWord, pointerOf, Type, type Value } from "../semantics/values.js";
import { getCapture } from "../semantics/variables.js";
import { callHandlers, enterArguments, placeResults } from "./calls.js";
import { PlainMachine } from "./plain-machine.js";

const fieldShift = { a: 16, b: 32, c: 48 } as const;
type Field = keyof typeof fieldShift;

export class InterpreterMachine extends PlainMachine implements Operands {
  readonly recording = true;
  readonly seen = 0;
  readonly m = this;
  readonly closure: IrValue;
  readonly proto: IrValue;
  readonly registers: IrValue;
  readonly varargCount: IrValue;
  readonly resumes: IrValue;
  private readonly instructions: IrValue;
  private readonly constants: IrValue;
  private readonly feedback: IrValue;
  private readonly ip: IrValue;
  private readonly dispatch: IrBlock;
  private word!: IrValue;
  private nextCsid: number;

  constructor(ir: Ir) {
    super(ir, ir.argument(0));
    this.nextCsid = ir.layout.csids.interpreter;
    ir.at(ir.block("entry"));
    this.dispatch = ir.block("dispatch");
    this.ip = ir.variable(ir.i64, "ip");
    this.closure = ir.argument(1);
    this.proto = ir.load(ir.i64, ir.address(pointerOf(ir, this.closure), ir.layout.offset("Function", "code")), "code");
    this.instructions = this.protoWord("instructions");
    this.constants = this.protoWord("constants");
    this.feedback = this.protoWord("feedback");
    this.resumes = ir.compare("slt", ir.argument(2), ir.word(0), "unlikely.resume");
    const { words, varargCount } = this.frameSize();
    this.varargCount = varargCount;
    // Arguments 0..2 are stored without asking how many parameters there are; hence three words to spare.
    this.registers = ir.address(ir.frameWords(ir.add(words, ir.word(4)), "registers"), 8);
    ir.store(ir.i64, varargCount, ir.address(this.registers, -8), "register");
    this.emitEntry();
    this.emitDispatch();
  }

  // ---- the frame

  private protoField(field: string): IrValue {
    return this.ir.address(this.proto, this.ir.layout.offset("Proto", field));
  }

  protoWord(field: string): IrValue {
    return this.ir.load(this.ir.i64, this.protoField(field), "instruction");
  }

  protoCount(field: string): IrValue {
    return this.ir.zeroExtend(this.ir.load(this.ir.i32, this.protoField(field), "instruction"));
  }

  /**
   *     vararg_count │ registers … │ varargs …
   *                  ▲ `registers`
   */
  private frameSize(): { words: IrValue; varargCount: IrValue } {
    const { ir } = this;
    const [call, rebuild, join] = [ir.block("call"), ir.block("rebuild"), ir.block("frame")];
    ir.branch(this.resumes, rebuild, call);
    ir.at(call);
    const registerCount = this.registerCount();
    const extra = ir.sub(ir.argument(2), this.protoCount("parameter_count"));
    const positive = ir.select(ir.compare("sgt", extra, ir.word(0)), extra, ir.word(0));
    const passed = ir.and(positive, this.protoWord("vararg_mask"));
    this.setPc(ir.word(0));
    enterCall(this, ir.sub(ir.returnAddressSlot(), ir.shl(ir.add(registerCount, passed), 3)));
    const called = ir.current();
    ir.jump(join);
    ir.at(rebuild);
    const saved = ir.load(ir.i64, ir.address(ir.argument(3), ir.layout.offset("InterpreterPayload", "vararg_count")), "payload");
    ir.jump(join);
    ir.at(join);
    const varargCount = ir.phi(ir.i64);
    ir.incoming(varargCount, passed, called);
    ir.incoming(varargCount, saved, rebuild);
    return { words: ir.add(this.registerCount(), varargCount), varargCount };
  }

  /** Position of vararg `index` counted from the registers. */
  varargRegister(index: IrValue): IrValue {
    return this.ir.add(this.registerCount(), index);
  }

  private registerCount(): IrValue {
    return this.protoCount("register_count");
  }

  registerAddress(index: IrValue, offset = 0): IrValue {
    return this.ir.address(this.ir.element(this.registers, index, 8), 8 * offset);
  }

  loadRegister(index: IrValue, offset = 0): IrValue {
    return this.ir.load(this.ir.i64, this.registerAddress(index, offset), "register");
  }

  storeRegister(index: IrValue, word: IrValue, offset = 0): void {
    this.ir.store(this.ir.i64, word, this.registerAddress(index, offset), "register");
  }

  pc(): IrValue {
    return this.ir.lshr(this.ir.sub(this.ir.get(this.ir.i64, this.ip), this.instructions), 3);
  }

  private setPc(pc: IrValue): void {
    this.ir.set(this.ip, this.ir.element(this.instructions, pc, 8));
  }

  /** Go on with the next instruction. */
  next(): void {
    const { ir } = this;
    ir.set(this.ip, ir.add(ir.get(ir.i64, this.ip), ir.word(8)));
    ir.jump(this.dispatch);
  }

  // ---- entry: a call, or a frame that is rebuilt from a payload

  private emitEntry(): void {
    const { ir } = this;
    const start = ir.block("start");
    const resume = ir.block("resume");
    ir.branch(this.resumes, resume, start);

    ir.at(start);
    enterArguments(this);
    this.recordParameterTypes();
    this.countEntry();
    this.countDown(ir.word(-1));
    ir.jump(this.dispatch);

    ir.at(resume);
    this.emitResume(ir.argument(2));
  }

  private emitResume(argc: IrValue): void {
    const { ir } = this;
    const payload = ir.argument(3);
    const offset = (field: string): IrValue => ir.address(payload, ir.layout.offset("InterpreterPayload", field));
    const words = ir.add(ir.load(ir.i64, offset("register_count"), "payload"), this.varargCount);
    this.copyWords(offset("registers"), words);
    this.setPc(ir.load(ir.i64, offset("pc"), "payload"));
    const complete = ir.block("complete");
    ir.branch(ir.compare("eq", argc, ir.word(ir.layout.modes.complete)), complete, this.dispatch);
    ir.at(complete);
    this.fetch();
    this.completeInstruction(ir.argument(4), ir.argument(5));
  }

  /** Go on behind the instruction, whose call or helper has returned {first, count}. */
  private completeInstruction(first: IrValue, count: IrValue): void {
    const { ir } = this;
    const nothing = ir.block("complete-nothing");
    const ways = new Map<Completion, IrBlock>([["nothing", nothing]]);
    const byOpcode = ir.builder.CreateSwitch(this.field("op"), nothing, OPCODES.length);
    for (const [index, info] of OPCODES.entries()) {
      const way = completionOf(info);
      const block = ways.get(way) ?? ir.block(`complete-${way}`);
      ways.set(way, block);
      byOpcode.addCase(ir.builder.getInt64(index), block);
    }
    for (const [way, block] of ways) {
      ir.at(block);
      this.completeBy(way, first, count);
    }
  }

  private completeBy(way: Completion, first: IrValue, count: IrValue): void {
    const { ir } = this;
    switch (way) {
      case "TAILCALL":
        return ir.returnPair(first, count);
      case "jump-if":
        return this.branch(truthy(this, boxedValue(first)));
      case "jump-if-not":
        return this.branch(ir.not(truthy(this, boxedValue(first))));
      case "CALL":
        placeResults(this, this.operand("a"), this.operand("c"), first, count);
        break;
      case "TFORCALL":
        placeResults(this, ir.add(this.operand("a"), ir.word(3)), this.operand("b"), first, count);
        break;
      case "value":
        this.storeRegister(this.operand("a"), first);
        break;
      case "nothing":
        break;
    }
    this.next();
  }

  private copyWords(from: IrValue, count: IrValue): void {
    const { ir } = this;
    this.forEach(count, (index) => this.storeRegister(index, ir.load(ir.i64, ir.element(from, index, 8), "payload")));
  }

  /** body(0) … body(count - 1) */
  forEach(count: IrValue, body: (index: IrValue) => void): void {
    forEachIndex(this, this.ir.word(0), count, body);
  }

  private recordParameterTypes(): void {
    const { ir } = this;
    const feedback = this.protoWord("parameter_feedback");
    this.forEach(this.protoCount("parameter_count"), (index) => {
      const address = ir.add(feedback, index);
      const bits = ir.truncate(typeBits(ir, this.loadRegister(index)), ir.i8);
      ir.store(ir.i8, ir.or(ir.load(ir.i8, address, "feedback"), bits), address, "feedback");
    });
  }

  private countEntry(): void {
    const { ir } = this;
    const address = this.protoField("entries");
    ir.store(ir.i32, ir.builder.CreateAdd(ir.load(ir.i32, address, "feedback"), ir.int32(1)), address, "feedback");
  }

  /** Entries and back-edges count down to the moment when the optimizer has a look. */
  countDown(pc: IrValue): void {
    const { ir } = this;
    const hot = ir.block("hot");
    const cold = ir.block("cold");
    const address = this.protoField("hotness");
    const left = ir.builder.CreateSub(ir.load(ir.i32, address, "feedback"), ir.int32(1));
    ir.store(ir.i32, left, address, "feedback");
    ir.branch(ir.compare("slt", left, ir.int32(0), "unlikely.hot"), hot, cold);
    ir.at(hot);
    this.hostCall("yl_hot", [this.co, this.closure, pc, this.registers]);
    ir.jump(cold);
    ir.at(cold);
  }

  // ---- dispatch

  private fetch(): void {
    this.word = this.ir.load(this.ir.i64, this.ir.get(this.ir.i64, this.ip), "instruction");
  }

  private emitDispatch(): void {
    const { ir } = this;
    ir.at(this.dispatch);
    this.fetch();
    const unknown = ir.block("unknown-opcode");
    const cases = OPCODES.map((info) => ({ info, block: ir.block(info.name) }));
    const dispatch = ir.builder.CreateSwitch(this.field("op"), unknown, cases.length);
    for (const [index, { block }] of cases.entries()) dispatch.addCase(ir.builder.getInt64(index), block);
    ir.at(unknown);
    ir.unreachable();
    for (const { info, block } of cases) {
      ir.at(block);
      const handler = definitions.get(info.name) ?? callHandlers.get(info.name);
      if (handler === undefined) throw new Error(`no semantics for ${info.name}`);
      this.finished = false;
      (handler as (o: InterpreterMachine) => void)(this);
      if (!this.finished) this.next();
    }
  }

  /** Whether the handler has said how execution goes on. */
  private finished = false;

  finish(): void {
    this.finished = true;
  }

  // ---- operands

  private field(name: Field | "op"): IrValue {
    const { ir } = this;
    if (name === "op") return ir.and(this.word, ir.word(0xffff));
    const shifted = ir.lshr(this.word, fieldShift[name]);
    return name === "c" ? shifted : ir.and(shifted, ir.word(0xffff));
  }

  operand(field: Field): IrValue {
    return this.field(field);
  }

  count(field: Field): IrValue {
    return this.field(field);
  }

  rk(field: Field): Value {
    const { ir } = this;
    const index = this.field(field);
    const isConstant = ir.compare("uge", index, ir.word(CONSTANT_FLAG));
    const base = ir.select(isConstant, this.constants, this.registers);
    return boxedValue(ir.load(ir.i64, ir.element(base, ir.and(index, ir.word(CONSTANT_FLAG - 1)), 8), "register"));
  }

  register(field: Field, offset = 0): Value {
    return boxedValue(this.loadRegister(this.field(field), offset));
  }

  constant(field: Field): Value {
    return boxedValue(this.ir.load(this.ir.i64, this.ir.element(this.constants, this.field(field), 8), "instruction"));
  }

  globalAddress(field: Field): IrValue {
    return this.ir.load(this.ir.i64, this.ir.element(this.protoWord("globals"), this.field(field), 8), "instruction");
  }

  set(field: Field, value: Value, offset = 0): void {
    this.storeRegister(this.field(field), this.boxed(value), offset);
  }

  spill(first: Field, offset: number, count: Field): { count: IrValue; types: number } {
    const { ir } = this;
    const total = this.field(count);
    const buffer = this.coroutineWord("arguments");
    const base = this.registerAddress(this.field(first), offset);
    this.forEach(total, (index) => {
      ir.store(ir.i64, ir.load(ir.i64, ir.element(base, index, 8), "register"), ir.element(buffer, index, 8), "transfer");
    });
    return { count: total, types: Type.Any };
  }

  capture(field: Field): Value {
    return getCapture(this, this.closure, this.count(field));
  }

  globalConstant(): undefined {
    return undefined;
  }

  isNew(): void {}
  fieldLoads(): undefined {}
  fieldStores(): undefined {}

  // ---- control

  jump(): void {
    this.setPc(this.field("c"));
    this.ir.jump(this.dispatch);
    this.finish();
  }

  branch(condition: IrValue): void {
    const taken = this.ir.block("taken");
    const fallThrough = this.ir.block("fall-through");
    this.ir.branch(condition, taken, fallThrough);
    this.ir.at(taken);
    this.jump();
    this.ir.at(fallThrough);
    this.next();
  }

  branchBack(condition: IrValue): void {
    const back = this.ir.block("back");
    const leave = this.ir.block("leave");
    this.ir.branch(condition, back, leave);
    this.ir.at(back);
    this.jumpBack();
    this.ir.at(leave);
    this.next();
  }

  jumpBack(): void {
    const header = this.field("c");
    this.setPc(header);
    this.countDown(header);
    this.ir.jump(this.dispatch);
    this.finish();
  }

  // ---- what the definitions ask of a tier

  record(bits: number): void {
    const { ir } = this;
    const address = this.feedbackAddress();
    ir.store(ir.i32, ir.or(ir.load(ir.i32, address, "feedback"), ir.int32(bits)), address, "feedback");
  }

  feedbackAddress(): IrValue {
    // 32 bytes of feedback for 8 of instruction.
    const offset = this.ir.sub(this.ir.get(this.ir.i64, this.ip), this.instructions);
    return this.ir.add(this.feedback, this.ir.shl(offset, 2));
  }

  hostCall(name: string, args: IrValue[]): IrValue {
    // The check of the stack comes before there are registers.
    this.mark(name === "yl_stack_limit" ? this.ir.word(0) : this.registers);
    return this.ir.call(this.helper(name), args);
  }

  override get callsHandlers(): boolean {
    return true;
  }

  override callEntry(entry: IrValue, args: IrValue[]): IrValue {
    this.mark();
    return this.ir.callEntry(entry, args);
  }

  private mark(registers = this.registers): void {
    this.ir.stackmap(this.nextCsid++, [this.closure, this.pc(), registers]);
  }
}

/** What becomes of the results that an instruction waits for: those of a call, one value, a condition. */
type Completion = "CALL" | "TFORCALL" | "TAILCALL" | "value" | "jump-if" | "jump-if-not" | "nothing";

function completionOf({ name, a }: (typeof OPCODES)[number]): Completion {
  if (name === "CALL" || name === "TFORCALL" || name === "TAILCALL") return name;
  if (name === "JEQ" || name === "JLT" || name === "JLE") return "jump-if";
  if (name === "JNE" || name === "JNLT" || name === "JNLE") return "jump-if-not";
  return a === "def" ? "value" : "nothing";
}

/** The bit of a word's type (see Type). */
function typeBits(ir: Ir, word: IrValue): IrValue {
  // Tags in order: int, nil and booleans, string, table, function, thread, cell.
  const byTag = [Type.Int, Type.Boolean, Type.String, Type.Table, Type.Function, Type.Other, Type.Other];
  const packed = byTag.reduce((all, bits, index) => all | (BigInt(bits) << BigInt(8 * index)), 0n);
  const tag = ir.sub(ir.lshr(word, 48), ir.word(Number(ir.layout.tags.int >> 48n)));
  const shift = ir.and(ir.builder.CreateShl(tag, ir.word(3)), ir.word(63));
  const tagged = ir.and(ir.builder.CreateLShr(ir.word(packed), shift), ir.word(0xff));
  return ir.select(isDoubleWord(ir, word), ir.word(Type.Double), ir.select(isNilWord(ir, word), ir.word(Type.Nil), tagged));
}

export function emitInterpreter(ir: Ir): void {
  ir.defineFunction("yl_interpreter", ir.entryType, "nounwind yg-threaded-dispatch");
  new InterpreterMachine(ir);
}
