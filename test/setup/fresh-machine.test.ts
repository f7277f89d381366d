// SPDX-License-Identifier: MIT
/** Set-up on machines that lack things, played by a copy of bin/ and false tools on the PATH. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "yugong-setup-"));
  chmodSync(folder, 0o755);
  cpSync(join(projectRoot, "bin"), join(folder, "bin"), { recursive: true });
  mkdirSync(join(folder, "tools"));
  writeFileSync(join(folder, "package-lock.json"), `{"packages": {"node_modules/x": {"version": "1.0.0"}}}`);
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of this name that set-up finds before the real one. */
function tool(name: string, script: string): void {
  writeFileSync(join(folder, "tools", name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "tools", name), 0o755);
}

const setting = () => ({
  env: { ...process.env, PATH: `${join(folder, "tools")}:${process.env.PATH}` },
  cwd: folder,
  ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
});

const stamps = (): string[] => readdirSync(join(folder, ".setup")).filter((name) => name.endsWith(".stamp"));

describe("without packages, root and sudo", () => {
  it("prints the exact line to run and exits with 1", () => {
    tool("dpkg-query", "echo 'cmake installed'; exit 1");
    tool("sudo", "exit 1");
    const { stderr, status } = spawnSync(process.execPath, ["bin/setup.mjs"], { ...setting(), encoding: "utf8", input: "" });
    expect(stderr).toMatch(
      /^ {2}apt-get update && apt-get install -y --no-install-recommends g\+\+ .*llvm-14-dev.* lua5\.1 luajit .*valgrind$/m,
    );
    expect(status).toBe(1);
    expect(stamps()).toEqual([]);
  });
});

describe("without packages but with sudo", () => {
  it("installs what is missing, without asking", () => {
    tool("dpkg-query", `test -e done && for name in "$@"; do echo "$name installed"; done; true`);
    tool("sudo", `test "$1" = -n || exit 1; shift; "$@"`);
    tool("apt-get", `echo "$DEBIAN_FRONTEND $*" >> apt.log; case "$*" in *install*) touch done;; esac`);
    tool("npm", "exit 1");
    const { stderr } = spawnSync(process.execPath, ["bin/setup.mjs"], { ...setting(), encoding: "utf8", input: "" });
    const calls = readFileSync(join(folder, "apt.log"), "utf8").trim().split("\n");
    expect(calls[0]).toMatch(/^noninteractive .* update$/);
    expect(calls[1]).toMatch(/^noninteractive .* install -y --no-install-recommends cmake g\+\+ /);
    expect(stderr).toMatch(/npm ci failed/);
    expect(stamps()).toEqual(["debian-packages.stamp"]);
  });
});

describe("an interrupted set-up", () => {
  it("ends its tools, releases its lock and keeps what was done", async () => {
    tool("dpkg-query", `for name in "$@"; do echo "$name installed"; done`);
    tool("npm", "echo started > npm.log; exec sleep 60");
    const child = spawn(process.execPath, ["bin/setup.mjs"], { ...setting(), stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    while (!existsSync(join(folder, "npm.log"))) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(stamps()).toEqual(["debian-packages.stamp"]);
    expect(existsSync(join(folder, ".setup", "lock"))).toBe(false);
  });
});
