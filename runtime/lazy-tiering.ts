// SPDX-License-Identifier: MIT
/** A tiering policy that is made when something is hot for the first time: what ends before that needs no optimizer. */

import type { CodeRecord } from "./code-record.js";
import type { EngineContext, InvalidatedUnit, SiteDescription, TieringModule, TieringPolicy } from "./tiering-policy.js";

export class LazyTiering implements TieringPolicy {
  private made: TieringPolicy | undefined;

  constructor(
    private readonly load: () => TieringModule,
    private readonly engine: EngineContext,
  ) {}

  private get policy(): TieringPolicy {
    if (this.made === undefined) {
      // On another thread, while this one reads the optimizer.
      if (this.engine.options.inBackground) this.engine.preloadLlvmAddon();
      this.made = this.load().createTiering(this.engine);
    }
    return this.made;
  }

  onHot(protoId: number, pc: number, types: Uint8Array): bigint {
    return this.policy.onHot(protoId, pc, types);
  }

  preview(protoId: number, pc: number): CodeRecord | undefined {
    return this.policy.preview(protoId, pc);
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
