// SPDX-License-Identifier: MIT
/** What JavaScript gives engines where TypeScript would not let it. */
import { describe, expect, it } from "vitest";
import { Engine, type EngineOptions, type Program } from "../../runtime/index.js";

describe("engine options", () => {
  it.each<[unknown, RegExp]>([
    [3, /^engine options are an object, not 3$/],
    [null, /^engine options are an object, not null$/],
    [{ timeLimit: 5 }, /^there is no engine option timeLimit; there are mode, .*timeLimitMs/],
    [{ toString: 1 }, /^there is no engine option toString; /],
    [{ mode: "fast" }, /^the engine option mode must be "default" or "interpreter" or "eager", not "fast"$/],
    [{ files: "some" }, /^the engine option files must be "none" or "tree" or "all", not "some"$/],
    [{ compile: 1 }, /^the engine option compile must be "background" or "blocking", not 1$/],
    [{ compileShare: 2 }, /^the engine option compileShare must be a number from 0 to 1, or Infinity, not 2$/],
    [{ timeLimitMs: -1 }, /^the engine option timeLimitMs must be a whole number from 0 to 4294967295, not -1$/],
    [{ memoryLimitBytes: Number.NaN }, /^the engine option memoryLimitBytes must be a whole number from 0 to \d+, not NaN$/],
    [{ stdout: "file" }, /^the engine option stdout must be "capture", a function, or an object with a method write, not "file"$/],
    [{ events: [] }, /^the engine option events must be an EventStream, not /],
    [{ interruptOnSignal: 1 }, /^the engine option interruptOnSignal must be true or false, not 1$/],
    [{ publish: ["vtune"] }, /^publish: there is no target vtune; /],
  ])("%j are refused", async (options, message) => {
    await expect(Engine.create(options as EngineOptions)).rejects.toThrow(message);
    await expect(Engine.create(options as EngineOptions)).rejects.toThrow(TypeError);
  });

  it("that are undefined are not given", async () => {
    const engine = await Engine.create({ mode: undefined, stdout: undefined } as unknown as EngineOptions);
    expect(engine.run("return 1")).toEqual([1]);
    engine.dispose();
  });
});

it.each<[unknown, string | undefined, RegExp]>([
  [undefined, undefined, /^a program is its text or \{ file: PATH \}, not undefined$/],
  [5, undefined, /^a program is its text or \{ file: PATH \}, not 5$/],
  [{ path: "a.lua" }, undefined, /^a program is its text or \{ file: PATH \}, not \[object Object\]$/],
  ["return 1", 5 as unknown as string, /^a program's name is a string, not 5$/],
])("the program %j with the name %j is refused", async (program, name, message) => {
  const engine = await Engine.create();
  expect(() => engine.run(program as Program, { name: name as string })).toThrow(message);
  expect(() => engine.load(program as Program, name)).toThrow(TypeError);
  engine.dispose();
});
