// SPDX-License-Identifier: MIT
/**
 * Loops in a walk: where a loop is entered, the registers that it assigns get phis in the form that headers.ts has found to be best; a back-edge
 * brings its values into that form, with a guard where one may be something else.
 */
import type { Ir, IrBlock } from "../ir.js";
import { Type, type Value } from "../semantics/values.js";
import { type HeaderType, irType } from "./headers.js";
import { liveBefore } from "./live.js";
import { closeTables, enterTables, type LoopTables, placeFields, Unsettled } from "./loop-tables.js";
import type { Walker } from "./walker.js";

/** A loop that has been entered. */
export interface Loop {
  readonly block: IrBlock;
  /** Registers that the loop assigns, but only the constants that they have anyway. */
  readonly constants: ReadonlyMap<number, bigint>;
  readonly phis: ReadonlyMap<number, { phi: ReturnType<Ir["phi"]>; type: HeaderType }>;
  /** Virtual tables in the loop, and the phis of their fields that change. */
  readonly tables: LoopTables;
  readonly fields: readonly ReturnType<Ir["phi"]>[];
}

const headerKey = (w: Walker, start: number): string => `${w.activation.path}:${start}`;

/** @param assigned the registers that the loop assigns */
export function enterLoop(w: Walker, start: number, assigned: ReadonlySet<number>): Loop {
  const { ir, environment, headers } = w;
  const { proto, id } = w.info;
  const key = headerKey(w, start);
  const speculate = !w.context.givenUp(id, start);
  const tables = enterTables(w, headers, key, start, speculate, (value, wanted) => convert(w, value, wanted));
  // What the loop does is not known yet.
  environment.forget();
  const isValue = (register: number): boolean => environment.get(register).representation !== "virtual";
  const candidates = liveBefore(proto, start).filter((register) => assigned.has(register) && isValue(register));
  const constants = constantsIn(w, key, candidates, speculate);
  const registers = candidates.filter((register) => !constants.has(register));
  const types = registers.map((register) => headers.choose(key, register, environment.get(register), speculate));
  if (w.isBeforeLoops) {
    for (const [index, register] of registers.entries()) {
      w.entryTypes.set(register, acceptedTypes(environment.get(register), types[index] as HeaderType));
    }
  }
  const initial = registers.map((register, index) => convert(w, environment.get(register), types[index] as HeaderType));
  const block = ir.block("loop");
  const before = ir.current();
  ir.jump(block);
  ir.at(block);
  const phis = new Map<number, { phi: ReturnType<Ir["phi"]>; type: HeaderType }>();
  for (const [index, register] of registers.entries()) {
    const type = types[index] as HeaderType;
    const phi = ir.phi(irType(ir, type));
    ir.incoming(phi, (initial[index] as Value).ir, before);
    phis.set(register, { phi, type });
    environment.registers[register] = { ...type, ir: phi };
    w.notes?.header(w.activation, start, register, type);
  }
  const fields = tables.fields.map(({ type, initial }) => {
    const phi = ir.phi(irType(ir, type));
    ir.incoming(phi, initial.ir, before);
    return phi;
  });
  return { block, phis, constants, fields, tables: placeFields(w, tables, fields) };
}

/** The registers that are constants all the way round, as far as is known. */
function constantsIn(w: Walker, key: string, registers: readonly number[], speculate: boolean): ReadonlyMap<number, bigint> {
  const constants = new Map<number, bigint>();
  for (const register of registers) {
    const value = w.environment.get(register);
    if (value.constant === undefined || w.headers.changes(`${key}:${register}`)) continue;
    // If it is one after all, the next walk knows its type at once.
    w.headers.choose(key, register, value, speculate);
    constants.set(register, value.constant);
  }
  return constants;
}

/** The current block is a back-edge of the loop that begins at `start`. */
export function closeLoop(w: Walker, start: number, loop: Loop): void {
  const { ir, environment, headers } = w;
  w.pc = start;
  w.notes?.at(w.activation, start);
  const key = headerKey(w, start);
  const fields = closeTables(w, headers, start, loop.tables);
  for (const register of loop.phis.keys()) headers.arriveBack(key, register, environment.get(register));
  for (const [register, constant] of loop.constants) {
    const value = environment.get(register);
    headers.arriveBack(key, register, value);
    if (value.constant !== constant) headers.mustChange(`${key}:${register}`);
  }
  if (w.states !== undefined && headers.unsettled) throw new Unsettled("a loop brings back something else than it did before");
  const values = [...loop.phis].map(([register, { type }]) => convert(w, environment.get(register), type));
  const fieldValues = loop.tables.fields.map(({ type }, index) => convert(w, fields[index] as Value, type));
  const from = ir.current();
  for (const [index, phi] of loop.fields.entries()) ir.incoming(phi, (fieldValues[index] as Value).ir, from);
  for (const [index, { phi }] of [...loop.phis.values()].entries()) ir.incoming(phi, (values[index] as Value).ir, from);
  ir.jump(loop.block);
}

/** A value in the form that a loop header has chosen, with a guard where it may be something else. */
function convert(w: Walker, value: Value, wanted: HeaderType): Value {
  switch (wanted.representation) {
    case "int":
      return value.representation === "double" ? w.deoptimize("loop type") : w.asInt(value);
    case "double":
      return w.asDouble(value, acceptedTypes(value, wanted));
    case "bool":
      return w.asBool(value);
    case "boxed": {
      const checked = (value.type & ~wanted.type) === 0 ? value : w.guardType(value, wanted.type, "loop type");
      return { representation: "boxed", type: wanted.type, ir: w.boxed(checked) };
    }
  }
}

/** The types with which a value gets through `convert`. */
function acceptedTypes(value: Value, { representation, type }: HeaderType): number {
  if (representation !== "double") return type;
  return (value.predicted ?? Type.Any) & Type.Number || Type.Number;
}
