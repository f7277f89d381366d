// SPDX-License-Identifier: MIT
/** Tags, offsets and helpers as the C++ side defines them (native/language/print-layout.cc writes the JSON). */

export interface HelperSignature {
  readonly name: string;
  /** A letter a parameter: d is a double, all others are words (native/language/helpers.def). */
  readonly signature: string;
  readonly result: "value" | "flag" | "pair" | "double" | "void" | "never";
}

type Offsets = Readonly<Record<string, number>>;

interface LayoutJson {
  tags: Record<string, string>;
  values: Record<string, string | number>;
  sizes: Offsets;
  kinds: Offsets;
  fieldFeedback: Offsets;
  callFeedback: Offsets;
  captureFrom: Offsets;
  modes: Offsets;
  resumers: Offsets;
  csids: Offsets;
  typeBits: Offsets;
  offsets: Record<string, Offsets>;
  helpers: { host: HelperSignature[]; leaf: HelperSignature[] };
}

export class Layout {
  /** Tag values shifted into place, as unsigned 64-bit numbers. */
  readonly tags: Readonly<Record<"int" | "misc" | "string" | "table" | "function" | "thread" | "cell", bigint>>;
  readonly nil: bigint;
  readonly false: bigint;
  readonly true: bigint;
  readonly pointerMask: bigint;
  /** What yl_leaf_index returns when a handler has to be called. */
  readonly notFound: bigint;
  readonly transferCapacity: number;
  /** The result count that says: the coroutine died of an error. */
  readonly failed: number;
  /** Object.kind of a function that is not a builtin. */
  readonly functionKind: number;
  readonly sizes: Offsets;
  readonly kinds: Readonly<Record<"string" | "table" | "function" | "builtin" | "thread" | "cell" | "file", number>>;
  readonly modes: Readonly<Record<"execute" | "complete", number>>;
  /** What may be in place of a coroutine's resumer. Greater words are resumers. */
  readonly resumers: Readonly<Record<"none" | "dead" | "host", number>>;
  readonly captureFrom: Readonly<Record<"local" | "upvalue" | "self", number>>;
  readonly fieldFeedback: Readonly<Record<"seen" | "megamorphic" | "other" | "dictionary" | "metatable", number>>;
  readonly callFeedback: Readonly<Record<"seen" | "sameCode" | "polymorphic" | "megamorphic", number>>;
  readonly csids: Readonly<Record<"interpreter" | "pcall" | "xpcall" | "handler" | "generatedBuiltin" | "optimized", number>>;
  readonly helpers: ReadonlyMap<string, HelperSignature>;
  /** The bit of each type in parameter feedback and in the types of a running frame. */
  readonly typeBits: Readonly<Record<"nil" | "boolean" | "int" | "double" | "string" | "table" | "function" | "other", number>>;
  private readonly offsets: Record<string, Offsets>;

  constructor(text: string) {
    const json = JSON.parse(text) as LayoutJson;
    const shifted = Object.entries(json.tags).map(([name, tag]) => [name, BigInt(tag) << 48n]);
    this.tags = Object.fromEntries(shifted) as Layout["tags"];
    this.nil = BigInt(json.values.nil as string);
    this.false = BigInt(json.values.false as string);
    this.true = BigInt(json.values.true as string);
    this.pointerMask = BigInt(json.values.pointerMask as string);
    this.notFound = BigInt(json.values.notFound as string);
    this.transferCapacity = json.values.transferCapacity as number;
    this.failed = json.values.failed as number;
    this.functionKind = json.kinds.function as number;
    this.sizes = json.sizes;
    this.kinds = json.kinds as Layout["kinds"];
    this.modes = json.modes as Layout["modes"];
    this.resumers = json.resumers as Layout["resumers"];
    this.captureFrom = json.captureFrom as Layout["captureFrom"];
    this.fieldFeedback = json.fieldFeedback as Layout["fieldFeedback"];
    this.callFeedback = json.callFeedback as Layout["callFeedback"];
    this.csids = json.csids as Layout["csids"];
    this.typeBits = json.typeBits as Layout["typeBits"];
    this.offsets = json.offsets;
    this.helpers = new Map([...json.helpers.host, ...json.helpers.leaf].map((helper) => [helper.name, helper]));
  }

  /** Byte offset of a field, e.g. offset("Table", "array_count"). */
  offset(type: string, field: string): number {
    const offset = this.offsets[type]?.[field];
    if (offset === undefined) throw new Error(`layout has no ${type}.${field}: rebuild the native part`);
    return offset;
  }

  size(type: string): number {
    const size = this.sizes[type];
    if (size === undefined) throw new Error(`layout has no size of ${type}: rebuild the native part`);
    return size;
  }
}
