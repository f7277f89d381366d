// SPDX-License-Identifier: MIT
/**
 * How fast the front end is, once warm: `npm run bench:compiler`. A steady operation, so the `benchmark` package's method fits: it
 * repeats until the mean's relative margin of error is small. Wall time of whole programs is language.ts's subject.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Benchmark from "benchmark";
import Table from "cli-table3";
import { compileSource } from "../lang/index.js";
import { projectRoot } from "../runtime/native.js";

const folder = join(projectRoot, "programs");
const table = new Table({ head: ["program", "lines", "µs", "± %", "µs a line"], colAligns: ["left", "right", "right", "right", "right"] });

for (const file of readdirSync(folder).filter((name) => name.endsWith(".lua"))) {
  const source = readFileSync(join(folder, file), "latin1");
  if (compileSource(source, file).code.length === 0) throw new Error(`${file} compiles to nothing`);
  const { stats } = new Benchmark(file, () => compileSource(source, file), { maxTime: 0.5 }).run() as Benchmark;
  const lines = source.split("\n").length;
  const microseconds = stats.mean * 1e6;
  table.push([file, lines, microseconds.toFixed(0), stats.rme.toFixed(1), (microseconds / lines).toFixed(1)]);
}
console.log(table.toString());
