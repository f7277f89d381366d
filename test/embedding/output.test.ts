// SPDX-License-Identifier: MIT
/** Where print and io.write go. */
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { Engine } from "../../runtime/index.js";
import { engines, thrownBy } from "./support.js";

const create = engines({ mode: "interpreter" });

describe("standard output", () => {
  it("is captured, as text or bytes", async () => {
    const engine = await create({ stdout: "capture" });
    engine.run(String.raw`print("a", 1) io.write("é") io.stdout:write("\255")`);
    expect(engine.takeOutputBytes()).toEqual(Buffer.concat([Buffer.from("a\t1\né"), Buffer.from([255])]));
    engine.run("print('next')");
    expect(engine.takeOutput()).toBe("next\n");
    expect(engine.takeOutput()).toBe("");
  });

  it("goes to a function, in order with what host functions do", async () => {
    const seen: string[] = [];
    const engine = await create({ stdout: (bytes) => void seen.push(bytes.toString()) });
    engine.set("log", (text: string) => void seen.push(text));
    engine.run("print(1) log('a') print(2) io.flush() print(3) log('b') print(4) print(5)");
    expect(seen).toEqual(["1\n", "a", "2\n", "3\n", "b", "4\n5\n"]);
  });

  it("goes to a stream, in pieces when there is much", async () => {
    const stream = new PassThrough();
    const engine = await create({ stdout: stream });
    engine.run("for i = 1, 20000 do print(i) end");
    stream.end();
    const numbers = (await text(stream)).split("\n");
    expect(numbers).toHaveLength(20001);
    expect(numbers.slice(-3)).toEqual(["19999", "20000", ""]);
  });

  it("is complete when the program fails", async () => {
    const engine = await create({ stdout: "capture" });
    thrownBy(() => engine.run("print('before') error('x')"));
    expect(engine.takeOutput()).toBe("before\n");
    thrownBy(() => engine.run("print('before exit') os.exit(1)"));
    expect(engine.takeOutput()).toBe("before exit\n");
  });

  it("a function that throws ends the program", async () => {
    const error = new Error("disk full");
    const engine = await Engine.create({
      mode: "interpreter",
      stdout: () => {
        throw error;
      },
    });
    expect(thrownBy(() => engine.run("pcall(function() print(1) io.flush() end) after = true"))).toBe(error);
    expect(engine.get("after")).toBeUndefined();
  });

  it("its function cannot run programs", async () => {
    const problems: unknown[] = [];
    const engine: Engine = await create({ stdout: () => void problems.push(thrownBy(() => engine.run("return 1"))) });
    engine.run("print(1) io.flush()");
    expect(problems).toHaveLength(1);
    expect(String(problems[0])).toBe("Error: the engine is running: only a host function can call it");
  });
});
