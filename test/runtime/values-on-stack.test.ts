// SPDX-License-Identifier: MIT
/**
 * When LLVM's register allocator gives up or crashes, because a call keeps more values than there are registers for them, the unit is compiled again with
 * the values on the stack: in the background, if that is where it was compiled.
 */
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type * as YugongLlvm from "../../native/yugong-llvm/yugong-llvm.js";
import { runInChild } from "../../runtime/child.js";
import { Engine } from "../../runtime/engine.js";
import { EventStream } from "../../runtime/events.js";
import { projectRoot } from "../../runtime/native.js";
import { expectOutput } from "../support/expectations.js";
import { runPeer } from "../support/peers.js";

/** What LLVM says. */
let message = "";
/** What has been asked of it, in order. */
const asked: string[] = [];

/** LLVM cannot compile a module with its values in registers. */
vi.mock("../../runtime/native.js", async (original) => {
  const native = await original<typeof import("../../runtime/native.js")>();
  const addon = native.loadYugongLlvm<typeof YugongLlvm>();
  const gaveUp = (): Error => new Error(message);
  class Session extends addon.Session {
    private readonly inRegisters = new Set<number>();

    override add(module: YugongLlvm.Module, options: YugongLlvm.CompileOptions = {}): YugongLlvm.AddedModule {
      asked.push(`at once, values ${options.valuesInRegisters ? "in registers" : "on the stack"}`);
      if (options.valuesInRegisters) throw gaveUp();
      return super.add(module, options);
    }

    override start(module: YugongLlvm.Module, options: YugongLlvm.CompileOptions = {}): number {
      asked.push(`in the background, values ${options.valuesInRegisters ? "in registers" : "on the stack"}`);
      const job = super.start(module, options);
      if (options.valuesInRegisters) this.inRegisters.add(job);
      return job;
    }

    override finished(): YugongLlvm.FinishedModule[] {
      return super.finished().map(({ job, began, ended, added }) => {
        if (added === undefined) throw new Error("LLVM compiles these programs");
        if (!this.inRegisters.delete(job)) return { job, began, ended, added };
        this.remove(added.resourceKey);
        return { job, began, ended, error: gaveUp() };
      });
    }
  }
  return { ...native, loadYugongLlvm: () => ({ ...addon, Session }) };
});

const sum = "local s = 0 for i = 1, 6e7 do s = s + i % 7 end return s";

describe.each([
  ["background", "in the background", "LLVM cannot go on: ran out of registers during register allocation"],
  ["background", "in the background", "LLVM has crashed while it generated code"],
  ["blocking", "at once", "LLVM cannot go on: ran out of registers during register allocation"],
  ["blocking", "at once", "LLVM has crashed while it generated code"],
] as const)("a unit whose values LLVM cannot keep in registers, compile: %s, %s, %s", (compile, where, said) => {
  it("is compiled again with them on the stack, in the same place, and runs", async () => {
    asked.length = 0;
    message = said;
    const events = new EventStream(1000);
    const engine = await Engine.create({ compile, events });
    expect(engine.run(sum)).toEqual([8_571_428 * 21 + 1 + 2 + 3 + 4]);
    expect(asked.slice(0, 2)).toEqual([`${where}, values in registers`, `${where}, values on the stack`]);
    expect(asked.every((what) => what.startsWith(where))).toBe(true);
    const compiled = [...events].filter(({ kind }) => kind === "compile");
    expect(compiled.length).toBeGreaterThan(0);
    for (const event of compiled) expect(event).toMatchObject({ valuesOnStack: true });
    expect([...events].map(({ kind }) => kind)).toContain("osr-entry");
  });
});

describe("a program in which LLVM has run out of registers", () => {
  it("does what it does elsewhere, compiled in the background", () => {
    const file = join(projectRoot, "test", "regressions", "too-many-values-for-registers.lua");
    expectOutput(runInChild(file, { compile: "background", hot: 8 }), runPeer(file, []));
  });
});
