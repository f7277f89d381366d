// SPDX-License-Identifier: MIT
/** A function in the language's convention, or one that the runtime pushes on a stack, that is written in IR. */
import type { Ir, IrValue } from "../ir.js";
import { forEachIndex, loadTransfer, storeTransfer } from "../semantics/transfer.js";
import { hasTag, pointerOf } from "../semantics/values.js";
import { PlainMachine } from "./plain-machine.js";

/** Call-site ids of generated builtins that nothing has to recognize. */
export interface Csids {
  next: number;
}

export class GeneratedBuiltin extends PlainMachine {
  readonly recording = false;
  readonly seen = 0;

  constructor(
    ir: Ir,
    private readonly csids: Csids,
    co: IrValue,
  ) {
    super(ir, co);
  }

  hostCall(name: string, args: IrValue[]): IrValue {
    this.mark();
    return this.ir.call(this.helper(name), args);
  }

  mark(): void {
    this.ir.stackmap(this.csids.next++, []);
  }

  /** The entry of any value: what is no function has one that raises "attempt to call …". */
  entryOfAnything(callee: IrValue): IrValue {
    const { ir } = this;
    return this.either(
      hasTag(ir, callee, "function"),
      () => {
        const code = ir.load(ir.i64, ir.address(pointerOf(ir, callee), ir.layout.offset("Function", "code")), "code");
        return ir.load(ir.i64, ir.address(code, ir.layout.offset("Code", "entry")), "entry");
      },
      () => ir.builder.CreatePtrToInt(this.helper("yl_call_error").fn, ir.i64),
    );
  }

  /** {true, results…} of what a call, or a swap, has delivered, or {false, error} when it failed. */
  returnOutcome(pair: IrValue): void {
    const { ir } = this;
    const failed = ir.block("failed");
    const [first, count] = [ir.extract(pair, 0), ir.extract(pair, 1)];
    this.require(ir.compare("ne", count, ir.word(ir.layout.failed), "likely.returned"), failed);
    const shift = (index: IrValue): void => storeTransfer(this, "results", ir.add(index, ir.word(1)), loadTransfer(this, "results", index));
    forEachIndex(this, ir.word(1), count, shift, -1);
    storeTransfer(this, "results", ir.word(1), first);
    ir.returnPair(ir.word(ir.layout.true), ir.add(count, ir.word(1)));
    ir.at(failed);
    storeTransfer(this, "results", ir.word(1), first);
    ir.returnPair(ir.word(ir.layout.false), ir.word(2));
  }

  record(): void {}
  feedbackAddress(): IrValue {
    throw new Error("generated builtins have no feedback");
  }
}
