// SPDX-License-Identifier: MIT
/** Which files a program may open: EngineOptions.files. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { engines } from "./support.js";

const create = engines({ mode: "interpreter", stdout: "capture" });
const folder = realpathSync(mkdtempSync(join(tmpdir(), "yugong-files-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const text = join(folder, "text.txt");
const program = join(folder, "program.lua");
writeFileSync(text, "content");
writeFileSync(program, "local file, message = io.open(arg[1]) return file and file:read('*a') or message");

describe("files", () => {
  it("all: wherever they are", async () => {
    const engine = await create({ files: "all" });
    expect(engine.run("return io.open(...):read('*a')", { args: [text] })).toEqual(["content"]);
  });

  it("tree: below the current directory, and beside a program that is a file", async () => {
    const engine = await create();
    expect(engine.run("return io.open('package.json') ~= nil")).toEqual([true]);
    expect(engine.run("return select(2, io.open(...))", { args: [text] })[0]).toMatch("outside the program's directory tree");
    expect(engine.run({ file: program }, { args: [text] })).toEqual(["content"]);
  });

  it("none: not by io, nor as programs or modules", async () => {
    const engine = await create({ files: "none" });
    for (const source of [
      "return select(2, io.open(...))",
      "return select(2, pcall(io.lines, ...))",
      "return select(2, loadfile(...))",
      "return select(2, pcall(dofile, ...))",
    ]) {
      expect(engine.run(source, { args: [text] })[0]).toMatch("this program may not open files");
    }
    expect(engine.run(`package.path = ... return select(2, pcall(require, "program"))`, { args: [join(folder, "?.lua")] })).toEqual([
      expect.stringMatching(/module 'program' not found/),
    ]);
    // The host may still run one.
    expect(engine.run({ file: program }, { args: [text] })[0]).toMatch("this program may not open files");
  });
});
