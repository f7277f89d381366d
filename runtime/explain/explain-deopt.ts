// SPDX-License-Identifier: MIT
/** From a recorded deoptimization to the pictures of the stack that show it step by step. */
import type { Layout } from "../../jit/layout.js";
import type { ValueSource } from "../../jit/optimizer/frame-state-reader.js";
import { constantNumber, Type, typeOfWord } from "../../jit/semantics/values.js";
import type { Proto } from "../../lang/bytecode.js";
import type { CodeRecord, RecordedSite } from "../code-record.js";
import type { DeoptRecord, StackFrameRecord, StackmapValue, StackRecord } from "../native.js";
import { locationText, registerName, variableName } from "./descriptions.js";
import { hex, objectName, slotName } from "./explain-unit.js";
import type { Deopt, DeoptStep, FramePicture, StackPicture, WordPicture } from "./explanation.js";

/** What knows the functions of the run. */
export interface Functions {
  readonly layout: Layout;
  proto(id: number): Proto;
}

/** Which registers the words of a save area are, the stack pointer's first: native/yugong/src/arch/x86_64/layout.h. */
const SAVE_AREA: readonly string[] = ["resume routine", "r15", "r14", "r13", "r12", "rbx", "rbp"];
/** Words of a pushed frame before its payload: where it begins, its function, its extent. */
const PUSHED_HEAD = ["begin routine", "function", "extent in bytes"] as const;
/** By EventKind in native/language/events.h. */
const KINDS: Readonly<Record<number, Deopt["kind"]>> = { 0: "eager", 1: "suspended", 3: "injected", 6: "lazy" };
/** Of the last frame that is shown; how its caller is made is not what the picture is about. */
const mostCallerWords = 6;
const wordBytes = 8n;

interface Label {
  readonly label: string;
  readonly value?: string;
  readonly origin?: string;
  readonly isMarked?: boolean;
}

export function explainDeopt(record: DeoptRecord, unit: CodeRecord, functions: Functions): Deopt | undefined {
  const site = unit.sites.find(({ csid }) => csid === record.csid);
  const left = record.before.frames.find(({ csid }) => csid === record.csid);
  if (site === undefined || left === undefined) return undefined;
  const kind = KINDS[record.kind] ?? "eager";
  const painter = new Painter(record, site, left, functions);
  const place = `${functions.proto(site.protoId).name}:${functions.proto(site.protoId).lines[site.pc]}`;
  return { csid: record.csid, kind, title: `${place}, ${site.reason}`, steps: [...steps(kind, place, site, painter)] };
}

function* steps(kind: Deopt["kind"], place: string, site: RecordedSite, painter: Painter): Generator<DeoptStep> {
  const { record, left, functions } = painter;
  const { length } = site.frameState.objects;
  const objects =
    length === 0 ? "" : ` ${count(length, "object")} that the code has done without ${length === 1 ? "is" : "are"} made of them.`;
  yield { title: "Before", text: beginning(kind, place, site), stack: painter.before(false) };
  yield {
    title: "Read",
    text: `The stackmap record of call site ${site.csid} says where the frame of ${left.name} keeps the ${count(record.keepAlives.length, "value")} that its frame state needs. They are read from there.${objects}`,
    stack: painter.before(true),
  };
  yield {
    title: "Pop",
    text: `The machine frame of ${left.name} is popped. What is left on top is a save area with the registers that its caller expects.`,
    stack: painter.after(0, "there"),
  };
  for (const [index, frame] of site.frameState.frames.entries()) {
    const proto = functions.proto(frame.protoId);
    const how = frame.mode === "execute" ? "which executes" : "which waits, and completes with the results that arrive,";
    yield {
      title: `Push ${proto.name}`,
      text: `An interpreter frame of ${proto.name} is pushed, ${how} instruction ${frame.pc} of line ${proto.lines[frame.pc]}. Its payload, on the stack itself, holds closure, pc and registers.`,
      stack: painter.after(index + 1, "new"),
    };
  }
  const mode = site.frameState.frames.at(-1)?.mode;
  const isOfSwap = mode === "complete-resume" || mode === "complete-wrapped";
  const swapped = isOfSwap ? "a frame on top, which is not drawn, makes results of what the swap delivers, " : "";
  const innermost = functions.proto(site.frameState.frames.at(-1)?.protoId ?? site.protoId);
  yield {
    title: "Resume",
    text: `The stack is resumed: ${swapped}yl_interpreter_resume takes the payload${swapped === "" ? " on top" : ""}, and ${innermost.name} goes on in the interpreter.`,
    stack: painter.after(site.frameState.frames.length, "resumed"),
  };
}

function beginning(kind: Deopt["kind"], place: string, site: RecordedSite): string {
  const held = `one machine frame, which stands for ${count(site.frameState.frames.length, "function")}`;
  switch (kind) {
    case "eager":
      return `The guard against "${site.reason}" at ${place} has failed; its exit has called yl_deopt, so the stack is paused in a host call. On top lies ${held}.`;
    case "injected":
      return `The guard against "${site.reason}" at ${place} held; a stress mode has it fail. On top lies ${held}.`;
    case "lazy":
      return `The code was invalidated while this frame waited in a call at ${place}. The call has returned, to the frame's return barrier. On top lies ${held}.`;
    case "suspended":
      return `The code was invalidated while a coroutine slept in it, in a yield at ${place}. Below yield's frame lies ${held}.`;
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** Draws the recorded stacks, cut where all of them are alike. */
class Painter {
  /** Slot of the frame below the one that is left: from there on nothing changes. */
  private readonly callerSlot: bigint;

  constructor(
    readonly record: DeoptRecord,
    private readonly site: RecordedSite,
    readonly left: StackFrameRecord,
    readonly functions: Functions,
  ) {
    const { frames } = record.before;
    this.callerSlot = frames[frames.indexOf(left) + 1]?.slot ?? left.slot;
  }

  before(isReading: boolean): StackPicture {
    const { before } = this.record;
    const labels = this.keepAliveLabels(isReading);
    return this.picture(before, (frame) => (frame.slot < this.callerSlot ? "going" : "there"), labels);
  }

  /** After the pop (0) or so many pushes. */
  after(index: number, state: FramePicture["state"]): StackPicture {
    const stack = this.record.after[index] as StackRecord;
    const labels = new Map<bigint, Label>();
    for (const [at, frame] of stack.frames.slice(0, index).entries()) this.addPayload(labels, frame, stack, index - 1 - at, at === 0);
    return this.picture(stack, (frame) => (frame === stack.frames[0] ? state : "there"), labels);
  }

  private picture(
    stack: StackRecord,
    stateOf: (frame: StackFrameRecord) => FramePicture["state"],
    labels: Map<bigint, Label>,
  ): StackPicture {
    const pictures: FramePicture[] = [];
    const end = stack.sp + wordBytes * BigInt(stack.words.length);
    const first = stack.frames[0]?.slot ?? end;
    for (const [index, name] of SAVE_AREA.entries()) {
      const address = stack.sp + wordBytes * BigInt(index);
      if (address < first && !labels.has(address)) labels.set(address, { label: index === 0 ? name : `saved ${name}` });
    }
    if (stack.sp < first)
      pictures.push(this.frame(stack, { title: "saved registers", kind: "saved", state: "there" }, stack.sp, first, labels));
    for (const [index, frame] of stack.frames.entries()) {
      const next = stack.frames[index + 1]?.slot ?? end;
      if (!labels.has(frame.slot)) labels.set(frame.slot, { label: "return address" });
      const isCaller = frame.slot >= this.callerSlot;
      const kind = frame.kind === "pushed-interpreter" ? "pushed" : frame.kind;
      pictures.push(this.frame(stack, { title: this.titleOf(frame), kind, state: stateOf(frame) }, frame.slot, next, labels, isCaller));
      if (isCaller) break;
    }
    return { sp: hex(stack.sp), frames: pictures.reverse() };
  }

  private titleOf({ kind, name, protoId, pc }: StackFrameRecord): string {
    const line = kind === "other" ? "" : `:${this.functions.proto(protoId).lines[pc]}`;
    const tier = {
      optimized: ", optimized code",
      interpreter: ", interpreter",
      "pushed-interpreter": ", interpreter, not begun",
      other: "",
    }[kind];
    return `${name}${line}${tier}`;
  }

  private frame(
    stack: StackRecord,
    about: Pick<FramePicture, "title" | "kind" | "state">,
    start: bigint,
    end: bigint,
    labels: ReadonlyMap<bigint, Label>,
    isCut = false,
  ): FramePicture {
    const total = Number((end - start) / wordBytes);
    const shown = isCut ? Math.min(total, mostCallerWords) : total;
    const first = Number((start - stack.sp) / wordBytes);
    const words = Array.from({ length: shown }, (_, index): WordPicture => {
      const { label, value = "", isMarked = false, origin } = labels.get(start + wordBytes * BigInt(index)) ?? { label: "" };
      return { word: hex(stack.words[first + index] ?? 0n), label, value, isMarked, ...(origin !== undefined && { origin }) };
    });
    return { ...about, address: hex(start), words, cut: total - shown };
  }

  /** What lies where the stackmap says, by address: in the frame, or where the host call has saved a register. */
  private keepAliveLabels(isReading: boolean): Map<bigint, Label> {
    const { before } = this.record;
    const labels = new Map<bigint, Label>();
    const frameSp = this.left.slot + wordBytes;
    const { frames, objects } = this.site.frameState;
    const place = (source: ValueSource, name: string, known?: string): void => {
      const { representation, index } = source;
      if (representation === "constant" || representation === "nil" || representation === "virtual") return;
      const location = this.site.record?.values[index];
      const address = location === undefined ? undefined : addressOf(location, frameSp, before);
      if (location === undefined || address === undefined) return;
      const value = known ?? this.wordText(this.record.keepAlives[index] ?? 0n, representation);
      const label = `${name} in ${locationText(location)}`;
      // Two int32 share a word, and one value may be in several frames.
      const word = address - (address % wordBytes);
      const other = labels.get(word);
      const text = other === undefined ? label : `${other.label}${other.value === "" ? "" : ` = ${other.value}`}; ${label}`;
      labels.set(word, { label: text, value, isMarked: isReading });
    };
    for (const frame of frames) {
      const proto = this.functions.proto(frame.protoId);
      const prefix = frames.length > 1 ? `${proto.name}: ` : "";
      place(frame.closure, `${prefix}closure`, `function ${proto.name}`);
      for (const source of frame.values)
        place(source, `${prefix}${variableName(proto, source.register, frame.pc) || `r${source.register}`}`);
    }
    for (const [number, { kind, elements, slots }] of objects.entries()) {
      const keys = this.site.objectKeys[number] ?? [];
      const name = objectName(this.site.frameState, number);
      for (const [index, source] of slots.entries()) place(source, `${name}.${slotName(kind, keys[index], index, source)}`);
      for (const [index, source] of elements.entries()) place(source, `${name}[${index + 1}]`);
    }
    return labels;
  }

  private wordText(word: bigint, representation: string): string {
    if (representation === "int") return `${BigInt.asIntN(32, word)}`;
    if (representation === "bool") return word & 1n ? "true" : "false";
    if (representation === "double") return `${constantNumber(this.functions.layout, word)}`;
    const { layout } = this.functions;
    const type = typeOfWord(layout, word);
    if ((type & Type.Number) !== 0) return `${constantNumber(layout, word)}`;
    const found = this.record.values.flat().find((value) => value.word === word);
    return found?.text.toString("utf8") ?? "";
  }

  private originOf({ representation, index }: ValueSource): string | undefined {
    if (representation === "virtual") return `← made, ${objectName(this.site.frameState, index)}`;
    const location = representation === "constant" || representation === "nil" ? undefined : this.site.record?.values[index];
    return location && `← ${locationText(location)}`;
  }

  /** The words of a pushed interpreter frame. */
  private addPayload(labels: Map<bigint, Label>, frame: StackFrameRecord, stack: StackRecord, depth: number, isMarked: boolean): void {
    const { layout } = this.functions;
    const proto = this.functions.proto(frame.protoId);
    const [routine, callee, extent] = PUSHED_HEAD;
    const head: readonly Label[] = [{ label: routine }, { label: callee, value: "yl_interpreter_resume" }, { label: extent }];
    for (const [index, label] of head.entries()) labels.set(frame.slot + wordBytes * BigInt(index), label);
    const number = (offset: number): bigint =>
      BigInt.asIntN(64, stack.words[Number((frame.data + BigInt(offset) - stack.sp) / wordBytes)] ?? 0n);
    const texts: Readonly<Record<string, string>> = { coroutine: "", closure: `function ${frame.name}`, mode: this.modeOf(depth) };
    for (const field of ["coroutine", "closure", "pc", "mode", "register_count", "vararg_count"]) {
      const offset = layout.offset("InterpreterPayload", field);
      labels.set(frame.data + BigInt(offset), { label: field.replace("_", " "), value: texts[field] ?? `${number(offset)}`, isMarked });
    }
    const values = new Map(this.record.values[depth]?.map((value) => [value.register, value.text.toString("utf8")]));
    const sources = new Map(this.site.frameState.frames[depth]?.values.map((source) => [source.register, this.originOf(source)]));
    for (let register = 0; register < proto.registerCount; register++) {
      const name = variableName(proto, register, frame.pc);
      const value = values.get(register);
      const origin = value === undefined ? "not live" : sources.get(register);
      labels.set(frame.data + BigInt(layout.offset("InterpreterPayload", "registers") + 8 * register), {
        label: `r${register}${name === "" ? "" : ` ${name}`}`,
        ...(value !== undefined && { value }),
        ...(origin !== undefined && { origin }),
        isMarked: isMarked && value !== undefined,
      });
    }
  }

  private modeOf(depth: number): string {
    return this.site.frameState.frames[depth]?.mode ?? "";
  }
}

/** Where a value lay when the stack was paused: in the frame itself, or among the registers that the pause has saved. */
function addressOf({ kind, register = 0, offset = 0 }: StackmapValue, frameSp: bigint, stack: StackRecord): bigint | undefined {
  const name = registerName(register);
  if (kind === "memory" && name === "rsp") return frameSp + BigInt(offset);
  if (kind !== "register") return undefined;
  const index = SAVE_AREA.indexOf(name);
  return index < 0 ? undefined : stack.sp + wordBytes * BigInt(index);
}
