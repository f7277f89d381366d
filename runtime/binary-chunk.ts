// SPDX-License-Identifier: MIT
/**
 * A compiled chunk as bytes, and back. What the native side takes is in it as it takes it. What the optimizer and messages ask of a prototype is made
 * of that when they first ask: of most functions of most programs they never do.
 */
import type { Capture, Constant, Instruction, LocalRange, OperandName, Proto } from "../lang/bytecode.js";
import { computeLiveness } from "../lang/liveness.js";
import type { ByteReader, ByteWriter } from "./byte-stream.js";
import type { CompiledChunk, CompiledFunction } from "./compiled-chunk.js";
import type { NativeProto } from "./native.js";
import { CAPTURE_ORIGINS, decodeInstructions, OPERAND_KINDS, textOf } from "./proto-words.js";

/** What a prototype has and the native side does not know. */
interface Unshared {
  readonly captureNames: readonly string[];
  readonly columns: Uint32Array;
  readonly loopHeaders: Uint32Array;
  /** Triples: register, start, end. */
  readonly localRanges: Uint32Array;
  readonly localNames: readonly string[];
}

const unsharedOf = ({ captures, columns, loopHeaders, locals }: Proto): Unshared => ({
  captureNames: captures.map(({ name }) => name),
  columns,
  loopHeaders: Uint32Array.from(loopHeaders),
  localRanges: Uint32Array.from(locals.flatMap(({ register, start, end }) => [register, start, end])),
  localNames: locals.map(({ name }) => name),
});

/** A prototype made of its native form. */
class StoredProto implements Proto {
  readonly name: string;
  readonly source: string;
  readonly line: number;
  readonly parameterCount: number;
  readonly usesVarargs: boolean;
  readonly registerCount: number;
  readonly lines: Uint32Array;
  readonly columns: Uint32Array;
  private readonly made: { -readonly [Key in keyof Proto]?: Proto[Key] } = {};

  constructor(
    private readonly native: NativeProto,
    private readonly unshared: Unshared,
    readonly protos: readonly Proto[],
  ) {
    this.name = native.name;
    this.source = textOf(native.source);
    this.line = native.line;
    this.parameterCount = native.parameterCount;
    this.usesVarargs = native.usesVarargs;
    this.registerCount = native.registerCount;
    this.lines = native.lines;
    this.columns = unshared.columns;
  }

  get code(): readonly Instruction[] {
    this.made.code ??= decodeInstructions(this.native.code);
    return this.made.code;
  }

  get constants(): readonly Constant[] {
    this.made.constants ??= this.native.constants.map((constant) => (Buffer.isBuffer(constant) ? { string: textOf(constant) } : constant));
    return this.made.constants;
  }

  get globals(): readonly string[] {
    this.made.globals ??= this.native.globals.map(textOf);
    return this.made.globals;
  }

  get captures(): readonly Capture[] {
    const words = this.native.captures;
    this.made.captures ??= this.unshared.captureNames.map((name, at) => ({
      from: CAPTURE_ORIGINS[words[at * 3] as number] as Capture["from"],
      index: words[at * 3 + 1] as number,
      name,
      cell: words[at * 3 + 2] === 1,
    }));
    return this.made.captures;
  }

  get operandNames(): readonly OperandName[] {
    const { operandNames: words, nameStrings } = this.native;
    this.made.operandNames ??= Array.from({ length: words.length / 4 }, (_, at) => ({
      pc: words[at * 4] as number,
      register: words[at * 4 + 1] as number,
      kind: OPERAND_KINDS[words[at * 4 + 2] as number] as OperandName["kind"],
      name: textOf(nameStrings[words[at * 4 + 3] as number] as Buffer),
    }));
    return this.made.operandNames;
  }

  get locals(): readonly LocalRange[] {
    const { localRanges: words, localNames } = this.unshared;
    this.made.locals ??= localNames.map((name, at) => ({
      register: words[at * 3] as number,
      name,
      start: words[at * 3 + 1] as number,
      end: words[at * 3 + 2] as number,
    }));
    return this.made.locals;
  }

  get loopHeaders(): readonly number[] {
    this.made.loopHeaders ??= [...this.unshared.loopHeaders];
    return this.made.loopHeaders;
  }

  get liveIn(): readonly (readonly number[])[] {
    this.made.liveIn ??= computeLiveness(this.code, this, this.registerCount);
    return this.made.liveIn;
  }
}

const CONSTANT = { nil: 0, false: 1, true: 2, number: 3, string: 4 } as const;

function writeConstant(out: ByteWriter, constant: NativeProto["constants"][number]): void {
  if (Buffer.isBuffer(constant)) {
    out.number(CONSTANT.string);
    out.bytes(constant);
  } else if (typeof constant === "number") {
    out.number(CONSTANT.number);
    out.words(Float64Array.of(constant));
  } else out.number(constant === null ? CONSTANT.nil : constant ? CONSTANT.true : CONSTANT.false);
}

function readConstant(from: ByteReader): NativeProto["constants"][number] {
  switch (from.number()) {
    case CONSTANT.string:
      return from.bytes();
    case CONSTANT.number:
      return from.words(Float64Array)[0] as number;
    case CONSTANT.nil:
      return null;
    case CONSTANT.true:
      return true;
    default:
      return false;
  }
}

function writeList<T>(out: ByteWriter, list: readonly T[], write: (item: T) => void): void {
  out.number(list.length);
  for (const item of list) write(item);
}

function writeFunction(out: ByteWriter, { proto, native }: CompiledFunction): void {
  const unshared = unsharedOf(proto);
  out.text(native.name);
  for (const number of [native.line, native.parameterCount, Number(native.usesVarargs), native.registerCount]) out.number(number);
  out.words(native.code);
  writeList(out, native.constants, (constant) => writeConstant(out, constant));
  writeList(out, native.globals, (name) => out.bytes(name));
  out.words(Uint32Array.from(native.protos));
  out.words(native.captures);
  for (const words of [native.lines, native.liveness, native.operandNames]) out.words(words);
  writeList(out, native.nameStrings, (name) => out.bytes(name));
  writeList(out, unshared.captureNames, (name) => out.text(name));
  for (const words of [unshared.columns, unshared.loopHeaders, unshared.localRanges]) out.words(words);
  writeList(out, unshared.localNames, (name) => out.text(name));
}

function readFunction(from: ByteReader, source: Buffer, earlier: CompiledChunk): CompiledFunction {
  // In the order of writeFunction.
  const native: NativeProto = {
    source,
    name: from.text(),
    line: from.number(),
    parameterCount: from.number(),
    usesVarargs: from.number() === 1,
    registerCount: from.number(),
    code: from.words(BigUint64Array),
    constants: from.list(() => readConstant(from)),
    globals: from.list(() => from.bytes()),
    protos: [...from.words(Uint32Array)],
    captures: from.words(Uint16Array),
    lines: from.words(Uint32Array),
    liveness: from.words(Uint32Array),
    operandNames: from.words(Uint32Array),
    nameStrings: from.list(() => from.bytes()),
  };
  const unshared: Unshared = {
    captureNames: from.list(() => from.text()),
    columns: from.words(Uint32Array),
    loopHeaders: from.words(Uint32Array),
    localRanges: from.words(Uint32Array),
    localNames: from.list(() => from.text()),
  };
  const nested = native.protos.map((index) => (earlier[index] as CompiledFunction).proto);
  return { native, proto: new StoredProto(native, unshared, nested) };
}

export function writeChunk(out: ByteWriter, chunk: CompiledChunk): void {
  out.bytes((chunk.at(-1) as CompiledFunction).native.source);
  writeList(out, chunk, (compiled) => writeFunction(out, compiled));
}

/** Reads what writeChunk has written; nothing is checked. */
export function readChunk(from: ByteReader): CompiledChunk {
  const source = from.bytes();
  const chunk: CompiledFunction[] = [];
  for (let left = from.number(); left > 0; left--) chunk.push(readFunction(from, source, chunk));
  return chunk;
}
