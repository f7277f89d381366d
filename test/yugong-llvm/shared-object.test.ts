// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { compilerPath, module, run, withFolder } from "./support.js";

const part = (name: string, csid: number) => `
declare void @yg.stackmap(i64, ...)
declare i64 @callee(i64)
define i64 @${name}(i64 %x) {
  call void (i64, ...) @yg.stackmap(i64 ${csid}, i64 %x)
  %r = call i64 @callee(i64 %x)
  %s = add i64 %r, %x
  ret i64 %s
}`;

// Prints, for each record of each stackmap between the linker's symbols, its identifier and return address; then calls the functions
// and prints the return addresses that @callee sees.
const DRIVER = `
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
uint64_t callee(uint64_t x) { printf("call %p\\n", __builtin_return_address(0)); return x; }
static const uint8_t *print(const uint8_t *at) {
  uint32_t functions, constants, records;
  memcpy(&functions, at + 4, 4), memcpy(&constants, at + 8, 4), memcpy(&records, at + 12, 4);
  const uint8_t *function = at + 16, *record = function + 24 * functions + 8 * constants;
  for (uint32_t f = 0; f < functions; f++, function += 24) {
    uint64_t address, count;
    memcpy(&address, function, 8), memcpy(&count, function + 16, 8);
    while (count--) {
      uint64_t id; uint32_t offset; uint16_t locations, liveOuts;
      memcpy(&id, record, 8), memcpy(&offset, record + 8, 4), memcpy(&locations, record + 14, 2);
      printf("record %d %p\\n", (int)id, (void *)(address + offset));
      record += 16 + 12 * locations;
      record = (const uint8_t *)(((uintptr_t)record + 7) & ~7ul);
      memcpy(&liveOuts, record + 2, 2);
      record += 4 + 4 * liveOuts;
      record = (const uint8_t *)(((uintptr_t)record + 7) & ~7ul);
    }
  }
  return record;
}
int main(int argc, char **argv) {
  void *library = dlopen(argv[argc - 1], RTLD_NOW);
  if (!library) return fprintf(stderr, "%s\\n", dlerror()), 1;
  const uint8_t *at = dlsym(library, "start"), *end = *(const uint8_t **)dlsym(library, "stop");
  for (at = *(const uint8_t **)at; at < end;) at = print(at);
  ((uint64_t(*)(uint64_t))dlsym(library, "one"))(1);
  ((uint64_t(*)(uint64_t))dlsym(library, "two"))(2);
}`;

const RANGE = `
extern char __start_yg_stackmaps[] __attribute__((visibility("hidden"))), __stop_yg_stackmaps[] __attribute__((visibility("hidden")));
char *start = __start_yg_stackmaps, *stop = __stop_yg_stackmaps;`;

describe("yugong-llvm-compile", () => {
  it("makes objects for a shared library, with stackmaps that the loader relocates", () => {
    withFolder((path) => {
      for (const [name, csid] of [
        ["one", 101],
        ["two", 102],
      ] as const) {
        writeFileSync(path(`${name}.ll`), module(part(name, csid)));
        run(compilerPath, path(`${name}.ll`), "-o", path(`${name}.o`), "-O2", "--cpu", "x86-64-v2");
      }
      writeFileSync(path("range.c"), RANGE);
      writeFileSync(path("driver.c"), DRIVER);
      const objects = ["one.o", "two.o", "range.c"].map(path);
      run("cc", "-shared", "-fPIC", "-Wl,-z,text", "-Wl,--fatal-warnings", "-o", path("library.so"), ...objects);
      run("cc", "-rdynamic", "-o", path("driver"), path("driver.c"), "-ldl");

      const lines = run(path("driver"), path("library.so")).trim().split("\n");
      const [one, two, callOne, callTwo] = lines.map((line) => line.split(" "));
      expect(lines).toHaveLength(4);
      expect(one).toEqual(["record", "101", callOne![1]]);
      expect(two).toEqual(["record", "102", callTwo![1]]);
      expect(run("readelf", "-d", path("library.so"))).not.toContain("TEXTREL");
    });
  });

  it("writes the optimized IR and the assembly", () => {
    withFolder((path) => {
      writeFileSync(path("in.ll"), module(part("one", 101)));
      run(compilerPath, path("in.ll"), "-o", path("out.o"), "-O0", "--emit-ir", path("out.ll"), "--emit-asm", path("out.s"));
      expect(readFileSync(path("out.ll"), "utf8")).toContain('"statepoint-id"="101"');
      expect(readFileSync(path("out.s"), "utf8")).toContain(".llvm_stackmaps");
    });
  });

  it("compiles a module without stackmaps", () => {
    withFolder((path) => {
      writeFileSync(path("in.ll"), module("define void @f() {\nret void\n}"));
      run(compilerPath, path("in.ll"), "-o", path("out.o"));
      expect(run("readelf", "-SW", path("out.o"))).not.toContain("stackmaps");
    });
  });

  it("fails with a message", () => {
    withFolder((path) => {
      writeFileSync(path("bad.ll"), module("define void @f() {\nret i64 0\n}"));
      expect(() => run(compilerPath, path("bad.ll"), "-o", path("out.o"))).toThrow(/yugong-llvm-compile: .*bad.ll:3: /);
      expect(() => run(compilerPath, path("none.ll"), "-o", path("out.o"))).toThrow(/none.ll: No such file/);
      expect(() => run(compilerPath, "--frobnicate")).toThrow(/cannot understand '--frobnicate'/);
      expect(() => run(compilerPath, path("bad.ll"))).toThrow(/usage:/);
    });
  });
});
