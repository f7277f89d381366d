// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";

import { addon, addonPath, module } from "./support.js";

const DECLARATIONS =
  "declare void @yg.stackmap(i64, ...)\ndeclare i64 @helper(i64)\ndeclare i64 @another(i64)\n@shared = external global i64\n";
const caller = (name: string, callee = "helper") => `
define i64 @${name}(i64 %x) {
  call void (i64, ...) @yg.stackmap(i64 77, i64 %x)
  %r = call i64 @${callee}(i64 %x)
  %s = add i64 %r, %x
  ret i64 %s
}`;

describe("a session", () => {
  it("tells where code, stackmap and frame information are", () => {
    const session = new addon.Session();
    session.define({ helper: 0x1000n });
    const added = session.add(module(DECLARATIONS + caller("f") + caller("g")));
    expect(added.functions.map((entry) => entry.name)).toEqual(["f", "g"]);
    const end = added.codeStart + BigInt(added.codeSize);
    for (const { address, size } of added.functions) {
      expect(address).toBeGreaterThanOrEqual(added.codeStart);
      expect(address + BigInt(size)).toBeLessThanOrEqual(end);
      expect(size).toBeGreaterThan(0);
    }
    expect(added.stackmapAddress).toBeGreaterThan(end);
    expect(added.stackmapSize).toBeGreaterThan(16);
    expect(added.ehFrameSize).toBeGreaterThan(24);
    expect(added.irInstructionsBefore).toBe(6);
    expect(Object.keys(added.timings)).toEqual(["parse", "fold", "passes", "codegen", "link"]);
    for (const nanoseconds of Object.values(added.timings)) expect(nanoseconds).toBeGreaterThan(0);
    expect(added).not.toHaveProperty("asm");
  });

  it("has no stackmap for a module without markers", () => {
    const added = new addon.Session().add(module("define i64 @f() {\nret i64 1\n}"));
    expect([added.stackmapAddress, added.stackmapSize]).toEqual([0n, 0]);
  });

  it("returns texts on demand", () => {
    const session = new addon.Session();
    session.define({ helper: 0x1000n });
    const added = session.add(module(DECLARATIONS + caller("f")), {
      irBefore: true,
      irAfter: true,
      asm: true,
      pipeline: "function(instcombine)",
    });
    expect(added.irBefore).toContain('"deopt"(i64 %x)');
    expect(added.irAfter).toContain('"deopt"(i64 %x)');
    expect(added.asm).toContain(".llvm_stackmaps");
  });

  it("takes the same name again and again", () => {
    const session = new addon.Session();
    session.define({ helper: 0x1000n });
    const addresses = Array.from({ length: 5 }, () => session.add(module(DECLARATIONS + caller("f"))).functions[0]!.address);
    expect(new Set(addresses).size).toBe(5);
  });

  it("places code within reach of direct calls", () => {
    const helper = new addon.Session().add(module("define i64 @helper(i64 %x) {\nret i64 %x\n}")).codeStart;
    const session = new addon.Session({ near: helper });
    session.define({ helper });
    const { codeStart } = session.add(module(DECLARATIONS + caller("f")));
    const distance = codeStart > helper ? codeStart - helper : helper - codeStart;
    expect(distance).toBeLessThan(1n << 31n);
  });

  it("places code somewhere when nothing near is free", () => {
    const session = new addon.Session({ near: 0xffff_8000_0000_0000n });
    session.define({ helper: 0xffff_8000_0000_0000n });
    expect(session.add(module(DECLARATIONS + caller("f"))).codeStart).toBeGreaterThan(0n);
  });

  it("defines thousands of symbols", () => {
    const session = new addon.Session();
    session.define(Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`symbol${i}`, BigInt(i)])));
    session.define({ helper: 1n });
    expect(() => session.add(module(DECLARATIONS + caller("f")))).not.toThrow();
  });
});

describe("an unresolved symbol", () => {
  it("is an error that names all of them, after which the session is as before", () => {
    const session = new addon.Session();
    const text = module(DECLARATIONS + caller("f") + caller("g", "another"));
    expect(() => session.add(text)).toThrow("link: undefined symbols: another, helper");
    expect(session.usedBytes()).toBe(0);
    session.define({ helper: 1n, another: 2n });
    expect(session.add(text).functions).toHaveLength(2);
  });

  it("may be data", () => {
    const text = module(`${DECLARATIONS}define i64 @f() {\n%v = load i64, i64* @shared\nret i64 %v\n}`);
    const session = new addon.Session();
    expect(() => session.add(text)).toThrow("undefined symbols: shared");
    session.define({ shared: 0x1234_5678_9abcn });
    expect(session.add(text).codeSize).toBeGreaterThan(0);
  });
});

describe("removing", () => {
  it("gives the memory back, in any order", () => {
    const session = new addon.Session();
    session.define({ helper: 1n });
    const keys = Array.from({ length: 300 }, () => session.add(module(DECLARATIONS + caller("f")), { level: 0 }).resourceKey);
    const full = session.usedBytes();
    expect(full).toBeGreaterThan(0);
    for (const key of keys.filter((_, i) => i % 2 === 0)) session.remove(key);
    for (const key of keys.filter((_, i) => i % 2 === 1)) session.remove(key);
    expect(session.usedBytes()).toBe(0);
  });

  it("lets new code use the same pages", () => {
    const session = new addon.Session();
    session.define({ helper: 1n });
    const seen = new Set<bigint>();
    for (let i = 0; i < 200; i++) {
      const { codeStart, resourceKey } = session.add(module(DECLARATIONS + caller("f")), { level: 0 });
      seen.add(codeStart);
      session.remove(resourceKey);
    }
    expect(seen.size).toBe(1);
  });

  it("twice is an error", () => {
    const session = new addon.Session();
    const { resourceKey } = session.add(module("define void @f() {\nret void\n}"));
    session.remove(resourceKey);
    expect(() => session.remove(resourceKey)).toThrow(`there is no module ${resourceKey} in this session`);
  });
});

describe("wrong arguments", () => {
  it("are TypeErrors", () => {
    const session = new addon.Session();
    expect(() => session.define({ helper: 5 as unknown as bigint })).toThrow("the address of 'helper' must be a bigint of 64 bits");
    expect(() => session.define({ helper: -5n })).toThrow(TypeError);
    expect(() => session.add(5 as unknown as string)).toThrow("the module must be a Uint8Array or the path of a file");
    expect(() => new addon.Session({ near: "here" as unknown as bigint })).toThrow("option 'near' must be a bigint of 64 bits");
    expect(() => new addon.Session({ cpu: "z80" })).toThrow("unknown processor 'z80'");
  });
});

describe("in the background", () => {
  const heavy = (count: number): Buffer => module(DECLARATIONS + Array.from({ length: count }, (_, i) => caller(`f${i}`)).join("\n"));

  it("modules are compiled in order, and say what became of them", () => {
    const session = new addon.Session();
    session.define({ helper: 0x1000n });
    const jobs = [
      session.start(module(DECLARATIONS + caller("f"))),
      session.start(module(DECLARATIONS + caller("g", "another"))),
      session.start(module("define i64 @h( {")),
      session.start(module(DECLARATIONS + caller("h")), { asm: true }),
    ];
    session.wait();
    const finished = session.finished();
    expect(finished.map(({ job }) => job)).toEqual(jobs);
    expect(finished[0]?.added?.functions.map(({ name }) => name)).toEqual(["f"]);
    expect(finished[1]?.error?.message).toContain("undefined symbols: another");
    expect(finished[2]?.error?.message).toContain("expected");
    expect(finished[3]?.added?.asm).toContain(".llvm_stackmaps");
    expect(session.finished()).toEqual([]);
    for (const { added } of finished) if (added) session.remove(added.resourceKey);
    expect(session.usedBytes()).toBe(0);
  });

  it("the caller goes on, and compiles in the same session meanwhile", () => {
    const session = new addon.Session();
    session.define({ helper: 0x1000n });
    session.start(heavy(400));
    expect(session.finished()).toEqual([]);
    const names = Array.from({ length: 20 }, (_, i) => session.add(module(DECLARATIONS + caller(`m${i}`))).functions[0]?.name);
    expect(names).toEqual(Array.from({ length: 20 }, (_, i) => `m${i}`));
    session.wait();
    expect(session.finished()[0]?.added?.functions.length).toBe(400);
  });

  it("the bytes given may be written again at once", () => {
    const session = new addon.Session();
    session.define({ helper: 0x1000n });
    const bytes = module(DECLARATIONS + caller("f"));
    session.start(bytes);
    bytes.fill(0);
    session.wait();
    expect(session.finished()[0]?.added?.functions[0]?.name).toBe("f");
  });

  for (const ending of ["", "process.exit(7);", "session = undefined; globalThis.gc();"]) {
    it(`a process may end while a module is being compiled (${ending || "by itself"})`, () => {
      const source = `let session = new (require(${JSON.stringify(addonPath)}).Session)();
        session.define({ helper: 0x1000n });
        for (let i = 0; i < 5; i++) session.start(Buffer.from(${JSON.stringify(heavy(200).toString())}));
        ${ending}`;
      const { status, signal, stderr } = spawnSync(process.execPath, ["--expose-gc", "-e", source], { encoding: "utf8" });
      expect({ status, signal, stderr }).toEqual({ status: ending.includes("exit") ? 7 : 0, signal: null, stderr: "" });
    });
  }
});

describe("worker threads", () => {
  it("compile in sessions of their own, at the same time", async () => {
    const text = module(caller("f").replace(/call void.*yg.stackmap.*/, "") + DECLARATIONS).toString();
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      const { Session } = require(workerData.addonPath);
      const session = new Session();
      session.define({ helper: 1n });
      let total = 0;
      for (let i = 0; i < 50; i++) total += session.add(Buffer.from(workerData.text)).functions.length;
      parentPort.postMessage(total);`;
    const results = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(source, { eval: true, workerData: { addonPath, text } });
            worker.on("message", resolve).on("error", reject);
          }),
      ),
    );
    expect(results).toEqual([50, 50, 50]);
  });
});
