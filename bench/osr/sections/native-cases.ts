// SPDX-License-Identifier: MIT
/** Figures of native/yugong/bench in a section of ours. */
import type { OsrOptions } from "../options.js";
import { type NativeCase, PeerMissing, runYugongBench } from "../peers.js";
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
  try {
    const { cases, missing, sizes_bytes: sizes } = runYugongBench(only, 11 * rounds, quick);
    for (const measured of cases) {
      const placed = place(measured);
      if (placed === undefined) continue;
      const { scale = 1, ...where } = placed;
      section.check(`${measured.group}: operations give the right results`, measured.right);
      const by = PEERS.find(([beginning]) => beginning.test(measured.name))?.[1] ?? "yugong";
      section.figure(
        { by, name: measured.name, unit: "ns", ...where },
        measured.times_ns.map((time) => time / scale),
      );
    }
    for (const peer of missing) section.missing(peer, "see native/yugong/bench");
    return sizes;
  } catch (error) {
    if (!(error instanceof PeerMissing)) throw error;
    section.missing("yugong-bench", error.message);
    return {};
  }
}
