// SPDX-License-Identifier: MIT
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AddedModule, Session as LlvmSession } from "../../native/yugong-llvm/yugong-llvm.js";
import { type Code, ModuleBuilder, Session, Stack } from "../../runtime/index.js";
import { loadYugong, loadYugongLlvm } from "../../runtime/native.js";

export const session = new Session();
const unregistered = new (loadYugongLlvm<{ Session: new () => LlvmSession }>().Session)();

/** Compile a module that `build` fills, and tell the core nothing about it. */
export function compileUnregistered(build: (m: ModuleBuilder) => void): AddedModule {
  const m = new ModuleBuilder("unregistered");
  build(m);
  unregistered.define(loadYugong().coreSymbols);
  return unregistered.add(m.toBitcode(), { level: 2 });
}

/** Compile a module that `build` fills. */
export function compile(build: (m: ModuleBuilder) => void, symbols: Parameters<Session["define"]>[0] = {}, level: 0 | 1 | 2 | 3 = 2): Code {
  const m = new ModuleBuilder("test");
  build(m);
  session.define(symbols);
  return session.compile(m, { level });
}

/** `ask(x)` pauses its stack with `x`, csid 1, keep-alives x and x + 1; returns what it is resumed with, plus x. */
export function compileAsk(stack: Stack, level: 0 | 1 | 2 | 3 = 2): Code {
  return compile(
    (m) =>
      m.define("ask", 1, (x) => {
        m.stackmap(1, [x, m.builder.CreateAdd(x, m.word(1))]);
        const y = m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), x]);
        m.return(m.builder.CreateAdd(y, x));
      }),
    {},
    level,
  );
}

/** The code of the Error that `action` throws; "" when it throws none, its message when it has no code. */
export function codeOf(action: () => unknown): string {
  try {
    action();
    return "";
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message;
  }
}

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Collect garbage, and let finalizers run. */
export async function collectGarbage(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
