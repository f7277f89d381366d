// SPDX-License-Identifier: MIT
/** The folders' import directions, as ARCHITECTURE.md draws them. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import { filesBelow, importsOf, includesOf, textOf } from "./sources.js";

/** What each folder may import besides itself. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  lang: [],
  jit: ["lang"],
  runtime: ["jit", "lang"],
  bench: ["runtime", "lang"],
};

const SOURCES = Object.keys(ALLOWED).flatMap((folder) => filesBelow(folder, /\.ts$/));

describe("TypeScript", () => {
  for (const [folder, allowed] of Object.entries(ALLOWED)) {
    it(`${folder}/ imports ${allowed.length === 0 ? "nothing else of ours" : `only ${allowed.join(" and ")}`}`, () => {
      const wrong = filesBelow(folder, /\.ts$/)
        .flatMap(importsOf)
        .filter(({ own, target, typeOnly, file }) => {
          if (!own) return false;
          const top = target.split("/")[0] as string;
          // Declarations of what an addon exports lie beside it; its loader hands them on.
          if (top === "native") return !(typeOnly && folder === "runtime");
          return top !== folder && !allowed.includes(top) && file !== target;
        });
      expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
    });
  }

  it("semantics know neither tier", () => {
    const wrong = filesBelow("jit/semantics", /\.ts$/)
      .flatMap(importsOf)
      .filter(({ target }) => /^jit\/(interpreter|optimizer)\//.test(target));
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it("the optimizer does not need the interpreter, nor the other way round", () => {
    const wrong = [...filesBelow("jit/optimizer", /\.ts$/), ...filesBelow("jit/interpreter", /\.ts$/)]
      .flatMap(importsOf)
      .filter(({ file, target }) => target.startsWith(file.startsWith("jit/optimizer/") ? "jit/interpreter/" : "jit/optimizer/"));
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it("finds every file that it imports", () => {
    const missing = SOURCES.flatMap(importsOf).filter(
      ({ own, target }) =>
        own && !["", ".ts", ".d.ts"].some((suffix) => existsSync(join(projectRoot, target.replace(/\.js$/, suffix || ".js")))),
    );
    expect(missing.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it("only runtime/native.ts loads our addons", () => {
    expect(SOURCES.filter((file) => file !== "runtime/native.ts" && /\.node["'`]|process\.dlopen/.test(textOf(file)))).toEqual([]);
  });

  it("only jit/ir.ts loads llvm-bindings; a cold run loads none of it", () => {
    const importing = SOURCES.flatMap(importsOf).filter(({ target, typeOnly }) => target === "llvm-bindings" && !typeOnly);
    expect(importing.map(({ file }) => file)).toEqual([]);
    expect(
      SOURCES.filter((file) => file !== "jit/ir.ts" && /(require|createRequire\([^)]*\))\(\s*["']llvm-bindings/.test(textOf(file))),
    ).toEqual([]);
  });
});

describe("C++", () => {
  const NATIVE: Readonly<Record<string, readonly string[]>> = {
    "native/yugong": [],
    "native/yugong-llvm": ["native/yugong"],
    "native/language": ["native/yugong"],
    "native/addon": ["native/language", "native/yugong"],
  };
  const isCode = /\.(c|cc|h|hpp|S|def)$/;
  const files = Object.keys(NATIVE).map((folder) => [folder, filesBelow(folder, isCode)] as const);
  const ownersOf = (name: string): string[] =>
    files.filter(([, list]) => list.some((file) => basename(file) === basename(name))).map(([folder]) => folder);

  for (const [folder, list] of files) {
    const allowed = [folder, ...(NATIVE[folder] as readonly string[])];
    it(`${folder}/ includes only ${allowed.join(", ")}`, () => {
      const wrong = list.flatMap((file) =>
        includesOf(file)
          .quoted.filter((name) => ownersOf(name).length > 0 && !ownersOf(name).some((owner) => allowed.includes(owner)))
          .map((name) => `${file} → ${name}`),
      );
      expect(wrong).toEqual([]);
    });
  }

  it("the core and the language know neither LLVM nor Node", () => {
    const wrong = files
      .filter(([folder]) => folder === "native/yugong" || folder === "native/language")
      .flatMap(([, list]) => list)
      .filter((file) =>
        includesOf(file)
          .system.concat(includesOf(file).quoted)
          .some((name) => /^(llvm|llvm-c)\/|^(napi|node_api|node|js_native_api)\.h$/.test(name)),
      );
    expect(wrong).toEqual([]);
  });

  it("only yugong-llvm knows LLVM", () => {
    const wrong = files
      .filter(([folder]) => folder !== "native/yugong-llvm")
      .flatMap(([, list]) => list)
      .filter((file) =>
        includesOf(file)
          .system.concat(includesOf(file).quoted)
          .some((name) => /^llvm(-c)?\//.test(name)),
      );
    expect(wrong).toEqual([]);
  });
});
