// SPDX-License-Identifier: MIT
/** Section 1: what it costs that a loop could be left, though it never is. */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../../runtime/index.js";
import type { OsrOptions } from "../options.js";
import { type Section, SectionBuilder } from "../report.js";

type IrValue = ReturnType<ModuleBuilder["word"]>;

export const GROUPS = { slowDown: "slow-down by points that never fire", size: "code size", time: "a round of the loop" } as const;

/** Passes as the language's tiers have them: what would unroll or vectorize makes other loops of the variants. */
const PIPELINE = "function(sroa,early-cse<memssa>,instcombine,simplifycfg,gvn,loop-mssa(licm),instcombine,simplifycfg)";

/** The payload that the loops get: a word that is polled, and from the ninth on numbers. */
const NOTHING_WANTED = 0;
const NUMBERS = 8;
const COUNT = 1024;
const ROUNDS = 200_000;
/** How often the same loop is compiled: where code lies is worth more than what is measured here. */
const COPIES = 8;

const VARIANTS = ["plain", "guard", "stackmap", "poll", "all"] as const;
type Variant = (typeof VARIANTS)[number];

const NAMES: Readonly<Record<Variant, string>> = {
  plain: "without",
  guard: "a guard a round",
  stackmap: "a stackmap at every call",
  poll: "a barrier poll a round",
  all: "all of them",
};

interface LoopState {
  readonly m: ModuleBuilder;
  readonly payload: IrValue;
  readonly i: IrValue;
  readonly hash: IrValue;
  /** Leave the loop by an exit with a stackmap, unless the condition holds. */
  readonly guard: (holds: () => IrValue) => void;
  readonly call: (name: string, values: readonly IrValue[]) => IrValue;
}

interface Kernel {
  readonly name: string;
  readonly variants: readonly Variant[];
  /** The next hash. */
  readonly body: (state: LoopState) => IrValue;
  readonly expected: (hash: bigint, value: bigint) => bigint;
}

const number = ({ m, payload, i }: LoopState): IrValue =>
  m.load(m.builder.CreateAdd(payload, m.builder.CreateMul(m.builder.CreateAnd(i, m.word(COUNT - 1)), m.word(8))), NUMBERS);

/** A step of a hash: multiply, rotate, add. */
function mixed({ m, hash }: LoopState, value: IrValue): IrValue {
  const b = m.builder;
  const product = b.CreateMul(b.CreateXor(hash, value), m.word(0x9e3779b97f4a7c15n));
  return b.CreateXor(product, b.CreateLShr(product, m.word(29)));
}

/** By what `targets.ts` is meant; the other one shows what remains where there is nothing to hide behind. */
export const TYPICAL = /^(hash|calls)/;

const KERNELS: readonly Kernel[] = [
  {
    name: "hash of the numbers in an array",
    variants: ["plain", "guard", "poll", "all"],
    body: (state) => {
      const value = number(state);
      // As of an int32 in a register: the number fits.
      state.guard(() => state.m.builder.CreateICmpULT(value, state.m.word(1n << 31n), "likely.fits"));
      return mixed(state, value);
    },
    expected: (hash, value) => expectedMix(hash, value),
  },
  {
    name: "calls of a function that does the same",
    variants: VARIANTS,
    body: (state) => {
      const value = number(state);
      state.guard(() => state.m.builder.CreateICmpULT(value, state.m.word(1n << 31n), "likely.fits"));
      return state.call("mix", [state.hash, value]);
    },
    expected: (hash, value) => expectedMix(hash, value),
  },
  {
    name: "sum of them: a load and two additions a round",
    variants: ["plain", "guard", "poll", "all"],
    body: (state) => {
      const value = number(state);
      state.guard(() => state.m.builder.CreateICmpULT(value, state.m.word(1n << 31n), "likely.fits"));
      return state.m.builder.CreateAdd(state.hash, value);
    },
    expected: (hash, value) => BigInt.asUintN(64, hash + value),
  },
];

/** `kernel(payload, rounds)`: for (i = 0; i < rounds; i++) hash = body. */
function defineKernel(m: ModuleBuilder, { body }: Kernel, variant: Variant, stack: bigint): void {
  const b = m.builder;
  const has = (what: Variant): boolean => variant === what || variant === "all";
  let csid = 1;
  m.define("kernel", 2, (payload, rounds) => {
    const [i, hash] = [m.variable("i", m.word(0)), m.variable("hash", m.word(1))];
    const [head, round, end] = [m.block("head"), m.block("round"), m.block("end")];
    b.CreateBr(head);
    m.at(head);
    b.CreateCondBr(b.CreateICmpULT(m.get(i), rounds), round, end);
    m.at(round);
    const values = { i: m.get(i), hash: m.get(hash) };
    const mark = (): void => m.stackmap(csid++, [payload, rounds, values.i, values.hash]);
    const guard = (holds: () => IrValue): void => {
      const [exit, next] = [m.block("exit"), m.block("next")];
      b.CreateCondBr(holds(), next, exit);
      m.at(exit);
      mark();
      m.return(m.call("leave", [m.word(stack)]));
      m.at(next);
    };
    const state: LoopState = {
      ...{ m, payload, ...values },
      guard: (holds) => void (has("guard") && guard(holds)),
      call: (name, given) => {
        if (has("stackmap")) mark();
        return m.call(name, given);
      },
    };
    m.set(hash, body(state));
    if (has("poll")) {
      // By its name, an access that is made as often as it is written (native/yugong-llvm/src/fold.h).
      const polled = b.CreateIntToPtr(payload, m.llvm.PointerType.get(m.i64, 0), "tbaa.volatile.polled");
      guard(() => b.CreateICmpEQ(b.CreateLoad(m.i64, polled), m.word(NOTHING_WANTED), "likely.quiet"));
    }
    m.set(i, b.CreateAdd(values.i, m.word(1)));
    b.CreateBr(head);
    m.at(end);
    m.return(m.get(hash));
  });
}

/** What the kernels compute, by another way. */
function expectedHash(kernel: Kernel, numbers: BigUint64Array, rounds: number): bigint {
  let hash = 1n;
  for (let i = 0; i < rounds; i++) hash = kernel.expected(hash, numbers[i & (COUNT - 1)]!);
  return hash;
}

const expectedMix = (hash: bigint, value: bigint): bigint => {
  const product = BigInt.asUintN(64, (hash ^ value) * 0x9e3779b97f4a7c15n);
  return product ^ (product >> 29n);
};

class Loop {
  readonly codeBytes: number;
  readonly #stack = new Stack({ sizeBytes: 65536 });
  readonly #address: bigint;

  constructor(
    session: Session,
    kernel: Kernel,
    readonly variant: Variant,
    private readonly payload: Uint8Array,
  ) {
    const m = new ModuleBuilder(`${kernel.name}, ${variant}`);
    m.attributes("mix: noinline internal");
    const b = m.builder;
    m.define("mix", 2, (hash, value) => {
      const product = b.CreateMul(b.CreateXor(hash, value), m.word(0x9e3779b97f4a7c15n));
      m.return(b.CreateXor(product, b.CreateLShr(product, m.word(29))));
    });
    defineKernel(m, kernel, variant, this.#stack.address);
    if (m.module.getFunction("leave")) m.attributes("leave: cold");
    const code = session.compile(m, { pipeline: PIPELINE });
    this.#address = code.address("kernel");
    this.codeBytes = code.functions.find(({ name }) => name === "kernel")!.size;
  }

  run(rounds: number): bigint {
    this.#stack.push(this.#address, this.payload);
    return this.#stack.resume(rounds);
  }
}

function payloadOf(numbers: BigUint64Array): Uint8Array {
  const words = new BigUint64Array(NUMBERS + COUNT);
  words.set(numbers, NUMBERS);
  return new Uint8Array(words.buffer);
}

interface Measured {
  readonly times: number[];
  codeBytes: number;
}

function measureKernel(section: SectionBuilder, session: Session, kernel: Kernel, { quick, rounds: repeats, progress }: OsrOptions): void {
  const numbers = BigUint64Array.from({ length: COUNT }, (_, index) => BigInt((index * 2_654_435_761) % 2 ** 31));
  const payload = payloadOf(numbers);
  const short = 1000;
  const expected = expectedHash(kernel, numbers, short);
  const measured = new Map<Variant, Measured>(kernel.variants.map((variant) => [variant, { times: [], codeBytes: 0 }]));
  for (let copy = 0; copy < (quick ? 2 : COPIES); copy++) {
    progress(`${kernel.name}, copy ${copy + 1}`);
    // In turn from another one on, so that none always lies in the same place or always runs first.
    const order = kernel.variants.map((_, index) => kernel.variants[(index + copy) % kernel.variants.length]!);
    const loops = order.map((variant) => new Loop(session, kernel, variant, payload));
    for (const loop of loops) section.check("loops compute what they should", loop.run(short) === expected);
    for (const { variant, codeBytes } of loops) measured.get(variant)!.codeBytes = codeBytes;
    for (let repeat = 0; repeat < (quick ? 3 : 8 * repeats); repeat++) {
      for (const loop of loops) {
        const start = performance.now();
        loop.run(ROUNDS);
        measured.get(loop.variant)!.times.push(((performance.now() - start) * 1e6) / ROUNDS);
      }
    }
  }
  const plain = measured.get("plain")!.times;
  for (const [variant, { times, codeBytes }] of measured) {
    const name = `${kernel.name}; ${NAMES[variant]}`;
    const slowDown = times.map((time, index) => (time / plain[index]! - 1) * 100);
    if (variant !== "plain") section.figure({ group: GROUPS.slowDown, name, unit: "%" }, slowDown);
    section.figure({ group: GROUPS.time, name, unit: "ns" }, times);
    section.figure({ group: GROUPS.size, name, unit: "bytes" }, [codeBytes]);
  }
}

export async function neverFiring(options: OsrOptions): Promise<Section> {
  const section = new SectionBuilder(1, "Points that never fire", [
    `The same loops, built with llvm-bindings and run on a stack of the core: without anything, with a guard's exit in each round (its stackmap keeps 4 values), with a stackmap of 4 values at the call that a round makes, with a word that is polled in each round, with all of that.`,
    `Each variant is compiled ${COPIES} times, to other places in memory; the slow-down is the ratio of runs that follow each other.`,
    "In the first two, each round waits for the multiplication of the last, as most programs wait for something, and a compare and a branch that is predicted fit in; a round of the sum takes a cycle or two, so that how LLVM happens to arrange its instructions shows, whichever way.",
  ]);
  const session = new Session();
  const leave = new HostFunction(() => {
    throw new Error("a point that never fires has fired");
  });
  session.define({ leave });
  for (const kernel of KERNELS) measureKernel(section, session, kernel, options);
  return section.finish();
}
