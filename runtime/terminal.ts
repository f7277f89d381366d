// SPDX-License-Identifier: MIT
import { fstatSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false; // it is closed
  }
}

/** Whether a file descriptor is a terminal. `process.stderr.isTTY` and `node:tty` load Node's streams and sockets, which takes 4 ms. */
export function isTerminal(descriptor: number): boolean {
  return isCharacterDevice(descriptor) && (require("node:tty") as typeof import("node:tty")).isatty(descriptor);
}
