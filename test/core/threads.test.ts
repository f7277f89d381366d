// SPDX-License-Identifier: MIT
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { HostFunction, Stack } from "../../runtime/index.js";
import { projectRoot } from "../../runtime/native.js";

const compiled = join(projectRoot, "dist/runtime/index.js");

/** Run `body` in a worker, with `data`, and the package as `yugong`; what it returns. */
function inWorker(body: string, data: unknown): Promise<unknown> {
  const source = `
    const { parentPort, workerData: data } = require("node:worker_threads");
    import(${JSON.stringify(compiled)}).then((yugong) => {
      try { parentPort.postMessage((() => { ${body} })()); }
      catch (error) { parentPort.postMessage(error.constructor.name + ": " + error.message); }
    });`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData: data });
    worker
      .on("message", resolve)
      .on("error", reject)
      .on("exit", () => reject(new Error("the worker ended")));
  });
}

describe.runIf(existsSync(compiled))("another thread", () => {
  // Textual IR: llvm-bindings can be loaded into one thread of a process only.
  const build = `
    const stack = new yugong.Stack(), session = new yugong.Session();
    const m = Buffer.from("declare i64 @host(i64, i64)\\ndeclare void @yg.stackmap(i64, ...)\\ndefine i64 @f(i64 %x) {\\n" +
      "call void (i64, ...) @yg.stackmap(i64 1)\\n%y = call i64 @host(i64 " + stack.address + ", i64 %x)\\nret i64 %y\\n}\\n");`;

  it("has stacks and host functions of its own", async () => {
    expect(
      await inWorker(
        `${build}
        session.define({ host: new yugong.HostFunction((_, x) => x * 2n) });
        stack.push(session.compile(m).address("f"));
        return stack.resume(21);`,
        {},
      ),
    ).toBe(42n);
  });

  it("cannot use this thread's host functions: an error", async () => {
    const mine = new HostFunction(() => 1);
    expect(
      await inWorker(
        `${build}
        session.define({ host: data.address });
        stack.push(session.compile(m).address("f"));
        return stack.resume(21);`,
        { address: mine.address },
      ),
    ).toBe("Error: a host function was called on another thread than the one that made it");
  });

  it("cannot use this thread's stacks: they do not travel", async () => {
    const stack = new Stack();
    expect(await inWorker("return yugong.Stack.prototype.resume.call(data.stack, 1n)", { stack })).toMatch(/^TypeError/);
  });

  it("can be ended while a host function runs", async () => {
    const worker = new Worker(
      `import(${JSON.stringify(compiled)}).then((yugong) => {
        ${build}
        session.define({ host: new yugong.HostFunction(() => { for (;;) require("node:worker_threads").parentPort.postMessage(1); }) });
        stack.push(session.compile(m).address("f"));
        stack.resume(21);
      })`,
      { eval: true },
    );
    await new Promise((resolve) => worker.once("message", resolve));
    expect(await worker.terminate()).toBe(1);
  });
});
