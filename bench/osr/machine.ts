// SPDX-License-Identifier: MIT
/** What the figures were measured on. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { projectRoot } from "../../runtime/native.js";
import { firstLine } from "./peers.js";

export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memoryGibibytes: number;
  /** "none" where the system does not say, as in most virtual machines. */
  readonly governor: string;
  readonly hypervisor: boolean;
  readonly kernel: string;
  readonly node: string;
  readonly v8: string;
  readonly llvm: string;
  readonly luajit: string;
  readonly compiler: string;
  readonly commit: string;
  /** Of the minute before the run: above a fraction of the processors, others were measured too. */
  readonly loadBefore: number;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

export function describeMachine(): Machine {
  const uncommitted = firstLine("git", ["-C", projectRoot, "status", "--porcelain", "--untracked-files=no"]) ? ", with changes" : "";
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    processors: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    governor: contentOf("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") || "none",
    hypervisor: /^flags.*\bhypervisor\b/m.test(contentOf("/proc/cpuinfo")),
    kernel: release(),
    node: process.version,
    v8: process.versions.v8,
    llvm: firstLine("llvm-config-14", ["--version"]) ?? "14",
    luajit: firstLine("luajit", ["-v"])?.split(" -- ")[0] ?? "not installed",
    compiler: firstLine("c++", ["--version"]) ?? "unknown",
    commit: `${firstLine("git", ["-C", projectRoot, "rev-parse", "--short", "HEAD"]) ?? "unknown"}${uncommitted}`,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** "AMD EPYC 9B14, 2 processors, virtual; Linux 6.1; …" */
export function machineLine(machine: Machine): string {
  const { processor, processors, memoryGibibytes, governor, hypervisor, kernel, node, v8, llvm, luajit, commit, loadBefore } = machine;
  return (
    `${processor}, ${processors} processors${hypervisor ? ", virtual machine" : ""}, ${memoryGibibytes} GiB, governor ${governor}; Linux ${kernel}; ` +
    `Node ${node} (V8 ${v8}), LLVM ${llvm}, ${luajit}; commit ${commit}; load before the run ${loadBefore.toFixed(1)}`
  );
}
