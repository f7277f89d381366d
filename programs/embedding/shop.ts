// SPDX-License-Identifier: MIT
/**
 * A shop whose discounts are programs, which its owner may change while it is open.
 *
 * The shop gives them data and functions, takes back functions and results, and stays in charge: a rule that fails, does not end or
 * takes too much memory costs its own discount only.
 *
 *     expect: [vip] VIP customer
 *     expect: ada: 90.00 (vip -10.00)
 *     expect: bob: 100.00
 *     expect: bob: 100.00 (third-free -0.00, greedy failed: time limit of 200 ms exceeded)
 *     expect: eve: 140.00 (third-free -60.00, broken failed: broken.lua:2: attempt to index field 'orders' (a nil value))
 */
import { readFileSync } from "node:fs";
import { Engine, type LuaFunction, type LuaTable, multi } from "../../runtime/index.js";

interface Item {
  readonly name: string;
  readonly price: number;
}
interface Order {
  readonly customer: { readonly name: string; readonly vip?: boolean };
  readonly items: readonly Item[];
}

const engine = await Engine.create({ stdout: "capture", timeLimitMs: 200, memoryLimitBytes: 64 * 2 ** 20 });
const rules = new Map<string, LuaFunction>();

// What rules can call. The second result of `cheapest` is why multi(…) exists.
engine.set("rule", (name: string, discount: LuaFunction) => void rules.set(name, discount));
engine.set("cheapest", (items: LuaTable) => {
  const list = items.toJS() as unknown as Item[];
  const index = list.reduce((least, item, at) => (item.price < list[least]!.price ? at : least), 0);
  return multi(list[index]?.price ?? 0, index + 1);
});

function total(order: Order): string {
  const table = engine.table(order);
  let sum = order.items.reduce((all, { price }) => all + price, 0);
  const notes: string[] = [];
  for (const [name, discount] of rules) {
    try {
      const [amount] = discount.call(table);
      if (typeof amount !== "number") continue;
      sum -= amount;
      notes.push(`${name} -${amount.toFixed(2)}`);
    } catch (error) {
      notes.push(`${name} failed: ${(error as Error).message}`);
      rules.delete(name);
    }
    for (const line of engine.takeOutput().split("\n").filter(Boolean)) console.log(`[${name}] ${line}`);
  }
  return `${order.customer.name}: ${sum.toFixed(2)}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
}

const source = readFileSync(new URL("../../../programs/embedding/discounts.lua", import.meta.url), "utf8");
engine.run(source, { name: "=discounts.lua" });
const [book, lamp] = [
  { name: "book", price: 40 },
  { name: "lamp", price: 60 },
];
console.log(total({ customer: { name: "ada", vip: true }, items: [book, lamp] }));
console.log(total({ customer: { name: "bob" }, items: [book, lamp] }));

rules.delete("vip");
engine.run('rule("third-free", function(order) return #order.items >= 3 and (cheapest(order.items)) or 0 end)');
engine.run('rule("greedy", function() while true do end end)');
console.log(total({ customer: { name: "bob" }, items: [book, lamp] }));

engine.run('rule("broken", function(order)\n  return #order.customer.orders.list\nend)', { name: "=broken.lua" });
console.log(total({ customer: { name: "eve" }, items: [lamp, lamp, { name: "sofa", price: 80 }] }));
engine.dispose();
