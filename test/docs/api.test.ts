// SPDX-License-Identifier: MIT
/** `npm run docs:api`: the references are made without a warning, which an undocumented public item would be. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const page = (path: string): string => readFileSync(join(projectRoot, "build", "api", path), "utf8").replace(/<[^>]*>/g, "");

describe("the API references", () => {
  let result: { status: number | null; output: string };
  beforeAll(() => {
    const child = spawnSync(process.execPath, ["bin/docs-api.mjs"], { cwd: projectRoot, encoding: "utf8" });
    result = { status: child.status, output: child.stdout + child.stderr };
  }, 240_000);

  it("are made without a warning", () => {
    expect(result.output).not.toMatch(/warning:|\[warning\]|error/i);
    expect(result.status).toBe(0);
  });
  it("have what TypeScript programs use, with its docstrings", () => {
    const engine = page("typescript/classes/Engine.html");
    for (const text of ["takeOutput", "interruptToken", "What the program has written since the last time", "Throws CompileError"])
      expect(engine).toContain(text);
    expect(engine).not.toContain("fileTrees"); // private
    expect(page("typescript/interfaces/EngineOptions.html")).toContain("A run that takes longer is ended");
  });
  it("have what C and C++ programs use", () => {
    expect(page("c/yugong_8h.html")).toContain("Stand at the top frame of a paused stack");
    expect(page("c/structyg__stack.html")).toContain("lowest usable address");
    expect(page("c/structyg_1_1YGStack.html")).toContain("Copying one that is paused moves it");
    expect(page("c/yugong-publish_8h.html")).toContain("Takes effect for what is registered from now on");
  });
});
