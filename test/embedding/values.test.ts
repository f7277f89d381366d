// SPDX-License-Identifier: MIT
/** Each row of the table in runtime/embedding/values.ts, in both directions. */
import { describe, expect, it } from "vitest";
import { LuaCoroutine, LuaFile, LuaFunction, type LuaInput, LuaTable, multi } from "../../runtime/index.js";
import { engines } from "./support.js";

const create = engines({ mode: "interpreter", stdout: "capture", stress: { collectEvery: 1 } });

describe("values", () => {
  it("come out as their counterparts", async () => {
    const engine = await create();
    expect(engine.run("return nil, true, false, 1, -0.5, 2^40, 'text', 'é'")).toEqual([
      undefined,
      true,
      false,
      1,
      -0.5,
      2 ** 40,
      "text",
      "é",
    ]);
    const [table, fn, coroutine, file] = engine.run("return {}, print, coroutine.create(function() end), io.stdout");
    expect([table, fn, coroutine, file].map((value) => value?.constructor)).toEqual([LuaTable, LuaFunction, LuaCoroutine, LuaFile]);
    expect(engine.run("")).toEqual([]);
  });

  it("go in as their counterparts", async () => {
    const engine = await create();
    const describeAll = engine.load(
      "local out = {} for i = 1, select('#', ...) do local v = select(i, ...) out[i] = type(v) .. ' ' .. tostring(v) end return unpack(out)",
    );
    expect(describeAll.call(undefined, null, true, 1, 1.5, "x", Buffer.from([65]))).toEqual([
      "nil nil",
      "nil nil",
      "boolean true",
      "number 1",
      "number 1.5",
      "string x",
      "string A",
    ]);
  });

  it.each([0, -0, 1, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 0.1, 1e308, Number.POSITIVE_INFINITY, Number.NaN])(
    "the number %s makes the way there and back",
    async (number) => {
      const engine = await create();
      const [back, same] = engine.load("local x = ... return x, x == x").call(number);
      expect(Object.is(back, number)).toBe(true);
      expect(same).toBe(!Number.isNaN(number));
    },
  );

  it("strings are bytes: what is no UTF-8 comes as a Buffer", async () => {
    const engine = await create();
    expect(engine.run(String.raw`return "\255", "a\0b", "\237\160\128", "\192\128", "\244\144\128\128", "\240\159\152\128"`)).toEqual([
      Buffer.from([255]),
      "a\0b",
      Buffer.from([0xed, 0xa0, 0x80]), // a surrogate
      Buffer.from([0xc0, 0x80]), // an overlong NUL
      Buffer.from([0xf4, 0x90, 0x80, 0x80]), // above U+10FFFF
      "😀",
    ]);
    expect(engine.load("local s = ... return #s, s").call("é")).toEqual([2, "é"]);
    expect(engine.load("local s = ... return #s, s:byte(1)").call(new Uint8Array([233]))).toEqual([1, 233]);
  });

  it("strings: latin1 and bytes", async () => {
    const latin1 = await create({ strings: "latin1" });
    expect(latin1.load("local s = ... return #s, s, '\\233'").call("é")).toEqual([1, "é", "é"]);
    expect(() => latin1.load("").call("€")).toThrow('a character that is no byte (strings: "latin1"): "€"');
    const bytes = await create({ strings: "bytes" });
    expect(bytes.run("return 'a'")).toEqual([Buffer.from("a")]);
    await expect(create({ strings: "utf16" as "utf8" })).rejects.toThrow(TypeError);
  });

  it.each([
    ["a bigint", 1n as unknown as LuaInput],
    ["a symbol", Symbol("s") as unknown as LuaInput],
    ["a Date", new Date()],
    ["a Promise", Promise.resolve()],
    ["an Error in an array", [new Error("e")]],
    ["multi outside of a result", multi(1)],
  ])("%s has no counterpart", async (_, value) => {
    const engine = await create();
    expect(() => engine.set("x", value)).toThrow(TypeError);
    expect(engine.get("x")).toBeUndefined();
  });
});

describe("tables", () => {
  it("are the same handle when they are the same table", async () => {
    const engine = await create();
    const [a, b, c] = engine.run("t = {} return t, t, {}");
    expect(a).toBe(b);
    expect(a).not.toBe(c);
    expect(engine.get("t")).toBe(a);
    expect(engine.load("return ... == t").call(a)).toEqual([true]);
  });

  it("get, set, length, entries", async () => {
    const engine = await create();
    const table = engine.table([10, 20]);
    table.set("x", 1);
    table.set(2.5, "half");
    table.set(3, 30);
    expect([table.get(1), table.get("x"), table.get(2.5), table.get("none"), table.get(undefined), table.length]).toEqual([
      10,
      1,
      "half",
      undefined,
      undefined,
      3,
    ]);
    expect([...table]).toEqual(
      expect.arrayContaining([
        [1, 10],
        [2, 20],
        [3, 30],
        ["x", 1],
        [2.5, "half"],
      ]),
    );
    table.set("x", undefined);
    expect(table.entries()).toHaveLength(4);
    expect(() => table.set(undefined, 1)).toThrow("table index is nil");
    expect(() => table.set(Number.NaN, 1)).toThrow("table index is NaN");
  });

  it("ask their metatables", async () => {
    const engine = await create();
    const [proxy] = engine.run(`
      local log = {}
      return setmetatable({}, {
        __index = function(t, key) return key .. "!" end,
        __newindex = function(t, key, value) if value == 0 then error("zero") end rawset(t, key, value * 2) end })`) as [LuaTable];
    expect(proxy.get("a")).toBe("a!");
    proxy.set("b", 21);
    expect(proxy.get("b")).toBe(42);
    expect(() => proxy.set("c", 0)).toThrow("zero");
  });

  it("copies go in and out whole", async () => {
    const engine = await create();
    const data = { list: [1, "two", [3]], empty: {}, nested: { flag: true }, ["__proto__"]: "p" };
    expect((engine.load("return ...").call(data)[0] as LuaTable).toJS()).toEqual(data);
    expect(engine.load("local t = ... return #t.list, t.list[3][1], t.nested.flag, next(t.empty)").call(data)).toEqual([
      3,
      3,
      true,
      undefined,
    ]);
    const keyed = engine.table(
      new Map<LuaInput, LuaInput>([
        [true, "yes"],
        [1.5, "x"],
      ]),
    );
    expect(keyed.get(true)).toBe("yes");
    expect(() => keyed.toJS()).toThrow("a table has a key that no JavaScript object can have: a boolean");
    expect(() => engine.table(new Uint8Array(1))).toThrow(TypeError);
  });

  it("copies keep cycles and shared parts", async () => {
    const engine = await create();
    const part = [1];
    const data: Record<string, unknown> = { a: part, b: part };
    data.self = data;
    const table = engine.table(data);
    expect(engine.load("local t = ... return t.self == t, t.a == t.b").call(table)).toEqual([true, true]);
    const copy = table.toJS() as typeof data;
    expect(copy.self).toBe(copy);
    expect(copy.a).toBe(copy.b);
    expect(copy.a).toEqual([1]);
  });

  it("globals are a table", async () => {
    const engine = await create();
    engine.set("answer", 42);
    expect(engine.run("return answer, _G.answer")).toEqual([42, 42]);
    engine.run("other = { 1 }");
    expect((engine.globals.get("other") as LuaTable).toJS()).toEqual([1]);
    expect(engine.globals).toBe(engine.get("_G"));
  });
});

describe("handles", () => {
  it("of another engine, and after dispose, are errors", async () => {
    const [one, other] = [await create(), await create()];
    const [table, fn] = one.run("return {}, print") as [LuaTable, LuaFunction];
    expect(() => other.set("t", table)).toThrow("a LuaTable of another engine");
    expect(() => other.load("").call({ deep: [fn] })).toThrow("a LuaFunction of another engine");
    table.dispose();
    expect(() => table.get(1)).toThrow("this LuaTable has been disposed of");
    table.dispose();
    one.dispose();
    expect(() => fn.call()).toThrow("the engine has been disposed of");
    expect(() => one.run("return 1")).toThrow("the engine has been disposed of");
    fn.dispose();
  });

  it("do not travel to another thread", async () => {
    const engine = await create();
    const [table] = engine.run("return {}");
    expect(() => structuredClone(table)).toThrow("could not be cloned");
  });
});
