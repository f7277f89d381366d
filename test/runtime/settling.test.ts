// SPDX-License-Identifier: MIT
/**
 * Programs settle: what has code runs in it, what is a part of other code is not compiled for itself as well, and code is given up for what it
 * does often, not for what it does now and then. Each of these once took deltablue, all methods of which call each other, twice as many compiles.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ChildOptions, type ChildResult, runInChild } from "../../runtime/child.js";
import { runPeer } from "../support/peers.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-settling-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** After checking what the program prints. */
function run(name: string, source: string, options: ChildOptions = {}): ChildResult {
  const file = join(folder, `${name}.lua`);
  writeFileSync(file, source);
  const result = runInChild(file, options);
  expect(result.stdout.toString()).toBe(runPeer(file).stdout.toString());
  return result;
}

const compiled = ({ events }: ChildResult): string[] =>
  events.flatMap((event) => (event.kind === "compile" ? [`${event.function} ${event.unit}`] : []));
const discarded = ({ events }: ChildResult): string[] =>
  events.flatMap((event) => (event.kind === "invalidate" ? [`${event.function} ${event.reason}`] : []));

describe("programs settle", () => {
  // The counter that the interpreter looks at began anew after each entry, so that a call of 200 rounds entered the loop's code once in five.
  it("each call enters the code of its loop", () => {
    const { events } = run(
      "loops",
      `local function sum(n) local s = 0 for i = 1, n do s = s + i end return s end
       local all = sum(1500)
       for call = 1, 100 do all = all + sum(200) end
       print(all)`,
    );
    const entries = events.filter((event) => event.kind === "osr-entry" && event.function === "sum");
    // Then the function is compiled as a whole, and entered by its calls.
    expect(entries.length).toBeGreaterThanOrEqual(25);
    expect(entries.length).toBeLessThanOrEqual(50);
    expect(events.some((event) => event.kind === "compile" && event.function === "sum" && event.unit === "function")).toBe(true);
  });

  // Code was made for the types in the middle of the loop, given up at the beginning of the next call, whose types were then forgotten: twelve times, and then
  // never again. It took `strings` of bench/language from 11 ms a run to 70 after a second.
  it("a loop that begins with an int and goes on with doubles gets code for both", () => {
    const result = run(
      "begins-with-int",
      `local function sum(n)
         local s = 7
         for i = 1, n do s = s * 16807 % 2147483647 end
         return s
       end
       local all = 0
       for call = 1, 30 do all = all + sum(5000) end
       print(all)`,
      { hot: 1000 },
    );
    expect(discarded(result).filter((text) => text.endsWith("loop type")).length).toBeLessThanOrEqual(1);
    expect(compiled(result).length).toBeLessThanOrEqual(3);
  });

  it("the loop without code beside one that has some gets hot as any other", () => {
    const { events } = run(
      "two-loops",
      `local function sums(n, m)
         local s = 0
         for i = 1, n do s = s + i end
         for i = 1, m do s = s - i % 7 end
         return s
       end
       local all = sums(1500, 0)
       for call = 1, 20 do all = all + sums(100, 0) end
       print(all, sums(0, 3000))`,
    );
    const loops = events.flatMap((event) => (event.kind === "compile" && event.unit === "loop" ? [`${event.function} ${event.line}`] : []));
    expect(loops).toContain("sums 3");
    expect(loops).toContain("sums 4");
  });

  // Called a few times for long, a function went on entering its loop, and so making coroutines.
  it("a function that loops over its own generator is compiled whole, and makes no coroutine then", () => {
    const result = run(
      "generator",
      `local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
       local function total(n) local s = 0 for i in range(n) do s = s + i end return s end
       local all = 0
       for call = 1, 40 do all = all + total(3000) end
       print(all)`,
      { mode: "eager", hot: 320 },
    );
    expect(compiled(result)).toContain("total loop");
    expect(compiled(result)).toContain("total function");
    const swaps = result.events.find((event) => event.kind === "swaps");
    expect(swaps?.coroutines).toBeLessThan(20);
  });

  // They reach the threshold in the same call: each was compiled, though nobody called it any more.
  it("functions that get hot together are compiled once", () => {
    const result = run(
      "together",
      `local function inner(x) return x * 2 end
       local function middle(x) return inner(x) + 1 end
       local function outer(x) return middle(x) + 1 end
       local sum = 0
       for i = 1, 5000 do sum = sum + outer(i) end
       print(sum)`,
    );
    expect(compiled(result)).not.toContain("middle function");
    expect(compiled(result)).not.toContain("inner function");
  });

  it("a function that is inlined somewhere and called elsewhere is compiled as well", () => {
    const result = run(
      "elsewhere",
      `local function inner(x) return x * 2 end
       local function outer(x) return inner(x) + 1 end
       local sum = 0
       for i = 1, 2000 do sum = sum + outer(i) end
       local calls = { inner, inner }
       for round = 1, 3 do for i = 1, 900 do sum = sum + select(2, pcall(inner, i)) end end
       print(sum)`,
    );
    expect(compiled(result)).toContain("inner function");
  });

  /** A function of some hundred IR instructions, which leaves its code for every `period`th `i`. */
  const work = (period: number): string => `
    local function work(point, i)
      local s = 0
      ${Array.from({ length: 40 }, (_, index) => `s = s + point.x * ${index + 2} - point.y`).join("\n")}
      if i % ${period} == 0 then s = s + #tostring(s) end
      return s
    end`;

  it("a big unit stays when it is left now and then", () => {
    const result = run(
      "now-and-then",
      `${work(200)}
       local sum = 0
       local function rarely(i) if i < 199 then return i end return i + 1 end
       for i = 1, 199 do for k = 1, 8 do sum = sum + work({ x = i, y = k }, rarely(i) + 1) end end
       for i = 1, 2000 do sum = sum + work({ x = i, y = 1 }, i) end
       print(sum)`,
    );
    expect(discarded(result).filter((what) => what.startsWith("work"))).toEqual([]);
  });

  it("and goes when it is left often", () => {
    const result = run(
      "often",
      `${work(2)}
       local sum = 0
       for i = 1, 1500 do sum = sum + work({ x = i, y = 1 }, 1) end
       for i = 1, 1500 do sum = sum + work({ x = i, y = 1 }, i) end
       print(sum)`,
    );
    expect(result.events.some((event) => event.kind === "deopt" && event.reason === "not seen yet")).toBe(true);
    expect(result.events.filter((event) => event.kind === "deopt").length).toBeLessThanOrEqual(200);
    expect(discarded(result)).toContain("work not seen yet");
  });

  // Each of the units lost its code at the same instruction, which looked like one that changes its mind again and again.
  it("an instruction that is inlined into several units is not given up because all of them are left", () => {
    const users = [1, 2, 3, 4, 5];
    const result = run(
      "several",
      `local function value(x) return x.value end
       ${users.map((user) => `local function user${user}(x) return value(x) + ${user} end`).join("\n")}
       local sum = 0
       local function all(x) ${users.map((user) => `sum = sum + select(2, pcall(user${user}, x))`).join(" ")} end
       for i = 1, 1200 do all({ value = i }) end
       for i = 1, 3000 do all({ other = 1, value = i }) end
       print(sum)`,
    );
    expect(discarded(result).length).toBeGreaterThanOrEqual(users.length);
    expect(result.events.filter((event) => event.kind === "give-up")).toEqual([]);
  });

  // Doubles that were keys of a table's hash part were taken for indices of its array, and each access cost the code twice.
  it("a double that is no index is a key like others", () => {
    const result = run(
      "keys",
      `local seed = 42
       local function random(limit) seed = seed * 16807 % 2147483647 return seed % limit end
       local function fill(n)
         local t, sum = {}, 0
         for i = 1, n do
           local key = random(2000) * 7919
           if t[key] then sum = sum + t[key] t[key] = nil else t[key] = i end
         end
         return sum
       end
       for i = 1, 4 do print(fill(3000)) end`,
    );
    expect(result.events.filter((event) => "reason" in event && event.reason === "out of bounds")).toEqual([]);
  });

  // That x is an int was guessed, anew in each unit, until the call had been given up.
  it("math.max has the kind that what comes next has seen", () => {
    const { events } = run(
      "max",
      `local function lit(x) return 0.5 * math.max(0, x) end
       local sum = 0
       for i = 1, 4000 do sum = sum + lit(i % 7 - 3.5) end
       print(sum)`,
    );
    expect(events.filter((event) => event.kind === "deopt" && event.function === "lit")).toEqual([]);
  });
});
