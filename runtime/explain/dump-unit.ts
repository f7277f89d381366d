// SPDX-License-Identifier: MIT
/**
 * `yugong run --dump`: a compiled unit as text, part by part. The IR is the whole module, as opt-14 and llc-14 take it.
 */
import type { CodeRecord } from "../code-record.js";
import type { Part } from "../unit-parts.js";
import { explainUnit } from "./explain-unit.js";
import type { CallSite, LiveValue, Unit, Where } from "./explanation.js";
import { commentedIr } from "./ir-text.js";
import { unitText } from "./text.js";

type Parts = Omit<Unit, "deopts" | "lines">;

export function dumpUnit(record: CodeRecord, parts: readonly Part[]): string {
  const unit = explainUnit(record, () => 0);
  const { proto, pc } = record;
  const where = pc < 0 ? "" : ` (pc ${pc})`;
  const sections: Readonly<Record<Part, () => string>> = {
    bytecode: () => `; ---- bytecode: what was seen; what is known\n${bytecode(unit)}`,
    ir: () => `; ---- as built\n${ir(unit, record.irBuilt)}\n; ---- after the passes\n${ir(unit, record.irAfter)}`,
    asm: () => `; ---- assembly\n${assembly(unit)}`,
    stackmaps: () => `; ---- stackmap records and frame states\n${unit.sites.map((site) => callSite(unit, site)).join("")}`,
  };
  const head = `; ${record.symbol}: ${proto.name}, ${unitText(unit)}${where}, ${unit.bytes} bytes at ${unit.address}`;
  return `${[head, ...parts.map((part) => sections[part]().trimEnd())].join("\n")}\n\n`;
}

const functionAt = ({ activations }: Parts, { activation }: Where): string => activations[activation]?.function.name ?? "?";

function bytecode(unit: Parts): string {
  let activation = -1;
  const rows: string[] = [];
  for (const line of unit.bytecode) {
    if (line.activation !== activation) {
      activation = line.activation;
      const into = unit.activations[activation]?.inlinedInto;
      rows.push(`; ${functionAt(unit, line)}${into === undefined ? "" : `, inlined at line ${into.line}`}`);
    }
    if (line.header !== undefined) rows.push(`;        loop: ${line.header}`);
    const text = `${String(line.pc).padStart(4)}  ${`[${line.line}]`.padEnd(7)}${line.text}`;
    rows.push(`${text.padEnd(44)} ; ${line.feedback.padEnd(24)}; ${line.types}`.trimEnd());
  }
  return rows.join("\n");
}

const ir = (unit: Parts, module: string): string => commentedIr(module, (place) => placeText(unit, place));

function assembly(unit: Parts): string {
  const rows: string[] = [];
  let shown = "";
  for (const line of unit.assembly) {
    const where = placeText(unit, line.where);
    if (where !== shown) rows.push(`  ; ${where}`);
    shown = where;
    const site = line.csid === undefined ? "" : `   ; call site ${line.csid}`;
    rows.push(`  ${line.address}  ${`+${line.offset}`.padEnd(7)}${line.text}${site}`);
  }
  return rows.join("\n");
}

function placeText(unit: Parts, where: Where | undefined): string {
  if (where === undefined) return "no line";
  return `${functionAt(unit, where)}:${where.line}${where.pc === undefined ? "" : ` pc ${where.pc}`}`;
}

function callSite(unit: Parts, site: CallSite): string {
  const at = site.offset === undefined ? "removed by LLVM" : `returns to +${site.offset}`;
  const what = site.kind === "guard" ? `guard, ${site.reason}` : "call";
  const listed = (values: readonly LiveValue[]): string => values.map((value) => `      ${valueText(value)}\n`).join("");
  const frames = site.frames.map(({ function: { name }, line, pc, mode, closure, values, varargs, results }) => {
    const how = mode === "execute" ? "executes" : "completes";
    return `    ${name}:${line} ${how} pc ${pc}\n${listed([closure, ...values, ...varargs, ...results])}`;
  });
  const objects = site.objects.map(({ name, parts }) => `    ${name}\n${listed(parts)}`);
  return `  ${site.csid}  ${at}  ${functionAt(unit, site)}:${site.line} pc ${site.pc}  ${what}\n${[...frames, ...objects].join("")}`;
}

function valueText({ register, name, representation, location }: LiveValue): string {
  const what = [register, name].filter(Boolean).join(" ");
  if (representation === "constant") return `${what}: constant ${location}`;
  return representation === "virtual" ? `${what}: ${location}` : `${what}: ${representation} in ${location}`;
}
