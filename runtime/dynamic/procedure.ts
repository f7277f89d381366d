// SPDX-License-Identifier: MIT
/**
 * Dynamic unwind info: says what run-time generated code does to the frame, region by region, so that unwinders find the way out of it.
 *
 *     const procedure = new Procedure("fib", start, code.length)
 *       .region(8, (r) => r.add(0, "rsp", -8).spillStack(0, "rbp", 0).save(1, "rsp", "rbp").add(4, "rsp", -32))
 *       .region(-2, (r) => r.popFrames(0, 2));
 *     const registration = procedure.register();
 *     ...
 *     registration.cancel();
 *
 * `when` is the offset, in its region, of the instruction's first byte; -1: from the region's entry. The operations' equations are in
 * native/yugong/include/yugong-dynamic.h.
 */
import type { DynamicAddon, DynamicProcedure } from "../../native/addon/dynamic.js";
import { loadYugong } from "../native.js";

export const addon = (): DynamicAddon => loadYugong() as unknown as DynamicAddon;

/** In DWARF's order. */
export const REGISTERS = [
  "rax",
  "rdx",
  "rcx",
  "rbx",
  "rsi",
  "rdi",
  "rbp",
  "rsp",
  "r8",
  "r9",
  "r10",
  "r11",
  "r12",
  "r13",
  "r14",
  "r15",
  "rip",
] as const;
export type Register = (typeof REGISTERS)[number];

const TAGS = {
  saveRegister: 1,
  spillFrame: 2,
  spillStack: 3,
  add: 4,
  popFrames: 5,
  labelState: 6,
  copyState: 7,
  alias: 8,
  restore: 32,
  undefined: 33,
} as const;

interface Operation {
  readonly tag: number;
  readonly register: number;
  readonly when: number;
  readonly value: bigint;
}

/** A region's operations, in any order. */
export class Region {
  readonly operations: Operation[] = [];

  /** Caller's `register` is in `into` from here on; saving rsp makes `into` the frame register. */
  save(when: number, register: Register, into: Register): this {
    return this.#push(TAGS.saveRegister, when, register, REGISTERS.indexOf(into));
  }
  /** Caller's `register` is in memory at the frame register + `offset` bytes. */
  spillFrame(when: number, register: Register, offset: number): this {
    return this.#push(TAGS.spillFrame, when, register, offset);
  }
  /** Caller's `register` is in memory at rsp + `offset` bytes, rsp as the instruction leaves it. */
  spillStack(when: number, register: Register, offset: number): this {
    return this.#push(TAGS.spillStack, when, register, offset);
  }
  /** rsp (or the frame register) grows by `bytes`; negative allocates. */
  add(when: number, register: Register, bytes: number): this {
    return this.#push(TAGS.add, when, register, bytes);
  }
  /** The frame is as it was at the entry of the `count`-th region counted back, this one being the first. */
  popFrames(when: number, count: number): this {
    return this.#push(TAGS.popFrames, when, "rax", count);
  }
  labelState(label: number, when = -1): this {
    return this.#push(TAGS.labelState, when, "rax", label);
  }
  copyState(label: number, when = -1): this {
    return this.#push(TAGS.copyState, when, "rax", label);
  }
  /** This region is like the registered code at `address`; ends the list. */
  alias(address: bigint, when = -1): this {
    return this.#push(TAGS.alias, when, "rax", address);
  }
  /** `register` has its caller's value again. rsp: it has been reloaded from the frame register. */
  restore(when: number, register: Register): this {
    return this.#push(TAGS.restore, when, register, 0);
  }
  /** Caller's `register` is lost; rip: there is no caller. */
  undefined(when: number, register: Register): this {
    return this.#push(TAGS.undefined, when, register, 0);
  }

  #push(tag: number, when: number, register: Register, value: number | bigint): this {
    if (!Number.isInteger(when)) throw new TypeError(`when must be an integer, not ${when}`);
    const index = REGISTERS.indexOf(register);
    if (index < 0) throw new TypeError(`no such register: ${register}`);
    this.operations.push({ tag, register: index, when, value: BigInt.asIntN(64, BigInt(value)) });
    return this;
  }
}

export class Registration {
  #handle: unknown;
  constructor(handle: unknown) {
    this.#handle = handle;
  }
  /** Take the procedure back; throws when that was done before. */
  cancel(): void {
    addon().dynamicCancel(this.#handle);
  }
}

export class Procedure {
  readonly #regions: { size: number; region: Region }[] = [];

  /** `size` bytes of code at `start`. */
  constructor(
    readonly name: string,
    readonly start: bigint,
    readonly size: number,
  ) {}

  /** `size` in bytes; 0: the operations apply at once; negative, last region only: the last bytes of the procedure. */
  region(size: number, describe: (region: Region) => void = () => {}): this {
    const region = new Region();
    describe(region);
    this.#regions.push({ size, region });
    return this;
  }

  /** Tell our unwinder. Throws, with nothing registered, when the description is malformed. */
  register(): Registration {
    return new Registration(addon().dynamicRegister(this.flat()));
  }

  /** The state at each offset (bytes from the start), as "cfa=rsp+16 rbp=[cfa-16] rip=[cfa-8]". */
  states(offsets: readonly number[]): string[] {
    return addon().dynamicStates(this.flat(), Uint32Array.from(offsets));
  }

  /** The same as DWARF call frame information: one CIE, one FDE with absolute addresses, a terminator. */
  toEhFrame(): Uint8Array {
    return addon().dynamicToEhFrame(this.flat());
  }

  flat(): DynamicProcedure {
    const operations = this.#regions.flatMap(({ region }) => region.operations);
    return {
      name: this.name,
      start: this.start,
      end: this.start + BigInt(this.size),
      sizes: Int32Array.from(this.#regions, ({ size }) => size),
      operationCounts: Uint32Array.from(this.#regions, ({ region }) => region.operations.length),
      operations: BigInt64Array.from(
        operations.flatMap(({ tag, register, when, value }) => [BigInt(tag), BigInt(register), BigInt(when), value]),
      ),
    };
  }
}

/** The state of whatever is registered at an address; undefined: nothing is. */
export const stateAt = (address: bigint): string | undefined => addon().dynamicStateAt(address);
