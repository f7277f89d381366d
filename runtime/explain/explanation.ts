// SPDX-License-Identifier: MIT
/**
 * What `yugong explain` shows, as data: everything that is known of one function and of what it was compiled to. JSON as it is; addresses
 * and words are hexadecimal text. explain.ts makes it, text.ts and html.ts render it.
 */

export interface Explanation {
  readonly function: FunctionName;
  /** What became of the run: notes for people. */
  readonly notes: readonly string[];
  readonly sources: readonly Source[];
  /** Of this function, in the order in which they were compiled; at least one. */
  readonly units: readonly Unit[];
  /** The one to look at first. */
  readonly shown: number;
  /** What else was compiled. */
  readonly others: readonly FunctionName[];
}

export interface FunctionName {
  readonly name: string;
  /** 0 for a main chunk. */
  readonly line: number;
}

/** A file; its text is empty when nobody has it (a chunk that the program has made). */
export interface Source {
  readonly name: string;
  readonly lines: readonly string[];
}

/** A place in the unit: a line of a source, and what is there. */
export interface Where {
  readonly activation: number;
  readonly line: number;
  /** Number of the bytecode instruction; absent where only the line is known. */
  readonly pc?: number;
}

/** A compiled function, or a loop of it that running frames enter (OSR). */
export interface Unit {
  readonly symbol: string;
  readonly kind: "function" | "loop";
  readonly line: number;
  /** It was compiled for this explanation, and never ran. */
  readonly isPreview: boolean;
  readonly address: string;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Why it was taken out of use; undefined while it is in use. */
  readonly discarded?: string;
  /** The compiled function (number 0) and those that were inlined. */
  readonly activations: readonly Activation[];
  /** "n: int32", at the entry. */
  readonly entry: readonly string[];
  readonly bytecode: readonly BytecodeLine[];
  readonly irBefore: readonly IrText[];
  readonly irAfter: readonly IrText[];
  readonly assembly: readonly AssemblyLine[];
  readonly sites: readonly CallSite[];
  readonly deopts: readonly Deopt[];
  /** The same by source line. */
  readonly lines: readonly LineGroup[];
}

/** What became of a source line: indexes into the unit's lists, ascending. Lines of which nothing became are there where they lie between others. */
export interface LineGroup {
  /** Index into Explanation.sources. */
  readonly source: number;
  readonly line: number;
  readonly bytecode: readonly number[];
  readonly irBefore: readonly number[];
  readonly irAfter: readonly number[];
  readonly assembly: readonly number[];
  readonly sites: readonly number[];
}

export interface Activation {
  readonly function: FunctionName;
  /** Index into Explanation.sources. */
  readonly source: number;
  /** Number of the activation that it was inlined into, and the line of the call; absent for the compiled function. */
  readonly inlinedInto?: { readonly activation: number; readonly line: number; readonly pc: number };
}

export interface BytecodeLine extends Where {
  readonly pc: number;
  readonly text: string;
  /** What the interpreter had noted when the unit was compiled. */
  readonly feedback: string;
  /** What the optimizer knew of its results: "sum: int32". */
  readonly types: string;
  /** At a loop header, what registers are in every round. */
  readonly header?: string;
}

export interface IrText {
  readonly text: string;
  readonly isLabel: boolean;
  readonly where?: Where;
  /** The call site that the call is. */
  readonly csid?: number;
}

export interface AssemblyLine {
  readonly address: string;
  /** From the unit's start, in bytes. */
  readonly offset: number;
  readonly text: string;
  /** Of a jump within the unit: the offset it goes to. */
  readonly jump?: number;
  readonly where?: Where;
  /** LLVM gives it no line: `where` is that of the instruction before. */
  readonly isInferred: boolean;
  readonly csid?: number;
}

/** A call or the exit of a guard: where a frame of the unit can be left. */
export interface CallSite extends Where {
  readonly pc: number;
  readonly column: number;
  readonly csid: number;
  readonly kind: "guard" | "call";
  readonly reason: string;
  /** Return address, from the unit's start; absent when LLVM has removed the site. */
  readonly offset?: number;
  /** The interpreter frames that a deopt here builds, the outermost first. */
  readonly frames: readonly VirtualFrame[];
  /** The tables that a deopt here makes, because the code has done without them so far. */
  readonly objects: readonly VirtualObject[];
}

export interface VirtualFrame {
  readonly function: FunctionName;
  readonly line: number;
  readonly pc: number;
  readonly instruction: string;
  /** `execute` the instruction at pc, or `complete` it with the results that arrive. */
  readonly mode: "execute" | "complete";
  readonly closure: LiveValue;
  readonly values: readonly LiveValue[];
  readonly varargs: readonly LiveValue[];
  /** Of the call before, all of which the instruction takes. */
  readonly results: readonly LiveValue[];
}

export interface VirtualObject {
  /** What values of representation "virtual" have as their location: "table 1". */
  readonly name: string;
  /** `name` is the key: "x", "[1]", "metatable". */
  readonly parts: readonly LiveValue[];
}

export interface LiveValue {
  /** "r4"; "" for a closure or a vararg. */
  readonly register: string;
  /** What the program calls it; "" for a temporary. */
  readonly name: string;
  /** "int32", "double", "bit", "boxed", "constant" or "virtual". */
  readonly representation: string;
  /** "rbx", "[rsp+16]"; of a constant, its value; of a virtual table, which one. */
  readonly location: string;
}

/** A deoptimization that happened in the run. */
export interface Deopt {
  readonly csid: number;
  readonly kind: "eager" | "lazy" | "suspended" | "injected";
  readonly title: string;
  readonly steps: readonly DeoptStep[];
}

export interface DeoptStep {
  readonly title: string;
  readonly text: string;
  readonly stack: StackPicture;
}

/** The top of a stack, as it lay in memory; from high addresses to low. */
export interface StackPicture {
  readonly sp: string;
  readonly frames: readonly FramePicture[];
}

export interface FramePicture {
  readonly title: string;
  readonly kind: "optimized" | "interpreter" | "pushed" | "saved" | "other";
  /** `going`: the next step removes it; `new`: this step has made it. */
  readonly state: "there" | "going" | "new" | "resumed";
  /** Of its lowest word. */
  readonly address: string;
  /** From the lowest address up. The last frame's may be cut: `cut` words more are not shown. */
  readonly words: readonly WordPicture[];
  readonly cut: number;
}

export interface WordPicture {
  readonly word: string;
  /** What it is, if that is known: "return address", "r2 i". */
  readonly label: string;
  /** Its value in the language. */
  readonly value: string;
  /** Of a register of a frame that has been built: "← [rsp+16]", where its value was in the machine frame; or "not live". */
  readonly origin?: string;
  /** This step reads or writes it. */
  readonly isMarked: boolean;
}
