// SPDX-License-Identifier: MIT
import { Machine } from "../semantics/machine.js";

/** Code generated ahead of time: it knows nothing of the program that it will run, and does not speculate. */
export abstract class PlainMachine extends Machine {
  guard(): void {
    throw new Error("code made ahead of time does not speculate");
  }
  deoptimize(): never {
    throw new Error("code made ahead of time does not speculate");
  }
  known(): never {
    throw new Error("nothing of the program is known yet");
  }
  knowTable(): void {}
  shapeOf(): undefined {}
  shapesChange(): void {}
  assume(): void {}
  refine(): void {}
}
