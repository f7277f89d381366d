// SPDX-License-Identifier: MIT
/**
 * Aging of feedback. What the interpreter notes only ever grows: a function that worked on ints and now works on doubles has seen both,
 * and code that stands both serves neither well. So when code is given up because of a type that is new, its functions forget which types
 * they had, and learn from what runs until the next code is made. What does not run in that time keeps what was known before.
 *
 * A function is made to forget once. Where the program changes its mind again, as one does that goes round its phases, both count from then on.
 */

import type { Feedback } from "../jit/optimizer/context.js";
import type { TableCounts } from "../jit/optimizer/table-room.js";
import type { Reason } from "../jit/semantics/machine.js";
import type { OpcodeName } from "../lang/bytecode.js";

/** What the guards of a phase fail with in the next one. "overflow" and the like are not here: they widen what was, and goes on. */
const PHASE_CHANGES: ReadonlySet<string> = new Set<Reason>([
  "not an int",
  "not a double",
  "not a number",
  "not a table",
  "not a string",
  "not a boolean",
  "other type",
  "other shape",
  "other callee",
  "metatable",
]);

/** What a library function's arguments have been is guessed: nobody notes it, so there is nothing to forget. */
const GUESSES: ReadonlySet<OpcodeName | undefined> = new Set(["CALL", "TAILCALL"]);

export const isPhaseChange = (reason: string, opcode: OpcodeName | undefined): boolean =>
  PHASE_CHANGES.has(reason) && (reason === "other callee" || !GUESSES.has(opcode));

/** The feedback of a prototype, in views that are shared with the interpreter: it writes to them whenever the program runs. */
export class ProtoFeedback {
  /** Bits by instruction that were forgotten, and those of the parameters. */
  private readonly before: Uint32Array;
  private readonly parametersBefore: Uint8Array;

  /**
   * @param words `size` of them for each instruction: bits, index, and the pairs reference, lookup, cases (Feedback in native/language/object.h)
   * @param parameters type bits of each parameter
   */
  constructor(
    private readonly words: Uint32Array,
    private readonly size: number,
    private readonly parameters: Uint8Array,
  ) {
    this.before = new Uint32Array(words.length / size);
    this.parametersBefore = new Uint8Array(parameters.length);
  }

  at(pc: number): Feedback {
    const [bits = 0, index = 0, low = 0, high = 0] = this.instruction(pc);
    return { bits: bits || (this.before[pc] as number), index, reference: BigInt(low) | (BigInt(high) << 32n) };
  }

  /** Of an instruction that makes tables. */
  tables(pc: number): TableCounts {
    const [made = 0, filled = 0, , , beyond4 = 0, beyond8 = 0] = this.instruction(pc);
    return { made, filled, beyond4, beyond8 };
  }

  /** Type bits that parameter `index` has had. */
  parameter(index: number): number {
    return this.parameters[index] || (this.parametersBefore[index] as number);
  }

  /** Forget the types that were seen, but not what inline caches hold: most of it is right in the next phase, too. */
  forget(): void {
    for (let pc = 0; pc < this.before.length; pc++) {
      const [bits = 0, , ...cache] = this.instruction(pc);
      if (bits === 0 || cache.some((word) => word !== 0)) continue;
      this.before[pc] = bits;
      this.words[this.size * pc] = 0;
    }
    this.parameters.forEach((bits, index) => {
      if (bits !== 0) this.parametersBefore[index] = bits;
    });
    this.parameters.fill(0);
  }

  /** Forget all that one instruction has seen, with its inline cache. */
  forgetInstruction(pc: number): void {
    this.before[pc] = 0;
    this.words.fill(0, this.size * pc, this.size * (pc + 1));
  }

  private instruction(pc: number): Uint32Array {
    return this.words.subarray(this.size * pc, this.size * (pc + 1));
  }
}
