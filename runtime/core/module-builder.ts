// SPDX-License-Identifier: MIT
/**
 * A little help with llvm-bindings for functions whose parameters and result are 64-bit words.
 *
 *     const m = new ModuleBuilder("example");
 *     m.define("twice", 1, (x) => {
 *       m.stackmap(71, [x]);                            // describes the next call
 *       const y = m.call("helper", [x]);
 *       m.return(m.builder.CreateAdd(y, x));
 *     });
 *
 * `builder`, `module` and `context` are llvm-bindings' own: whatever else a function needs is written with them.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IrBlock, type IrFunction, type IrType, type IrValue, type Llvm, loadLlvm } from "../../jit/ir.js";
import { loadYugong } from "../native.js";

type LlvmModule = InstanceType<Llvm["Module"]>;

/** llvm-bindings, unless another thread has it. */
function loadLlvmHere(): Llvm {
  if (!loadYugong().claimCompiler()) throw new Error("llvm-bindings can be used by one thread at a time, and another one does");
  return loadLlvm();
}

/** An LLVM module in the making, in which a word (i64) is what everything is. */
export class ModuleBuilder {
  /** llvm-bindings. */
  readonly llvm: Llvm = loadLlvmHere();
  /** The module's own. */
  readonly context = new this.llvm.LLVMContext();
  /** Inserts where `define` and `at` say. */
  readonly builder = new this.llvm.IRBuilder(this.context);
  /** For what this class does not help with. */
  readonly module: LlvmModule;
  /** The type of words. */
  readonly i64: IrType = this.builder.getInt64Ty();
  /** The type of doubles. */
  readonly double: IrType = this.builder.getDoubleTy();
  #function: IrFunction | undefined;
  readonly #attributes: string[] = [];

  /** Throws an Error when another thread of the process has llvm-bindings. */
  constructor(
    /** The module's, and by default its code's. */
    readonly name: string,
  ) {
    this.module = new this.llvm.Module(name, this.context);
  }

  /** `i64 name(i64, …)` with `parameterCount` parameters, which `body` gets. */
  define(name: string, parameterCount: number, body: (...parameters: IrValue[]) => void): void {
    this.#function = this.#declare(name, parameterCount);
    this.at(this.block("entry"));
    body(...Array.from({ length: parameterCount }, (_, index) => this.#function!.getArg(index)));
  }

  /** A new block of the function that is being defined. */
  block(name: string): IrBlock {
    return this.llvm.BasicBlock.Create(this.context, name, this.#function);
  }

  /** Instructions go to the end of this block from now on. */
  at(block: IrBlock): void {
    this.builder.SetInsertPoint(block);
  }

  /** A constant, exact in all 64 bits. */
  word(value: bigint | number): IrValue {
    const word = BigInt.asIntN(64, BigInt(value));
    if (Number.isSafeInteger(Number(word))) return this.llvm.ConstantInt.get(this.i64, Number(word), true);
    const high = this.llvm.ConstantInt.get(this.i64, Number(word >> 32n), true);
    const low = this.llvm.ConstantInt.get(this.i64, Number(BigInt.asUintN(32, word)), false);
    return this.builder.CreateOr(this.builder.CreateShl(high, this.word(32)), low);
  }

  /** The address of a function in this module. */
  addressOf(name: string): IrValue {
    return this.builder.CreatePtrToInt(this.module.getFunction(name)!, this.i64);
  }

  /** The word at `address + 8 * index`. */
  load(address: IrValue, index = 0): IrValue {
    return this.builder.CreateLoad(this.i64, this.#pointer(address, index));
  }

  /** Writes the word at `address + 8 * index`. */
  store(value: IrValue, address: IrValue, index = 0): void {
    this.builder.CreateStore(value, this.#pointer(address, index));
  }

  /** A word variable in the frame, with its first value. */
  variable(name: string, value: IrValue): IrValue {
    const variable = this.builder.CreateAlloca(this.i64, null, name);
    this.builder.CreateStore(value, variable);
    return variable;
  }

  /** What a `variable` holds. */
  get(variable: IrValue): IrValue {
    return this.builder.CreateLoad(this.i64, variable);
  }

  /** Gives a `variable` another value. */
  set(variable: IrValue, value: IrValue): void {
    this.builder.CreateStore(value, variable);
  }

  /** The next call gets this call-site id, and these values can be read from its frame while it has not returned. */
  stackmap(csid: number, values: readonly IrValue[] = []): void {
    const type = this.llvm.FunctionType.get(this.builder.getVoidTy(), [this.i64], true);
    this.builder.CreateCall(this.module.getOrInsertFunction("yg.stackmap", type), [this.word(csid), ...values]);
  }

  /** Call a function of this module or one that the session knows; all words. */
  call(name: string, values: readonly IrValue[]): IrValue {
    const target = this.module.getFunction(name) ?? this.#declare(name, values.length);
    return this.builder.CreateCall(target, [...values]);
  }

  /** Call a function by its address. */
  callAddress(address: IrValue, values: readonly IrValue[]): IrValue {
    const type = this.#type(values.length);
    return this.builder.CreateCall(type, this.builder.CreateIntToPtr(address, this.llvm.PointerType.get(type, 0)), [...values]);
  }

  /** A line `function: word…`, such as "inner: noinline internal"; native/yugong-llvm/src/fold.h has the words. */
  attributes(line: string): void {
    this.#attributes.push(`${line}\n`);
  }

  /** Ends the block: the function returns this. */
  return(value: IrValue): void {
    this.builder.CreateRet(value);
  }

  /** The module for Session.compile. */
  toBitcode(): Buffer {
    this.#writeAttributes();
    if (this.llvm.verifyModule(this.module)) throw new Error(`module ${this.name} is not well-formed:\n${this.module.print()}`);
    const folder = mkdtempSync(join(tmpdir(), "yugong-module-"));
    try {
      const path = join(folder, "module.bc");
      this.llvm.WriteBitcodeToFile(this.module, path);
      return readFileSync(path);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  #writeAttributes(): void {
    if (this.#attributes.length === 0) return;
    const text = this.llvm.ConstantDataArray.getString(this.context, this.#attributes.splice(0).join(""));
    const { PrivateLinkage } = this.llvm.GlobalValue.LinkageTypes;
    new this.llvm.GlobalVariable(this.module, text.getType(), true, PrivateLinkage, text, "yg.attributes");
  }

  #type(parameterCount: number) {
    return this.llvm.FunctionType.get(this.i64, new Array(parameterCount).fill(this.i64), false);
  }

  #declare(name: string, parameterCount: number): IrFunction {
    const { ExternalLinkage } = this.llvm.Function.LinkageTypes;
    return this.llvm.Function.Create(this.#type(parameterCount), ExternalLinkage, name, this.module);
  }

  #pointer(address: IrValue, index: number): IrValue {
    const at = index === 0 ? address : this.builder.CreateAdd(address, this.word(8 * index));
    return this.builder.CreateIntToPtr(at, this.llvm.PointerType.get(this.i64, 0));
  }
}
