// SPDX-License-Identifier: MIT
/** Compiles functions for an imagined program: feedback and types are what the test says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Layout } from "../../jit/layout.js";
import { type Compilation, compileUnit } from "../../jit/optimizer/compile.js";
import type { CalledCode, Callee, Feedback, Handler, MetatableChange, OptimizerContext, ProtoInfo } from "../../jit/optimizer/context.js";
import type { FieldLoad, FieldStore } from "../../jit/semantics/fields.js";
import { doubleBits, Type } from "../../jit/semantics/values.js";
import type { Constant, Instruction, Proto } from "../../lang/bytecode.js";
import { compileSource } from "../../lang/index.js";
import type * as YugongLlvm from "../../native/yugong-llvm/yugong-llvm.js";
import { loadYugongLlvm, projectRoot } from "../../runtime/native.js";

export const layout = new Layout(readFileSync(join(projectRoot, "build", "generated", "layout.json"), "utf8"));

export interface Imagined {
  /** Feedback of an instruction; by default, everything has seen two ints, an array, one shape, one callee. */
  readonly feedback?: (instruction: Instruction, pc: number, proto: Proto) => Partial<Feedback>;
  /** Who is called, by the address that feedback has as reference. */
  readonly callee?: (value: bigint) => Callee | undefined;
  /** What a polymorphic call has called. */
  readonly calledCode?: readonly CalledCode[];
  /** What field accesses have seen; by default, the feedback's reference, with the field in slot 2. */
  readonly shapes?: readonly bigint[];
  readonly fieldLoad?: (shape: bigint) => FieldLoad;
  readonly fieldStore?: (shape: bigint) => FieldStore;
  readonly metatableChange?: MetatableChange;
  readonly handler?: Handler;
  /** Of any table. */
  readonly metatable?: bigint;
  readonly parameterTypes?: number;
  readonly tableRoom?: number;
  readonly givenUp?: (protoId: number, pc: number) => boolean;
}

function boxConstant(constant: Constant): bigint {
  if (constant === null) return layout.nil;
  if (typeof constant === "boolean") return constant ? layout.true : layout.false;
  if (typeof constant === "object") return layout.tags.string | 0x7000n;
  return Number.isInteger(constant) && Math.abs(constant) < 2 ** 31
    ? layout.tags.int | BigInt.asUintN(32, BigInt(constant))
    : doubleBits(constant);
}

export class ImaginedProgram implements OptimizerContext {
  readonly layout = layout;
  readonly protos: ProtoInfo[] = [];
  private csid = layout.csids.optimized;

  constructor(
    source: string,
    private readonly imagined: Imagined = {},
  ) {
    this.add(compileSource(source, "test.lua"));
  }

  private add(proto: Proto): number {
    const protos = proto.protos.map((nested) => this.add(nested));
    const id = this.protos.length;
    this.protos.push({
      id,
      proto,
      address: BigInt(0x10_0000 + 0x1000 * id),
      constants: proto.constants.map(boxConstant),
      globals: proto.globals.map((_, index) => BigInt(0x20_0000 + 8 * index)),
      protos,
      feedback: (pc) => ({ bits: 1, index: 0, reference: 0x4000n, ...this.imagined.feedback?.(proto.code[pc] as Instruction, pc, proto) }),
      parameterTypes: () => this.imagined.parameterTypes ?? Type.Int,
      tableRoom: () => this.imagined.tableRoom ?? 0,
    });
    return id;
  }

  proto(id: number): ProtoInfo {
    return this.protos[id] as ProtoInfo;
  }
  protoAddress(id: number): bigint {
    return this.proto(id).address;
  }
  callee(value: bigint): Callee | undefined {
    return this.imagined.callee?.(value);
  }
  calledCode(): readonly CalledCode[] {
    return this.imagined.calledCode ?? [];
  }
  shapesSeen(protoId: number, pc: number): readonly bigint[] {
    const { reference } = this.proto(protoId).feedback(pc);
    return this.imagined.shapes ?? [reference];
  }
  fieldLoad(shape: bigint): FieldLoad | undefined {
    return this.imagined.fieldLoad?.(shape) ?? { kind: "slot", shape, slot: 2, isPlain: false };
  }
  fieldStore(shape: bigint): FieldStore | undefined {
    return this.imagined.fieldStore?.(shape) ?? { kind: "slot", shape, slot: 2, assumption: undefined };
  }
  metatableChange(): MetatableChange | undefined {
    return this.imagined.metatableChange;
  }
  metatableChangeByIndex(): MetatableChange | undefined {
    return this.imagined.metatableChange;
  }
  handler(): Handler | undefined {
    return this.imagined.handler;
  }
  metatable(): bigint | undefined {
    return this.imagined.metatable;
  }
  capture(): bigint | undefined {
    return undefined;
  }
  iterator(): bigint {
    return 0x32_0000n;
  }
  readonly emptyShape = 0x30_0000n;
  readonly stringShape = 0x31_0000n;
  readonly characters = 0x32_0000n;
  readonly assumed = new Set<bigint>();
  assume(assumption: bigint): void {
    this.assumed.add(assumption);
  }
  givenUp(protoId: number, pc: number): boolean {
    return this.imagined.givenUp?.(protoId, pc) ?? false;
  }
  string(text: string): bigint {
    return layout.tags.string | BigInt(0x8000 + text.length);
  }
  newCsid(): number {
    return this.csid++;
  }

  /** Compile the function called `name`, or its first loop. */
  compile(
    name: string,
    { loop = false, types, annotate = false }: { loop?: boolean; types?: Uint8Array; annotate?: boolean } = {},
  ): Compilation & { text: string } {
    const info = this.protos.find(({ proto }) => proto.name === name);
    if (info === undefined) throw new Error(`no function ${name}`);
    const pc = loop ? (info.proto.loopHeaders[0] as number) : -1;
    const compilation = compileUnit(this, { protoId: info.id, pc, symbol: "unit", annotate, ...(types === undefined ? {} : { types }) });
    const text = compilation.ir.print();
    // Throws what LLVM's verifier says.
    loadYugongLlvm<typeof YugongLlvm>().fold(Buffer.from(text, "latin1"));
    return { ...compilation, text };
  }
}

/** The phis of the block called `loop`. */
export const loopPhis = (text: string): string[] =>
  [...(/^loop:[^\n]*\n((?: {2}%\w+ = phi [^\n]*\n)*)/m.exec(text)?.[1] ?? "").matchAll(/phi (\w+)/g)].map(([, type]) => type as string);
