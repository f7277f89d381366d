// SPDX-License-Identifier: MIT
/** Calls into the language, calls from it, and both within each other, in each tier. */
import { describe, expect, it } from "vitest";
import { CompileError, ExitError, LuaError, type LuaFunction, type LuaTable, multi } from "../../runtime/index.js";
import { COLLECTING, engines, TIERS, thrownBy } from "./support.js";

describe.each([...TIERS, ...COLLECTING])("%s", (_, tier) => {
  const create = engines({ ...tier, stdout: "capture" });

  describe("calls into the language", () => {
    it("run programs with arguments, and give all results", async () => {
      const engine = await create();
      expect(engine.run("local a, b = ... return a + b, a * b", { args: [6, 7] })).toEqual([13, 42]);
      const [fn] = engine.run("return function(...) return select('#', ...), ... end") as [LuaFunction];
      const many = Array.from({ length: 100 }, (_, index) => index);
      expect(fn.call(...many)).toEqual([100, ...many]);
      const [callable] = engine.run("return setmetatable({}, { __call = function(self, x) return x + 1 end })") as [LuaTable];
      engine.set("callable", callable);
      expect(engine.run("return callable(1)")).toEqual([2]);
    });

    it("keep what a program has defined", async () => {
      const engine = await create();
      engine.run("function counter() n = (n or 0) + 1 return n end");
      const counter = engine.get("counter") as LuaFunction;
      for (let i = 1; i <= 50; i++) expect(counter.call()).toEqual([i]);
    });

    it("throw errors with value, message and traceback", async () => {
      const engine = await create();
      const error = thrownBy(() => engine.run("local function f() return nil + 1 end\nf()", { name: "=program" })) as LuaError;
      expect(error).toBeInstanceOf(LuaError);
      expect(error.message).toBe("program:1: attempt to perform arithmetic on a nil value");
      expect(error.value).toBe(error.message);
      expect(error.traceback).toBe("stack traceback:\n\tprogram:1: in function 'f'\n\tprogram:2: in main chunk\n\t[C]: ?");
      const withTable = thrownBy(() => engine.run("error({ code = 7 })")) as LuaError;
      expect((withTable.value as LuaTable).toJS()).toEqual({ code: 7 });
      expect(thrownBy(() => engine.run("error(nil)"))).toBeInstanceOf(LuaError);
      expect(engine.run("return 1")).toEqual([1]);
    });

    it("throw what is no program before it runs", async () => {
      const engine = await create();
      expect(thrownBy(() => engine.run("return +"))).toBeInstanceOf(CompileError);
    });

    it("end with os.exit", async () => {
      const engine = await create();
      expect(thrownBy(() => engine.run("os.exit(3)"))).toMatchObject({ code: 3 });
      expect(engine.run("return 1")).toEqual([1]);
    });
  });

  describe("host functions", () => {
    it("get values and give results", async () => {
      const engine = await create();
      engine.set("divide", (a: number, b: number) => multi(Math.floor(a / b), a % b));
      engine.set("nothing", () => undefined);
      engine.set("list", () => [1, 2]);
      expect(engine.run("local q, r = divide(17, 5) return q, r, select('#', nothing()), #list()")).toEqual([3, 2, 0, 2]);
      engine.set("sum", (...all: number[]) => all.reduce((a, b) => a + b, 0));
      expect(engine.run("local s = 0 for i = 1, 2000 do s = s + sum(i, 1, 1, 1) end return s")).toEqual([2001000 + 6000]);
      expect(engine.run("return divide == divide, type(divide)")).toEqual([true, "function"]);
    });

    it("are one function for one function", async () => {
      const engine = await create();
      const log = (): void => {};
      engine.set("a", log);
      engine.set("b", log);
      expect(engine.run("return a == b")).toEqual([true]);
      engine.hostFunction(log).dispose();
      engine.set("c", log);
      expect(engine.run("c() return type(c)")).toEqual(["function"]);
    });

    it("throw: pcall gets the message, with the caller's place", async () => {
      const engine = await create();
      engine.set("fail", () => {
        throw new RangeError("out of range");
      });
      engine.set("failWith", (value: LuaTable) => {
        throw value;
      });
      const program = "local function f()\n  fail()\n  return 1\nend\nreturn pcall(f)";
      expect(engine.run(program, { name: "=p" })).toEqual([false, "p:2: out of range"]);
      expect(engine.run("local t = {} local ok, e = pcall(failWith, t) return ok, e == t")).toEqual([false, true]);
      expect(engine.run("return select(2, pcall(failWith, 'plain'))")).toEqual(["plain"]);
    });

    it("throw: uncaught, the very error comes out", async () => {
      const engine = await create();
      const error = new RangeError("out of range");
      engine.set("fail", () => {
        throw error;
      });
      expect(thrownBy(() => engine.run("local function f() fail() end f()"))).toBe(error);
      expect(thrownBy(() => engine.run("local ok, e = pcall(fail) error(e, 0)"))).toBe(error);
      expect(thrownBy(() => engine.run("pcall(fail) error('something else')"))).toBeInstanceOf(LuaError);
    });

    it("pass errors of the language on as they are", async () => {
      const engine = await create();
      engine.set("call", (f: LuaFunction) => f.call()[0]);
      expect(engine.run("local t = {} local ok, e = pcall(call, function() error(t) end) return ok, e == t")).toEqual([false, true]);
      const error = thrownBy(() => engine.run("call(function() call(function() error('deep', 0) end) end)")) as LuaError;
      expect(error).toBeInstanceOf(LuaError);
      expect(error.value).toBe("deep");
    });

    it("cannot give Promises, nor what has no counterpart", async () => {
      const engine = await create();
      engine.set("later", async () => 1);
      engine.set("date", () => new Date());
      const [ok, message] = engine.run("return pcall(later)");
      expect(ok).toBe(false);
      expect(message).toMatch("returned a Promise, for which the language cannot wait");
      expect(engine.run("return select(2, pcall(date))")[0]).toMatch("a Date has no counterpart");
    });
  });

  describe("calls within calls", () => {
    it("go as deep as lua5.1's C calls, and the error can be caught", async () => {
      const engine = await create();
      let deepest = 0;
      engine.set("down", (f: LuaFunction, depth: number) => {
        deepest = Math.max(deepest, depth);
        return multi(...f.call(f, depth + 1));
      });
      const f = "local function f(self, depth) if depth == stop then return depth end return down(self, depth) end ";
      engine.set("stop", 150);
      expect(engine.run(`${f} return f(f, 1)`)).toEqual([150]);
      engine.set("stop", undefined);
      expect(engine.run(`${f} return pcall(f, f, 1)`)).toEqual([false, "C stack overflow"]);
      expect(deepest).toBeGreaterThanOrEqual(199);
    });

    it("cannot be yielded across", async () => {
      const engine = await create();
      engine.set("call", (f: LuaFunction) => multi(...f.call()));
      expect(
        engine.run(`
          local function inside() return pcall(call, function() coroutine.yield(1) end) end
          local co = coroutine.wrap(inside)
          return co()`),
      ).toEqual([false, "attempt to yield across metamethod/C-call boundary"]);
    });

    it("run coroutines of their own, and the coroutine is the one that has called", async () => {
      const engine = await create();
      engine.set("call", (f: LuaFunction) => multi(...f.call()));
      expect(
        engine.run(`
          local function generator(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
          local co
          co = coroutine.create(function()
            local sum = call(function()
              local s = 0
              for i in generator(100) do s = s + i end
              return s
            end)
            coroutine.yield(sum)
            return call(function() return coroutine.running() == co, coroutine.status(co), coroutine.resume(co) end)
          end)
          local _, sum = coroutine.resume(co)
          return sum, select(2, coroutine.resume(co))`),
      ).toEqual([5050, true, "running", false, expect.stringContaining("cannot resume running coroutine")]);
    });

    it("survive deopts of the functions that wait", async () => {
      const engine = await create();
      engine.set("apply", (f: LuaFunction, x: number) => f.call(x)[0]);
      expect(
        engine.run(`
          local function add(x, y) return x + y end
          local function outer(n, y)
            local s = 0
            for i = 1, n do s = add(s, apply(function(x) return add(x, y) end, i)) end
            return s
          end
          local a = outer(500, 1)
          local b = outer(500, 0.5)
          return a, b, outer(10, 2^31)`),
      ).toEqual([125750, 125500, 55 + 10 * 2 ** 31]);
    });

    it("run other programs of the engine, and other engines", async () => {
      const engine = await create();
      const other = await create();
      engine.set("evaluate", (source: string) => multi(...engine.run(source)));
      engine.set("elsewhere", (source: string) => multi(...other.run(source)));
      other.set("back", (source: string) => multi(...engine.run(source)));
      expect(engine.run("x = 1 return evaluate('x = x + 1 return x'), elsewhere('return x, back(\"return x\")')")).toEqual([
        2,
        undefined,
        2,
      ]);
    });

    it("end with os.exit through host functions that catch everything", async () => {
      const engine = await create();
      const seen: unknown[] = [];
      engine.set("call", (f: LuaFunction) => {
        try {
          f.call();
        } catch (error) {
          seen.push(error);
          expect(() => engine.run("return 1")).toThrow("the program is being ended");
        }
      });
      const error = thrownBy(() => engine.run("call(function() pcall(call, function() os.exit(5) end) after = true end) after = true"));
      expect(error).toBeInstanceOf(ExitError);
      expect(error).toMatchObject({ code: 5 });
      expect(seen).toHaveLength(2);
      expect(engine.get("after")).toBeUndefined();
      expect(engine.run("return 1")).toEqual([1]);
    });

    it("cannot dispose of the engine", async () => {
      const engine = await create();
      engine.set("dispose", () => engine.dispose());
      expect(engine.run("return select(2, pcall(dispose))")).toEqual(["the engine is running"]);
    });
  });

  describe("coroutines", () => {
    it("are resumed from outside", async () => {
      const engine = await create();
      const co = engine.coroutine(engine.load("local x = ... while x do x = coroutine.yield(x * 2, 'more') end return 'end'"));
      expect(co.status).toBe("suspended");
      for (let i = 1; i < 100; i++) expect(co.resume(i)).toEqual([2 * i, "more"]);
      expect(co.resume()).toEqual(["end"]);
      expect(co.status).toBe("dead");
      expect(() => co.resume()).toThrow("cannot resume dead coroutine");
    });

    it("die of errors", async () => {
      const engine = await create();
      const co = engine.coroutine(engine.load("coroutine.yield() error('broken')", "=co"));
      co.resume();
      const error = thrownBy(() => co.resume()) as LuaError;
      expect(error.message).toBe("co:1: broken");
      expect(error.traceback).toMatch(/co:1: in main chunk/);
      expect(() => engine.coroutine(engine.get("print") as LuaFunction)).toThrow(TypeError);
    });
  });
});
