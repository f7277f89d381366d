// SPDX-License-Identifier: MIT
/** A tiering policy that is made when something is hot for the first time: what ends before that needs no optimizer. */

import type { CodeRecord } from "./code-record.js";
import { type Clocks, clocksSince } from "./pauses.js";
import {
  type EngineContext,
  type InvalidatedUnit,
  roundsBetweenSlices,
  type SiteDescription,
  type TieringLoader,
  type TieringPolicy,
} from "./tiering-policy.js";

export class LazyTiering implements TieringPolicy {
  private made: TieringPolicy | undefined;
  /** For how long the program has stood still for the parts. */
  private readonly pauses: Clocks[] = [];

  constructor(
    private readonly loader: TieringLoader,
    private readonly engine: EngineContext,
  ) {}

  onHot(protoId: number, pc: number, types: Uint8Array): bigint {
    const { native, options } = this.engine;
    if (this.made === undefined && options.inBackground && !this.loadOn()) {
      native.setHotness(protoId, roundsBetweenSlices(options.hotThreshold));
      return 0n;
    }
    return this.policy.onHot(protoId, pc, types);
  }

  preview(protoId: number, pc: number): CodeRecord | undefined {
    return this.policy.preview(protoId, pc);
  }

  /** With all that is left to load. */
  private get policy(): TieringPolicy {
    while (this.made === undefined) this.loadOn();
    return this.made;
  }

  /** Loads the next part; whether that was the last one. */
  private loadOn(): boolean {
    const began = this.engine.moment();
    // On another thread, while this one reads the optimizer.
    if (this.engine.options.inBackground) this.engine.preloadLlvmAddon();
    const part = this.loader.next();
    if (part.done) this.made = part.value.createTiering(this.engine, this.pauses);
    this.pauses.push(clocksSince(began, this.engine.moment()));
    return this.made !== undefined;
  }

  // Of code, of which there is none before.

  onDeopt(csid: number, count: number): void {
    this.made?.onDeopt(csid, count);
  }

  onInvalidate(code: number, frames: { suspended: number; waiting: number }, reason: string): void {
    this.made?.onInvalidate(code, frames, reason);
  }

  invalidate(protoId: number, reason: string): InvalidatedUnit[] {
    return this.made?.invalidate(protoId, reason) ?? [];
  }

  describeSite(csid: number): SiteDescription | undefined {
    return this.made?.describeSite(csid);
  }
}
