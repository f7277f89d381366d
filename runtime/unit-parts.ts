// SPDX-License-Identifier: MIT
/** What can be shown of a compiled unit, as `--dump` and `--show` name it. */
export const PARTS = ["bytecode", "ir", "asm", "stackmaps"] as const;
export type Part = (typeof PARTS)[number];
