// SPDX-License-Identifier: MIT
/** README.md shows what it takes to add an operator. The change applies to the sources as they are, and the front end with it is sound. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import { textOf } from "./sources.js";

const patch = join(projectRoot, "docs", "add-an-operator.diff");

describe("docs/add-an-operator.diff", () => {
  let copy = "";
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "yugong-operator-"));
    for (const folder of ["lang", "jit", "runtime", "native", "bench", "programs"])
      cpSync(join(projectRoot, folder), join(copy, folder), { recursive: true });
    for (const file of ["tsconfig.json", "package.json"]) cpSync(join(projectRoot, file), join(copy, file));
    symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
    execFileSync("git", ["apply", "--recount", patch], { cwd: copy, stdio: "pipe" });
    execFileSync(join(projectRoot, "node_modules", ".bin", "tsc"), ["-p", copy], { stdio: "pipe" });
  }, 120_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it("gives the compiler the operator", () => {
    const script = `import(${JSON.stringify(join(copy, "dist", "lang", "index.js"))}).then(({ compileSource, dumpProto }) => console.log(dumpProto(compileSource("local a = 7 print(a // 2 * 3)", "x"))))`;
    expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })).toMatch(/IDIV[\s\S]*MUL/);
  });

  it("gives both tiers its meaning: the interpreter can be generated", () => {
    const layout = join(projectRoot, "build", "generated", "layout.json");
    const text = join(copy, "interpreter.ll");
    execFileSync(
      process.execPath,
      [join(copy, "dist", "jit", "interpreter", "generate.js"), "--layout", layout, "-o", join(copy, "interpreter.bc"), "--text", text],
      { stdio: "pipe" },
    );
    expect(execFileSync("grep", ["-c", "^IDIV:", text], { encoding: "utf8" }).trim()).toBe("1");
  });

  it("is what README.md shows", () => {
    const shown = /```diff\n([\s\S]*?)```/.exec(textOf("README.md"))?.[1] ?? "";
    const lines = (text: string): string[] => text.split("\n").filter((line) => /^[+-](?![+-])/.test(line));
    expect(lines(shown)).toEqual(lines(textOf("docs/add-an-operator.diff")));
  });
});
