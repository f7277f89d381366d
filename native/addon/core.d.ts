// SPDX-License-Identifier: MIT
// The core in build/Release/yugong.node: stacks, cursors, code, which runtime/core wraps. Errors have a `code` such as "YG_ERROR_STALE". Addresses are bigints.

/** Where a call site keeps one value. */
export interface StackmapValue {
  /** `address`: register + offset; `memory`: what lies there. */
  kind: "register" | "address" | "memory" | "constant";
  /** In bytes. */
  size: number;
  /** DWARF's number of it; not of a constant. */
  register?: number;
  offset?: number;
  constant?: bigint;
}
/** LLVM's stackmap section in memory, a record a call site: the operands of its "deopt" bundle. */
export function stackmapRecords(address: bigint, size: number): { csid: number; returnAddress: bigint; values: StackmapValue[] }[];

export class CoreStack {
  constructor(sizeBytes: number);
  /** Of its yg_stack. After `free` it stays a tombstone's: code that swaps to it gives an Error. */
  address(): bigint;
  sizeBytes(): number;
  state(): "paused" | "running" | "host-call" | "freed";
  resume(first: bigint, second: bigint): [bigint, bigint];
  free(): void;
}

export class CoreCursor {
  constructor(stack: CoreStack);
  copyFrom(other: CoreCursor): void;
  step(): void;
  kind(): "compiled" | "call" | "bottom" | "unknown";
  pc(): bigint;
  sp(): bigint;
  csid(): bigint;
  /** CoreCode.id of the code, 0n: none. */
  code(): bigint;
  codeName(): string;
  keepAliveWords(): BigUint64Array;
  keepAliveBytes(index: number): Buffer;
  payload(): Buffer | undefined;
  pop(): void;
  /** Returns the address of the payload's copy, 0n without a payload. */
  push(functionAddress: bigint, payload?: Buffer): bigint;
  /** It is called with the two words that are being returned. */
  setReturnBarrier(barrier: CoreHostFunction): void;
  clearReturnBarrier(): void;
  hasReturnBarrier(): boolean;
}

export interface CoreCodeDescription {
  name: string;
  codeStart: bigint;
  codeSize: number;
  stackmapAddress: bigint;
  stackmapSize: number;
  ehFrameAddress: bigint;
  ehFrameSize: number;
  functions: readonly { readonly name: string; readonly address: bigint; readonly size: number }[];
  /** YG_PUBLISH_ bits of yugong-publish.h; 0: as the process's options say. */
  publish: number;
}

export class CoreCode {
  constructor(description: CoreCodeDescription);
  id(): bigint;
  /** Where it can be seen: YG_PUBLISH_ bits. */
  published(): number;
  unregister(): void;
  /** Call-site id and CoreCode.id at a return address; zeros: none. */
  static csidAt(returnAddress: bigint): [bigint, bigint];
}

export class CoreHostFunction {
  constructor(callback: (stack: CoreStack, a: bigint, b: bigint, c: bigint, d: bigint) => [bigint, bigint]);
  /** Of the thunk that compiled code calls: `{i64, i64} thunk(stack, a, b, c, d)`. */
  address(): bigint;
}

/** Of the yg_stack that stands for Node's own stack of this thread while a CoreStack runs. */
export const coreHostAddress: bigint;
/** What compiled code needs of the core: name → address. */
export const coreSymbols: Record<string, bigint>;
