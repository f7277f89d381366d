// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { HostFunction } from "../../runtime/core/host-function.js";
import { disassemble, dump, Procedure, stateAt, stateRows } from "../../runtime/dynamic/index.js";
import { addon } from "../../runtime/dynamic/procedure.js";
import { projectRoot } from "../../runtime/native.js";

const START = 0x7e0000000000n;

// push %rbp; mov %rsp,%rbp; sub $32,%rsp; mov %rbx,-8(%rbp); leave; ret
const CODE = Uint8Array.of(0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x20, 0x48, 0x89, 0x5d, 0xf8, 0xc9, 0xc3);

const framed = (start = START): Procedure =>
  new Procedure("framed", start, CODE.length)
    .region(12, (r) => r.add(0, "rsp", -8).spillStack(0, "rbp", 0).save(1, "rsp", "rbp").add(4, "rsp", -32).spillFrame(8, "rbx", -8))
    .region(-2, (r) => r.popFrames(0, 2));

const addonFile = resolve(projectRoot, process.env.YUGONG_BUILD_DIR ?? "build", "Release/yugong.node");
const haveDisassembler = spawnSync("llvm-mc-14", ["--version"]).error === undefined;

describe("a procedure", () => {
  it("has a state at every instruction", () => {
    expect(framed().states([0, 1, 4, 8, 12, 13])).toEqual([
      "cfa=rsp+8 rip=[cfa-8]",
      "cfa=rsp+16 rbp=[cfa-16] rip=[cfa-8]",
      "cfa=rbp+16 rbp=[cfa-16] rip=[cfa-8]",
      "cfa=rbp+16 rbp=[cfa-16] rip=[cfa-8]",
      "cfa=rbp+16 rbx=[cfa-24] rbp=[cfa-16] rip=[cfa-8]",
      "cfa=rsp+8 rip=[cfa-8]",
    ]);
  });

  it("is found while it is registered", () => {
    expect(stateAt(START)).toBeUndefined();
    const registration = framed().register();
    expect(stateAt(START + 4n)).toBe("cfa=rbp+16 rbp=[cfa-16] rip=[cfa-8]");
    expect(() => framed(START + 2n).register()).toThrow("registered at these addresses already");
    registration.cancel();
    expect(stateAt(START + 4n)).toBeUndefined();
    expect(() => registration.cancel()).toThrow("Nothing is registered here");
  });

  it("can be like another", () => {
    const registration = framed().register();
    const copy = new Procedure("copy", START + 0x100n, CODE.length).region(CODE.length, (r) => r.alias(START));
    expect(copy.states([1, 12, 13])).toEqual(framed().states([1, 12, 13]));
    registration.cancel();
    expect(() => copy.states([1])).toThrow("ALIAS names addresses that are not all registered");
  });

  it("says where it is malformed, and is not registered", () => {
    const bad = new Procedure("bad", START, 16).region(8).region(8, (r) => r.add(0, "rsp", -8).copyState(3));
    expect(() => bad.register()).toThrow("region 1, operation 1: COPY_STATE names a label that no earlier LABEL_STATE has set.");
    try {
      bad.register();
    } catch (error) {
      expect(error).toMatchObject({ status: -13, region: 1, operation: 1 });
    }
    expect(stateAt(START)).toBeUndefined();
    expect(() => new Procedure("", START, 8).region(4, (r) => r.add(0.5, "rsp", 8))).toThrow("when must be an integer");
    expect(() => new Procedure("", START, 8).region(9).register()).toThrow("region 0: The regions are longer");
  });

  it("becomes .eh_frame", () => {
    const bytes = framed().toEhFrame();
    expect(bytes.length % 4).toBe(0);
    expect(Buffer.from(bytes).readUInt32LE(4)).toBe(0);
    expect(Buffer.from(bytes.subarray(9, 11)).toString()).toBe("zR");
  });
});

describe("the trampolines of host functions", () => {
  it("are described from their first byte to their last", () => {
    const hostFunction = new HostFunction(() => 0n);
    for (const offset of [0n, 1n, 10n, 20n, 30n]) expect(stateAt(hostFunction.address + offset)).toBe("cfa=rsp+8 rip=[cfa-8]");
  });
});

describe("the assembly stubs", () => {
  it("are described from their first byte to their last", () => {
    const { dynamicStubs } = addon();
    const symbols = spawnSync("nm", ["-S", addonFile], { encoding: "utf8", maxBuffer: 1 << 26 });
    expect(Object.keys(dynamicStubs)).toHaveLength(5);
    for (const [name, [start, size]] of Object.entries(dynamicStubs)) {
      const expected = name === "yugong_core_tombstone" ? "cfa=rsp+8 rip=lost" : "cfa=rsp+8 rip=[cfa-8]";
      if (symbols.status === 0) expect(symbols.stdout).toContain(` ${size.toString(16).padStart(16, "0")} t ${name}\n`);
      for (let offset = 0; offset < size; offset++) expect(stateAt(start + BigInt(offset)), name).toBe(expected);
    }
  });
});

describe("dump", () => {
  it.runIf(haveDisassembler)("prints the state next to the disassembly", () => {
    expect(dump(framed(), CODE).split("\n")).toEqual([
      "offset  bytes        instruction          CFA     caller's registers",
      "0       55           pushq %rbp           rsp+8   rip=[cfa-8]",
      "1       48 89 e5     movq %rsp, %rbp      rsp+16  rbp=[cfa-16] rip=[cfa-8]",
      "4       48 83 ec 20  subq $32, %rsp       rbp+16  rbp=[cfa-16] rip=[cfa-8]",
      "8       48 89 5d f8  movq %rbx, -8(%rbp)  rbp+16  rbp=[cfa-16] rip=[cfa-8]",
      "12      c9           leave                rbp+16  rbx=[cfa-24] rbp=[cfa-16] rip=[cfa-8]",
      "13      c3           retq                 rsp+8   rip=[cfa-8]",
    ]);
  });

  it("takes a text of the user's", () => {
    const rows = stateRows(framed(), CODE, [
      { offset: 0, size: 1, text: "push" },
      { offset: 12, size: 2, text: "leave, return" },
    ]);
    expect(rows.map(({ text, cfa, registers }) => [text, cfa, registers.rbx])).toEqual([
      ["push", "rsp+8", undefined],
      ["leave, return", "rbp+16", "[cfa-24]"],
    ]);
  });

  it.runIf(haveDisassembler)("shows bytes that are no instruction", () => {
    expect(disassemble(Uint8Array.of(0x06, 0x90)).map(({ text }) => text)).toEqual([".byte 0x06", "nop"]);
  });
});
