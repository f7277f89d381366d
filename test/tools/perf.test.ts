// SPDX-License-Identifier: MIT
/** What perf is told by --perf: the names that docs/debuggers-and-profilers.md shows. The page's gdb session is checked by test/docs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const folder = mkdtempSync(join(tmpdir(), "yugong-perf-"));
// perf and the jitdump's reader leave what they make where these say.
const environment = { ...process.env, JITDUMPDIR: folder };
const PROGRAM = "docs/programs/profile.lua";

function perf(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  return spawnSync("perf", ["--buildid-dir", join(folder, "cache"), ...args], {
    cwd: projectRoot,
    env: environment,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
}

/** perf is not everywhere, and not everybody may use it. */
const isUsable = perf("record", "-q", "-e", "cpu-clock:u", "-o", join(folder, "probe.data"), "true").status === 0;
if (!isUsable) process.stderr.write("SKIPPED: perf cannot record here (Debian: linux-perf; kernel.perf_event_paranoid)\n");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Records the program; the process's id. */
function record(how: "map" | "jitdump", options: readonly string[], data: string): number {
  const program = `echo pid $$ >&2; exec ${process.execPath} bin/yugong run --perf=${how} ${PROGRAM}`;
  const { stdout, stderr, status } = perf("record", "-q", "-e", "cpu-clock:u", ...options, "-o", join(folder, data), "sh", "-c", program);
  expect({ stdout, status }).toEqual({ stdout: "23951928000\n", status: 0 });
  return Number(/pid (\d+)/.exec(stderr)?.[1]);
}

/** The symbols of a list such as `perf report` prints, with their parts of the time. */
const symbolsOf = (report: string): [symbol: string, percent: number][] =>
  [...report.matchAll(/^ +([\d.]+)% .*\[\.\] (\S.*?) *$/gm)].map(([, percent, symbol]) => [symbol ?? "", Number(percent)]);

const page = readFileSync(join(projectRoot, "docs", "debuggers-and-profilers.md"), "utf8");
const shown = (pattern: RegExp): string => pattern.exec(page)?.[0] ?? "";
const OURS = /@docs\/programs\/profile\.lua/;

// Reports take a while: perf unwinds Node's start as well.
describe.runIf(isUsable)("perf", { timeout: 240_000 }, () => {
  it("names functions by the map", () => {
    const pid = record("map", ["-F", "999"], "map.data");
    const map = readFileSync(`/tmp/perf-${pid}.map`, "utf8");
    expect(map).toMatch(/^[0-9a-f]+ [0-9a-f]+ total@docs\/programs\/profile\.lua:4$/m);
    const found = symbolsOf(perf("report", "-i", join(folder, "map.data"), "--stdio", "--no-children", "-g", "none").stdout);
    rmSync(`/tmp/perf-${pid}.map`);
    const expected = symbolsOf(shown(/perf report --stdio --no-children\n[^`]*/)).filter(([symbol]) => OURS.test(symbol));
    expect(expected).toHaveLength(3);
    for (const [symbol] of expected) expect(found.map(([name]) => name)).toContain(symbol);
    // The loop is what takes the program's time; the rest is Node's start.
    expect(found[0]?.[0]).toBe(expected[0]?.[0]);
  });

  it("finds callers by the jitdump, through compiled code and the interpreter", () => {
    const pid = record("jitdump", ["-F", "199", "-k", "mono", "--call-graph", "dwarf,4096"], "dump.data");
    const dump = `/tmp/jit-${pid}.dump`;
    const jitted = join(folder, "jitted.data");
    expect(perf("inject", "--jit", "-i", join(folder, "dump.data"), "-o", jitted).status).toBe(0);
    rmSync(dump);
    const report = perf("report", "-i", jitted, "--stdio", "--no-children", "--no-inline", "-g", "caller").stdout;
    const chain = shown(/---yg_stack_bottom\n(?: {15}\S*\n)*? {15}work@.*\n/);
    expect(chain).toMatch(OURS);
    const names = (text: string): string[] => text.split("\n").map((line) => line.trim().replace(/^---/, ""));
    expect(names(report).join("\n")).toContain(names(chain).join("\n").trim());
  });
});
