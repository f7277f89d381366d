// SPDX-License-Identifier: MIT
/**
 * Pattern 11: registering unwind info.
 *
 * The core walks compiled code with what its compiler has written into .eh_frame. The same bytes, published, let other tools walk it, too:
 * gdb, perf, libunwind, and the C++ runtime when an exception passes. Each target is asked for by name; publishing is best effort.
 *
 *     expect: seen by frames, gdb, perf-map
 *     expect: perf knows twice
 *     expect: a cursor sees 11-unwind-info, waiting at call site 1
 *     expect: after dispose: seen by nobody
 */
import { readFileSync } from "node:fs";
import { ModuleBuilder, Session, Stack } from "../../runtime/index.js";

const stack = new Stack();
const m = new ModuleBuilder("11-unwind-info");
m.define("twice", 1, (x) => {
  m.stackmap(1, [x]);
  const y = m.call("yg_stack_swap", [m.word(stack.address), m.word(Stack.host), x]);
  m.return(m.builder.CreateAdd(x, y));
});

//   Session.compile
//     ├── the core's own tables: return address → call site, unwind plan, keep-alives       always
//     ├── frames      .eh_frame to __register_frame: C++ exceptions, gcc's backtrace()
//     ├── gdb         an ELF image in memory, through gdb's JIT interface: `bt` with names
//     └── perf-map    start, size and name of each function in /tmp/perf-PID.map: `perf report` with names
const code = new Session().compile(m, { publish: ["frames", "gdb", "perf-map"] });
console.log(`seen by ${code.published.join(", ")}`);

// A line of the map: address and size in hexadecimal, then the name.
const map = readFileSync(`/tmp/perf-${process.pid}.map`, "utf8").split("\n");
const line = map.find((text) => text.startsWith(code.address("twice").toString(16)));
console.log(`perf knows ${line?.split(" ")[2]}`);

stack.push(code.address("twice"));
stack.resume(21);
for (const frame of stack) console.log(`a cursor sees ${frame.codeName}, waiting at call site ${frame.csid}`);
stack.resume(21);

code.dispose();
console.log(`after dispose: seen by ${code.published.join(", ") || "nobody"}`);
