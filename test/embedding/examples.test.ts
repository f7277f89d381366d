// SPDX-License-Identifier: MIT
/** The README's example and the shop print what they say. Both import the package as its users do. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const linesOf = async (program: string): Promise<string[]> =>
  (await promisify(execFile)(process.execPath, [program])).stdout.trimEnd().split("\n");

describe.runIf(existsSync(join(projectRoot, "dist/runtime/index.js")))("examples", () => {
  it("README.md, Embedding", async () => {
    const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
    const code = /## Embedding\n\n```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const expected = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line as string);
    expect(expected.length).toBeGreaterThan(3);
    // Inside the package, so that `yugong` is found.
    const folder = join(projectRoot, "dist/test");
    mkdirSync(folder, { recursive: true });
    const program = join(folder, `readme-embedding-${process.pid}.mjs`);
    writeFileSync(program, code);
    try {
      expect((await linesOf(program)).map((line) => line.replaceAll("\t", " "))).toEqual(expected);
    } finally {
      rmSync(program);
    }
  });

  it("programs/embedding/shop.ts", async () => {
    const source = readFileSync(join(projectRoot, "programs/embedding/shop.ts"), "utf8");
    const expected = [...source.matchAll(/^ \* {5}expect: (.*)$/gm)].map(([, line]) => line as string);
    expect(await linesOf(join(projectRoot, "dist/programs/embedding/shop.js"))).toEqual(expected);
  });
});
