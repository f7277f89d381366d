// SPDX-License-Identifier: MIT
/** The classes of random programs: methods, which may be missing, and handlers of all events, some of which misbehave. */
import type { Random } from "./random.js";

export const METHODS = ["get", "set", "twice"] as const;

const BODIES: Readonly<Record<(typeof METHODS)[number], readonly string[]>> = {
  get: ["return self.v", "return self.w or self.v", "return rawget(self, 'v')"],
  set: ["self.v = keep(x) return self", "self.w = x return self.v", "self.v, self.w = x, self.v"],
  twice: ["return keep(num(self) * 2)", "return self:get(), self.v", "return self.v + self.v"],
};

/** The lines that define a class, which may inherit from one of the others; `keep`, `num` and `counter` are the program's. */
export function writeClass(random: Random, name: string, others: readonly string[]): string[] {
  const lines = [
    `local ${name}, ${name}_mt = {}, {}`,
    `local function new_${name}(v) return setmetatable({ v = keep(v) }, ${name}_mt) end`,
    // An object may hold itself.
    `${name}_mt.__tostring = function(o) o = rawget(o, "v") return "${name}:" .. (type(o) == "table" and "object" or tostring(o)) end`,
  ];
  const handler = (percent: number, event: string, parameters: string, body: () => string): void => {
    if (random.chance(percent)) lines.push(`${name}_mt.__${event} = function(${parameters}) ${body()} end`);
  };
  if (others.length > 0 && random.chance(50)) lines.push(`setmetatable(${name}, { __index = ${random.pick(others)} })`);
  if (random.chance(70)) lines.push(`${name}_mt.__index = ${name}`);
  else {
    const body = random.pick([`return ${name}[k]`, `if k == "y" then return 5 end return ${name}[k]`, `return ${name}[k] or tostring(k)`]);
    lines.push(`${name}_mt.__index = function(o, k)`, `  ${body}`, "end");
  }
  for (const method of METHODS) {
    if (random.chance(95)) lines.push(`function ${name}:${method}(x) ${random.pick(BODIES[method])} end`);
  }
  const result = (): string =>
    `return ${random.pick([`new_${name}(num(a) ${random.pick(["+", "-", "*"])} num(b))`, "keep(num(a) + num(b))", "num(b)", "a"])}`;
  for (const event of ["add", "sub", "mul", "div", "mod", "pow", "unm"]) handler(90, event, "a, b", result);
  handler(90, "concat", "a, b", () => "return keep(tostring(a) .. tostring(b))");
  handler(50, "eq", "a, b", () => "return num(a) == num(b)");
  handler(90, "lt", "a, b", () => "return num(a) < num(b)");
  handler(30, "le", "a, b", () => "return num(a) <= num(b)");
  handler(50, "call", "o, x", () => `return ${random.pick(["o.v, x", "keep(num(o) + num(x))", "x"])}`);
  handler(25, "newindex", "o, k, v", () => "counter = counter + 1 rawset(o, k, v)");
  return lines;
}
