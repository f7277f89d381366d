// SPDX-License-Identifier: MIT
// What dynamic-exports.cc adds to build/Release/yugong.node. See native/yugong/include/yugong-dynamic.h for what it all means.

/** A procedure, its regions flattened. */
export interface DynamicProcedure {
  name: string;
  /** First address of the code, first address after it. */
  start: bigint;
  end: bigint;
  /** In bytes, one a region; negative: the last region, counted from the end. */
  sizes: Int32Array;
  operationCounts: Uint32Array;
  /** Quadruples: tag, register, when, value. */
  operations: BigInt64Array;
}

export interface DynamicAddon {
  /** All of these throw an Error with `status`, `region` and `operation` when the description is malformed. */
  dynamicRegister(procedure: DynamicProcedure): unknown;
  dynamicCancel(registration: unknown): void;
  /** "cfa=rsp+16 rbp=[cfa-16] rip=[cfa-8]" at each offset. */
  dynamicStates(procedure: DynamicProcedure, offsets: Uint32Array): string[];
  dynamicStateAt(address: bigint): string | undefined;
  /** The assembly of the addon and the language, registered from the start: name → address, size in bytes. */
  readonly dynamicStubs: Readonly<Record<string, readonly [address: bigint, size: number]>>;
  dynamicToEhFrame(procedure: DynamicProcedure): Buffer;
}
