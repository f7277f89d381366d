// SPDX-License-Identifier: MIT
/**
 * The optimizer's Ir: the same operations as `Ir`, written down as textual IR. The program waits while IR is built, so it is built of
 * nothing but strings: an operation of llvm-bindings costs some microseconds, most of them for the JavaScript objects around LLVM's values.
 * LLVM reads the text on its own thread (native/yugong-llvm/src/background.h), and folds the constants that IRBuilder would have folded.
 */
import type { FloatPredicate, IntPredicate, Ir, MemoryClass } from "./ir.js";
import { DIVISION_ATTRIBUTES, memoryName, PREFETCH } from "./ir.js";
import type { Layout } from "./layout.js";

class TextType {
  private pointerTo: TextType | undefined;
  constructor(
    readonly text: string,
    /** Of functions. */
    readonly result?: TextType,
    /** How a call names the function's type: its result, or all of it if it is variadic. */
    readonly called = "",
  ) {}
  get pointer(): TextType {
    this.pointerTo ??= new TextType(`${this.text}*`);
    return this.pointerTo;
  }
}

/** An operand: `%v12`, `@yl_deopt`, `42`. */
class TextValue {
  constructor(
    readonly text: string,
    readonly type: TextType,
  ) {}
  get typed(): string {
    return `${this.type.text} ${this.text}`;
  }
}

class TextPhi extends TextValue {
  readonly incoming: string[] = [];
  constructor(
    text: string,
    type: TextType,
    readonly location: string,
  ) {
    super(text, type);
  }
}

interface Block {
  readonly label: string;
  readonly lines: (string | TextPhi)[];
}

interface TextFunction {
  readonly fn: TextValue;
  readonly type: TextType;
}

const i1 = new TextType("i1");
const i8 = new TextType("i8");
const i16 = new TextType("i16");
const i32 = new TextType("i32");
const i64 = new TextType("i64");
const f64 = new TextType("double");
const nothing = new TextType("void");
const pair = new TextType("{ i64, i64 }");
const overflowPair = new TextType("{ i32, i1 }");
const yes = new TextValue("true", i1);
const no = new TextValue("false", i1);

function functionType(result: TextType, parameters: readonly TextType[], variadic = false): TextType {
  const list = parameters.map(({ text }) => text);
  if (variadic) list.push("...");
  const text = `${result.text} (${list.join(", ")})`;
  return new TextType(text, result, variadic ? text : result.text);
}

const entryType = functionType(pair, new Array(6).fill(i64));
const markerType = functionType(nothing, [i64], true);

const bits = new DataView(new ArrayBuffer(8));

/** Where IR is from, in LLVM's metadata: https://llvm.org/docs/LangRef.html#specialized-metadata-nodes */
export interface DebugInformation {
  /** A line of metadata: `!7 = !DIFile(…)`. */
  addMetadata(name: string, text: string): void;
  /** The function's node. */
  setSubprogram(name: string): void;
  /** The node of the place that what is written from here on is from. */
  setLocation(name: string): void;
}

class TextIr implements DebugInformation {
  readonly i1 = i1;
  readonly i8 = i8;
  readonly i16 = i16;
  readonly i32 = i32;
  readonly i64 = i64;
  readonly f64 = f64;
  readonly void = nothing;
  readonly pair = pair;
  readonly entryType = entryType;
  function!: TextValue;
  /** Objects whose addresses are constants of the code. */
  readonly embedded = new Set<bigint>();
  private readonly declarations = new Map<string, TextFunction>();
  private readonly attributes: string[] = [];
  private readonly words = new Map<number, TextValue>();
  private readonly blocks: Block[] = [];
  private readonly labels = new Set<string>();
  private here!: Block;
  private lines!: Block["lines"];
  private signature = "";
  /** What instructions end with: where they are from. */
  private location = "";
  private readonly metadata: string[] = [];
  private values = 0;

  constructor(
    private readonly name: string,
    readonly layout: Layout,
  ) {}

  // ---- functions, blocks, attributes

  /** A module has one. */
  defineFunction(name: string, type: TextType, attributes = ""): TextValue {
    let parameters = 0;
    this.signature = `define ${(type.result as TextType).text} @${name}${type.text
      .slice((type.result as TextType).text.length + 1)
      .replace(/\bi64\b/g, () => `i64 %p${parameters++}`)}`;
    this.function = new TextValue(`@${name}`, type.pointer);
    if (attributes !== "") this.attributes.push(`${name}: ${attributes}`);
    return this.function;
  }

  functionType(result: TextType, parameters: readonly TextType[], variadic = false): TextType {
    return functionType(result, parameters, variadic);
  }

  external(name: string, result: TextType, parameters: readonly TextType[], attributes = "nounwind"): TextFunction {
    const known = this.declarations.get(name);
    if (known !== undefined) return known;
    if (attributes !== "") this.attributes.push(`${name}: ${attributes}`);
    return this.declare(name, functionType(result, parameters));
  }

  private declare(name: string, type: TextType): TextFunction {
    let known = this.declarations.get(name);
    if (known === undefined) {
      known = { fn: new TextValue(`@${name}`, type.pointer), type };
      this.declarations.set(name, known);
    }
    return known;
  }

  argument(index: number): TextValue {
    return new TextValue(`%p${index}`, i64);
  }

  block(name: string): Block {
    const block = { label: this.labels.has(name) ? `${name}.${this.blocks.length}` : name, lines: [] };
    this.labels.add(name);
    this.blocks.push(block);
    return block;
  }

  at(block: Block): void {
    this.here = block;
    this.lines = block.lines;
  }

  current(): Block {
    return this.here;
  }

  print(): string {
    const attributes = this.attributes.join("\n");
    const parts = [
      `source_filename = "${this.name}"\n`,
      `@yg.attributes = private constant [${attributes.length} x i8] c"${attributes.replaceAll("\n", "\\0A")}"\n`,
    ];
    for (const { fn, type } of this.declarations.values()) {
      const result = (type.result as TextType).text;
      parts.push(`declare ${result} ${fn.text}${type.text.slice(result.length + 1)}`);
    }
    parts.push(`\n${this.signature} {`);
    for (const [index, { label, lines }] of this.blocks.entries()) {
      parts.push(index === 0 ? `${label}:` : `\n${label}:`);
      for (const line of lines) {
        parts.push(typeof line === "string" ? line : `  ${line.text} = phi ${line.type.text} ${line.incoming.join(", ")}${line.location}`);
      }
    }
    parts.push("}\n", ...this.metadata, "");
    return parts.join("\n");
  }

  // ---- debug information

  addMetadata(name: string, text: string): void {
    this.metadata.push(`${name} = ${text}`);
  }

  setSubprogram(name: string): void {
    this.signature += ` !dbg ${name}`;
  }

  setLocation(name: string): void {
    this.location = `, !dbg ${name}`;
  }

  // ---- instructions

  private emit(text: string): void {
    this.lines.push(`  ${text}${this.location}`);
  }

  /** An instruction with a result. `name` is for what naming conventions say. */
  private result(type: TextType, text: string, name = "v"): TextValue {
    const value = new TextValue(`%${name}${this.values++}`, type);
    this.lines.push(`  ${value.text} = ${text}${this.location}`);
    return value;
  }

  private binary(operation: string, a: TextValue, b: TextValue): TextValue {
    return this.result(a.type, `${operation} ${a.typed}, ${b.text}`);
  }

  private cast(operation: string, value: TextValue, type: TextType, name?: string): TextValue {
    return value.type === type ? value : this.result(type, `${operation} ${value.typed} to ${type.text}`, name);
  }

  // ---- constants

  word(value: bigint | number): TextValue {
    if (typeof value === "bigint") return new TextValue(`${BigInt.asIntN(64, value)}`, i64);
    let word = this.words.get(value);
    if (word === undefined) {
      word = new TextValue(`${BigInt.asIntN(64, BigInt(value))}`, i64);
      this.words.set(value, word);
    }
    return word;
  }

  int32(value: number): TextValue {
    return new TextValue(`${value | 0}`, i32);
  }

  double(value: number): TextValue {
    // Where it is declared, passes do not compute with infinities.
    if (Math.abs(value) === Number.POSITIVE_INFINITY) this.division();
    bits.setFloat64(0, value);
    return new TextValue(`0x${bits.getBigUint64(0).toString(16).padStart(16, "0")}`, f64);
  }

  bit(value: boolean): TextValue {
    return value ? yes : no;
  }

  undef(type: TextType): TextValue {
    return new TextValue("undef", type);
  }

  // ---- memory

  address(base: TextValue, byteOffset: number): TextValue {
    return byteOffset === 0 ? base : this.add(base, this.word(byteOffset));
  }

  element(base: TextValue, index: TextValue, scale: 1 | 2 | 4 | 8 | 16): TextValue {
    return this.add(base, scale === 1 ? index : this.shl(index, Math.log2(scale)));
  }

  load(type: TextType, address: TextValue, memory: MemoryClass): TextValue {
    const name = memoryName(memory);
    const pointer = this.cast("inttoptr", address, type.pointer, name);
    return this.result(type, `load ${type.text}, ${pointer.typed}`, name);
  }

  store(type: TextType, value: TextValue, address: TextValue, memory: MemoryClass): void {
    const pointer = this.cast("inttoptr", address, type.pointer, memoryName(memory));
    this.emit(`store ${value.typed}, ${pointer.typed}`);
  }

  variable(type: TextType, name: string): TextValue {
    return this.result(type.pointer, `alloca ${type.text}`, `${name}.`);
  }

  get(type: TextType, variable: TextValue): TextValue {
    return this.result(type, `load ${type.text}, ${variable.typed}`);
  }

  set(variable: TextValue, value: TextValue): void {
    this.emit(`store ${value.typed}, ${variable.typed}`);
  }

  frameWords(count: TextValue, name: string): TextValue {
    return this.cast("ptrtoint", this.result(i64.pointer, `alloca i64, ${count.typed}`, `${name}.`), i64);
  }

  // ---- integer and floating-point operations

  add(a: TextValue, b: TextValue): TextValue {
    return this.binary("add", a, b);
  }
  addExactly(a: TextValue, b: TextValue): TextValue {
    return this.binary("add nsw", a, b);
  }
  sub(a: TextValue, b: TextValue): TextValue {
    return this.binary("sub", a, b);
  }
  and(a: TextValue, b: TextValue): TextValue {
    return this.binary("and", a, b);
  }
  or(a: TextValue, b: TextValue): TextValue {
    return this.binary("or", a, b);
  }
  xor(a: TextValue, b: TextValue): TextValue {
    return this.binary("xor", a, b);
  }
  shl(a: TextValue, count: number): TextValue {
    return this.binary("shl", a, this.word(count));
  }
  lshr(a: TextValue, count: number): TextValue {
    return this.binary("lshr", a, this.word(count));
  }
  shift(operation: "shl" | "lshr" | "ashr", a: TextValue, count: TextValue): TextValue {
    return this.binary(operation, a, count);
  }
  sdiv(a: TextValue, b: TextValue): TextValue {
    return this.binary("sdiv", a, b);
  }
  srem(a: TextValue, b: TextValue): TextValue {
    return this.binary("srem", a, b);
  }
  not(a: TextValue): TextValue {
    if (a === yes) return no;
    if (a === no) return yes;
    return this.result(a.type, `xor ${a.typed}, ${a.type === i1 ? "true" : "-1"}`);
  }
  fadd(a: TextValue, b: TextValue): TextValue {
    return this.binary("fadd", a, b);
  }
  fsub(a: TextValue, b: TextValue): TextValue {
    return this.binary("fsub", a, b);
  }
  fmul(a: TextValue, b: TextValue): TextValue {
    return this.binary("fmul", a, b);
  }
  fdiv(a: TextValue, b: TextValue): TextValue {
    return this.call(this.division(), [a, b]);
  }
  private division(): TextFunction {
    return this.external("yg.fdiv", f64, [f64, f64], DIVISION_ATTRIBUTES);
  }
  fneg(a: TextValue): TextValue {
    return this.result(f64, `fneg ${a.typed}`);
  }

  overflowing(operation: "sadd" | "ssub" | "smul", a: TextValue, b: TextValue): { result: TextValue; overflow: TextValue } {
    const both = this.call(this.declare(`llvm.${operation}.with.overflow.i32`, functionType(overflowPair, [i32, i32])), [a, b]);
    return {
      result: this.result(i32, `extractvalue ${both.typed}, 0`),
      overflow: this.result(i1, `extractvalue ${both.typed}, 1`),
    };
  }

  floatIntrinsic(name: "floor" | "sqrt" | "fabs", x: TextValue): TextValue {
    return this.call(this.declare(`llvm.${name}.f64`, functionType(f64, [f64])), [x]);
  }

  prefetch(address: TextValue): void {
    const intrinsic = this.declare("llvm.prefetch.p0i8", functionType(nothing, [i8.pointer, i32, i32, i32]));
    this.call(intrinsic, [this.cast("inttoptr", address, i8.pointer), ...PREFETCH.map((each) => this.int32(each))]);
  }

  returnAddressSlot(): TextValue {
    return this.cast("ptrtoint", this.call(this.declare("llvm.addressofreturnaddress.p0i8", functionType(i8.pointer, [])), []), i64);
  }

  compare(predicate: IntPredicate, a: TextValue, b: TextValue, name = ""): TextValue {
    return this.result(i1, `icmp ${predicate} ${a.typed}, ${b.text}`, name === "" ? "v" : `${name}.`);
  }

  compareDouble(predicate: FloatPredicate, a: TextValue, b: TextValue): TextValue {
    return this.result(i1, `fcmp ${predicate} ${a.typed}, ${b.text}`);
  }

  select(condition: TextValue, a: TextValue, b: TextValue): TextValue {
    return this.result(a.type, `select ${condition.typed}, ${a.typed}, ${b.typed}`);
  }

  // ---- conversions

  truncate(value: TextValue, type: TextType): TextValue {
    return this.cast("trunc", value, type);
  }
  zeroExtend(value: TextValue, type: TextType = i64): TextValue {
    return this.cast("zext", value, type);
  }
  signExtend(value: TextValue, type: TextType = i64): TextValue {
    return this.cast("sext", value, type);
  }
  intToDouble(value: TextValue): TextValue {
    return this.cast("sitofp", value, f64);
  }
  doubleToInt(value: TextValue): TextValue {
    // Of a double that is out of range, or a constant that is, LLVM may take the result for anything, each time for something else, and
    // what is tested with it for unreachable. Frozen it is some number, which is not equal to the double.
    const converted = this.cast("fptosi", value, i64);
    return this.cast("trunc", this.result(i64, `freeze ${converted.typed}`), i32);
  }
  bitsToDouble(value: TextValue): TextValue {
    return this.cast("bitcast", value, f64);
  }
  doubleToBits(value: TextValue): TextValue {
    return this.cast("bitcast", value, i64);
  }
  functionAddress({ fn }: TextFunction): TextValue {
    return new TextValue(`ptrtoint (${fn.typed} to i64)`, i64);
  }

  // ---- control flow

  jump(target: Block): void {
    this.emit(`br label %${target.label}`);
  }
  branch(condition: TextValue, taken: Block, other: Block): void {
    this.emit(`br ${condition.typed}, label %${taken.label}, label %${other.label}`);
  }
  unreachable(): void {
    this.emit("unreachable");
  }
  pairOf(first: TextValue, second: TextValue): TextValue {
    const partial = this.result(pair, `insertvalue ${pair.text} undef, ${first.typed}, 0`);
    return this.result(pair, `insertvalue ${partial.typed}, ${second.typed}, 1`);
  }
  returnPair(first: TextValue, second: TextValue): void {
    this.emit(`ret ${this.pairOf(first, second).typed}`);
  }
  phi(type: TextType): TextPhi {
    const phi = new TextPhi(`%v${this.values++}`, type, this.location);
    this.lines.push(phi);
    return phi;
  }
  incoming(phi: TextPhi, value: TextValue, from: Block): void {
    phi.incoming.push(`[ ${value.text}, %${from.label} ]`);
  }

  // ---- calls

  call({ fn, type }: TextFunction, args: readonly TextValue[], name = ""): TextValue {
    const text = `call ${type.called} ${fn.text}(${args.map(({ typed }) => typed).join(", ")})`;
    const result = type.result as TextType;
    if (result !== nothing) return this.result(result, text, name === "" ? "v" : name);
    this.emit(text);
    return fn;
  }

  callEntry(address: TextValue, args: readonly TextValue[], name = ""): TextValue {
    return this.call({ fn: this.cast("inttoptr", address, entryType.pointer), type: entryType }, args, name);
  }

  tailCallEntry(address: TextValue, args: readonly TextValue[]): void {
    this.emit(`ret ${this.callEntry(address, args, "musttail.").typed}`);
  }

  extract(both: TextValue, index: 0 | 1): TextValue {
    return this.result(i64, `extractvalue ${both.typed}, ${index}`);
  }

  embed(reference: bigint): void {
    this.embedded.add(reference);
  }

  stackmap(csid: number, values: readonly TextValue[]): void {
    this.call(this.declare("yg.stackmap", markerType), [this.word(csid), ...values]);
  }
}

/** Its values are not llvm-bindings', which nobody can tell who uses them only through Ir. */
export function createTextIr(name: string, layout: Layout): Ir & DebugInformation {
  return new TextIr(name, layout) as unknown as Ir & DebugInformation;
}
