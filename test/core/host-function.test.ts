// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { type Code, HostFunction, Stack } from "../../runtime/index.js";
import { codeOf, collectGarbage, compile, compileAsk } from "./support.js";

/** `f(x)` = host(x, 2, 3, 4) + x on this stack. */
function caller(stack: Stack, host: HostFunction, csid = 5): Code {
  return compile(
    (m) =>
      m.define("f", 1, (x) => {
        m.stackmap(csid, [x]);
        const y = m.call("host", [m.word(stack.address), x, m.word(2), m.word(3), m.word(4)]);
        m.return(m.builder.CreateAdd(y, x));
      }),
    { host },
  );
}

describe("a host function", () => {
  it("gets the stack and four words, and gives one", () => {
    const stack = new Stack();
    const host = new HostFunction((...given) => {
      expect(given).toEqual([stack, 7n, 2n, 3n, 4n]);
      expect([stack.state, [...stack].map((frame) => frame.keepAlives)]).toEqual(["host-call", [[7n]]]);
      return 100;
    });
    stack.push(caller(stack, host).address("f"));
    expect(stack.resume(7)).toBe(107n);
  });

  it("may change the stack that it was called from", () => {
    const stack = new Stack();
    const host = new HostFunction(() => {
      const cursor = stack.cursor();
      cursor.step();
      cursor.pop();
      return 5n;
    });
    stack.push(caller(stack, host).address("f"));
    expect(stack.resume(7)).toBe(5n);
  });

  it("that throws lets resume throw the same, and leaves the stack paused in its call", () => {
    const stack = new Stack();
    const problem = new Error("no");
    const host = new HostFunction(() => {
      throw problem;
    });
    stack.push(caller(stack, host).address("f"));
    for (let round = 0; round < 3; round++) {
      expect(() => stack.resume(7)).toThrow(problem);
      expect([stack.state, [...stack].map((frame) => frame.csid)]).toEqual(["paused", [5n]]);
      if (round < 2) {
        stack.cursor().pop();
        expect(stack.resume(1)).toBe(8n);
        stack.push(caller(stack, host).address("f"));
      }
    }
    stack.free();
  });

  it("that gives something else is a TypeError", () => {
    const stack = new Stack();
    for (const wrong of [1.5, "1", {}, [1, "2"]]) {
      stack.push(caller(stack, new HostFunction(() => wrong)).address("f"));
      expect(() => stack.resume(7)).toThrow(TypeError);
      expect(stack.resume(1)).toBe(8n);
    }
  });

  it("may run other stacks, and not its own", () => {
    const [a, b] = [new Stack(), new Stack()];
    const ask = compileAsk(b);
    const host = new HostFunction((_stack, x) => {
      expect(codeOf(() => a.resume())).toBe("YG_ERROR_NOT_PAUSED");
      expect(codeOf(() => a.free())).toBe("YG_ERROR_NOT_PAUSED");
      b.push(ask.address("ask"));
      b.resume(x);
      return b.resume(1);
    });
    a.push(caller(a, host).address("f"));
    expect(a.resume(7)).toBe(15n);
  });

  it("throws through several levels", () => {
    const stacks = Array.from({ length: 5 }, () => new Stack());
    const problem = new Error("deep");
    const enter = (level: number): bigint => {
      if (level === stacks.length) throw problem;
      const stack = stacks[level]!;
      stack.push(caller(stack, new HostFunction(() => enter(level + 1))).address("f"));
      return stack.resume(level);
    };
    expect(() => enter(0)).toThrow(problem);
    for (const stack of stacks) expect(stack.resume(1)).toBe(BigInt(stacks.indexOf(stack) + 1));
  });
});

describe("garbage collection", () => {
  it("spares a stack that runs", async () => {
    const run = (): bigint => {
      const stack = new Stack();
      const host = new HostFunction((_stack, x) => {
        for (let i = 0; i < 3; i++) (globalThis as { gc?: () => void }).gc?.();
        return x;
      });
      stack.push(caller(stack, host).address("f"));
      return stack.resume(7);
    };
    expect(run()).toBe(14n);
    await collectGarbage();
    expect(run()).toBe(14n);
  });

  it("of a stack that code goes on to swap to is an error", async () => {
    const a = new Stack();
    const code = (() => {
      const b = new Stack();
      return compile((m) => m.define("f", 1, (x) => m.return(m.call("yg_stack_swap", [m.word(a.address), m.word(b.address), x]))));
    })();
    await collectGarbage();
    a.push(code.address("f"));
    expect(() => a.resume(1)).toThrow("a stack that has been freed was resumed");
  });

  it("keeps code and sessions that are registered", async () => {
    const stack = new Stack();
    stack.push(compileAsk(stack).address("ask"));
    stack.resume(1);
    await collectGarbage();
    expect(stack.resume(1)).toBe(2n);
  });
});
