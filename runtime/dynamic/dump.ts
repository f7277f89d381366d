// SPDX-License-Identifier: MIT
/** A procedure's frame state next to its instructions. */
import { disassemble, type Instruction } from "./disassemble.js";
import type { Procedure } from "./procedure.js";

export interface StateRow extends Instruction {
  /** CFA rule with which the instruction is entered: "rsp+16". */
  readonly cfa: string;
  /** Where the caller's registers are, those that are not in their places: { rbp: "[cfa-16]", rip: "[cfa-8]" }. */
  readonly registers: Readonly<Record<string, string>>;
}

/** One row an instruction; `instructions` instead of LLVM's disassembly when given. */
export function stateRows(procedure: Procedure, code: Uint8Array, instructions: readonly Instruction[] = disassemble(code)): StateRow[] {
  const states = procedure.states(instructions.map(({ offset }) => offset));
  return instructions.map((instruction, i) => {
    const { cfa = "?", ...registers } = Object.fromEntries(
      (states[i] as string).split(" ").map((word) => word.split("=") as [string, string]),
    );
    return { ...instruction, cfa, registers };
  });
}

/**
 *     offset  bytes        instruction         CFA      caller's registers
 *     0       55           pushq %rbp          rsp+8    rip=[cfa-8]
 *     1       48 89 e5     movq %rsp, %rbp     rsp+16   rbp=[cfa-16] rip=[cfa-8]
 */
export function dump(procedure: Procedure, code: Uint8Array, instructions?: readonly Instruction[]): string {
  const table = [["offset", "bytes", "instruction", "CFA", "caller's registers"]];
  for (const row of stateRows(procedure, code, instructions)) {
    const bytes = [...code.subarray(row.offset, row.offset + row.size)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const registers = Object.entries(row.registers).map(([name, where]) => `${name}=${where}`);
    table.push([`${row.offset}`, bytes, row.text, row.cfa, registers.join(" ")]);
  }
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((cells) => (cells[column] as string).length)));
  return table.map((cells) => `${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd()).join("\n");
}
