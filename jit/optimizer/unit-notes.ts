// SPDX-License-Identifier: MIT
/**
 * What a compilation leaves for people who look at it: where each piece of IR comes from, and what was known of values. Only when it is
 * asked for; the code is the same with it and without.
 *
 * Where from is said by LLVM's debug information, which passes and code generation carry along:
 *
 *     %7 = add i32 %5, %6, !dbg !9
 *     !9 = !DILocation(line: 6, column: 12, scope: !8)                               the source line; the number of the bytecode instruction
 *     !8 = distinct !DILexicalBlock(scope: !4, file: !7, line: 6, column: 10)        inlined by the call that is instruction 10 of line 6
 *     !7 = !DIFile(filename: "a.lua", directory: "activation 1")                     number 1 in `activations`
 *
 * An inlined activation is a lexical block with a file of its own, because line tables keep files and drop everything else that could tell
 * activations apart.
 */
import type { Instruction } from "../../lang/bytecode.js";
import { defs } from "../../lang/liveness.js";
import type { Representation, Value } from "../semantics/values.js";
import type { DebugInformation } from "../text-ir.js";
import type { Activation, Environment } from "./environment.js";

/** The compiled function (number 0), or one that was inlined. */
export interface ActivationNote {
  readonly protoId: number;
  /** Number of the activation that it was inlined into, and the call there; -1 for the compiled function. */
  readonly parent: number;
  readonly callPc: number;
}

/** What the optimizer knew of a register when an instruction had written it, or (`header`) at the loop header there. */
export interface ValueNote {
  readonly activation: number;
  readonly pc: number;
  readonly header: boolean;
  readonly register: number;
  readonly representation: Representation;
  /** Type bits, see Type. */
  readonly type: number;
  /** The boxed word, when it is known. */
  readonly constant?: bigint;
}

/** What identifies an activation. */
type Place = Pick<Activation, "info" | "parent" | "callPc" | "path">;

export class UnitNotes {
  readonly activations: ActivationNote[] = [];
  readonly values: ValueNote[] = [];
  /** By activation, the node of its scope. */
  private readonly scopes: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly locations = new Map<string, string>();
  private nodes = 0;

  constructor(private readonly ir: DebugInformation) {}

  private node(text: string): string {
    const name = `!${this.nodes++}`;
    this.ir.addMetadata(name, text);
    return name;
  }

  /** What is built from here on is for this instruction. */
  at(activation: Place, pc: number): void {
    const { lines, line } = activation.info.proto;
    const text = `!DILocation(line: ${lines[pc] ?? line}, column: ${pc}, scope: ${this.scopes[this.number(activation)]})`;
    let location = this.locations.get(text);
    if (location === undefined) {
      location = this.node(text);
      this.locations.set(text, location);
    }
    this.ir.setLocation(location);
  }

  /** The instruction has been walked: note what it has written. */
  walked(activation: Activation, pc: number, environment: Environment): void {
    const registers = environment.activation === activation ? environment.registers : [];
    for (const register of defs(activation.info.proto.code[pc] as Instruction)) {
      const value = registers[register];
      if (value !== undefined) this.note(activation, pc, false, register, value);
    }
  }

  /** What a register is at the loop header `pc`, in every round. */
  header(activation: Activation, pc: number, register: number, value: Pick<Value, "representation" | "type">): void {
    this.note(activation, pc, true, register, value);
  }

  private note(
    activation: Activation,
    pc: number,
    header: boolean,
    register: number,
    { representation, type, constant }: Pick<Value, "representation" | "type" | "constant">,
  ): void {
    const known = constant === undefined ? {} : { constant };
    this.values.push({ activation: this.number(activation), pc, header, register, representation, type, ...known });
  }

  private number(activation: Place): number {
    const known = this.numbers.get(activation.path);
    if (known !== undefined) return known;
    const { parent, callPc, info } = activation;
    const outer = parent === undefined ? -1 : this.number(parent);
    const number = this.activations.push({ protoId: info.id, parent: outer, callPc }) - 1;
    this.numbers.set(activation.path, number);
    const file = this.node(`!DIFile(filename: ${quoted(info.proto.source)}, directory: "activation ${number}")`);
    this.scopes.push(parent === undefined ? this.subprogram(activation, file) : this.inlined(parent, callPc, file));
    return number;
  }

  private subprogram({ info: { proto } }: Place, file: string): string {
    // A producer has to name a language, and Lua has no number.
    const about = `language: DW_LANG_C, file: ${file}, producer: "yugong", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug`;
    const unit = this.node(`distinct !DICompileUnit(${about})`);
    this.ir.addMetadata("!llvm.dbg.cu", `!{${unit}}`);
    this.ir.addMetadata("!llvm.module.flags", `!{${this.node('!{i32 2, !"Debug Info Version", i32 3}')}}`);
    const type = this.node(`!DISubroutineType(types: ${this.node("!{null}")})`);
    const where = `scope: ${file}, file: ${file}, line: ${proto.line}, scopeLine: ${proto.line}`;
    const flags = "spFlags: DISPFlagDefinition | DISPFlagOptimized";
    const subprogram = this.node(`distinct !DISubprogram(name: ${quoted(proto.name)}, ${where}, type: ${type}, ${flags}, unit: ${unit})`);
    this.ir.setSubprogram(subprogram);
    return subprogram;
  }

  private inlined(parent: Activation, callPc: number, file: string): string {
    const scope = this.scopes[this.number(parent)];
    const line = parent.info.proto.lines[callPc] ?? 0;
    return this.node(`distinct !DILexicalBlock(scope: ${scope}, file: ${file}, line: ${line}, column: ${callPc})`);
  }
}

/** As LLVM writes strings: `\22` for a quotation mark. */
const quoted = (text: string): string =>
  `"${text.replace(/[^ !#-[\]-~]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
