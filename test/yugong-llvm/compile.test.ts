// SPDX-License-Identifier: MIT
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import { addon, attributes, module, run, withFolder } from "./support.js";

const PROGRAM = `
${attributes("stop: noreturn cold")}
declare void @yg.stackmap(i64, ...)
declare i64 @callee(i64)
declare void @stop()
define i64 @loop(i64 %n, double %d, i32 %i) {
entry:
  br label %head
head:
  %k = phi i64 [ 0, %entry ], [ %next, %body ]
  call void (i64, ...) @yg.stackmap(i64 11, i64 %k, double %d, i32 %i)
  %v = call i64 @callee(i64 %k)
  %likely.ok = icmp sge i64 %v, 0
  br i1 %likely.ok, label %body, label %exit
body:
  %next = add i64 %k, 1
  %more = icmp ult i64 %next, %n
  br i1 %more, label %head, label %done
done:
  call void (i64, ...) @yg.stackmap(i64 12, i64 %v)
  %w = call i64 @callee(i64 %v)
  ret i64 %w
exit:
  call void (i64, ...) @yg.stackmap(i64 13, i64 %v)
  call void @stop()
  unreachable
}
define i64 @dynamic(i64 %n) {
  %registers = alloca i64, i64 %n
  store i64 %n, i64* %registers
  call void (i64, ...) @yg.stackmap(i64 21, i64* %registers, i64 %n)
  %v = call i64 @callee(i64 %n)
  %r = load i64, i64* %registers
  %s = add i64 %v, %r
  ret i64 %s
}`;

/** Function addresses in an object are relocated later, so records and disassembly are compared as offsets from their functions. */
function inspect(object: Buffer) {
  return withFolder((path) => {
    writeFileSync(path("object.o"), object);
    const records = [...run("llvm-readobj-14", "--stackmap", path("object.o")).matchAll(/Record ID: (\d+), instruction offset: (\d+)/g)];
    const afterCalls = new Map<string, number[]>();
    let offsets: number[] = [];
    let start = 0;
    let calls = false;
    // One byte is decoded past a function's last call, so that the return address of a noreturn call is seen as well.
    for (const line of run("llvm-objdump-14", "-d", "--no-show-raw-insn", path("object.o")).split("\n")) {
      const label = line.match(/^([0-9a-f]+) <(\w+)>:/);
      if (label) {
        start = Number.parseInt(label[1]!, 16);
        offsets = [];
        afterCalls.set(label[2]!, offsets);
      }
      const instruction = line.match(/^\s*([0-9a-f]+):\s+(\w+)/);
      if (instruction && calls) offsets.push(Number.parseInt(instruction[1]!, 16) - start);
      if (instruction) calls = instruction[2]!.startsWith("call");
    }
    return { records: records.map((match) => ({ id: Number(match[1]), offset: Number(match[2]) })), afterCalls };
  });
}

describe.each([0, 1, 2, 3] as const)("an object at -O%i", (level) => {
  const { records, afterCalls } = inspect(addon.compileObject(module(PROGRAM), { level }));

  it("has every identifier", () => {
    expect([...new Set(records.map((record) => record.id))].sort()).toEqual([11, 12, 13, 21]);
  });

  it("has its records exactly at the return addresses", () => {
    const offsets = (from: number, to: number) =>
      records
        .filter((record) => record.id > from && record.id < to)
        .map((record) => record.offset)
        .sort((a, b) => a - b);
    // The call to @stop may be the very last instruction, with no byte after it to decode.
    const last = offsets(10, 20).at(-1)!;
    expect(offsets(10, 20).filter((offset) => offset !== last)).toEqual(afterCalls.get("loop")!.filter((offset) => offset !== last));
    expect(offsets(20, 30)).toEqual(afterCalls.get("dynamic"));
  });
});

describe("frame information", () => {
  it("covers nounwind functions too", () => {
    const object = addon.compileObject(
      module(`${attributes("*: nounwind")}define void @a() {\nret void\n}\ndefine void @b() {\nret void\n}`),
    );
    withFolder((path) => {
      writeFileSync(path("object.o"), object);
      expect(run("llvm-dwarfdump-14", "--eh-frame", path("object.o")).match(/ FDE /g)).toHaveLength(2);
    });
  });
});

describe("compile errors", () => {
  const compileError = (input: Uint8Array | string, options = {}) => {
    try {
      addon.compileObject(input, options);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };

  it("name what is wrong", () => {
    const ok = module("define void @f() {\nret void\n}");
    expect(compileError("/nonexistent/module.bc")).toBe("/nonexistent/module.bc: No such file or directory");
    expect(compileError(Buffer.from("BC\xc0\xdegarbage", "latin1"))).toMatch(/^bitcode module: /);
    expect(compileError(Buffer.alloc(0))).toBe("module is neither bitcode nor textual IR");
    expect(compileError(Buffer.alloc(64))).toBe("module is neither bitcode nor textual IR");
    expect(compileError(Buffer.from("nonsense"))).toMatch(/^module:1: expected top-level entity/);
    expect(compileError(module("define void @f() {\nret i64 0\n}"))).toMatch(/^module:3: .*value doesn't match function result type/);
    expect(compileError(ok, { pipeline: "function(nonsense)" })).toMatch(/pipeline 'function\(nonsense\)': .*nonsense/);
    expect(compileError(ok, { cpu: "z80" })).toBe("unknown processor 'z80'");
    expect(compileError(ok, { level: 4 })).toBe("option 'level' must be 0, 1, 2 or 3");
    expect(compileError(ok, { asm: "yes" })).toBe("option 'asm' must be a boolean");
  });

  it("name the function that the verifier refuses", () => {
    const text = `
define void @good() {
  ret void
}
define void @bad() {
  %x = add i64 %y, 1
  %y = add i64 %x, 1
  ret void
}`;
    expect(compileError(module(text))).toMatch(/invalid IR in function @bad: .*does not dominate/);
  });

  it("include what LLVM itself would end the process for", () => {
    const assembly = module('define void @f() {\ncall void asm sideeffect "frobnicate", ""()\nret void\n}');
    expect(compileError(assembly)).toMatch(/invalid instruction mnemonic/);
    const intrinsic = module(`
declare i64 @llvm.read_register.i64(metadata)
define i64 @f() {
  %r = call i64 @llvm.read_register.i64(metadata !0)
  ret i64 %r
}
!0 = !{!"no-such-register"}`);
    expect(compileError(intrinsic)).toMatch(/LLVM cannot go on: .*register/i);
    expect(compileError(module("define void @f() {\nret void\n}"))).toBeUndefined();
  });

  it("include truncated bitcode, at every length", () => {
    const bitcode = addon.fold(module("declare void @g()\ndefine void @f() {\ncall void @g()\nret void\n}"));
    for (let length = 4; length < bitcode.length - 4; length += 4) expect(compileError(bitcode.subarray(0, length))).toBeTypeOf("string");
  });
});
