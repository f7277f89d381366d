// SPDX-License-Identifier: MIT
/** A readable listing of bytecode. */
import {
  ALL_RESULTS,
  CONSTANT_FLAG,
  type Constant,
  type Instruction,
  OPCODES,
  type OperandKind,
  opcodeIndex,
  PLUS_MULTIPLE,
  type Proto,
  withLine,
} from "./bytecode.js";

export interface DumpOptions {
  /** Show which registers are live before each instruction. */
  readonly live?: boolean;
  /** The program's text: lines are shown above the code that they became. */
  readonly source?: string;
}

function constantText(constant: Constant | undefined): string {
  if (constant === null || constant === undefined) return "nil";
  if (typeof constant === "object") return JSON.stringify(constant.string);
  return Object.is(constant, -0) ? "-0" : String(constant);
}

function operandText(proto: Proto, kind: OperandKind, value: number): string {
  switch (kind) {
    case "none":
      return "";
    case "rk":
      return value >= CONSTANT_FLAG ? constantText(proto.constants[value - CONSTANT_FLAG]) : `r${value}`;
    case "def":
    case "use":
    case "base":
      return `r${value}`;
    case "constant":
      return constantText(proto.constants[value]);
    case "global":
      return proto.globals[value] ?? `?${value}`;
    case "upvalue":
      return `^${proto.captures[value]?.name ?? value}`;
    case "proto":
      return `<${proto.protos[value]?.name ?? value}>`;
    case "target":
      return `-> ${value}`;
    case "count":
      if (value === ALL_RESULTS) return "all";
      return (value & PLUS_MULTIPLE) !== 0 ? `${value - PLUS_MULTIPLE}+` : `${value}`;
  }
}

/** "ADD       r4 r2 r3" */
export function instructionText(proto: Proto, instruction: Instruction): string {
  const info = OPCODES[opcodeIndex.get(instruction.op) as number];
  if (info === undefined) return instruction.op;
  const operands = (["a", "b", "c"] as const)
    .map((field) => operandText(proto, info[field], instruction[field]))
    .filter((text) => text !== "");
  return `${instruction.op.padEnd(9)} ${operands.join(" ")}`;
}

/** Lists a function, and the functions in it. */
export function dumpProto(proto: Proto, options: DumpOptions = {}): string {
  const captures = proto.captures.map(
    (capture) => `${capture.name} (${capture.cell ? "cell" : "value"} of ${capture.from} ${capture.index})`,
  );
  const lines = [
    `${proto.name} (${withLine(proto.source, proto.line)}): ${proto.parameterCount} parameters, ${proto.registerCount} registers`,
    ...(captures.length > 0 ? [`  captures ${captures.join(", ")}`] : []),
  ];
  const sourceLines = options.source?.split("\n");
  let shownLine = 0;
  for (const [pc, instruction] of proto.code.entries()) {
    const line = proto.lines[pc] as number;
    if (sourceLines && line !== shownLine) lines.push(`  -- ${line}: ${sourceLines[line - 1]?.trim() ?? ""}`.trimEnd());
    shownLine = line;
    const header = proto.loopHeaders.includes(pc) ? ">" : " ";
    const names = proto.operandNames.filter((name) => name.pc === pc).map((name) => `r${name.register} is ${name.kind} '${name.name}'`);
    const live = options.live ? [`live ${(proto.liveIn[pc] ?? []).map((register) => `r${register}`).join(" ")}`] : [];
    const comment = [...live, ...names].join("; ");
    const text = ` ${header}${String(pc).padStart(4)}  ${`[${line}]`.padEnd(7)}${instructionText(proto, instruction)}`;
    lines.push(comment === "" ? text : `${text.padEnd(56)} ; ${comment}`);
  }
  return [lines.join("\n"), ...proto.protos.map((inner) => dumpProto(inner, options))].join("\n\n");
}
