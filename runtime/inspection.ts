// SPDX-License-Identifier: MIT
/** Looking into an engine: its stacks, and the code of a function. What the REPL shows is made of this. */
import type { Proto } from "../lang/bytecode.js";
import type { CodeRecord } from "./code-record.js";
import type { Bridge } from "./embedding/bridge.js";
import type { LuaFunction, LuaValue } from "./embedding/values.js";
import type { DeoptRecord, FrameView, NativeEngine, StackView } from "./native.js";
import type { InvalidatedUnit, TieringPolicy } from "./tiering-policy.js";

/** A register that a frame still needs. */
export interface InspectedValue {
  /** The local variable's; undefined for a temporary. */
  readonly name: string | undefined;
  /** Its number in the frame. */
  readonly register: number;
  /** What is in it. */
  readonly value: LuaValue;
}

/** A frame of the language. */
export interface InspectedFrame {
  /** The function's name, as in `Proto.name`; "[C]" for a builtin that has called a function. */
  readonly function: string;
  /** As messages call the chunk; empty for builtins. */
  readonly source: string;
  /** Of the instruction that is being executed, or whose call has not returned; 0 for builtins. */
  readonly line: number;
  /** `rebuilt`: an interpreter frame that a deoptimization has pushed, and that nothing has returned into yet. */
  readonly tier: FrameView["tier"];
  /** Into the next frame: both are one frame of machine code. */
  readonly inlined: boolean;
  /** Its code is out of use: the frame will be deoptimized when control returns into it. */
  readonly invalid: boolean;
  /** In the order of their registers. */
  readonly values: readonly InspectedValue[];
}

/** The running program, a call of a host function, or a coroutine. */
export interface InspectedStack {
  /** The coroutine's number in events; 0 is the main program. */
  readonly coroutine: number;
  /** What coroutine.status says. */
  readonly status: StackView["status"];
  /** The function that the coroutine was created with; undefined for the main program. */
  readonly function: LuaValue;
  /** From the top frame to the bottom; 0 without a stack. */
  readonly usedBytes: number;
  /** Innermost first; none when it has not begun, or has ended. */
  readonly frames: readonly InspectedFrame[];
}

/** What an engine knows about a function value. */
export type InspectedFunction =
  | {
      /** Of the library, or a host function. */
      readonly kind: "builtin";
      /** "math.floor" */
      readonly name: string;
    }
  | {
      /** A program's. */
      readonly kind: "compiled";
      /** The prototype's. */
      readonly id: number;
      /** Its bytecode: lang/bytecode.ts. */
      readonly proto: Proto;
    };

/** What `Inspection` needs of an engine. */
export interface InspectedEngine {
  readonly native: NativeEngine;
  readonly bridge: Bridge;
  readonly tiering: TieringPolicy | undefined;
  /** The JSON text of all tags and offsets. */
  readonly layoutJson: string;
  /** All functions of the programs so far, those of the library included, by the ids of their prototypes. */
  readonly protos: ReadonlyMap<number, Proto>;
  /** The text of the chunk that a function is from, a character a byte. */
  sourceOf(protoId: number): string;
  /** Has events of the native side delivered. */
  drain(): void;
}

/** Belongs to an engine: `engine.inspection`. Host functions may use it while a program runs. */
export class Inspection {
  constructor(private readonly engine: InspectedEngine) {}

  /**
   * All stacks: of the running program, if one runs, then of the coroutines, the newest first. A table that optimized code has not made yet,
   * because nobody could have seen it, is made to be looked at: what is done to that is not done to the program's.
   */
  stacks(): InspectedStack[] {
    return this.engine.native.stacks().map(({ coroutine, status, function: body, usedBytes, frames }) => ({
      coroutine,
      status,
      function: this.engine.bridge.decode(body),
      usedBytes,
      frames: frames.map((frame) => this.frame(frame)),
    }));
  }

  private frame({ tier, protoId, pc = 0, inlined, invalid, registers, values }: FrameView): InspectedFrame {
    const proto = protoId === undefined ? undefined : this.engine.protos.get(protoId);
    if (proto === undefined) return { function: "[C]", source: "", line: 0, tier, inlined, invalid, values: [] };
    return {
      function: proto.name,
      source: proto.source,
      line: proto.lines[pc] ?? proto.line,
      tier,
      inlined,
      invalid,
      values: registers.map((register, index) => ({
        name: nameOf(proto, register, pc),
        register,
        value: this.engine.bridge.decode(values[index]),
      })),
    };
  }

  /** What explain/ makes its explanations of, beside the functions below. @internal */
  get engineFacts(): Pick<InspectedEngine, "layoutJson" | "protos"> {
    return this.engine;
  }

  /** The text of the chunk that a function is from, a character a byte; "" when there is none. @internal */
  sourceOf(protoId: number): string {
    return this.engine.sourceOf(protoId);
  }

  /** What would be compiled of a function now (pc -1), or of its loop at `pc`; it is not run. Undefined when the engine cannot compile. @internal */
  preview(protoId: number, pc: number): CodeRecord | undefined {
    return this.engine.tiering?.preview(protoId, pc);
  }

  /** With EngineOptions.recordDeopts: the deopts since the last time, at most two of a call site. @internal */
  takeDeopts(): DeoptRecord[] {
    return this.engine.native.takeDeopts();
  }

  /** What a function value is. */
  describe(value: LuaFunction): InspectedFunction {
    const { builtin, proto: id } = this.engine.native.describeHeld(this.engine.bridge.encode(value));
    const proto = id === undefined ? undefined : this.engine.protos.get(id);
    if (id === undefined || proto === undefined) return { kind: "builtin", name: builtin ?? "?" };
    return { kind: "compiled", id, proto };
  }

  /**
   * Takes the optimized code of a function out of use, its own and what it is inlined into; frames of that code, on any stack, go back to
   * the interpreter: a suspended coroutine's topmost one now, others when control returns into them. The function may be compiled again
   * later. Nothing for builtins, and in an engine that does not compile.
   */
  invalidate(value: LuaFunction): readonly InvalidatedUnit[] {
    const described = this.describe(value);
    if (described.kind === "builtin") return [];
    const invalidated = this.engine.tiering?.invalidate(described.id, "asked for") ?? [];
    this.engine.drain();
    return invalidated;
  }
}

/** The variable that is in a register; `(for index)` and the like, which no program can see, are temporaries. */
function nameOf(proto: Proto, register: number, pc: number): string | undefined {
  const range = proto.locals.findLast((local) => local.register === register && local.start <= pc && pc < local.end);
  return range === undefined || range.name.startsWith("(") ? undefined : range.name;
}
