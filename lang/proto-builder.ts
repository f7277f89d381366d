// SPDX-License-Identifier: MIT
/** Completes a compiled function with what is derived from its code. */
import type { Proto } from "./bytecode.js";
import { buildControlFlowGraph, findLoopHeaders } from "./cfg.js";
import type { FunctionState } from "./function-state.js";
import { computeLiveness } from "./liveness.js";
import { findOperandNames } from "./operand-names.js";

export function buildProto(f: FunctionState, about: Pick<Proto, "name" | "line" | "parameterCount" | "usesVarargs" | "captures">): Proto {
  const { code, constants, globals, protos, source, registerCount } = f;
  return {
    ...about,
    source,
    registerCount,
    code,
    constants,
    globals,
    protos,
    lines: Uint32Array.from(f.lines),
    columns: Uint32Array.from(f.columns),
    operandNames: findOperandNames(f, about.captures),
    locals: f.localRanges,
    loopHeaders: findLoopHeaders(code),
    liveIn: computeLiveness(code, { protos }, registerCount, buildControlFlowGraph(code)),
  };
}
