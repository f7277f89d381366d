// SPDX-License-Identifier: MIT
// Runs one benchmark: run.mjs FILE SIZE ITERATIONS WARM-UP-SECONDS, as run.lua does. FILE's default export takes a size and returns a digest.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [file, ...numbers] = process.argv.slice(2);
const [size, iterations, warmUp] = numbers.map(Number);
const { default: run } = await import(pathToFileURL(resolve(file)).href);

let digest;
function once() {
  const result = run(size);
  if (digest !== undefined && result !== digest) throw new Error(`an iteration gave ${result} instead of ${digest}`);
  digest = result;
}

const start = performance.now();
while ((performance.now() - start) / 1000 < warmUp) once();
const seconds = [];
for (let i = 0; i < iterations; i++) {
  // Processor time counts V8's threads for compiling and collecting, wall time counts whatever else the machine does: the lower is fair.
  const cpu = process.cpuUsage();
  const wall = performance.now();
  once();
  const { user, system } = process.cpuUsage(cpu);
  seconds.push(Math.min((performance.now() - wall) / 1000, (user + system) / 1e6));
}
console.log(digest);
console.log(["seconds", ...seconds].join("\t"));
