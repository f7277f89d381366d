// SPDX-License-Identifier: MIT
/**
 * The optimizer: walks the bytecode of a hot function, and of what it calls, keeping for each register the value it has and what is
 * known of it, and emits specialised code on the way.
 *
 * The same walk is done first with an Ir that builds nothing, as often as it takes until the types at loop headers are stable (see
 * headers.ts); so there is no second set of rules for types.
 *
 *     for i = 1, n do s = s + a[i] end          s: double, i: int32, a: known to be a table after the first guard
 *
 * What the definitions of instructions ask of it comes from speculating-machine.ts (guards, calls, what is known of the program) and from
 * here: operands, and how execution goes on.
 */
import { CONSTANT_FLAG, type Instruction, PLUS_MULTIPLE } from "../../lang/bytecode.js";
import { jumpTarget } from "../../lang/cfg.js";
import { uses } from "../../lang/liveness.js";
import type { IrValue } from "../ir.js";
import type { FieldCases, FieldStore, LoadCases } from "../semantics/fields.js";
import { definitions, type Operands } from "../semantics/instructions.js";
import { PathEnds } from "../semantics/machine.js";
import { storeTransfer } from "../semantics/transfer.js";
import { constantValue, type Value } from "../semantics/values.js";
import { getCapture } from "../semantics/variables.js";
import { callDefinitions, inliningDefinitions } from "./calls.js";
import type { Activation, Environment } from "./environment.js";
import { loadCases, storeCases } from "./field-cases.js";
import { callOfHandler } from "./handlers.js";
import { liveAfter, liveBefore } from "./live.js";
import { closeLoop, enterLoop, type Loop } from "./loops.js";
import { type Edge, mergeEdges } from "./merge.js";
import { takesVirtuals, tryVirtually } from "./object-instructions.js";
import { captureOf, materialize, virtualOf } from "./objects.js";
import { type Region, regionFrom } from "./regions.js";
import { SpeculatingMachine } from "./speculating-machine.js";
import type { UnitNotes } from "./unit-notes.js";
import type { Walk } from "./walk.js";

/** The walk of one activation's body. */
interface Body {
  readonly activation: Activation;
  readonly region: Region;
  /** In how many loops the call is that is walked in place. */
  readonly around: number;
  readonly pending: Map<number, Edge[]>;
  readonly loops: Map<number, Loop>;
  /** Where an inlined function's results go on in its caller; undefined in the outermost body. */
  readonly returns: Edge[] | undefined;
}

export class Walker extends SpeculatingMachine implements Operands {
  readonly m = this;
  readonly inlined = new Set<number>();
  /** What registers have to be to get into the first loop: a unit for OSR entry begins with it. */
  readonly entryTypes = new Map<number, number>();
  /** Whether there is a loop over a coroutine that its function has made before it was entered. */
  resumesOwn = false;
  /** For people; undefined when nobody wants to look. */
  notes: UnitNotes | undefined;
  private body!: Body;
  /** Whether the current instruction has said how execution goes on. */
  private ended = false;
  inlinedInstructions = 0;
  /** In how many loops the current block is, those around inlined calls included. */
  loopDepth = 0;

  get closure(): IrValue {
    return this.boxed(materialize(this, this.activation.closure));
  }

  // ---- walking

  private get isSliceOver(): boolean {
    return this.context.isSliceOver?.() === true;
  }

  /** Walk a body from `entry`; the current block and environment are its beginning. */
  *walk(entry: number, returns: Edge[] | undefined): Walk {
    const { loopDepth: around } = this;
    const outer = { body: this.body, pc: this.pc, instruction: this.instruction, ended: this.ended, loopDepth: around };
    const { activation } = this;
    const region = regionFrom(activation.info.proto, entry);
    this.body = { activation, region, around, pending: new Map(), loops: new Map(), returns };
    this.body.pending.set(entry, [{ block: this.ir.current(), environment: this.environment }]);
    for (const start of region.order) yield* this.walkBlock(start);
    Object.assign(this, outer);
    if (activation.parent !== undefined) this.notes?.at(activation.parent, this.pc);
  }

  /** Walk the body of a function called in tail position, whose results are those of the current one. */
  *walkTail(): Walk {
    yield* this.walk(0, this.body.returns);
    this.endPath();
  }

  private *walkBlock(start: number): Walk {
    const edges = this.body.pending.get(start);
    if (edges === undefined) return;
    const { proto } = this.body.activation.info;
    this.notes?.at(this.body.activation, start);
    this.loopDepth = this.body.around + (this.body.region.depth.get(start) ?? 0);
    try {
      const live = (environment: Environment): readonly number[] =>
        environment.activation === this.body.activation ? liveBefore(proto, start) : liveAcross(environment, edges);
      this.environment = mergeEdges(this, edges, live, start);
      this.pc = start;
      if (this.isSliceOver) yield;
      const assigned = this.body.region.assigned.get(start);
      if (assigned !== undefined) this.body.loops.set(start, enterLoop(this, start, assigned));
      if (this.isSliceOver) yield;
      const end = this.body.region.end.get(start) as number;
      for (let pc = start; pc < end; pc++) {
        const calling = this.execute(pc);
        if (calling !== undefined) yield* calling;
        this.notes?.walked(this.body.activation, pc, this.environment);
        if (this.ended) return;
        if (this.isSliceOver) yield;
      }
      this.addEdge(end);
    } catch (error) {
      if (!(error instanceof PathEnds)) throw error;
    }
  }

  /** What is left to do, when the instruction calls something that may be walked in place. */
  private execute(pc: number): Walk | undefined {
    this.pc = pc;
    this.instruction = this.info.proto.code[pc] as Instruction;
    this.ended = false;
    const { op } = this.instruction;
    this.notes?.at(this.activation, pc);
    if (tryVirtually(this, this.instruction)) return undefined;
    const handled = callOfHandler(this, this.instruction);
    if (handled !== undefined) return handled;
    if (!takesVirtuals(this.instruction)) this.materializeOperands();
    const inlining = inliningDefinitions.get(op);
    if (inlining !== undefined) return inlining(this);
    const definition = definitions.get(op) ?? callDefinitions.get(op);
    if (definition === undefined) throw new Error(`no semantics for ${op}`);
    (definition as (walker: Walker) => void)(this);
    return undefined;
  }

  private materializeOperands(): void {
    if (this.environment.virtuals.size === 0) return;
    for (const register of uses(this.instruction, this.info.proto)) materialize(this, this.environment.get(register));
  }

  /** Emit something at the end of an edge that leads to `pc`; the edge as it is then. */
  onEdge({ block, environment }: Edge, pc: number, emit: () => void): Edge {
    const outer = { pc: this.pc, environment: this.environment };
    this.ir.at(block);
    Object.assign(this, { pc, environment });
    emit();
    Object.assign(this, outer);
    return { block: this.ir.current(), environment };
  }

  endPath(): void {
    this.ended = true;
  }

  resumePath(): void {
    this.ended = false;
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  // ---- edges

  /** From the current block on to the instruction `target`. */
  private addEdge(target: number): void {
    const loop = this.body.loops.get(target);
    if (loop !== undefined) return closeLoop(this, target, loop);
    const edges = this.body.pending.get(target) ?? [];
    edges.push({ block: this.ir.current(), environment: this.environment });
    this.body.pending.set(target, edges);
  }

  /** The same from the end of an edge. */
  continueAt(target: number, { block, environment }: Edge): void {
    const outer = { pc: this.pc, environment: this.environment };
    this.ir.at(block);
    this.environment = environment;
    this.follow(target);
    Object.assign(this, outer);
  }

  /** Whether the unit's own body has not come to a loop yet. */
  get isBeforeLoops(): boolean {
    return this.activation.depth === 0 && this.body.loops.size === 0;
  }

  // ---- operands

  private operand(field: "a" | "b" | "c"): number {
    return this.instruction[field];
  }

  rk(field: "a" | "b" | "c"): Value {
    const operand = this.operand(field);
    return operand & CONSTANT_FLAG ? this.constantAt(operand & ~CONSTANT_FLAG) : this.environment.get(operand);
  }

  private constantAt(index: number): Value {
    return constantValue(this.ir, this.info.constants[index] as bigint);
  }

  register(field: "a" | "b" | "c", offset = 0): Value {
    return this.environment.get(this.operand(field) + offset);
  }

  constant(field: "a" | "b" | "c"): Value {
    return this.constantAt(this.operand(field));
  }

  count(field: "a" | "b" | "c"): IrValue {
    return this.ir.word(this.operand(field));
  }

  globalAddress(field: "a" | "b" | "c"): IrValue {
    return this.ir.word(this.info.globals[this.operand(field)] as bigint);
  }

  globalConstant(field: "a" | "b" | "c"): Value | undefined {
    const word = this.context.constantGlobal?.(this.info.globals[this.operand(field)] as bigint);
    return word === undefined ? undefined : constantValue(this.ir, word);
  }

  set(field: "a" | "b" | "c", value: Value, offset = 0): void {
    this.environment.registers[this.operand(field) + offset] = value;
  }

  spill(first: "a" | "b" | "c", offset: number, count: "a" | "b" | "c"): { count: IrValue; types: number } {
    const total = this.operand(count) & (PLUS_MULTIPLE - 1);
    let types = 0;
    for (let index = 0; index < total; index++) {
      const value = this.environment.get(this.operand(first) + offset + index);
      types |= value.type;
      storeTransfer(this, "arguments", this.ir.word(index), this.boxed(value));
    }
    return { count: this.ir.word(total), types };
  }

  fieldLoads(object: Value): LoadCases | undefined {
    return loadCases(this, object, this.constantAt(this.operand("c")).constant as bigint);
  }

  fieldStores(object: Value): FieldCases<FieldStore> | undefined {
    return storeCases(this, object, this.constantAt(this.operand("b")).constant as bigint);
  }

  isNew(table: Value): void {
    this.knowTable(table, { shape: this.context.emptyShape });
  }

  capture(field: "a" | "b" | "c"): Value {
    return this.captured(this.operand(field));
  }

  /** A closure's captures never change: those of a known closure are constants, and those of a virtual one are what it was made of. */
  captured(index: number): Value {
    const { environment } = this;
    const closure = environment.resolve(this.activation.closure);
    const object = virtualOf(environment, closure);
    if (object?.kind === "closure") return environment.resolve(captureOf(object, index) ?? closure);
    const word = closure.constant === undefined ? undefined : this.context.capture(closure.constant, index);
    return word === undefined ? getCapture(this, this.boxed(closure), this.ir.word(index)) : this.known(word);
  }

  // ---- control

  jump(): void {
    this.addEdge(jumpTarget(this.instruction) as number);
    this.endPath();
  }

  jumpBack(): void {
    this.jump();
  }

  branch(condition: IrValue): void {
    const { ir, pc } = this;
    const target = jumpTarget(this.instruction) as number;
    this.endPath();
    if (condition === ir.bit(true)) return this.addEdge(target);
    if (condition === ir.bit(false)) return this.addEdge(pc + 1);
    const taken = ir.block("taken");
    const onward = ir.block("onward");
    ir.branch(condition, taken, onward);
    const { environment } = this;
    this.environment = environment.copy();
    ir.at(onward);
    this.follow(pc + 1);
    this.environment = environment;
    ir.at(taken);
    this.follow(target);
  }

  branchBack(condition: IrValue): void {
    this.branch(condition);
  }

  private follow(target: number): void {
    try {
      this.addEdge(target);
    } catch (error) {
      if (!(error instanceof PathEnds)) throw error;
    }
  }

  // ---- returning from inlined functions

  get inlinedHere(): boolean {
    return this.body.returns !== undefined;
  }

  /** The current block goes on after the caller's call instruction. */
  returnToCaller(environment: Environment): void {
    (this.body.returns as Edge[]).push({ block: this.ir.current(), environment });
    this.endPath();
  }
}

/** Registers of a caller that are needed when its inlined callee returns. */
export function liveAcross(environment: Environment, edges: readonly Edge[]): readonly number[] {
  for (let inner: Environment | undefined = edges[0]?.environment; inner !== undefined; inner = inner.parent) {
    if (inner.activation.parent === environment.activation) return liveAfter(environment.activation.info.proto, inner.activation.callPc);
  }
  throw new Error("an environment without its callee");
}
