// SPDX-License-Identifier: MIT
/** What the optimizer needs to know of the running program and is the same for all units; what is asked for one unit is in unit-facts.ts. */
import { Layout } from "../jit/layout.js";
import type { ProtoInfo } from "../jit/optimizer/context.js";
import { roomFor } from "../jit/optimizer/table-room.js";
import { checkTypeBits } from "../jit/semantics/values.js";
import { ProtoFeedback } from "./feedback-aging.js";
import type { EngineContext } from "./tiering-policy.js";

export class EngineFacts {
  readonly layout: Layout;
  private readonly infos = new Map<number, ProtoInfo>();
  private readonly feedbacks = new Map<number, ProtoFeedback>();
  private nextCsid: number;

  /** @param givenUp whether an instruction's speculation has failed too often */
  constructor(
    private readonly engine: EngineContext,
    readonly givenUp: (protoId: number, pc: number) => boolean,
  ) {
    this.layout = new Layout(engine.layoutJson);
    checkTypeBits(this.layout);
    this.nextCsid = this.layout.csids.optimized;
  }

  newCsid(): number {
    return this.nextCsid++;
  }

  proto(id: number): ProtoInfo {
    let info = this.infos.get(id);
    if (info === undefined) {
      info = this.protoInfo(id);
      this.infos.set(id, info);
    }
    return info;
  }

  feedback(id: number): ProtoFeedback {
    let feedback = this.feedbacks.get(id);
    if (feedback === undefined) {
      const { feedback: words, parameterFeedback } = this.engine.native.addresses(id);
      feedback = new ProtoFeedback(words, this.layout.size("Feedback") / 4, parameterFeedback);
      this.feedbacks.set(id, feedback);
    }
    return feedback;
  }

  /** A type that was seen; under stress, one that probably was not. */
  predicted(seen: number, index: number): number {
    const { mispredict } = this.engine.options;
    return mispredict === undefined ? seen : 1 << ((mispredict + 3 * index) % 8);
  }

  /** For how many elements there is to be room; under stress, for more or less. */
  private predictedRoom(seen: number, pc: number): number {
    const { mispredict } = this.engine.options;
    return mispredict === undefined ? seen : 4 * ((mispredict + pc) % 3);
  }

  private protoInfo(id: number): ProtoInfo {
    const proto = this.engine.proto(id);
    const native = this.engine.native.addresses(id);
    const feedback = this.feedback(id);
    return {
      id,
      proto,
      address: native.proto,
      constants: [...native.constantValues],
      globals: [...native.globalCells],
      protos: proto.protos.map((nested) => this.engine.protoId(nested)),
      feedback: (pc) => feedback.at(pc),
      parameterTypes: (index) => this.predicted(feedback.parameter(index), index),
      tableRoom: (pc) => this.predictedRoom(roomFor(feedback.tables(pc)), pc),
    };
  }
}
