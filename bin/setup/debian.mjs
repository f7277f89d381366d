// SPDX-License-Identifier: MIT
/** Debian packages: what is needed, what is missing, and how to get it. */
import { spawnSync } from "node:child_process";
import { execute, query, SetupError } from "./processes.mjs";

/** Build tools, LLVM 14 with its static libraries, and the peers that tests and benchmarks compare with. */
export const PACKAGES = [
  "cmake",
  "g++",
  "make",
  "ninja-build",
  "binutils",
  "llvm-14",
  "llvm-14-dev",
  "zlib1g-dev",
  "libunwind-dev",
  "libgtest-dev",
  "lua5.1",
  "luajit",
  "libboost-context-dev",
  "pkg-config",
  "gdb",
  "valgrind",
];

/** What only tests and documentation need. */
export const TEST_PACKAGES = ["doxygen"];
/** What only tests of pages need. */
export const BROWSER_PACKAGES = ["chromium"];

function missingPackages(packages) {
  // Exits with 1 when a name is unknown, so its status says nothing.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg's
  const format = "-f=${Package} ${db:Status-Status}\\n";
  const { stdout, error } = spawnSync("dpkg-query", ["-W", format, ...packages], { encoding: "utf8" });
  if (error) {
    throw new SetupError("There is no dpkg on this system.", {
      showLog: false,
      advice: `Set-up knows Debian and Ubuntu. Elsewhere, install the counterparts of these packages and set YUGONG_SKIP_PACKAGES=1:\n  ${packages.join(" ")}`,
    });
  }
  const installed = new Set(
    stdout
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return packages.filter((name) => !installed.has(name));
}

/** What to put before apt-get, or undefined when we may not. */
function becomeRoot() {
  if (process.getuid() === 0) return [];
  if (query("sudo", ["-n", "true"]) !== undefined) return ["sudo", "-n"];
  if (process.stdin.isTTY && process.stderr.isTTY && query("sudo", ["-V"]) !== undefined) {
    process.stderr.write("\nPackages have to be installed; sudo asks for your password.\n");
    if (spawnSync("sudo", ["-v"], { stdio: "inherit" }).status === 0) return ["sudo", "-n"];
  }
  return undefined;
}

export async function installPackages(log, packages = PACKAGES) {
  if (process.env.YUGONG_SKIP_PACKAGES) return;
  const missing = missingPackages(packages);
  if (missing.length === 0) return;
  log.write(`missing: ${missing.join(" ")}\n`);
  const prefix = becomeRoot();
  if (!prefix) {
    throw new SetupError("Debian packages are missing, and neither root nor sudo is available.", {
      showLog: false,
      advice: `As root, run this line, then start again:\n  apt-get update && apt-get install -y --no-install-recommends ${missing.join(" ")}`,
    });
  }
  const aptGet = (...args) => {
    const [command, ...rest] = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300", ...args];
    return execute(log, command, rest, {
      advice: "Check the network and the package sources. LLVM 14 is in Debian 12, Ubuntu 22.04 and 24.04.",
    });
  };
  await aptGet("update");
  await aptGet("install", "-y", "--no-install-recommends", ...missing);
  const still = missingPackages(packages);
  if (still.length > 0) throw new SetupError(`Still missing after the installation: ${still.join(" ")}`);
}

/** Some systems have no such package (Ubuntu's Chromium is a snap): the tests that need it fail, and say how to get it. */
export async function installBrowser(log) {
  try {
    await installPackages(log, BROWSER_PACKAGES);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.write(`${error.message}\nThe tests of pages will fail without ${BROWSER_PACKAGES.join(" ")}.\n`);
  }
}
