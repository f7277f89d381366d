// SPDX-License-Identifier: MIT
/**
 * Values that are evaluated as far as lua5.1 evaluates them before it reads the next token. The instruction that puts them into a
 * register comes later: where they are wanted, and on the line of the token that was read by then.
 *
 * Example, `print(a.b\n)`: the argument is an `indexed` value until `)` has been read; so GETFIELD belongs to line 2, and its
 * destination is the argument's register without any MOVE.
 */
import { ALL_RESULTS, type Constant } from "./bytecode.js";
import type { FunctionState, JumpList, Operand } from "./function-state.js";

export type Value =
  | { readonly kind: "constant"; readonly value: Constant }
  /** A variable's register, or a temporary on top of the stack of temporaries. */
  | { readonly kind: "register"; readonly register: number }
  /** A variable in a cell, which is in `register`. */
  | { readonly kind: "cell"; readonly register: number }
  | { readonly kind: "upvalue"; readonly index: number; readonly cell: boolean }
  | { readonly kind: "global"; readonly index: number }
  /** `key` is a constant's index if `field`, an operand otherwise. */
  | { readonly kind: "indexed"; readonly table: Operand; readonly key: Operand; readonly field: boolean }
  /** The instruction at `pc` makes it, its destination isn't known yet. */
  | { readonly kind: "pending"; readonly pc: number }
  /** The call at `pc` leaves it in `register`; how many results it gives isn't known yet. */
  | { readonly kind: "call"; readonly pc: number; readonly register: number }
  /** The VARARG at `pc`; neither how many it gives nor where to is known yet. */
  | { readonly kind: "vararg"; readonly pc: number }
  /** true if control falls through, false if it takes one of the jumps. */
  | { readonly kind: "condition"; readonly falseJumps: JumpList }
  /** The left operand's value in `register` if control takes one of the jumps, `last` if it falls through. */
  | { readonly kind: "logical"; readonly register: number; readonly exits: JumpList; readonly last: Value };

/** What can give several values, at the end of a list. */
export type MultipleValue = Extract<Value, { kind: "call" | "vararg" }>;

export const isMultipleValue = (value: Value | undefined): value is MultipleValue => value?.kind === "call" || value?.kind === "vararg";

/** A value that refers to nothing that other code could change, apart from cells. */
export type Discharged = Extract<Value, { kind: "constant" | "register" | "cell" | "pending" | "condition" }>;

/** Emits what reads the variable, field or call result. */
export function discharge(f: FunctionState, value: Value): Discharged {
  switch (value.kind) {
    case "upvalue":
      return { kind: "pending", pc: f.emit(value.cell ? "GETUPCELL" : "GETUPVAL", 0, value.index) };
    case "global":
      return { kind: "pending", pc: f.emit("GETGLOBAL", 0, value.index) };
    case "indexed": {
      const { table, key, field } = value;
      if (field) {
        const pc = f.withValues([table], (t) => f.emit("GETFIELD", 0, t, key));
        f.release(table);
        return { kind: "pending", pc };
      }
      const pc = f.withValues([table, key], (t, k) => f.emit("GETINDEX", 0, t, k));
      f.releaseBoth(table, key);
      return { kind: "pending", pc };
    }
    case "call":
      f.patch(value.pc, { c: 1 });
      return { kind: "register", register: value.register };
    case "vararg":
      f.patch(value.pc, { b: 1 });
      return { kind: "pending", pc: value.pc };
    case "logical": {
      const last = discharge(f, value.last);
      release(f, last);
      const temporary = value.register >= f.activeRegisters;
      if (temporary && f.reserve(1) !== value.register) throw new Error("the operands of a logical operator have different registers");
      store(f, last, value.register);
      f.land(value.exits);
      return { kind: "register", register: value.register };
    }
    default:
      return value;
  }
}

/** A call or `...` leaves `count` values in the next registers; its first register is taken even if `count` is 0. */
export function takeResults(f: FunctionState, value: MultipleValue, count: number): void {
  if (value.kind === "call") {
    f.patch(value.pc, { c: count });
    if (count > 1) f.reserve(count - 1);
  } else {
    f.patch(value.pc, { a: f.free, b: count });
    f.reserve(Math.max(count, 1));
  }
}

/** All its values stay in the result buffer, for the next instruction. */
export function keepAllResults(f: FunctionState, value: MultipleValue): void {
  if (value.kind === "call") f.patch(value.pc, { c: ALL_RESULTS });
  else f.patch(value.pc, { a: f.free, b: ALL_RESULTS });
}

export function release(f: FunctionState, value: Discharged): void {
  if (value.kind === "register") f.release(value.register);
}

/** Puts a value, whose temporaries are released, into a register. */
export function store(f: FunctionState, value: Discharged, register: number): void {
  switch (value.kind) {
    case "constant":
      f.emit("MOVE", register, f.constantOperand(value.value));
      break;
    case "register":
      if (value.register !== register) f.emit("MOVE", register, value.register);
      break;
    case "cell":
      f.emit("GETCELL", register, value.register);
      break;
    case "pending":
      f.patch(value.pc, { a: register });
      break;
    case "condition": {
      const end: JumpList = [];
      f.emit("MOVE", register, f.constantOperand(true));
      f.jump(end);
      f.land(value.falseJumps);
      f.emit("MOVE", register, f.constantOperand(false));
      f.land(end);
      break;
    }
  }
}

/** Evaluates into the next register, and returns that. */
export function toNextRegister(f: FunctionState, value: Value): number {
  const discharged = discharge(f, value);
  release(f, discharged);
  const register = f.reserve(1);
  store(f, discharged, register);
  return register;
}

/** Evaluates to a register or a cell; variables stay where they are. */
export function toRegisterOrCell(f: FunctionState, value: Value): Operand {
  const discharged = discharge(f, value);
  if (discharged.kind === "register") return discharged.register;
  if (discharged.kind === "cell") return ~discharged.register;
  return toNextRegister(f, discharged);
}

/** As `toRegisterOrCell`, but constants stay constants. */
export function toOperand(f: FunctionState, value: Value): Operand {
  return value.kind === "constant" ? f.constantOperand(value.value) : toRegisterOrCell(f, value);
}
