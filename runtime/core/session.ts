// SPDX-License-Identifier: MIT
/** From LLVM IR to code that runs on stacks: fold, optimize, link, register. Loads LLVM on first use. */
import type { CompileOptions, Session as LlvmSession, Module, SessionOptions } from "../../native/yugong-llvm/yugong-llvm.js";
import { loadYugong, loadYugongLlvm } from "../native.js";
import { Code, type CodeOptions } from "./code.js";
import { ModuleBuilder } from "./module-builder.js";
import { toAddress } from "./words.js";

interface LlvmAddon {
  Session: new (options?: SessionOptions) => LlvmSession;
}

/** Compiles modules into memory, and registers them. Modules see what was defined, not each other. */
export class Session {
  readonly #session: LlvmSession;

  /** The core's functions (`yg_stack_swap`, `yg_stack_swap2`) are defined from the start. */
  constructor(options: SessionOptions = {}) {
    this.#session = new (loadYugongLlvm<LlvmAddon>().Session)(options);
    this.#session.define(loadYugong().coreSymbols);
  }

  /** What modules compiled from now on find under these names: addresses, or things that have one. */
  define(symbols: Readonly<Record<string, bigint | { readonly address: bigint }>>): void {
    const addresses = Object.entries(symbols).map(([name, value]) => [
      name,
      toAddress(typeof value === "object" ? value.address : value, name),
    ]);
    this.#session.define(Object.fromEntries(addresses));
  }

  /** Compile and register a module, which may use the conventions of native/yugong-llvm/src/fold.h. */
  compile(module: ModuleBuilder | Module, { name, publish, ...options }: CompileOptions & Omit<CodeOptions, "free"> = {}): Code {
    const given = module instanceof ModuleBuilder;
    const added = this.#session.add(given ? module.toBitcode() : module, options);
    const free = (): void => this.#session.remove(added.resourceKey);
    try {
      return Code.register(added, { name: name ?? (given ? module.name : ""), free, ...(publish && { publish }) });
    } catch (error) {
      free();
      throw error;
    }
  }
}
