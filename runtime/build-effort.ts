// SPDX-License-Identifier: MIT
/**
 * How long building the IR of a function will take, foreseen from its size and from what others have taken.
 *
 * What is walked counts, and that is what gets inlined, too: how much that will be is not known before, but it grows with the number of calls. Without
 * that, a unit with much inlined makes all functions look expensive that call nobody, and what is small and hot waits for long.
 */
import type { OpcodeName, Proto } from "../lang/bytecode.js";

/** However small a function is, building its IR takes as long as for so many instructions more. */
const bytecodesOfAnyUnit = 12;
/** What was built longer ago counts for less: the optimizer itself gets faster while V8 compiles it. */
const remembered = 400;

const CALLS: ReadonlySet<OpcodeName> = new Set(["CALL", "TAILCALL", "TFORCALL"]);

/** Asked again and again of what waits for code. */
const calls = new WeakMap<Proto, number>();
function callsOf(proto: Proto): number {
  let count = calls.get(proto);
  if (count === undefined) {
    count = proto.code.filter(({ op }) => CALLS.has(op)).length;
    calls.set(proto, count);
  }
  return count;
}

/** A sum of amounts for a sum of things, both of which fade. */
class Rate {
  /** To begin with, a guess. */
  constructor(
    private amount: number,
    private count: number,
    private readonly most: number,
  ) {}

  add(amount: number, count: number): void {
    this.amount += amount;
    this.count += count;
    if (this.count <= this.most) return;
    this.amount /= 2;
    this.count /= 2;
  }

  get value(): number {
    return this.amount / this.count;
  }
}

export class BuildEffort {
  private readonly milliseconds = new Rate(20, 100, remembered);
  private readonly inlinedByCall = new Rate(40, 2, remembered / 10);

  /** A unit of `proto`, with so many bytecode instructions of other functions inlined, took so long: milliseconds of the thread's time. */
  add(proto: Proto, inlined: number, milliseconds: number): void {
    this.milliseconds.add(milliseconds, proto.code.length + bytecodesOfAnyUnit + inlined);
    const count = callsOf(proto);
    if (count > 0) this.inlinedByCall.add(inlined, count);
  }

  /** Milliseconds that a unit of `proto` will probably take. */
  expected(proto: Proto): number {
    const inlined = callsOf(proto) * this.inlinedByCall.value;
    return (proto.code.length + bytecodesOfAnyUnit + inlined) * this.milliseconds.value;
  }
}
