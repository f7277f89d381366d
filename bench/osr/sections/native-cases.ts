// SPDX-License-Identifier: MIT
/** Figures of native/yugong/bench in a section of ours. */
import type { OsrOptions } from "../options.js";
import { type NativeCase, runYugongBench, withPeer } from "../peers.js";
import type { SectionBuilder, Unit } from "../report.js";

/** Cases of the core itself begin like its functions; others are of whoever they are called after. */
const PEERS: readonly (readonly [beginning: RegExp, by: string])[] = [
  [/^(Boost\.Context|malloc, Boost\.Context)/, "Boost.Context"],
  [/^minimal hand-written/, "hand-written"],
  [/^swapcontext/, "glibc"],
  [/^libunwind/, "libunwind"],
  [/^libgcc/, "libgcc"],
  [/^frame-pointer/, "frame pointers"],
  [/^the function called/, "a plain call"],
];

interface Place {
  readonly group: string;
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly unit?: Unit;
  /** So many nanoseconds are one of the unit. */
  readonly scale?: number;
}

export interface NativeGroups {
  /** Part of the names of the groups to measure. */
  readonly only: string;
  /** Where a case is in the report; undefined: nowhere. */
  readonly place: (measured: NativeCase) => Place | undefined;
}

/** Returns the sizes, in bytes, that the native benchmark knows. */
export function measureNative(
  section: SectionBuilder,
  { quick, rounds }: OsrOptions,
  { only, place }: NativeGroups,
): Readonly<Record<string, number>> {
  let sizes: Readonly<Record<string, number>> = {};
  withPeer(section, "yugong-bench", () => {
    const measured = runYugongBench(only, 11 * rounds, quick);
    sizes = measured.sizes_bytes;
    for (const each of measured.cases) {
      const placed = place(each);
      if (placed === undefined) continue;
      const { scale = 1, ...where } = placed;
      section.check(`${each.group}: operations give the right results`, each.right);
      const by = PEERS.find(([beginning]) => beginning.test(each.name))?.[1] ?? "yugong";
      section.figure(
        { by, name: each.name, unit: "ns", ...where },
        each.times_ns.map((time) => time / scale),
      );
    }
    for (const peer of measured.missing) section.missing(peer, "see native/yugong/bench");
  });
  return sizes;
}
