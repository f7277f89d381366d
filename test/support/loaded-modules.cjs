// SPDX-License-Identifier: MIT
// For `node -r`: at the end, the files that were loaded by `require` are written to the file LOADED_MODULES.
process.on("exit", () => require("node:fs").writeFileSync(process.env.LOADED_MODULES, Object.keys(require.cache).join("\n")));
