// SPDX-License-Identifier: MIT
/**
 * Pattern 9: precise roots for a garbage collector.
 *
 * Allocation is a host call. When the heap is full, the collector walks all stacks, running and suspended: the keep-alive values of each
 * frame, where its call-site id says that they are references, are exactly the roots. There is no shadow stack, and nothing is guessed.
 *
 *     expect: collect: a suspended task holds pear; make holds apple
 *     expect: freed plum
 *     expect: made apple, cherry
 *     expect: the task still has pear
 */
import { HostFunction, ModuleBuilder, Session, Stack } from "../../runtime/index.js";

/** The heap: references are indices, and there is room for three. */
const heap: (string | undefined)[] = [undefined, undefined, undefined];
const fruits = ["pear", "apple", "plum", "cherry"];

const [main, task] = [new Stack(), new Stack()];
const m = new ModuleBuilder("09-precise-roots");
const allocate = (stack: Stack) => m.call("allocate", [m.word(stack.address)]);

// The task: i64 wait() { pear = allocate(); swap(host); return pear; }
m.define("wait", 0, () => {
  m.stackmap(1);
  const pear = allocate(task);
  m.stackmap(2, [m.word(1000), pear]);
  m.call("yg_stack_swap", [m.word(task.address), m.word(Stack.host), m.word(0)]);
  m.return(pear);
});

// The main program: i64 make() { apple = allocate(); allocate(); cherry = allocate(); return apple + 10 * cherry; }
m.define("make", 0, () => {
  m.stackmap(3);
  const apple = allocate(main);
  m.stackmap(4, [apple]);
  allocate(main); // plum: nobody keeps it
  m.stackmap(5, [apple]);
  const cherry = allocate(main);
  m.return(m.builder.CreateAdd(apple, m.builder.CreateMul(cherry, m.word(10))));
});

/** What the compiler knows about its ids: which keep-alives are references. Value 0 of call site 2 is a number. */
const meaning: Record<string, { name: string; references: number[] }> = {
  1: { name: "the task", references: [] },
  2: { name: "a suspended task", references: [1] },
  3: { name: "make", references: [] },
  4: { name: "make", references: [0] },
  5: { name: "make", references: [0] },
};

//   task                            main, when the heap is full
//
//   sp ─► save area                 sp ─► save area
//         wait   csid 2: 1000, pear       make   csid 5: apple
//         bottom                          bottom
function collect(): void {
  const live = new Set<number>();
  const roots: string[] = [];
  for (const stack of [task, main]) {
    for (const frame of stack) {
      const { name, references } = meaning[`${frame.csid}`]!;
      for (const index of references) {
        const reference = Number(frame.keepAlives[index]);
        live.add(reference);
        roots.push(`${name} holds ${heap[reference]}`);
      }
    }
  }
  console.log(`collect: ${roots.join("; ")}`);
  heap.forEach((object, reference) => {
    if (object === undefined || live.has(reference)) return;
    console.log(`freed ${object}`);
    heap[reference] = undefined;
  });
}

const session = new Session();
session.define({
  allocate: new HostFunction(() => {
    if (!heap.includes(undefined)) collect();
    const reference = heap.indexOf(undefined);
    heap[reference] = fruits.shift()!;
    return reference;
  }),
});
const code = session.compile(m);

task.push(code.address("wait"));
task.resume();
main.push(code.address("make"));
const made = main.resume();
console.log(`made ${heap[Number(made % 10n)]}, ${heap[Number(made / 10n)]}`);
console.log(`the task still has ${heap[Number(task.resume())]}`);
