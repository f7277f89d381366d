// SPDX-License-Identifier: MIT
/** Set-up does what is missing, and no more. */
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { inRoot, isUpToDate, markDone, missingOutputs, type Step, stateFolder, timesOf } from "../../bin/setup/stamps.mjs";
import { projectRoot } from "../../runtime/native.js";

function setUp(...options: string[]): { stderr: string; exitCode: number | null } {
  const child = spawnSync(process.execPath, [join(projectRoot, "bin", "setup.mjs"), ...options], { encoding: "utf8" });
  return { stderr: child.stderr, exitCode: child.status };
}

describe("set-up", () => {
  it("notices that nothing is to be done", () => {
    setUp("--tests");
    expect(setUp("--tests")).toEqual({ stderr: "Set-up: nothing to do.\n", exitCode: 0 });
  });
  it("is silent about that when it is part of another command", () => {
    expect(setUp("--quiet")).toMatchObject({ stderr: "", exitCode: 0 });
  });
  it("knows its options", () => {
    expect(setUp("--fast")).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/unknown option --fast/) });
  });
});

describe("stamps", () => {
  const input = inRoot(".setup/test-input");
  const output = inRoot(".setup/test-output");
  const step: Step = { id: "test-step", title: "test", inputs: () => timesOf([".setup/test-input"]), outputs: [".setup/test-output"] };
  afterAll(() => {
    for (const file of [input, output, join(stateFolder, "test-step.stamp")]) rmSync(file, { force: true });
  });

  it("say that a step is done only when it has been, with these inputs, and its outputs are there", () => {
    writeFileSync(input, "1");
    expect(isUpToDate(step)).toBe(false); // never done
    writeFileSync(output, "made");
    expect(isUpToDate(step)).toBe(false); // interrupted after making its output
    markDone(step);
    expect(isUpToDate(step)).toBe(true);
    writeFileSync(input, "12");
    expect(isUpToDate(step)).toBe(false);
    markDone(step);
    rmSync(output);
    expect(missingOutputs(step)).toEqual([".setup/test-output"]);
    expect(isUpToDate(step)).toBe(false);
  });
});
