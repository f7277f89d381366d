// SPDX-License-Identifier: MIT
/** What can be said about all files without reading them. */
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import { textOf } from "./sources.js";

const MAX_LINES = 700;
const CODE = /\.(ts|mjs|c|cc|h|hpp|S|def)$/;

const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: projectRoot, encoding: "utf8", maxBuffer: 2 ** 26 })
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(projectRoot, path)));

describe("source files", () => {
  it(`have at most ${MAX_LINES} lines: look for the second concept in a longer one`, () => {
    const long = tracked.filter((path) => CODE.test(path)).map((path) => ({ path, lines: textOf(path).split("\n").length - 1 }));
    expect(long.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
  });
  it("open with one SPDX line, and no banner", () => {
    expect(tracked.filter((path) => CODE.test(path) && !/^(#!.*\n)?(\/\/|\/\*) ?SPDX-License-Identifier: MIT/.test(textOf(path)))).toEqual(
      [],
    );
  });
  it("are not generated, built or installed", () => {
    expect(tracked.filter((path) => /^(node_modules|dist|build|\.setup)\//.test(path))).toEqual([]);
  });
});

describe("the lockfile", () => {
  it("names no registry host", () => {
    expect(textOf("package-lock.json")).not.toMatch(/"resolved": "https?:/);
  });
  it("pins what package.json asks for, exactly", () => {
    const { dependencies, devDependencies } = JSON.parse(textOf("package.json")) as Record<string, Record<string, string>>;
    expect(Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

describe.runIf(existsSync(join(projectRoot, "ARCHITECTURE.md")))("ARCHITECTURE.md", () => {
  it("names only paths that exist", () => {
    const text = textOf("ARCHITECTURE.md");
    const folders = "lang|jit|runtime|native|programs|docs|test|bench|bin";
    // `path/to/file` in backticks, or a path at the start of a line of a folder listing. Things that a build makes are not in the tree.
    const inline = [...text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*)\``, "g"))].map(([, path]) => path as string);
    const listed = [...text.matchAll(new RegExp(`^((?:${folders})/[\\w./-]*)\\s`, "gm"))].map(([, path]) => path as string);
    const missing = [...new Set([...inline, ...listed])].filter((path) => !existsSync(join(projectRoot, path)));
    expect(missing).toEqual([]);
  });
});

describe("programs/README.md", () => {
  it("names every program, and no other", () => {
    const named = [...textOf("programs/README.md").matchAll(/`([\w-]+\.lua)`/g)].map(([, name]) => name as string);
    const programs = tracked.filter((path) => /^programs\/[^/]+\.lua$/.test(path)).map((path) => path.slice("programs/".length));
    expect(named.sort()).toEqual(programs.sort());
  });
});

describe("commands", () => {
  for (const path of ["bin/yugong", ".ci/run"]) {
    it(`${path} is executable`, () => expect(statSync(join(projectRoot, path)).mode & 0o111).toBe(0o111));
  }
});
