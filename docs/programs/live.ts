// SPDX-License-Identifier: MIT
/** `node dist/docs/programs/live.js FILE`: the bytecode of a program's first function, with the registers that are live before each instruction. */
import { readFileSync } from "node:fs";
import { compileSource, dumpProto } from "../../lang/index.js";

const [path] = process.argv.slice(2) as [string];
const source = readFileSync(path, "latin1");
const [first] = compileSource(source, path).protos;
console.log(dumpProto(first!, { live: true, source }));
