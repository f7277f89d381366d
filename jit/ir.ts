// SPDX-License-Identifier: MIT
/**
 * A thin layer over llvm-bindings with exactly the operations that the semantics need.
 *
 * `Ir` builds LLVM IR, for the interpreter. The optimizer's (text-ir.ts) has the same methods and writes it down, which is faster; another
 * (dry-ir.ts) has them, too, and builds nothing.
 *
 * What llvm-bindings cannot say (operand bundles, attributes, TBAA, branch weights) is said by naming conventions that
 * native/yugong-llvm folds into the module before any optimization.
 */
import { createRequire } from "node:module";
import type llvm from "llvm-bindings";
import type { Layout } from "./layout.js";

export type Llvm = typeof llvm;
export type IrValue = llvm.Value;
export type IrBlock = llvm.BasicBlock;
export type IrFunction = llvm.Function;
export type IrType = llvm.Type;

let loaded: Llvm | undefined;
/** llvm-bindings, loaded on first use: it costs about 100 ms, which a program that never gets hot does not pay. */
export function loadLlvm(): Llvm {
  loaded ??= createRequire(import.meta.url)("llvm-bindings") as Llvm;
  return loaded;
}

/** Memory that different classes name is disjoint (type-based alias analysis). */
export type MemoryClass =
  | "array" // Table.array and what else only growing changes
  | "count" // Table.array_count
  | "shape" // Table.shape
  | "capacity" // of Table.slots
  | "assumption" // Assumption.broken, for the interpreter
  | "slots" // Table.slots
  | "metatable" // Table.metatable
  | "element" // array elements
  | "slot" // field values
  | "cell"
  | "global"
  | "capture" // written once, when the closure is made
  | "target" // the coroutine of what coroutine.wrap has returned: never changes for code that can see it
  | "code" // headers, Function.code: written when the object is made
  | "allocation" // HeapState::free, Proto.closure_count
  | "entry" // Code.entry
  | "transfer" // the coroutine's argument and result buffers
  | "coroutine" // other words of the coroutine
  | "feedback"
  | "register" // interpreter registers
  | "instruction" // bytecode, constants, prototypes: never change
  | "volatile" // what signal handlers and other threads write: accessed as often as the IR says, in that order
  | "payload";

/** The name by which the folding pass knows that a pointer, or what is loaded from it, is of this class. */
export const memoryName = (memory: MemoryClass): string => `tbaa.${memory === "instruction" || memory === "target" ? "const" : memory}.`;

/** What llvm.prefetch takes besides the address: for reading, into all caches, of data. */
export const PREFETCH: readonly number[] = [0, 3, 1];

export const DIVISION_ATTRIBUTES = "nounwind readnone willreturn speculatable nofree nosync";

export interface OverflowResult {
  readonly result: IrValue;
  readonly overflow: IrValue;
}

/** How llvm-bindings calls the comparisons of LLVM. */
const intComparisons = {
  eq: "CreateICmpEQ",
  ne: "CreateICmpNE",
  slt: "CreateICmpSLT",
  sle: "CreateICmpSLE",
  sgt: "CreateICmpSGT",
  sge: "CreateICmpSGE",
  ult: "CreateICmpULT",
  ule: "CreateICmpULE",
  ugt: "CreateICmpUGT",
  uge: "CreateICmpUGE",
} as const;
const floatComparisons = {
  oeq: "CreateFCmpOEQ",
  une: "CreateFCmpUNE",
  olt: "CreateFCmpOLT",
  ole: "CreateFCmpOLE",
  ult: "CreateFCmpULT",
  ule: "CreateFCmpULE",
  uge: "CreateFCmpUGE",
  ugt: "CreateFCmpUGT",
} as const;

export type IntPredicate = keyof typeof intComparisons;
export type FloatPredicate = keyof typeof floatComparisons;

export class Ir {
  readonly llvm: Llvm;
  readonly context: llvm.LLVMContext;
  readonly module: llvm.Module;
  readonly builder: llvm.IRBuilder;
  readonly i1: IrType;
  readonly i8: IrType;
  readonly i16: IrType;
  readonly i32: IrType;
  readonly i64: IrType;
  readonly f64: IrType;
  readonly void: IrType;
  readonly pair: llvm.StructType;
  /** `yg_pair entry(co, callee, argc, a0, a1, a2)`, everything a 64-bit word. */
  readonly entryType: llvm.FunctionType;
  function!: IrFunction;
  private readonly functions = new Map<string, { fn: IrFunction; type: llvm.FunctionType }>();
  private readonly attributes: string[] = [];
  private readonly pointers = new Map<IrType, IrType>();
  private readonly words = new Map<number, IrValue>();
  private marker: llvm.FunctionCallee | undefined;
  /** Objects whose addresses are constants of the code. */
  readonly embedded = new Set<bigint>();
  private yes: IrValue | undefined;
  private no: IrValue | undefined;

  constructor(
    name: string,
    readonly layout: Layout,
  ) {
    this.llvm = loadLlvm();
    this.context = new this.llvm.LLVMContext();
    this.module = new this.llvm.Module(name, this.context);
    this.builder = new this.llvm.IRBuilder(this.context);
    const b = this.builder;
    this.i1 = b.getInt1Ty();
    this.i8 = b.getInt8Ty();
    this.i16 = b.getInt16Ty();
    this.i32 = b.getInt32Ty();
    this.i64 = b.getInt64Ty();
    this.f64 = b.getDoubleTy();
    this.void = b.getVoidTy();
    this.pair = this.llvm.StructType.get(this.context, [this.i64, this.i64]);
    this.entryType = this.llvm.FunctionType.get(this.pair, new Array(6).fill(this.i64), false);
  }

  // ---- functions, blocks, attributes

  defineFunction(name: string, type: llvm.FunctionType, attributes = ""): IrFunction {
    this.function = this.llvm.Function.Create(type, this.llvm.Function.LinkageTypes.ExternalLinkage, name, this.module);
    this.functions.set(name, { fn: this.function, type });
    if (attributes !== "") this.attributes.push(`${name}: ${attributes}`);
    return this.function;
  }

  functionType(result: IrType, parameters: IrType[], variadic = false): llvm.FunctionType {
    return this.llvm.FunctionType.get(result, parameters, variadic);
  }

  /** A function of the run-time system, declared on first use. */
  external(name: string, result: IrType, parameters: IrType[], attributes = "nounwind"): { fn: IrFunction; type: llvm.FunctionType } {
    let known = this.functions.get(name);
    if (known === undefined) {
      const type = this.functionType(result, parameters);
      known = { fn: this.llvm.Function.Create(type, this.llvm.Function.LinkageTypes.ExternalLinkage, name, this.module), type };
      this.functions.set(name, known);
      if (attributes !== "") this.attributes.push(`${name}: ${attributes}`);
    }
    return known;
  }

  argument(index: number): IrValue {
    return this.function.getArg(index);
  }

  block(name: string): IrBlock {
    return this.llvm.BasicBlock.Create(this.context, name, this.function);
  }

  at(block: IrBlock): void {
    this.builder.SetInsertPoint(block);
  }

  current(): IrBlock {
    return this.builder.GetInsertBlock() as IrBlock;
  }

  /** Hand the module over: attributes become a string that the folding pass reads; the text or bitcode goes to `path`. */
  write(path: string): void {
    const text = this.attributes.join("\n");
    const bytes = this.llvm.ConstantDataArray.getString(this.context, text);
    new this.llvm.GlobalVariable(
      this.module,
      bytes.getType(),
      true,
      this.llvm.GlobalValue.LinkageTypes.PrivateLinkage,
      bytes,
      "yg.attributes",
    );
    this.llvm.WriteBitcodeToFile(this.module, path);
  }

  print(): string {
    return this.module.print();
  }

  /** Problems that LLVM's verifier finds, or "" when there are none. */
  verify(): string {
    return this.llvm.verifyModule(this.module) ? "the module is not well-formed" : "";
  }

  // ---- constants

  /** A 64-bit word. Tagged values have a small magnitude as signed numbers, so a double carries them exactly. */
  word(value: bigint | number): IrValue {
    const number = typeof value === "bigint" ? Number(BigInt.asIntN(64, value)) : value;
    let word = this.words.get(number);
    if (word === undefined) {
      if (!Number.isSafeInteger(number)) {
        const high = Number(BigInt.asUintN(64, BigInt(value)) >> 32n);
        const low = Number(BigInt.asUintN(32, BigInt(value)));
        const b = this.builder;
        return b.CreateOr(b.CreateShl(this.word(high), this.word(32)), this.word(low));
      }
      // Not builder.getInt64, which keeps only the low 32 bits of its argument.
      word = this.llvm.ConstantInt.get(this.i64, number, true);
      this.words.set(number, word);
    }
    return word;
  }

  int32(value: number): IrValue {
    return this.builder.getInt32(value);
  }

  double(value: number): IrValue {
    return this.llvm.ConstantFP.get(this.f64, value);
  }

  /** A condition that is known: compare with `===` to take only one way (the same objects every time). */
  bit(value: boolean): IrValue {
    this.yes ??= this.builder.getInt1(true);
    this.no ??= this.builder.getInt1(false);
    return value ? this.yes : this.no;
  }

  undef(type: IrType): IrValue {
    return this.llvm.UndefValue.get(type);
  }

  // ---- memory: addresses are 64-bit integers

  private pointer(type: IrType): IrType {
    let pointer = this.pointers.get(type);
    if (pointer === undefined) {
      pointer = this.llvm.PointerType.get(type, 0);
      this.pointers.set(type, pointer);
    }
    return pointer;
  }

  address(base: IrValue, byteOffset: number): IrValue {
    return byteOffset === 0 ? base : this.builder.CreateAdd(base, this.word(byteOffset));
  }

  /** base + index * scale */
  element(base: IrValue, index: IrValue, scale: 1 | 2 | 4 | 8 | 16): IrValue {
    const shifted = scale === 1 ? index : this.builder.CreateShl(index, this.word(Math.log2(scale)));
    return this.builder.CreateAdd(base, shifted);
  }

  load(type: IrType, address: IrValue, memory: MemoryClass): IrValue {
    const name = memoryName(memory);
    return this.builder.CreateLoad(type, this.builder.CreateIntToPtr(address, this.pointer(type), name), name);
  }

  store(type: IrType, value: IrValue, address: IrValue, memory: MemoryClass): void {
    this.builder.CreateStore(value, this.builder.CreateIntToPtr(address, this.pointer(type), memoryName(memory)));
  }

  /** A variable in the frame, for values that change between blocks; LLVM turns it into registers. */
  variable(type: IrType, name: string): llvm.AllocaInst {
    return this.builder.CreateAlloca(type, null, name);
  }

  get(type: IrType, variable: IrValue): IrValue {
    return this.builder.CreateLoad(type, variable);
  }

  set(variable: IrValue, value: IrValue): void {
    this.builder.CreateStore(value, variable);
  }

  /** `count` words in the frame; their address. */
  frameWords(count: IrValue, name: string): IrValue {
    return this.builder.CreatePtrToInt(this.builder.CreateAlloca(this.i64, count, name), this.i64);
  }

  // ---- integer and floating-point operations

  add(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateAdd(a, b);
  }
  /** An addition of signed numbers whose result is not used where it overflows. llvm-bindings cannot say so. */
  addExactly(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateAdd(a, b);
  }
  sub(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateSub(a, b);
  }
  and(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateAnd(a, b);
  }
  or(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateOr(a, b);
  }
  xor(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateXor(a, b);
  }
  shl(a: IrValue, bits: number): IrValue {
    return this.builder.CreateShl(a, this.word(bits));
  }
  lshr(a: IrValue, bits: number): IrValue {
    return this.builder.CreateLShr(a, this.word(bits));
  }
  shift(operation: "shl" | "lshr" | "ashr", a: IrValue, count: IrValue): IrValue {
    const b = this.builder;
    return operation === "shl" ? b.CreateShl(a, count) : operation === "lshr" ? b.CreateLShr(a, count) : b.CreateAShr(a, count);
  }
  sdiv(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateSDiv(a, b);
  }
  srem(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateSRem(a, b);
  }
  not(a: IrValue): IrValue {
    if (a === this.yes) return this.bit(false);
    if (a === this.no) return this.bit(true);
    return this.builder.CreateNot(a);
  }
  fadd(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateFAdd(a, b);
  }
  fsub(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateFSub(a, b);
  }
  fmul(a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateFMul(a, b);
  }
  /** The sign of 0/0 is the machine's, whatever LLVM finds out about the operands (native/yugong-llvm/src/divide.h). */
  fdiv(a: IrValue, b: IrValue): IrValue {
    const { fn } = this.external("yg.fdiv", this.f64, [this.f64, this.f64], DIVISION_ATTRIBUTES);
    return this.builder.CreateCall(fn, [a, b]);
  }
  fneg(a: IrValue): IrValue {
    return this.builder.CreateFNeg(a);
  }

  /** int32 arithmetic with its overflow bit. */
  overflowing(operation: "sadd" | "ssub" | "smul", a: IrValue, b: IrValue): OverflowResult {
    const ids = this.llvm.Intrinsic;
    const id = { sadd: ids.sadd_with_overflow, ssub: ids.ssub_with_overflow, smul: ids.smul_with_overflow }[operation];
    const result = this.builder.CreateCall(this.llvm.Intrinsic.getDeclaration(this.module, id, [this.i32]), [a, b]);
    return { result: this.builder.CreateExtractValue(result, [0]), overflow: this.builder.CreateExtractValue(result, [1]) };
  }

  floatIntrinsic(name: "floor" | "sqrt" | "fabs", x: IrValue): IrValue {
    return this.builder.CreateCall(this.llvm.Intrinsic.getDeclaration(this.module, this.llvm.Intrinsic[name], [this.f64]), [x]);
  }

  /** Has the cache line of an address brought, which need not be one of anything: llvm.prefetch. */
  prefetch(address: IrValue): void {
    const intrinsic = this.llvm.Intrinsic.getDeclaration(this.module, this.llvm.Intrinsic.prefetch, [this.pointer(this.i8)]);
    const pointer = this.builder.CreateIntToPtr(address, this.pointer(this.i8));
    this.builder.CreateCall(intrinsic, [pointer, ...PREFETCH.map((each) => this.int32(each))]);
  }

  returnAddressSlot(): IrValue {
    const intrinsic = this.llvm.Intrinsic.getDeclaration(this.module, this.llvm.Intrinsic.addressofreturnaddress, [this.pointer(this.i8)]);
    return this.builder.CreatePtrToInt(this.builder.CreateCall(intrinsic, []), this.i64);
  }

  /** `likely` ends up as branch weights. */
  compare(predicate: IntPredicate, a: IrValue, b: IrValue, name = ""): IrValue {
    return this.builder[intComparisons[predicate]](a, b, name);
  }

  compareDouble(predicate: FloatPredicate, a: IrValue, b: IrValue): IrValue {
    return this.builder[floatComparisons[predicate]](a, b);
  }

  select(condition: IrValue, a: IrValue, b: IrValue): IrValue {
    return this.builder.CreateSelect(condition, a, b);
  }

  // ---- conversions

  truncate(value: IrValue, type: IrType): IrValue {
    return this.builder.CreateTrunc(value, type);
  }
  zeroExtend(value: IrValue, type: IrType = this.i64): IrValue {
    return this.builder.CreateZExt(value, type);
  }
  signExtend(value: IrValue, type: IrType = this.i64): IrValue {
    return this.builder.CreateSExt(value, type);
  }
  intToDouble(value: IrValue): IrValue {
    return this.builder.CreateSIToFP(value, this.f64);
  }
  /** Some number when the double is out of int32 range: compare the way back before trusting it. */
  doubleToInt(value: IrValue): IrValue {
    // cvttsd2si's 64-bit form is defined for every double, so convert to i64 and keep the low half. LLVM's fptosi is poison beyond int64, for
    // which text-ir.ts has `freeze`; llvm-bindings does not, and the interpreter, which is built here, converts no constants.
    return this.builder.CreateTrunc(this.builder.CreateFPToSI(value, this.i64), this.i32);
  }
  bitsToDouble(value: IrValue): IrValue {
    return this.builder.CreateBitCast(value, this.f64);
  }
  doubleToBits(value: IrValue): IrValue {
    return this.builder.CreateBitCast(value, this.i64);
  }

  /** As a word. */
  functionAddress({ fn }: { fn: IrFunction }): IrValue {
    return this.builder.CreatePtrToInt(fn, this.i64);
  }

  // ---- control flow

  jump(target: IrBlock): void {
    this.builder.CreateBr(target);
  }
  branch(condition: IrValue, yes: IrBlock, no: IrBlock): void {
    this.builder.CreateCondBr(condition, yes, no);
  }
  unreachable(): void {
    this.builder.CreateUnreachable();
  }
  pairOf(first: IrValue, second: IrValue): IrValue {
    const partial = this.builder.CreateInsertValue(this.undef(this.pair), first, [0]);
    return this.builder.CreateInsertValue(partial, second, [1]);
  }
  returnPair(first: IrValue, second: IrValue): void {
    this.builder.CreateRet(this.pairOf(first, second));
  }
  phi(type: IrType, name = ""): llvm.PHINode {
    return this.builder.CreatePHI(type, 2, name);
  }
  incoming(phi: llvm.PHINode, value: IrValue, from: IrBlock): void {
    phi.addIncoming(value, from);
  }

  // ---- calls

  call(target: { fn: IrFunction; type: llvm.FunctionType }, args: IrValue[], name = ""): IrValue {
    return this.builder.CreateCall(target.type, target.fn, args, name);
  }

  /** Call a language function through its entry's address. */
  callEntry(address: IrValue, args: IrValue[], name = ""): IrValue {
    return this.builder.CreateCall(this.entryType, this.builder.CreateIntToPtr(address, this.pointer(this.entryType)), args, name);
  }

  /** Leave the function by a call that reuses its frame. */
  tailCallEntry(address: IrValue, args: IrValue[]): void {
    this.builder.CreateRet(this.callEntry(address, args, "musttail."));
  }

  extract(pair: IrValue, index: 0 | 1): IrValue {
    return this.builder.CreateExtractValue(pair, [index]);
  }

  /** The code contains this reference to an object: the collector must know. */
  embed(reference: bigint): void {
    this.embedded.add(reference);
  }

  /** The marker that the folding pass turns into a deopt bundle on the next call. */
  stackmap(csid: number, values: IrValue[]): void {
    this.marker ??= this.module.getOrInsertFunction("yg.stackmap", this.functionType(this.void, [this.i64], true));
    this.builder.CreateCall(this.marker, [this.word(csid), ...values]);
  }
}
