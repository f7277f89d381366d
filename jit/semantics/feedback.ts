// SPDX-License-Identifier: MIT
/**
 * What the interpreter notes in an instruction's Feedback.bits, and the optimizer reads. Zero means: never executed.
 *
 * Field accesses use the bits of `Layout.fieldFeedback` (native code writes them, too) and Feedback.reference/index/lookup as an inline
 * cache; Feedback.cases has all shapes seen. Calls keep the last callee in Feedback.reference.
 */
export const Seen = {
  /** Arithmetic and comparison: the representations of the two operands. */
  IntInt: 1,
  DoubleDouble: 2,
  IntDouble: 4,
  DoubleInt: 8,
  /** The int32 result did not fit (or was -0, or a fraction): the double operation was used. */
  Overflow: 16,
  /** Anything else: strings, errors, and for equality: identity of other types. */
  Generic: 32,
  /** Equality: of two tables whose metatables had to be asked for a handler. */
  Handler: 64,
} as const;

export const SeenIndex = {
  /** An int key within the array part. */
  Array: 1,
  /** A store to the key just behind the array part, with room for it. */
  Append: 2,
  /** An int key that is not in the array part. */
  OutOfBounds: 4,
  /** A double key. */
  DoubleKey: 8,
  /** A key of another type. */
  OtherKey: 16,
  /** Not a table, or a handler was called. */
  Generic: 32,
  /** An absent key of a table that has a metatable. */
  Metatable: 64,
  /** A store to a key within the array part of a table that has a metatable. */
  WithMetatable: 128,
  /** A double key that is not in the array part. */
  DoubleOutside: 256,
} as const;

export const SeenCall = {
  /** Executed. */
  Seen: 1,
  /** Different closures of the same code: Feedback.reference is the last one. */
  SameCode: 2,
  /** Different code: Feedback.cases has all of it. */
  Polymorphic: 4,
  /** Not a function. */
  Generic: 8,
  /** More code than there are cases. */
  Megamorphic: 16,
} as const;

export const SeenGlobal = {
  /** The variable was nil, and _G had a metatable. */
  Metatable: 64,
} as const;

export const SeenLength = { Table: 1, String: 2, Generic: 4 } as const;

export const SeenFor = {
  /** The loop was over int32s, perhaps for no round. */
  Int: 1,
  Double: 2,
  /** The three were not all ints from the outset. */
  Generic: 4,
  /** They were not all ints in the end, but there was no round. */
  Beyond: 8,
} as const;
