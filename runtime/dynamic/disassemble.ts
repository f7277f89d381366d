// SPDX-License-Identifier: MIT
/** Machine code to text, by LLVM's disassembler. */
import { spawnSync } from "node:child_process";

export interface Instruction {
  /** Bytes from the start. */
  readonly offset: number;
  readonly size: number;
  readonly text: string;
}

/**
 * AT&T syntax, as the rest of the project writes assembly. Bytes that are no instruction become one `.byte` each.
 * Throws when llvm-mc-14 is not there: pass instructions of your own then.
 */
export function disassemble(code: Uint8Array): Instruction[] {
  const input = Array.from(code, (byte) => `0x${hex(byte)}`).join(" ");
  const { stdout, stderr, error } = spawnSync("llvm-mc-14", ["--disassemble", "--show-encoding", "-triple=x86_64"], {
    input,
    encoding: "utf8",
  });
  if (error !== undefined) throw new Error(`llvm-mc-14 does not run: ${error.message}`);
  // It skips a byte that begins no instruction, with a warning that has the column: five characters a byte.
  const skipped = new Set(Array.from(stderr.matchAll(/^<stdin>:1:(\d+): warning/gm), ([, column]) => (Number(column) - 1) / 5));
  const texts = stdout.matchAll(/^\t(\S.*?)\s+# encoding: \[(.*?)\]$/gm);
  const instructions: Instruction[] = [];
  for (let offset = 0; offset < code.length; ) {
    const next = skipped.has(offset) ? undefined : texts.next().value;
    const [, text = `.byte 0x${hex(code[offset] as number)}`, encoding = ""] = next ?? [];
    const size = encoding.split(",").length;
    instructions.push({ offset, size, text: text.replace(/\s+/g, " ") });
    offset += size;
  }
  return instructions;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
