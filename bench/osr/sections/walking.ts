// SPDX-License-Identifier: MIT
/** Section 6: who is on a stack, and what it keeps alive. */
import type { OsrOptions } from "../options.js";
import { type Section, SectionBuilder } from "../report.js";
import { measureNative } from "./native-cases.js";

export const GROUPS = {
  walk: "a frame of a walk",
  keepAlives: "keep-alives, a value",
  csid: "CSID look-up",
  roots: "roots of 10 000 suspended stacks",
} as const;

export const REGISTERS_CASE = "yg_cursor_step, all callee-saved registers of the last frame";

export async function walking(options: OsrOptions): Promise<Section> {
  const section = new SectionBuilder(6, "Walking stacks", [
    "By native/yugong/bench: the same frames (3 callee-saved registers pushed in each, frame pointers, .eh_frame, stackmaps) by our cursor from another stack, and by others from the leaf.",
    "unw_backtrace keeps a cache of how frames are found and gives addresses only; the frame-pointer walk can begin the next walk before the last has ended, unless each needs what the last has found.",
    "Roots: the cursor visits all frames of 10 000 suspended stacks (8 frames and a leaf each, in a slab) and reads all of their keep-alives; the memory is out of the caches by then.",
  ]);
  options.progress("yugong-bench");
  for (const only of ["walk, ", GROUPS.keepAlives, GROUPS.csid, GROUPS.roots])
    measureNative(section, options, {
      only,
      place: ({ group, name }) => {
        const depth = /^walk, (\d+) frames$/.exec(group)?.[1];
        if (group === GROUPS.roots) return { group, unit: "ms", scale: 1e6 };
        if (depth === undefined) return { group };
        return { group: GROUPS.walk, name: `${name}, ${depth} frames`, parameters: { "stack depth": Number(depth) } };
      },
    });
  return section.finish();
}
