// SPDX-License-Identifier: MIT
/** Every program prints what lua5.1 prints, also when nearly everything is compiled at once, or for types that do not come, or memory is collected all the time. */
import { describePrograms } from "./program-runs.js";

describePrograms([
  { title: "prints what lua5.1 prints, mode eager", size: "reduced", options: () => ({ mode: "eager" }) },
  {
    title: "prints what lua5.1 prints when the optimizer predicts wrong types",
    size: "reduced",
    options: (program) => ({ stress: `types:${program.length % 8}` }),
  },
  {
    title: "prints what lua5.1 prints when memory is collected all the time",
    size: "reduced",
    // A collection walks the whole stack: where it is a hundred thousand frames deep, some collections must do.
    options: (program) => ({ stress: program === "stack-overflows.lua" ? "gc:5003" : "gc:53" }),
  },
]);
