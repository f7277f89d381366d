// SPDX-License-Identifier: MIT
/**
 * The policy, and the optimizer with it. In the command line's bundle this module is another, whose loader reads them when it is asked to
 * (bin/setup/bundle.mjs).
 */
import { createRequire } from "node:module";
import type { TieringLoader, TieringModule } from "./tiering-policy.js";

/**
 * Called before anything is hot, when there is no waiting for an import any more. Where Node can, by `require`: for some thirty modules that takes a
 * third of what `import` takes, which goes back to the event loop for each. In tests the modules are TypeScript, which only `import` finds.
 */
export async function prepareTiering(): Promise<TieringLoader> {
  const isCompiled = import.meta.url.endsWith(".js");
  const module =
    isCompiled && process.features.require_module
      ? (createRequire(import.meta.url)("./tiering.js") as TieringModule)
      : await import("./tiering.js");
  return { next: () => ({ done: true, value: module }) };
}
