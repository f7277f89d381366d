// SPDX-License-Identifier: MIT
// For `node -r`: at the end, the paths of the files that were read as a whole, those of the command line's bundle among them, are written to the
// file LOADED_MODULES.
const fs = require("node:fs");
const { readFileSync } = fs;
const paths = [];
fs.readFileSync = (path, ...options) => {
  paths.push(String(path));
  return readFileSync(path, ...options);
};
process.on("exit", () => fs.writeFileSync(process.env.LOADED_MODULES, paths.join("\n")));
