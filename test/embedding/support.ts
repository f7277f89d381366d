// SPDX-License-Identifier: MIT
import { afterEach } from "vitest";
import { Engine, type EngineOptions } from "../../runtime/index.js";

/** Both tiers: compiled never, or almost at once. */
export const TIERS: readonly (readonly [name: string, options: EngineOptions])[] = [
  ["interpreter", { mode: "interpreter" }],
  ["eager", { mode: "eager" }],
];

/** The same, where whatever is not known to be in use is overwritten at every chance. */
export const COLLECTING: typeof TIERS = TIERS.map(([name, options]) => [`${name}, stress gc`, { ...options, stress: { collectEvery: 1 } }]);

/** Makes engines that are disposed of after each test. */
export function engines(defaults: EngineOptions): (options?: EngineOptions) => Promise<Engine> {
  const made: Engine[] = [];
  afterEach(() => {
    for (const engine of made.splice(0)) engine.dispose();
  });
  return async (options = {}) => {
    const engine = await Engine.create({ ...defaults, ...options });
    made.push(engine);
    return engine;
  };
}

/** What the body throws. */
export function thrownBy(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
