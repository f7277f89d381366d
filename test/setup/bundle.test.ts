// SPDX-License-Identifier: MIT
/** The command line runs from its bundle, unless that is older than what it was made of. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { afterEach, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A checkout in which everything that may be the command line says what it is. */
function checkout({ built, bundled }: { built: number; bundled?: number }): string {
  const root = mkdtempSync(join(tmpdir(), "yugong-bundle-"));
  folders.push(root);
  cpSync(join(projectRoot, "bin"), join(root, "bin"), { recursive: true });
  const write = (path: string, text: string, time: number): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    utimesSync(join(root, path), time, time);
  };
  write("dist/package.json", '{ "type": "module" }', built);
  write("dist/runtime/main.js", 'export const main = (args) => console.log("modules", ...args)', built);
  write("dist/.tsbuildinfo", "", built);
  if (bundled !== undefined)
    write("dist/bundle/main.cjs", Module.wrap('exports.main = (args) => console.log("bundle", ...args, __filename)'), bundled);
  return root;
}

function yugong(root: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, "bin", "yugong"), "one", "two"], { encoding: "utf8" });
  return stdout + stderr;
}

it("the bundle is what runs", () => {
  const root = checkout({ built: 1000, bundled: 1001 });
  expect(yugong(root)).toBe(`bundle one two ${join(root, "dist/bundle/main.cjs")}\n`);
});

it("a bundle that is older than the modules is left alone", () => {
  expect(yugong(checkout({ built: 1002, bundled: 1001 }))).toBe("modules one two\n");
});

it("there need not be one", () => {
  expect(yugong(checkout({ built: 1000 }))).toBe("modules one two\n");
});

it("a damaged code cache is refused, and the file compiled", () => {
  const root = checkout({ built: 1000, bundled: 1001 });
  writeFileSync(join(root, "dist/bundle/main.cjs.cache"), "no cache");
  expect(yugong(root)).toBe(`bundle one two ${join(root, "dist/bundle/main.cjs")}\n`);
});

it("V8 takes the code caches that set-up has made", () => {
  const folder = join(projectRoot, "dist", "bundle");
  const caches = readdirSync(folder).filter((file) => file.endsWith(".cache"));
  expect(caches).toEqual(
    expect.arrayContaining(["main.cjs.cache", "run.cjs.cache", "engine.cjs.cache", "tiering.cjs.cache", "front-end.cjs.cache"]),
  );
  for (const cache of caches) {
    const filename = join(folder, cache.replace(/\.cache$/, ""));
    const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData: readFileSync(join(folder, cache)) });
    expect({ cache, rejected: script.cachedDataRejected }).toEqual({ cache, rejected: false });
  }
});

it("a command ends when nobody reads any more what it prints", () => {
  const { stdout, stderr } = spawnSync("bash", ["-c", "bin/yugong dump programs/small-compiler.lua | head -n 1"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^main chunk/), stderr: "" });
});

it("a program that prints loads none of Node's streams, sockets and processes, which take time", () => {
  const folder = mkdtempSync(join(tmpdir(), "yugong-bundle-"));
  folders.push(folder);
  const [hook, file] = [join(folder, "hook.cjs"), join(folder, "program.lua")];
  writeFileSync(hook, `process.on("exit", () => require("node:fs").writeSync(2, process.moduleLoadList.join("\\n")));`);
  writeFileSync(file, "print(1)");
  const { stdout, stderr } = spawnSync(process.execPath, ["-r", hook, join(projectRoot, "bin/yugong"), "run", file], { encoding: "utf8" });
  expect(stdout).toBe("1\n");
  expect(stderr).toContain("NativeModule fs");
  expect(stderr.split("\n").filter((name) => /^NativeModule (stream|net|tty|child_process)$/.test(name))).toEqual([]);
});
