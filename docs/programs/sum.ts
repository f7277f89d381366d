// SPDX-License-Identifier: MIT
/** sum.ll compiled, run until it pauses in a host call, and its stack read and walked. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromDouble, HostFunction, Session, Stack, toDouble } from "../../runtime/index.js";
import { projectRoot } from "../../runtime/native.js";
import { fieldsOf, Names, showTop } from "./words.js";

const stack = new Stack();
const names = new Names(stack);

/** What the compiler knows about its ids. */
const meaning: Record<string, (values: bigint[]) => string> = {
  40: ([k, d, constant]) => `k = ${k}, d = ${toDouble(d!)}, constant = ${BigInt.asIntN(64, constant!)}`,
  41: ([a]) => `a = ${a}`,
};

const pause = new HostFunction((caller) => {
  console.log("the words from sp on:");
  showTop(names, [
    ...["PC", "~r15", "~r14", "~r13", "~r12", "rbx", "~rbp"],
    ...["inner's slot", "~rsp+0", "rsp+8: a", "rbx of outer"],
    ...["outer's slot", "rsp+0: d", "rsp+8: k", "~rbx of its caller"],
    "slot of the frame below",
  ]);
  console.log("\nthe walk:");
  for (const frame of caller)
    console.log(
      `  slot at sp+${frame.sp - 8n - fieldsOf(caller).sp}, call site ${frame.csid}: ${meaning[`${frame.csid}`]!(frame.keepAlives)}`,
    );
  return 100n;
});

const session = new Session();
session.define({ pause });
const code = session.compile(readFileSync(join(projectRoot, "docs/programs/sum.ll")), { name: "sum" });
names.add(code, "inner", "outer");

session.define({ outer: code.address("outer") });
// outer(stack, x = 7, d = 0.5): it has three parameters, one of them a double, so a small function calls it.
const entry = session.compile(
  Buffer.from(`
    declare i64 @outer(i64, i64, double)
    define i64 @entry(i64 %x, i64 %d) {
      %double = bitcast i64 %d to double
      %result = tail call i64 @outer(i64 ${stack.address}, i64 %x, double %double)
      ret i64 %result
    }`),
);
stack.push(entry.address("entry"));
console.log(`\nouter returns ${stack.resumePair(7, fromDouble(0.5))[0]}`);
