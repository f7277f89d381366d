// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { compileSource, OPCODES, type Proto } from "../../lang/index.js";
import { addChunk } from "../../runtime/compiled-chunk.js";
import type { NativeProto } from "../../runtime/native.js";
import { decodeInstructions, encodeInstruction } from "../../runtime/proto-words.js";
import { toCompiledChunk } from "../../runtime/protos.js";

describe("encodeInstruction", () => {
  it("packs op, A, B and C into 16 bits each", () => {
    const op = OPCODES.findIndex(({ name }) => name === "ADD");
    expect(encodeInstruction({ op: "ADD", a: 2, b: 0, c: 0x8001 })).toBe(0x8001_0000_0002_0000n + BigInt(op));
    expect(encodeInstruction({ op: "MOVE", a: 0xffff, b: 0xffff, c: 0xffff })).toBe(0xffff_ffff_ffff_0000n);
    expect(decodeInstructions(BigUint64Array.of(0x8001_0000_0002_0000n + BigInt(op)))).toEqual([{ op: "ADD", a: 2, b: 0, c: 0x8001 }]);
  });
});

describe("addChunk", () => {
  const source = "local n = 0\nlocal function count(step) n = n + step return 'caf\xe9' end\nprint(count(2), missing)";
  const added: NativeProto[] = [];
  const seen = new Map<number, Proto>();
  const main = addChunk(
    toCompiledChunk(compileSource(source, "x.lua")),
    (proto) => added.push(proto) - 1,
    (id, proto) => seen.set(id, proto),
  );
  it("adds children before the functions that make closures of them", () => {
    expect(added.map(({ name }) => name)).toEqual(["count", "main chunk"]);
    expect(main).toBe(1);
    expect(added[1]?.protos).toEqual([0]);
    expect(seen.get(0)?.name).toBe("count");
  });
  it("hands strings over as bytes", () => {
    expect(added[0]?.constants).toContainEqual(Buffer.from("caf\xe9", "latin1"));
    expect(added[1]?.globals.map(String)).toContain("missing");
  });
  it("hands captures and operand names over as numbers", () => {
    expect([...(added[0]?.captures ?? [])]).toEqual([0, 0, 1]);
    for (const proto of added) {
      expect(proto.operandNames.length % 4).toBe(0);
      for (let i = 3; i < proto.operandNames.length; i += 4) expect(proto.operandNames[i]).toBeLessThan(proto.nameStrings.length);
    }
  });
});
