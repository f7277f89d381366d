// SPDX-License-Identifier: MIT
/** Compiled code that stacks can be walked through, and its call sites. */
import { type CoreCode, type CoreCodeDescription, loadYugong } from "../native.js";
import { Stack } from "./stack.js";

/** What a session's `add` returns, or the same about code from elsewhere. Sizes 0: there is none. */
export type CodeDescription = Omit<CoreCodeDescription, "name" | "functions" | "publish"> & Partial<Pick<CoreCodeDescription, "functions">>;

/** Who else is told about code, with the bits of yugong-publish.h. */
const publishBits = {
  /** gcc's unwinder: C++ exceptions pass through the code. */
  frames: 1,
  libunwind: 2,
  gdb: 4,
  /** /tmp/perf-PID.map */
  "perf-map": 8,
  jitdump: 16,
} as const;
/** One of those who can be told. */
export type PublishTarget = keyof typeof publishBits;

/** Throws a TypeError for what is no target. */
export function publishBitsOf(targets: readonly PublishTarget[]): number {
  const wrong = targets.find((target) => !Object.hasOwn(publishBits, target));
  if (wrong !== undefined) throw new TypeError(`publish: there is no target ${wrong}; there are ${Object.keys(publishBits).join(", ")}`);
  return targets.reduce((all, target) => all | publishBits[target], 0);
}

/** What `Code.register` and `Session.compile` can be told. */
export interface CodeOptions {
  /** For people who look at frames. */
  name?: string;
  /** Tell these about the code, too, for as long as it is registered. Default: nobody. */
  publish?: readonly PublishTarget[];
  /** Called by `dispose`: whatever holds the memory that the code lies in. */
  free?: () => void;
}

/** Registered code, by id. It must not go away while it is registered, whether or not the program still knows it. */
const registered = new Map<bigint, Code>();

/** A function in a piece of code. */
export interface CodeFunction {
  /** In its module. */
  readonly name: string;
  /** Of its first instruction. */
  readonly address: bigint;
  /** In bytes. */
  readonly size: number;
}

/** A piece of compiled code whose frames can be walked: call sites by return address, unwind plans, keep-alives. */
export class Code {
  /** As it was registered; "" if without one. */
  readonly name: string;
  readonly #core: CoreCode;
  readonly #id: bigint;
  readonly #free: (() => void) | undefined;
  /** Every function in it, by address; sizes in bytes. */
  readonly functions: readonly CodeFunction[];

  private constructor(core: CoreCode, description: CodeDescription, name: string, free: (() => void) | undefined) {
    this.name = name;
    this.#core = core;
    this.#id = core.id();
    this.#free = free;
    this.functions = description.functions ?? [];
  }

  /** From now on its frames can be walked and its keep-alives read. Throws with code YG_ERROR_FORMAT or YG_ERROR_OVERLAP. */
  static register(description: CodeDescription, { name = "", publish = [], free }: CodeOptions = {}): Code {
    const bits = publishBitsOf(publish);
    const { functions = [] } = description;
    const { codeStart, codeSize, stackmapAddress, stackmapSize, ehFrameAddress, ehFrameSize } = description;
    for (const [what, address] of Object.entries({ codeStart, stackmapAddress, ehFrameAddress }))
      if (typeof address !== "bigint" || address < 0n || address >= 1n << 64n) throw new TypeError(`${what} must be an address (a bigint)`);
    for (const [what, size] of Object.entries({ codeSize, stackmapSize, ehFrameSize }))
      if (!Number.isSafeInteger(size) || size < 0) throw new TypeError(`${what} must be an integer, not negative`);
    const { CoreCode } = loadYugong();
    const core = new CoreCode({
      ...{ name, functions, publish: bits },
      ...{ codeStart, codeSize, stackmapAddress, stackmapSize, ehFrameAddress, ehFrameSize },
    });
    const code = new Code(core, description, name, free);
    registered.set(code.#id, code);
    return code;
  }

  /** The code with an id of the core; undefined when it is none of this module. @internal */
  static byId(id: bigint): Code | undefined {
    return registered.get(id);
  }

  /** The address of a function, by its name in the module. */
  address(functionName: string): bigint {
    const found = this.functions.find(({ name }) => name === functionName);
    if (found !== undefined) return found.address;
    throw new Error(`there is no function ${functionName}; there are: ${this.functions.map(({ name }) => name).join(", ") || "none"}`);
  }

  /** Who can see it: publishing is best effort. */
  get published(): PublishTarget[] {
    const bits = this.#core.published();
    return (Object.keys(publishBits) as PublishTarget[]).filter((target) => (bits & publishBits[target]) !== 0);
  }

  /** False once it has been disposed of. */
  get isRegistered(): boolean {
    return registered.get(this.#id) === this;
  }

  /** Undo the registration and free the code. An Error when a stack of this thread still has a frame of it, or might have. */
  dispose(): void {
    for (const stack of Stack.all()) refuseFrameOf(stack, this);
    this.#core.unregister();
    registered.delete(this.#id);
    this.#free?.();
  }
}

function refuseFrameOf(stack: Stack, code: Code): void {
  if (stack.state !== "paused" && stack.state !== "host-call") return;
  const cursor = stack.cursor();
  for (let frame = cursor.frame; frame.kind !== "bottom"; frame = cursor.frame) {
    if (frame.code === code) throw new Error(`a stack still has a frame of the code ${JSON.stringify(code.name)}`);
    try {
      cursor.step();
    } catch (cause) {
      const where = `0x${frame.pc.toString(16)}, which is in no code that was registered`;
      throw new Error(`a stack may have a frame of the code ${JSON.stringify(code.name)}: its walk ends at ${where}`, { cause });
    }
  }
}

/** A call in compiled code that has a call-site id. */
export class CallSite {
  private constructor(
    /** The id that the compiler gave it. */
    readonly csid: bigint,
    /** Where the call returns to. */
    readonly returnAddress: bigint,
    /** Undefined when it was not registered through this module. */
    readonly code: Code | undefined,
  ) {}

  /** The call that returns to this address, if it is known. */
  static at(returnAddress: bigint): CallSite | undefined {
    if (typeof returnAddress !== "bigint") throw new TypeError("returnAddress must be a bigint");
    const [csid, code] = loadYugong().CoreCode.csidAt(BigInt.asUintN(64, returnAddress));
    return csid === 0n ? undefined : new CallSite(csid, returnAddress, Code.byId(code));
  }
}
