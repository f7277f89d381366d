// SPDX-License-Identifier: MIT
import Table from "cli-table3";

/** A table without colours, so that it can go into a file; names are in the first column, numbers in the others. */
export function plainTable(head: readonly string[]): Table.Table {
  return new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 ? "left" : "right")),
    style: { head: [], border: [], compact: true },
  });
}
