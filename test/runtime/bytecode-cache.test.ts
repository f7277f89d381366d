// SPDX-License-Identifier: MIT
/** Compiled chunks as bytes, in a folder, and by the command line. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CompileError, type Proto, SYNTAX_LEVELS } from "../../lang/index.js";
import { readChunk, writeChunk } from "../../runtime/binary-chunk.js";
import { versionOf } from "../../runtime/build-version.js";
import { ByteReader, ByteWriter } from "../../runtime/byte-stream.js";
import { BytecodeCache, cacheFolder } from "../../runtime/bytecode-cache.js";
import type { ChunkSource, CompiledChunk } from "../../runtime/compiled-chunk.js";
import { Engine } from "../../runtime/engine.js";
import { compileChunk } from "../../runtime/front-end.js";
import { loadYugong, projectRoot } from "../../runtime/native.js";
import { readSuite } from "../batch/suite.js";

const { checksum } = loadYugong();
const source = (text: string, name = "@x.lua"): ChunkSource => ({ text, name, levels: SYNTAX_LEVELS.program });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "yugong-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cacheIn = (folder: string, version = "1"): BytecodeCache => new BytecodeCache({ folder, version, checksum });
const entries = (): string[] => readdirSync(folder).map((name) => join(folder, name));
const onlyEntry = (): string => {
  const [entry, ...others] = entries();
  expect(others).toEqual([]);
  return entry as string;
};

/** Every key of Proto: that one is missing here is an error of the types. */
const PROTO_KEYS: Readonly<Record<keyof Proto, true>> = {
  name: true,
  source: true,
  line: true,
  parameterCount: true,
  usesVarargs: true,
  registerCount: true,
  code: true,
  constants: true,
  globals: true,
  protos: true,
  captures: true,
  lines: true,
  columns: true,
  operandNames: true,
  locals: true,
  loopHeaders: true,
  liveIn: true,
};

/** All that there is of a chunk; nested prototypes are in it by themselves. */
const contentOf = (chunk: CompiledChunk): unknown[] =>
  chunk.map(({ proto, native }) => ({
    native,
    proto: Object.fromEntries((Object.keys(PROTO_KEYS) as (keyof Proto)[]).map((key) => [key, key === "protos" ? undefined : proto[key]])),
    nested: proto.protos.map((nested) => chunk.findIndex((other) => other.proto === nested)),
  }));

const copyOf = (chunk: CompiledChunk): CompiledChunk => {
  const out = new ByteWriter();
  writeChunk(out, chunk);
  return readChunk(new ByteReader(out.take()));
};

describe("a chunk as bytes", () => {
  it("is read as it was written, for each program of the suite", () => {
    let functions = 0;
    for (const { text, where } of readSuite().map(({ source: text, where }) => ({ text: text.replace(/^#[^\n]*/, ""), where }))) {
      let chunk: CompiledChunk;
      try {
        chunk = compileChunk(source(text, `@${where}`));
      } catch (error) {
        if (error instanceof CompileError) continue; // which the case is about
        throw error;
      }
      functions += chunk.length;
      const [copy, original] = [contentOf(copyOf(chunk)), contentOf(chunk)];
      // toEqual takes minutes.
      if (!isDeepStrictEqual(copy, original)) expect(copy, where).toEqual(original);
    }
    expect(functions).toBeGreaterThan(3000);
  });
  it("keeps what numbers and strings are made of", () => {
    const chunk = compileChunk(source("return -0.0, 1e308 * 10, 0/0, 0.1, '\\0\\255caf\xe9', true, nil, ...", "@\xe9.lua"));
    expect(contentOf(copyOf(chunk))).toEqual(contentOf(chunk));
  });
});

describe("the cache", () => {
  const text = "local n = 0\nfor i = 1, 10 do n = n + i end\nprint('sum', n)";

  it("has what was kept, in a file for the user alone", () => {
    const chunk = compileChunk(source(text));
    const cache = cacheIn(join(folder, "new", "one"));
    expect(cache.find(source(text))).toBeUndefined();
    cache.keep(source(text), chunk);
    expect(contentOf(cacheIn(join(folder, "new", "one")).find(source(text)) as CompiledChunk)).toEqual(contentOf(chunk));
    const files = readdirSync(join(folder, "new", "one"));
    expect(files).toHaveLength(1);
    expect(statSync(join(folder, "new", "one", files[0] as string)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "new", "one")).mode & 0o777).toBe(0o700);
  });
  it("tells texts, names, levels and versions apart", () => {
    cacheIn(folder).keep(source(text), compileChunk(source(text)));
    expect(cacheIn(folder).find(source(`${text} `))).toBeUndefined();
    expect(cacheIn(folder).find(source(text, "@y.lua"))).toBeUndefined();
    expect(cacheIn(folder).find({ ...source(text), levels: SYNTAX_LEVELS.loaded })).toBeUndefined();
    expect(cacheIn(folder, "2").find(source(text))).toBeUndefined();
    expect(cacheIn(folder).find(source(text))).toBeDefined();
  });
  it("does not take an entry that bears another one's name", () => {
    cacheIn(folder).keep(source(text), compileChunk(source(text)));
    const first = onlyEntry();
    cacheIn(folder).keep(source("return 2"), compileChunk(source("return 2")));
    const second = entries().find((entry) => entry !== first) as string;
    writeFileSync(first, readFileSync(second));
    expect(cacheIn(folder).find(source(text))).toBeUndefined();
  });
  it("takes no entry of which a byte is missing or another, and writes it anew", () => {
    const chunk = compileChunk(source(text));
    cacheIn(folder).keep(source(text), chunk);
    const path = onlyEntry();
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(cacheIn(folder).find(source(text)), `${length} bytes`).toBeUndefined();
    }
    for (let at = 0; at < whole.length; at++) {
      if (at >= 4 && at < 8) continue; // zeros, which nobody reads
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at & 7)), at);
      writeFileSync(path, flipped);
      expect(cacheIn(folder).find(source(text)), `byte ${at}`).toBeUndefined();
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.of(0)]));
    expect(cacheIn(folder).find(source(text))).toBeUndefined();
    cacheIn(folder).keep(source(text), chunk);
    expect(readFileSync(path)).toEqual(whole);
  });
  it("takes no entry that others can write to", () => {
    cacheIn(folder).keep(source(text), compileChunk(source(text)));
    chmodSync(onlyEntry(), 0o620);
    expect(cacheIn(folder).find(source(text))).toBeUndefined();
  });
  it("is as good as none where there can be no folder", () => {
    writeFileSync(join(folder, "file"), "");
    for (const place of [join(folder, "file", "below"), "/proc/yugong", join(folder, "x".repeat(300))]) {
      const cache = cacheIn(place);
      cache.keep(source(text), compileChunk(source(text)));
      expect(cache.find(source(text)), place).toBeUndefined();
    }
    mkdirSync(join(folder, "entry"));
    const cache = cacheIn(join(folder, "entry"));
    cache.keep(source(text), compileChunk(source(text)));
    const [name] = readdirSync(join(folder, "entry")) as [string];
    rmSync(join(folder, "entry", name));
    mkdirSync(join(folder, "entry", name));
    cacheIn(join(folder, "entry")).keep(source(text), compileChunk(source(text)));
    expect(cache.find(source(text))).toBeUndefined();
    expect(readdirSync(join(folder, "entry"))).toEqual([name]);
  });
  it("stays small: what was not used for longest goes, and what a writer that died has left", () => {
    // As people write it.
    const cache = cacheIn(`${folder}/`);
    const chunk = compileChunk(source("return 1"));
    const kept = Array.from({ length: 1500 }, (_, index) => source("return 1", `@${index}.lua`));
    writeFileSync(join(folder, "not an entry"), "");
    for (const digit of "0123456789abcdef") writeFileSync(join(folder, `${digit.repeat(16)}.1_x`), "");
    const known = new Set(entries());
    for (const [index, one] of kept.entries()) {
      cache.keep(one, chunk);
      const made = entries().find((entry) => !known.has(entry)) as string;
      known.add(made);
      // In the past, one second after the other; the temporary ones are older.
      utimesSync(made, 1_000_000 + index, 1_000_000 + index);
      if (index === 0) for (const digit of "0123456789abcdef") utimesSync(join(folder, `${digit.repeat(16)}.1_x`), 1, 1);
      // The first one is used now and then.
      if (index % 50 === 0) expect(cache.find(kept[0] as ChunkSource)).toBeDefined();
    }
    expect(entries().length).toBeLessThanOrEqual(16 * 64 + 1);
    expect(existsSync(join(folder, "not an entry"))).toBe(true);
    expect(entries().filter((entry) => entry.endsWith(".1_x"))).toEqual([]);
    expect(cache.find(kept[0] as ChunkSource)).toBeDefined();
    expect(cache.find(kept[1] as ChunkSource)).toBeUndefined();
    expect(cache.find(kept.at(-1) as ChunkSource)).toBeDefined();
  });
  it("keeps nothing that is very large", () => {
    const large = source(`return "${"x".repeat(5 * 2 ** 20)}"`);
    cacheIn(folder).keep(large, compileChunk(large));
    expect(entries()).toEqual([]);
  });
});

describe("where it is", () => {
  it("is the user's folder for such things, or what YUGONG_CACHE says", () => {
    expect(cacheFolder({ HOME: "/home/ada" })).toBe("/home/ada/.cache/yugong");
    expect(cacheFolder({ HOME: "/home/ada", XDG_CACHE_HOME: "/var/ada" })).toBe("/var/ada/yugong");
    expect(cacheFolder({ HOME: "/home/ada", XDG_CACHE_HOME: "relative" })).toBe("/home/ada/.cache/yugong");
    expect(cacheFolder({ HOME: "/home/ada", YUGONG_CACHE: "/tmp/there" })).toBe("/tmp/there");
    expect(cacheFolder({ HOME: "/home/ada", YUGONG_CACHE: "off" })).toBeUndefined();
    expect(cacheFolder({ HOME: "" })).toBeUndefined();
    expect(cacheFolder({})).toBeUndefined();
  });
});

describe("the version", () => {
  it("is another one when a source has changed, come or gone", () => {
    for (const name of ["lang", "jit", "runtime"]) mkdirSync(join(folder, name));
    const versions = [versionOf(folder)];
    const change = (path: string, text: string): void => {
      writeFileSync(join(folder, path), text);
      versions.push(versionOf(folder));
    };
    change("lang/compiler.js", "1");
    change("lang/compiler.js", "2");
    mkdirSync(join(folder, "jit", "optimizer"));
    change("jit/optimizer/live.js", "1");
    change("runtime/live.js", "1");
    expect(new Set(versions).size).toBe(versions.length);
    rmSync(join(folder, "runtime", "live.js"));
    expect(versionOf(folder)).toBe(versions.at(-2));
  });
  it("of the command line's bundle is that of the modules it was made of", () => {
    expect(readFileSync(join(projectRoot, "dist", "bundle", "engine.cjs"), "utf8")).toContain(versionOf(join(projectRoot, "dist")));
  });
});

describe("an engine", () => {
  it("keeps files and the library, when it is told where", async () => {
    writeFileSync(join(folder, "main.lua"), "local t = { 3, 1, 2 } table.sort(t, function(a, b) return a < b end) return t[1], load");
    for (const _ of [1, 2]) {
      const engine = await Engine.create({ bytecodeCache: join(folder, "cache") });
      expect(engine.run({ file: join(folder, "main.lua") })[0]).toBe(1);
      expect(engine.run("return 7")[0]).toBe(7);
      engine.dispose();
      expect(readdirSync(join(folder, "cache"))).toHaveLength(2);
    }
  });
});

describe("the command line", () => {
  const hook = join(projectRoot, "test", "support", "loaded-modules.cjs");
  type Outcome = { stdout: string; stderr: string; status: number | null; compiles: boolean };
  const optimizes = (): boolean => readFileSync(join(folder, "modules"), "utf8").includes("tiering.cjs");
  function yugong(args: readonly string[], env: NodeJS.ProcessEnv = { YUGONG_CACHE: join(folder, "cache") }): Outcome {
    const list = join(folder, "modules");
    const { stdout, stderr, status } = spawnSync(process.execPath, ["-r", hook, join(projectRoot, "bin", "yugong"), ...args], {
      cwd: folder,
      encoding: "utf8",
      timeout: 20_000,
      env: { PATH: process.env.PATH, LOADED_MODULES: list, ...env },
    });
    return { stdout, stderr, status, compiles: readFileSync(list, "utf8").includes("front-end.cjs") };
  }
  const program = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const cached = (): number => (existsSync(join(folder, "cache")) ? readdirSync(join(folder, "cache")).length : 0);

  it("compiles a program once, with the files that it loads", () => {
    program("part.lua", "return { answer = 42 }");
    program("other.lua", "return 1");
    const main = program(
      "main.lua",
      "#!/usr/bin/lua\nprint(require('part').answer, loadfile('other.lua')(), (('x'):gsub('.', function() return 'y' end)))",
    );
    const expected = { stdout: "42\t1\ty\n", stderr: "", status: 0 };
    expect(yugong([main])).toEqual({ ...expected, compiles: true });
    expect(cached()).toBe(4);
    expect(yugong([main])).toEqual({ ...expected, compiles: false });
    expect(yugong(["--mode=eager", main])).toEqual({ ...expected, compiles: false });
    program("part.lua", "return { answer = 43 }");
    expect(yugong([main])).toEqual({ ...expected, stdout: "43\t1\ty\n", compiles: true });
  });
  it("loads the optimizer when something is hot", () => {
    expect(yugong([program("short.lua", "print(1)")]).stdout).toBe("1\n");
    expect(optimizes()).toBe(false);
    expect(yugong([program("hot.lua", "local n = 0 for i = 1, 2e6 do n = n + i % 3 end print(n)")]).stdout).toBe("2000001\n");
    expect(optimizes()).toBe(true);
  });
  it("reports errors, lines and names of operands as before", () => {
    const main = program("fails.lua", "local function f(t)\n  return t.x.y\nend\nprint(pcall(f, {}))\nf(nil)");
    const first = yugong([main]);
    expect(first).toMatchObject({ status: 1, compiles: true, stdout: expect.stringContaining("attempt to index field 'x' (a nil value)") });
    expect(yugong([main])).toEqual({ ...first, compiles: false });
  });
  it("loads the compiler when a program needs it after all", () => {
    const main = program("loads.lua", "print(loadstring('return 1 + 1')()) print(loadstring('return ='))");
    const first = yugong([main]);
    expect(first.stdout).toMatch(/^2\nnil\t\[string "return ="\]:1: /);
    expect(cached()).toBe(1);
    expect(yugong([main])).toEqual(first);
    expect(cached()).toBe(1);
  });
  it("keeps no program that is none", () => {
    const main = program("none.lua", "local =");
    const first = yugong([main]);
    expect(first).toMatchObject({ status: 1, stderr: expect.stringContaining("none.lua:1:") });
    expect(yugong([main])).toEqual(first);
    expect(cached()).toBe(0);
  });
  it("keeps nothing if told so, or if there is no place for it", () => {
    const main = program("one.lua", "print(1)");
    const outcome = { stdout: "1\n", stderr: "", status: 0, compiles: true };
    expect(yugong(["--no-cache", main])).toEqual(outcome);
    expect(yugong([main], { YUGONG_CACHE: "off", HOME: folder })).toEqual(outcome);
    expect(yugong([main], {})).toEqual(outcome);
    expect(yugong([main], { HOME: join(main, "not-a-folder") })).toEqual(outcome);
    expect(yugong([main], { YUGONG_CACHE: "/proc/yugong" })).toEqual(outcome);
    expect(existsSync(join(folder, ".cache"))).toBe(false);
    expect(yugong([main], { HOME: folder })).toEqual(outcome);
    expect(yugong([main], { HOME: folder })).toEqual({ ...outcome, compiles: false });
  });
  it("may be started many times at once", async () => {
    const main = program("many.lua", `${"local function f(x) return x + 1 end\n".repeat(150)}print(f(1))`);
    const run = (): Promise<string> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [join(projectRoot, "bin", "yugong"), main], {
          cwd: folder,
          env: { PATH: process.env.PATH, YUGONG_CACHE: join(folder, "cache") },
        });
        let text = "";
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (text += String(bytes)));
        child.on("close", () => resolve(text));
      });
    expect(await Promise.all(Array.from({ length: 8 }, run))).toEqual(Array.from({ length: 8 }, () => "2\n"));
    expect(cached()).toBe(1);
    expect(yugong([main])).toMatchObject({ stdout: "2\n", compiles: false });
  });
});
