// SPDX-License-Identifier: MIT
/**
 * Makes the Explanation of a function of an engine. What the engine has compiled is shown if it was recorded:
 *
 *     const records: CodeRecord[] = [];
 *     const engine = await Engine.create({ onCode: (record) => records.push(record), recordDeopts: true });
 *     engine.run(program);
 *     const explanation = explain(engine.inspection, { records, deopts: engine.inspection.takeDeopts() }, { name: "total" });
 *
 * What was not, is compiled for the occasion, with the feedback that there is. That needs nothing recorded, and works on any engine:
 *
 *     explanationText(explain(engine.inspection, undefined, { protoId }), { width: 120, color: false, parts: PARTS, deopts: false })
 */
import { Layout } from "../../jit/layout.js";
import { type Proto, withLine } from "../../lang/bytecode.js";
import type { CodeRecord } from "../code-record.js";
import type { Inspection } from "../inspection.js";
import type { DeoptRecord } from "../native.js";
import { withLines } from "./by-line.js";
import { utf8 } from "./descriptions.js";
import { explainDeopt } from "./explain-deopt.js";
import { explainUnit } from "./explain-unit.js";
import type { Deopt, Explanation, FunctionName, Source, Unit } from "./explanation.js";

/** What was recorded of a run. */
export interface Recording {
  readonly records: readonly CodeRecord[];
  readonly deopts: readonly DeoptRecord[];
}

/** A function, by its prototype's id or its name ("total"; "total:3" when several are called so); undefined: the one that is worth a look. */
export type Which = { readonly protoId: number } | { readonly name: string } | undefined;

/** The message says what to do about it. */
export class ExplainError extends Error {
  override name = "ExplainError";
}

/**
 * @param recorded undefined when nobody has recorded
 * @throws ExplainError when there is no such function, or this engine cannot compile
 */
export function explain(inspection: Inspection, recorded: Recording | undefined, which: Which, notes: readonly string[] = []): Explanation {
  const recording = recorded ?? { records: [], deopts: [] };
  const protoId = chooseFunction(inspection, recording, which);
  const proto = inspection.engineFacts.protos.get(protoId) as Proto;
  const sources = new Sources(inspection);
  const own = recording.records.filter((record) => record.protoId === protoId);
  const shownNotes = [...notes];
  const records = own.length > 0 ? own : [preview(inspection, protoId)];
  if (own.length === 0) {
    const why = recorded === undefined ? `${proto.name} is compiled for this alone` : `${proto.name} never got hot, so it was not compiled`;
    shownNotes.push(`${why}: this is what it would be compiled to, with what is known of it now.`);
  }
  const functions = {
    layout: new Layout(inspection.engineFacts.layoutJson),
    proto: (id: number) => inspection.engineFacts.protos.get(id) as Proto,
  };
  const units = records.map((record): Unit => {
    const deopts = recording.deopts
      .map((deopt) => explainDeopt(deopt, record, functions))
      .filter((deopt): deopt is Deopt => deopt !== undefined);
    return withLines({ ...explainUnit(record, sources.numberOf, own.length === 0), deopts });
  });
  const withDeopts = units.findLastIndex(({ deopts }) => deopts.length > 0);
  return {
    function: { name: proto.name, line: proto.line },
    notes: shownNotes,
    sources: sources.all,
    units,
    shown: withDeopts >= 0 ? withDeopts : units.length - 1,
    others: othersOf(recording, protoId),
  };
}

function preview(inspection: Inspection, protoId: number): CodeRecord {
  const record = inspection.preview(protoId, -1);
  if (record === undefined) throw new ExplainError("this engine cannot compile: it only interprets");
  return record;
}

/** Of programs, not of the library's parts that are written in the language. */
const isOfProgram = ({ source }: Proto): boolean => !source.startsWith("[C]") && source !== "=[C]";

function chooseFunction(inspection: Inspection, recording: Recording, which: Which): number {
  if (which !== undefined && "protoId" in which) {
    if (inspection.engineFacts.protos.has(which.protoId)) return which.protoId;
    throw new ExplainError(`there is no function with the id ${which.protoId}`);
  }
  const functions = [...inspection.engineFacts.protos].filter(([, proto]) => isOfProgram(proto));
  if (which === undefined) return worthALook(recording) ?? (functions.at(-1)?.[0] as number);
  const named = functions.filter(([, { name, line }]) => name === which.name || `${name}:${line}` === which.name);
  const compiled = named.find(([id]) => recording.records.some(({ protoId }) => protoId === id));
  const found = compiled ?? named[0];
  if (found !== undefined) return found[0];
  const list = functions.map(([, { name, line }]) => `  ${withLine(name, line)}`).sort();
  throw new ExplainError(`there is no function '${which.name}'; there are\n${[...new Set(list)].join("\n")}`);
}

/** One that was deoptimized, if any was; of these, or else of all, the one whose code is the largest. The main chunk is the last resort. */
function worthALook({ records, deopts }: Recording): number | undefined {
  const left = new Set(deopts.map(({ csid }) => csid));
  const rank = (record: CodeRecord): number =>
    (record.sites.some(({ csid }) => left.has(csid)) ? 2e9 : 0) + (record.proto.name === "main chunk" ? 0 : 1e9) + record.codeBytes;
  return records.reduce<CodeRecord | undefined>(
    (best, record) => (best === undefined || rank(record) > rank(best) ? record : best),
    undefined,
  )?.protoId;
}

function othersOf({ records }: Recording, protoId: number): FunctionName[] {
  const others = new Map(records.filter((record) => record.protoId !== protoId).map((record) => [record.protoId, record.proto]));
  return Array.from(others.values(), ({ name, line }) => ({ name, line }));
}

/** The chunks that functions are from, each once. */
class Sources {
  readonly all: Source[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly inspection: Inspection) {}

  readonly numberOf = (protoId: number): number => {
    const name = this.inspection.engineFacts.protos.get(protoId)?.source ?? "?";
    const text = this.inspection.sourceOf(protoId);
    const key = `${name}\0${text}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.all.push({ name: utf8(name), lines: utf8(text).split("\n") }) - 1;
    this.numbers.set(key, number);
    return number;
  };
}
