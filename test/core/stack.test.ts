// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { CallSite, Code, type Cursor, fromDouble, HostFunction, Stack, toDouble, toSigned } from "../../runtime/index.js";
import { codeOf, compile, compileAsk, compileUnregistered } from "./support.js";

describe("a stack", () => {
  it.each([0, 1, 2, 3] as const)("runs, pauses, is walked and resumed, at -O%i", (level) => {
    const stack = new Stack();
    const code = compileAsk(stack, level);
    expect([stack.state, stack.isEmpty]).toEqual(["paused", true]);
    stack.push(code.address("ask"));
    expect([...stack].map((frame) => [frame.kind, frame.pc])).toEqual([["call", code.address("ask")]]);
    expect(stack.resume(40)).toBe(40n);
    const [frame] = [...stack];
    expect([frame!.kind, frame!.csid, frame!.keepAlives, frame!.code, frame!.codeName]).toEqual(["compiled", 1n, [40n, 41n], code, "test"]);
    expect(frame!.callSite).toMatchObject({ csid: 1n, returnAddress: frame!.pc, code });
    expect(stack.resume(2)).toBe(42n);
    expect(stack.isEmpty).toBe(true);
    stack.push(code.address("ask"));
    expect(stack.resume(-1)).toBe(2n ** 64n - 1n);
    stack.free();
    code.dispose();
    expect(code.isRegistered).toBe(false);
  });

  it("takes payloads", () => {
    const stack = new Stack();
    const code = compile((m) => m.define("sum", 2, (p, x) => m.return(m.builder.CreateAdd(m.load(p, 1), x))));
    const address = stack.push(code.address("sum"), new Uint8Array(BigUint64Array.of(1n, 2n, 3n).buffer));
    expect(address % 16n).toBe(0n);
    const [frame] = [...stack];
    expect([...new BigUint64Array(Uint8Array.from(frame!.payload!).buffer)].slice(0, 3)).toEqual([1n, 2n, 3n]);
    expect(stack.resume(40)).toBe(42n);
    stack.push(code.address("sum"), new Uint8Array(0));
    expect(stack.cursor().frame.payload).toHaveLength(8);
  });

  it("passes two words", () => {
    const stack = new Stack();
    const code = compile((m) => m.define("difference", 2, (a, b) => m.return(m.builder.CreateSub(a, b))));
    stack.push(code.address("difference"));
    expect(toSigned(stack.resumePair(1, 3)[0])).toBe(-2n);
  });

  it("finishes early when frames are popped", () => {
    const stack = new Stack();
    const code = compile((m) => {
      m.define("inner", 1, (x) => {
        m.stackmap(11);
        m.return(m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), x]));
      });
      m.define("outer", 1, (x) => {
        m.stackmap(12, [x]);
        m.return(m.builder.CreateAdd(m.call("inner", [x]), m.word(1000)));
      });
      m.attributes("inner: noinline");
    });
    stack.push(code.address("outer"));
    expect(stack.resume(5)).toBe(5n);
    const outer = [...stack].find((frame) => frame.csid === 12n)!;
    outer.popTo();
    expect([...stack].map((frame) => frame.csid)).toEqual([12n]);
    expect(stack.resume(1)).toBe(1001n);
  });
});

describe("a return barrier", () => {
  const nested = (stack: Stack): Code =>
    compile((m) => {
      m.define("inner", 1, (x) => {
        m.stackmap(21);
        m.return(m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), x]));
      });
      m.define("outer", 1, (x) => {
        m.stackmap(22, [x]);
        m.return(m.builder.CreateAdd(m.call("inner", [x]), m.word(1000)));
      });
      m.attributes("inner: noinline");
    });
  const toOuter = (stack: Stack): Cursor => {
    const cursor = stack.cursor();
    while (cursor.frame.csid !== 22n) cursor.step();
    return cursor;
  };

  it("calls its function when control returns into the frame, once", () => {
    const stack = new Stack();
    const code = nested(stack);
    const seen: bigint[][] = [];
    const barrier = new HostFunction((_stack, first) => {
      seen.push([first, ...[...stack].map((frame) => frame.csid)]);
      return first * 2n;
    });
    for (let round = 0; round < 2; round++) {
      stack.push(code.address("outer"));
      stack.resume(1);
      if (round === 0) toOuter(stack).setReturnBarrier(barrier);
      expect([...stack].map((frame) => frame.hasReturnBarrier)).toEqual([false, round === 0]);
      expect(stack.resume(5)).toBe(round === 0 ? 1010n : 1005n);
    }
    expect(seen).toEqual([[5n, 22n]]);
  });

  it("can be cleared, and only where it is", () => {
    const stack = new Stack();
    stack.push(nested(stack).address("outer"));
    stack.resume(1);
    const cursor = toOuter(stack);
    expect(codeOf(() => cursor.clearReturnBarrier())).toBe("YG_ERROR_NO_BARRIER");
    cursor.setReturnBarrier(new HostFunction(() => 0));
    toOuter(stack).clearReturnBarrier();
    expect(stack.resume(5)).toBe(1005n);
    expect(() => stack.cursor().setReturnBarrier(1n as never)).toThrow(TypeError);
  });

  it("that throws leaves the stack paused in the frame", () => {
    const stack = new Stack();
    stack.push(nested(stack).address("outer"));
    stack.resume(1);
    const problem = new Error("no");
    toOuter(stack).setReturnBarrier(
      new HostFunction(() => {
        throw problem;
      }),
    );
    expect(() => stack.resume(5)).toThrow(problem);
    expect([...stack].map((frame) => frame.csid)).toEqual([22n]);
    expect(stack.resume(6)).toBe(1006n);
  });
});

describe("wrong use of a stack", () => {
  const fresh = (): [Stack, Code] => {
    const stack = new Stack();
    return [stack, compileAsk(stack)];
  };

  it("is an error with the core's name for it", () => {
    const [stack, code] = fresh();
    expect(codeOf(() => stack.resume())).toBe("YG_ERROR_BOTTOM");
    expect(codeOf(() => stack.cursor().step())).toBe("YG_ERROR_BOTTOM");
    const old = stack.cursor();
    stack.push(code.address("ask"));
    expect(codeOf(() => old.frame)).toBe("YG_ERROR_STALE");
    stack.resume(1);
    const cursor = stack.cursor();
    const frame = cursor.frame;
    cursor.step();
    expect(codeOf(() => cursor.push(code.address("ask")))).toBe("YG_ERROR_NOT_TOP");
    expect(codeOf(() => stack.push(code.address("ask"), new Uint8Array(1 << 20)))).toBe("YG_ERROR_SIZE");
    expect(codeOf(() => frame.keepAliveBytes(2))).toBe("YG_ERROR_ARGUMENT");
    expect(frame.keepAliveBytes(0)).toHaveLength(8);
    stack.resume(1);
    expect(codeOf(() => frame.keepAlives)).toBe("YG_ERROR_STALE");
    expect(codeOf(() => Code.register({ ...nowhere, stackmapAddress: stack.address, stackmapSize: 3 }))).toBe("YG_ERROR_FORMAT");
  });

  it("of arguments is a TypeError or RangeError", () => {
    const stack = new Stack();
    expect(() => new Stack({ sizeBytes: 1.5 })).toThrow(TypeError);
    expect(() => new Stack({ sizeBytes: 100 })).toThrow(RangeError);
    expect(() => stack.resume(1.5)).toThrow(TypeError);
    expect(() => stack.resume("1" as never)).toThrow(TypeError);
    expect(() => stack.push(0n)).toThrow(RangeError);
    expect(() => stack.push(5 as never)).toThrow(TypeError);
    expect(() => stack.push(1n, "bytes" as never)).toThrow(TypeError);
    expect(() => new HostFunction(1 as never)).toThrow(TypeError);
    expect(() => CallSite.at(1 as never)).toThrow(TypeError);
    expect(() => Code.register({ ...nowhere, codeStart: 1 as never })).toThrow(TypeError);
    expect(CallSite.at(1n)).toBeUndefined();
    expect(toDouble(fromDouble(-0.5))).toBe(-0.5);
  });

  it("after free is an error", () => {
    const [stack, code] = fresh();
    stack.push(code.address("ask"));
    stack.resume(1);
    const cursor = stack.cursor();
    const frame = cursor.frame;
    stack.free();
    expect(stack.state).toBe("freed");
    for (const use of [
      () => stack.resume(),
      () => stack.free(),
      () => stack.cursor(),
      () => cursor.step(),
      () => frame.pc,
      () => [...stack],
    ])
      expect(use).toThrow("has been freed");
  });

  it("cannot take code away that a stack still needs", () => {
    const [stack, code] = fresh();
    stack.push(code.address("ask"));
    stack.resume(1);
    expect(() => code.dispose()).toThrow("still has a frame");
    stack.resume(1);
    code.dispose();
    expect(() => code.dispose()).toThrow("unregistered");
  });

  // `dispose` looked at stacks only for code that Session.compile had registered, and took what lies beyond a frame of unknown code for
  // nothing: the stack then went on in memory that was gone.
  it("cannot take code away that was registered by hand", () => {
    const stack = new Stack();
    const added = compileUnregistered((m) =>
      m.define("ask", 1, (x) => {
        m.stackmap(1);
        m.return(m.builder.CreateAdd(m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), x]), x));
      }),
    );
    let isFree = false;
    const code = Code.register(added, { free: () => (isFree = true) });
    stack.push(code.address("ask"));
    stack.resume(1);
    expect(() => code.dispose()).toThrow("still has a frame");
    expect([isFree, code.isRegistered, stack.resume(2)]).toEqual([false, true, 3n]);
    code.dispose();
    expect(isFree).toBe(true);
  });

  it("cannot take code away that a stack may need, where its walk ends early", () => {
    const stack = new Stack();
    const inner = compileUnregistered((m) =>
      m.define("inner", 1, (x) =>
        m.return(m.builder.CreateAdd(m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), x]), x)),
      ),
    );
    const code = compile((m) => m.define("outer", 1, (x) => m.return(m.builder.CreateAdd(m.call("inner", [x]), m.word(1)))), {
      inner: inner.functions[0]!.address,
    });
    stack.push(code.address("outer"));
    stack.resume(1);
    expect(stack.cursor().frame.kind).toBe("unknown");
    expect(() => code.dispose()).toThrow("may have a frame");
    expect(stack.resume(2)).toBe(4n);
    code.dispose();
  });

  it("from compiled code, when the stack has been freed, is an error", () => {
    const [a, b] = [new Stack(), new Stack()];
    const code = compile((m) => m.define("f", 1, (x) => m.return(m.call("yg_stack_swap", [m.word(a.address), m.word(b.address), x]))));
    b.free();
    for (let round = 0; round < 3; round++) {
      a.push(code.address("f"));
      expect(() => a.resume(1)).toThrow("a stack that has been freed was resumed");
    }
  });
});

const nowhere = { codeStart: 0n, codeSize: 0, stackmapAddress: 0n, stackmapSize: 0, ehFrameAddress: 0n, ehFrameSize: 0 };
