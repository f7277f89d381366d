// SPDX-License-Identifier: MIT
/** From the record of a compiled unit to its part of an Explanation. */
import type { FrameState, ValueSource } from "../../jit/optimizer/frame-state-reader.js";
import { noRegister } from "../../jit/optimizer/frame-states.js";
import { instructionText } from "../../lang/dump.js";
import type { ListedInstruction } from "../../native/yugong-llvm/yugong-llvm.js";
import type { CodeRecord, RecordedSite, RecordedValue } from "../code-record.js";
import { feedbackText, locationText, typeText, utf8, valueText, variableName } from "./descriptions.js";
import type {
  Activation,
  AssemblyLine,
  BytecodeLine,
  CallSite,
  IrText,
  LiveValue,
  Unit,
  VirtualFrame,
  VirtualObject,
  Where,
} from "./explanation.js";
import { activationOf, type IrLine, irLines } from "./ir-text.js";

export const hex = (word: bigint): string => `0x${word.toString(16)}`;

/** Finds the number of a source by a prototype's id. */
export type SourceNumber = (protoId: number) => number;

export function explainUnit(record: CodeRecord, sourceOf: SourceNumber, isPreview = false): Omit<Unit, "deopts" | "lines"> {
  const { proto, pc } = record;
  const placed = (where: Where): Where => withKnownPc(record, where);
  const ir = (line: IrLine): IrText => ({
    text: line.text,
    isLabel: line.isLabel,
    ...(line.place && { where: placed(line.place) }),
    ...(line.csid !== undefined && { csid: line.csid }),
  });
  return {
    symbol: record.symbol,
    kind: pc < 0 ? "function" : "loop",
    line: pc < 0 ? proto.line : (proto.lines[pc] ?? proto.line),
    isPreview,
    address: hex(record.address),
    bytes: record.codeBytes,
    milliseconds: record.milliseconds,
    ...(record.discarded !== undefined && { discarded: record.discarded }),
    activations: record.activations.map(({ protoId, parent, callPc }) => activation(record, sourceOf, protoId, parent, callPc)),
    entry: record.parameterTypes.map(
      (types, index) => `${variableName(proto, index, 0) || `r${index}`}: ${types === 0 ? "never called" : typeText(types)}`,
    ),
    bytecode: record.activations.flatMap((_, number) => bytecode(record, number)),
    irBefore: irLines(record.irBefore, record.symbol).map(ir),
    irAfter: irLines(record.irAfter, record.symbol).map(ir),
    assembly: assembly(record, placed),
    sites: record.sites.map((site) => callSite(record, site)),
  };
}

function activation(record: CodeRecord, sourceOf: SourceNumber, protoId: number, parent: number, callPc: number): Activation {
  const { name, line } = protoById(record, protoId);
  const caller = record.activations[parent];
  return {
    function: { name, line },
    source: sourceOf(protoId),
    ...(caller && { inlinedInto: { activation: parent, line: caller.proto.lines[callPc] ?? 0, pc: callPc } }),
  };
}

function protoById(record: CodeRecord, protoId: number): CodeRecord["proto"] {
  const found = record.activations.find((candidate) => candidate.protoId === protoId);
  if (found === undefined) throw new RangeError(`${record.symbol} has nothing of prototype ${protoId}`);
  return found.proto;
}

/** A line table names the function's own line for what belongs to no instruction: then the instruction is unknown. */
function withKnownPc({ activations }: CodeRecord, where: Where): Where {
  const { pc = -1, activation, line } = where;
  return activations[activation]?.proto.lines[pc] === line ? { activation, line, pc } : { activation, line };
}

// ---- bytecode

function bytecode(record: CodeRecord, number: number): BytecodeLine[] {
  const { proto, protoId } = record.activations[number] as CodeRecord["activations"][number];
  const notes = record.values.filter((note) => note.activation === number);
  return proto.code.map((instruction, pc) => {
    const feedback = record.feedback.get(protoId)?.[pc];
    const header = notes.filter((note) => note.pc === pc && note.header);
    return {
      activation: number,
      line: proto.lines[pc] ?? proto.line,
      pc,
      text: utf8(instructionText(proto, instruction)),
      feedback: feedback === undefined ? "" : feedbackText(instruction.op, feedback),
      types: typesText(
        proto,
        notes.filter((note) => note.pc === pc && !note.header),
        pc + 1,
      ),
      ...(header.length > 0 && { header: typesText(proto, header, pc) }),
    };
  });
}

function typesText(proto: CodeRecord["proto"], notes: readonly RecordedValue[], pc: number): string {
  return notes
    .map(({ register, representation, type, constant }) => {
      const name = variableName(proto, register, pc) || `r${register}`;
      return `${name}: ${constant ?? valueText(representation, type)}`;
    })
    .join(", ");
}

// ---- assembly

function assembly(record: CodeRecord, placed: (where: Where) => Where): AssemblyLine[] {
  const { address: start, codeBytes, listing, symbols } = record;
  const sites = new Map(record.sites.flatMap(({ csid, record: found }) => (found ? [[found.returnAddress, csid] as const] : [])));
  let last: Where | undefined;
  return listing.map((instruction): AssemblyLine => {
    const { address, size, target } = instruction;
    const own = positionOf(instruction);
    last = own === undefined ? last : placed(own);
    const isInside = target !== undefined && target >= start && target < start + BigInt(codeBytes);
    const csid = sites.get(address + BigInt(size));
    return {
      address: hex(address),
      offset: Number(address - start),
      text: isInside ? withTarget(instruction.text, `+${Number(target - start)}`) : withTarget(instruction.text, symbols.get(target ?? 0n)),
      ...(isInside && { jump: Number(target - start) }),
      ...(last && { where: last }),
      isInferred: own === undefined,
      ...(csid !== undefined && { csid }),
    };
  });
}

function positionOf({ file, line, column }: ListedInstruction): Where | undefined {
  return file === undefined || line === undefined ? undefined : { activation: activationOf(file), line, pc: column ?? 0 };
}

/** "jne 0x7f…" with the name of where it goes. */
const withTarget = (text: string, target: string | undefined): string =>
  target === undefined ? text : text.replace(/0x[0-9a-f]+$/, target);

// ---- call sites

function callSite(record: CodeRecord, site: RecordedSite): CallSite {
  const proto = protoById(record, site.protoId);
  const located = (source: ValueSource, register: string, name: string): LiveValue => ({
    register,
    name,
    ...sourceText(record, source, site),
  });
  const { results } = site.frameState;
  const innermost = site.frameState.frames.at(-1);
  const frames = site.frameState.frames.map((frame): VirtualFrame => {
    const own = protoById(record, frame.protoId);
    return {
      function: { name: own.name, line: own.line },
      line: own.lines[frame.pc] ?? own.line,
      pc: frame.pc,
      instruction: utf8(instructionText(own, own.code[frame.pc] as (typeof own.code)[number])),
      mode: frame.mode === "execute" ? "execute" : "complete",
      closure: located(frame.closure, "", "closure"),
      values: frame.values.map((source) => located(source, `r${source.register}`, variableName(own, source.register, frame.pc))),
      varargs: frame.varargs.map((source) => located(source, "", "vararg")),
      results: frame === innermost ? results.map((source, index) => located(source, "", `result ${index + 1}`)) : [],
    };
  });
  const objects = site.frameState.objects.map(({ kind, metatable, elements, slots }, number): VirtualObject => {
    const keys = site.objectKeys[number] ?? [];
    const parts = [
      ...slots.map((source, index) => located(source, "", slotName(kind, keys[index] && utf8(keys[index]), index, source))),
      ...elements.map((source, index) => located(source, "", `[${index + 1}]`)),
      ...(metatable.representation === "nil" ? [] : [located(metatable, "", kind === "coroutine" ? "function" : "metatable")]),
    ];
    return { name: objectName(site.frameState, number), parts };
  });
  return {
    activation: activationOfSite(record, site),
    line: proto.lines[site.pc] ?? proto.line,
    column: proto.columns[site.pc] ?? 0,
    pc: site.pc,
    csid: site.csid,
    kind: site.kind,
    reason: site.reason,
    ...(site.record && { offset: Number(site.record.returnAddress - record.address) }),
    frames,
    objects,
  };
}

/** The frames of its frame state lead from the compiled function to the one that was inlined there. */
function activationOfSite({ activations }: CodeRecord, { frameState: { frames } }: RecordedSite): number {
  let number = 0;
  for (const [depth, frame] of frames.entries()) {
    const next = frames[depth + 1];
    if (next === undefined) break;
    number = activations.findIndex(({ parent, callPc, protoId }) => parent === number && callPc === frame.pc && protoId === next.protoId);
  }
  return Math.max(number, 0);
}

/** "table 1", "closure 2": the objects of a frame state are counted together. */
export const objectName = ({ objects }: FrameState, number: number): string => `${objects[number]?.kind ?? "object"} ${number + 1}`;

/** Of a table, a field; of others, which capture it is, what a cell holds, or the register of a coroutine's body. */
export function slotName(
  kind: FrameState["objects"][number]["kind"],
  key: string | undefined,
  index: number,
  { register }: ValueSource,
): string {
  if (kind === "table") return key ?? "?";
  if (kind === "coroutine") return register === noRegister ? "pc" : `r${register}`;
  return kind === "closure" ? `capture ${index + 1}` : "value";
}

function sourceText(
  { constants }: CodeRecord,
  { representation, index }: ValueSource,
  { record, frameState }: RecordedSite,
): Pick<LiveValue, "representation" | "location"> {
  if (representation === "nil") return { representation: "constant", location: "nil" };
  if (representation === "constant") return { representation, location: constants[index] ?? "?" };
  if (representation === "virtual") return { representation, location: objectName(frameState, index) };
  const value = record?.values[index];
  const names = { boxed: "boxed", int: "int32", double: "double", bool: "bit" } as const;
  return { representation: names[representation], location: value === undefined ? "gone" : locationText(value) };
}
